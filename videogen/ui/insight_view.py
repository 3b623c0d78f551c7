"""The paper's key insights, each tested."""

import streamlit as st

from videogen.evidence.answers.insights import InsightWord, TestedInsight, tested_insights
from videogen.ui import answer_words, markup
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t

ICONS = {
    InsightWord.SUPPORTED: "pass",
    InsightWord.REFUTED: "fail",
    InsightWord.OPEN: "not_yet",
}


def show(judged: Judged) -> None:
    answer_words.apply_style()
    items = "".join(f"<li>{_insight(judged, one)}</li>" for one in tested_insights(judged.case))
    st.html(f'<ol class="vg vg-answers">{items}</ol>')


def _insight(judged: Judged, one: TestedInsight) -> str:
    word = markup.chip(
        t(f"insight.word.{one.word.value}"), ICONS[one.word], icon_name=ICONS[one.word]
    )
    return (
        f'<div class="vg-answer-top"><b>{answer_words.said(one.statement)}</b>{word}</div>'
        f"{answer_words.lines(judged, one.evidence)}"
    )
