"""Sentences of the evidence as HTML: escaped, conditions by the names that people know."""

from collections.abc import Sequence

import streamlit as st

from videogen.evidence import Sentence
from videogen.ui import costs_loaders, language, links, markup
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t

# A list of answers: the word at the end of its first line, the figures one click away.
STYLE = """<style>
.vg.vg-answers { list-style: none; margin: 0 0 1rem; padding: 0; max-width: 60rem; }
.vg.vg-answers > li { margin: 0; padding: .75rem 0; border-bottom: 1px solid var(--vg-line);
  line-height: 1.55; font-size: .9375rem; display: grid; gap: .25rem; }
.vg.vg-answers > li:last-child { border-bottom: 0; }
.vg-answer-top { display: flex; flex-wrap: wrap; justify-content: space-between;
  align-items: baseline; gap: .25rem 1rem; }
.vg-folded summary { cursor: pointer; width: fit-content; }
.vg-folded ul.vg-plainlist { margin: .375rem 0 0; }
.vg-folded ul.vg-plainlist li { margin: 0 0 .125rem; }
.vg-folded p { margin-top: .375rem; }
@media (max-width: 640px) { .vg-stack .vg-table .wrap { min-width: 0; } }
</style>"""


def apply_style() -> None:
    st.html(STYLE)


def plain(sentence: Sentence) -> str:
    """Not escaped, to stand inside another sentence."""
    return costs_loaders.label(sentence, language.current())


def said(sentence: Sentence) -> str:
    return markup.esc(plain(sentence))


def lines(judged: Judged, sentences: Sequence[Sentence]) -> str:
    """A plain list, each figure with the runs behind it; nothing where there is nothing to say."""
    if not sentences:
        return ""
    items = "".join(f"<li>{said(one)}{_runs(judged, one)}</li>" for one in sentences)
    return f'<ul class="vg-plainlist vg-small vg-soft">{items}</ul>'


def _runs(judged: Judged, sentence: Sentence) -> str:
    condition = judged.found.conditions.get(str(sentence.facts.get("condition")))
    if condition is None:
        return ""
    link = links.link(
        "runs",
        t("answers.runs"),
        campaign=judged.found.campaign.campaign_id,
        condition=condition.condition_id,
    )
    return f" {link}"


def folded(judged: Judged, word: str, sentences: Sequence[Sentence]) -> str:
    """One click away; the browser opens it without asking the server."""
    if not sentences:
        return ""
    summary = f'<summary class="vg-small vg-soft">{markup.esc(word)}</summary>'
    return f'<details class="vg-folded">{summary}{lines(judged, sentences)}</details>'
