"""Scenarios A to D and options 1 to 3, each with the answer that the evidence gives now."""

from collections.abc import Sequence

import streamlit as st

from videogen.evidence.answers.options import OptionAnswer, option_answers
from videogen.evidence.answers.scenarios import AnswerState, ScenarioAnswer, scenario_answers
from videogen.evidence.verdict import Sentence
from videogen.ui import answer_words, markup
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t

ICONS = {
    AnswerState.ANSWERED: "pass",
    AnswerState.PROVISIONAL: "warn",
    AnswerState.NOT_YET: "not_yet",
}


def show(judged: Judged) -> None:
    answer_words.apply_style()
    st.html(_scenarios(judged, scenario_answers(judged.case)))
    st.subheader(t("answers.options"))
    st.html(_options(option_answers(judged.case)))


def _scenarios(judged: Judged, answers: Sequence[ScenarioAnswer]) -> str:
    items = "".join(f"<li>{_scenario(judged, one)}</li>" for one in answers)
    return f'<ul class="vg vg-answers">{items}</ul>'


def _scenario(judged: Judged, one: ScenarioAnswer) -> str:
    state = markup.chip(
        t(f"answers.state.{one.state.value}"), ICONS[one.state], icon_name=ICONS[one.state]
    )
    title = markup.esc(t(f"scenario.{one.name}.title"))
    return (
        f'<div class="vg-answer-top"><b>{title}</b>{state}</div>'
        f"<p>{answer_words.said(one.answer)}</p>"
        f"{_more(one)}{_missing(one.missing)}"
        f'<p class="vg-small vg-soft">{_paper(one.brief)}</p>'
        f"{answer_words.folded(judged, t('answers.figures'), one.figures)}"
    )


def _more(one: ScenarioAnswer) -> str:
    """Why the answer stands as it does, unless the answer says it already."""
    if one.reason == one.answer:
        return ""
    return f'<p class="vg-small vg-soft">{answer_words.said(one.reason)}</p>'


def _missing(missing: Sequence[Sentence]) -> str:
    if not missing:
        return ""
    told = "; ".join(answer_words.plain(one) for one in missing)
    return f'<p class="vg-small">{markup.esc(t("answers.missing", missing=told))}</p>'


def _paper(brief: Sentence) -> str:
    return markup.esc(t("answers.paper", brief=answer_words.plain(brief)))


def _options(answers: Sequence[OptionAnswer]) -> str:
    heads = [t(f"option.{name}") for name in ("option", "now", "timeline", "risk", "roi")]
    return markup.table(heads, [_option(one) for one in answers])


def _option(one: OptionAnswer) -> list[str]:
    title = f"<b>{markup.esc(t(f'option.{one.number}.title'))}</b>{_recommended(one)}"
    brief = f'<span class="sub">{answer_words.said(one.brief)}</span>'
    return [
        f'<div class="wrap">{title}{brief}</div>',
        f'<div class="wrap">{answer_words.said(one.now)}</div>',
        _known(one.timeline),
        _known(one.risk),
        f'<div class="wrap">{_return(one)}</div>',
    ]


def _recommended(one: OptionAnswer) -> str:
    if not one.is_recommended:
        return ""
    key = "option.recommended_provisional" if one.is_provisional else "option.recommended"
    tone = "warn" if one.is_provisional else "pass"
    return f" {markup.chip(t(key), tone, icon_name=tone)}"


def _return(one: OptionAnswer) -> str:
    claimed = ""
    if one.roi_claimed is not None:
        said = t("option.roi_line", claimed=answer_words.plain(one.roi_claimed))
        claimed = f'<span class="sub said">{markup.esc(said)}</span>'
    missing = "".join(
        f'<span class="sub">{markup.esc(t("answers.missing", missing=answer_words.plain(gap)))}'
        "</span>"
        for gap in one.roi.missing
    )
    return f"{answer_words.said(one.roi.sentence)}{missing}{claimed}"


def _known(sentence: Sentence | None) -> str:
    return "–" if sentence is None else answer_words.said(sentence)
