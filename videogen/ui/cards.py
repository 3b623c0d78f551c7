"""The verdict in one sentence and the four criteria behind it."""

from collections.abc import Mapping

from videogen import texts
from videogen.analysis import criterion_reason
from videogen.domain.decision import (
    ConditionDecision,
    Criteria,
    CriterionName,
    CriterionResult,
    CriterionVerdict,
    Verdict,
)
from videogen.evidence.criterion_words import (
    ORDER,
    figure,
    interval,
    limit_text,
    needs,
    rests_on,
)
from videogen.ui import interval_bar, markup

__all__ = [
    "ORDER",
    "criterion_cards",
    "figure",
    "interval",
    "limit_text",
    "needs",
    "verdict_banner",
]


def verdict_banner(
    verdict: Verdict, sentence: str, *, eyebrow: str, language: str, note: str | None = None
) -> str:
    word = texts.t(f"verdict.{verdict.value}", language)
    under = f'<p class="vg-small vg-soft">{markup.esc(note)}</p>' if note else ""
    return (
        f'<section class="vg vg-verdict vg-verdict-{verdict.value}">'
        f'<p class="vg-eyebrow">{markup.esc(eyebrow)}</p>'
        f'<h1 lang="{language}">{markup.icon(verdict.value)}{markup.esc(word)}</h1>'
        f'<p class="vg-say">{markup.esc(sentence)}</p>{under}</section>'
    )


def criterion_cards(
    decision: ConditionDecision, criteria: Criteria, language: str, *, runs_query: Mapping[str, str]
) -> str:
    """`runs_query` leads from each count to the runs behind it."""
    cards = [
        _card(name, decision.criteria[name], criteria, language, runs_query)
        for name in ORDER
        if name in decision.criteria
    ]
    return f'<div class="vg vg-cards">{"".join(cards)}</div>'


def _card(
    name: CriterionName,
    result: CriterionResult,
    criteria: Criteria,
    language: str,
    runs_query: Mapping[str, str],
) -> str:
    title = texts.t(f"criterion.{name.value}", language)
    word = texts.t(f"criterion_verdict.{result.verdict.value}", language)
    badge = markup.chip(word, result.verdict.value, icon_name=result.verdict.value)
    top = f'<div class="vg-card-top"><span>{markup.esc(title)}</span>{badge}</div>'
    if result.verdict is CriterionVerdict.NOT_APPLICABLE:
        reason = texts.t(f"decision.not_applicable.{name.value}", language)
        return (
            f'<article class="vg-card">{top}<p class="vg-line">{markup.esc(reason)}</p></article>'
        )
    unit = ""
    if result.estimate is not None:
        unit = f" <small>{markup.esc(texts.t(f'decision.unit.{name.value}', language))}</small>"
    limit = limit_text(name, criteria, language)
    between = interval(name, result, language)
    scale = interval_bar.scale_of(name, result, criteria)
    bar = interval_bar.draw(result, scale, limit, label=f"{title}: {between}; {limit}")
    n = markup.link("runs", rests_on(name, result, language), **runs_query)
    return (
        f'<article class="vg-card">{top}'
        f'<div class="vg-figure">{figure(name, result.estimate)}{unit}</div>'
        f'<div class="vg-{result.verdict.value}">{bar}</div>'
        f'<p class="vg-line">{markup.esc(between)}<br>{n}</p>'
        f'<div class="vg-needs">{_why(result, language)}</div></article>'
    )


def _why(result: CriterionResult, language: str) -> str:
    """What would decide it at a glance, and the whole reason behind a click."""
    asked = needs(result.needs, language) if result.verdict is CriterionVerdict.NOT_YET else None
    head = asked or texts.t("decision.why", language)
    reason = criterion_reason(result, language)
    return f"<details><summary>{markup.esc(head)}</summary><p>{markup.esc(reason)}</p></details>"
