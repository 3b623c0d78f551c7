"""The verdict in one sentence and the four criteria behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
from videogen.ui import behind, interval_bar, markup

__all__ = [
    "ORDER",
    "Deck",
    "criterion_cards",
    "figure",
    "interval",
    "limit_text",
    "needs",
    "verdict_banner",
]


def verdict_banner(
    verdict: Verdict,
    sentence: str,
    *,
    eyebrow: str,
    language: str,
    provisional: str | None = None,
    step: str | None = None,
    sure: str | None = None,
) -> str:
    """`step` is the cheapest thing that decides it; `sure` is HTML of who makes it."""
    word = texts.t(f"verdict.{verdict.value}", language)
    aside = f'<span class="vg-aside">{markup.esc(provisional)}</span>' if provisional else ""
    lines = [f'<p class="vg-say">{markup.esc(sentence)}</p>']
    if step:
        lines.append(f'<p class="vg-step">{markup.icon("next")}<span>{markup.esc(step)}</span></p>')
    if sure:
        lines.append(f'<p class="vg-small vg-soft vg-sure">{sure}</p>')
    return (
        f'<section class="vg vg-verdict vg-verdict-{verdict.value}">'
        f'<p class="vg-eyebrow">{markup.esc(eyebrow)}</p>'
        f'<div class="vg-word"><h1 lang="{language}">{markup.icon(verdict.value)}'
        f"{markup.esc(word)}</h1>{aside}</div>"
        f"{''.join(lines)}</section>"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deck:
    """What the cards of one candidate share."""

    criteria: Criteria
    language: str
    runs_query: Mapping[str, str]  # campaign and condition: what is behind each figure
    turns: Mapping[CriterionName, Sequence[str]] = field(default_factory=dict)  # its verdict


def criterion_cards(decision: ConditionDecision, deck: Deck) -> str:
    cards = [
        _card(name, decision.criteria[name], deck) for name in ORDER if name in decision.criteria
    ]
    return f'<div class="vg vg-cards">{"".join(cards)}</div>'


def _card(name: CriterionName, result: CriterionResult, deck: Deck) -> str:
    language = deck.language
    title = texts.t(f"criterion.{name.value}", language)
    word = texts.t(f"criterion_verdict.{result.verdict.value}", language)
    badge = markup.chip(word, result.verdict.value, icon_name=result.verdict.value)
    top = f'<div class="vg-card-top"><h2>{markup.esc(title)}</h2>{badge}</div>'
    if result.verdict is CriterionVerdict.NOT_APPLICABLE:
        reason = texts.t(f"decision.not_applicable.{name.value}", language)
        return (
            f'<article class="vg-card">{top}<p class="vg-line">{markup.esc(reason)}</p></article>'
        )
    limit = limit_text(name, deck.criteria, language)
    between = interval(name, result, language)
    scale = interval_bar.scale_of(name, result, deck.criteria)
    bar = interval_bar.draw(result, scale, limit, label=f"{title}: {between}; {limit}")
    rest = [behind.criterion(name, rests_on(name, result, language), deck.runs_query)]
    against = behind.deciding(name, result, deck.criteria, language, deck.runs_query)
    rest += [against] if against else []
    return (
        f'<article class="vg-card">{top}'
        f'<div class="vg-figure">{_value(name, result, deck)}</div>'
        f'<div class="vg-{result.verdict.value}">{bar}</div>'
        f'<p class="vg-line"><span>{markup.esc(between)}</span> '
        f"<span>{' · '.join(rest)}</span></p>"
        f'<div class="vg-needs">{_why(name, result, deck)}</div></article>'
    )


def _value(name: CriterionName, result: CriterionResult, deck: Deck) -> str:
    """The figure opens what is behind it; an unknown one has nothing to open."""
    shown = figure(name, result.estimate)
    if result.estimate is None:
        return shown
    unit = markup.esc(texts.t(f"decision.unit.{name.value}", deck.language))
    return f"{behind.criterion(name, shown, deck.runs_query)} <small>{unit}</small>"


def _why(name: CriterionName, result: CriterionResult, deck: Deck) -> str:
    """What would turn it at a glance; behind a click the whole reason and every other way."""
    asked = None
    if result.verdict is CriterionVerdict.NOT_YET:
        asked = needs(result.needs, deck.language)
    turns = [*([asked] if asked else []), *deck.turns.get(name, ())]
    told = f'<p class="vg-turn">{markup.esc(turns[0])}</p>' if turns else ""
    inside = [criterion_reason(result, deck.language), *turns[1:]]
    paragraphs = "".join(f"<p>{markup.esc(one)}</p>" for one in inside)
    head = markup.esc(texts.t("decision.why", deck.language))
    return f"{told}<details><summary>{head}</summary>{paragraphs}</details>"
