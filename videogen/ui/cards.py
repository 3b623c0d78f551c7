"""The verdict in one sentence and the four criteria behind it."""

from collections.abc import Mapping

from videogen import texts
from videogen.analysis import criterion_reason
from videogen.domain.decision import (
    ConditionDecision,
    Criteria,
    CriterionName,
    CriterionNeeds,
    CriterionResult,
    CriterionVerdict,
    Verdict,
)
from videogen.ui import formats, interval_bar, markup

ORDER = (CriterionName.QUALITY, CriterionName.COST, CriterionName.VRAM, CriterionName.SUCCESS)


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


def figure(name: CriterionName, value: float | None) -> str:
    """A value of this criterion in its unit."""
    if name is CriterionName.QUALITY:
        return formats.score(value)
    if name is CriterionName.COST:
        return formats.usd(value)
    if name is CriterionName.VRAM:
        return formats.memory(value)
    return formats.percent(value)


def interval(name: CriterionName, result: CriterionResult, language: str) -> str:
    """Both bounds, the one that is known, or that there is none."""
    share = result.facts.get("exceedance_pct")
    if isinstance(share, float) and result.verdict is not CriterionVerdict.FAIL:
        return texts.t("decision.exceedance", language, share=f"{share:.0f} %")
    if result.low is not None and result.low == result.high:
        return texts.t("decision.unanimous", language)  # an interval of 0 would claim certainty
    low, high = figure(name, result.low), figure(name, result.high)
    if result.low is not None and result.high is not None:
        return texts.t("decision.interval", language, low=low, high=high)
    if result.high is not None:
        return texts.t("decision.interval_high", language, high=high)
    if result.low is not None:
        return texts.t("decision.interval_low", language, low=low)
    return texts.t("decision.interval_none", language)


def needs(wanted: CriterionNeeds | None, language: str) -> str | None:
    """Such as "about 3 more raters decide it"; None when nothing is asked for or nothing helps."""
    if wanted is None:
        return None
    if wanted.n_runs and wanted.n_raters:
        return texts.t(
            "decision.needs_both", language, n_runs=wanted.n_runs, n_raters=wanted.n_raters
        )
    if wanted.n_raters:
        return texts.t("decision.needs_raters", language, n_raters=wanted.n_raters)
    if wanted.n_runs:
        return texts.t("decision.needs_runs", language, n_runs=wanted.n_runs)
    return None


def limit_text(name: CriterionName, criteria: Criteria, language: str) -> str:
    value = figure(name, interval_bar.threshold(name, criteria))
    return texts.t(f"decision.limit.{name.value}", language, value=value)


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
    n = markup.link("runs", _n(name, result, language), **runs_query)
    return (
        f'<article class="vg-card">{top}'
        f'<div class="vg-figure">{figure(name, result.estimate)}{unit}</div>'
        f'<div class="vg-{result.verdict.value}">{bar}</div>'
        f'<p class="vg-line">{markup.esc(between)}<br>{n}</p>'
        f'<div class="vg-needs">{_why(result, language)}</div></article>'
    )


def _n(name: CriterionName, result: CriterionResult, language: str) -> str:
    """What the figure rests on, in its own kind of things."""
    n_prompts = result.facts.get("n_prompts")
    if name is CriterionName.QUALITY and isinstance(n_prompts, int):
        return texts.t("decision.n.panel", language, n_raters=result.n, n_prompts=n_prompts)
    return texts.t(f"decision.n.{name.value}", language, n=formats.count(result.n))


def _why(result: CriterionResult, language: str) -> str:
    """What would decide it at a glance, and the whole reason behind a click."""
    asked = needs(result.needs, language) if result.verdict is CriterionVerdict.NOT_YET else None
    head = asked or texts.t("decision.why", language)
    reason = criterion_reason(result, language)
    return f"<details><summary>{markup.esc(head)}</summary><p>{markup.esc(reason)}</p></details>"
