"""What the Decision page says around its verdict: how sure, what next, what was left out."""

from collections.abc import Mapping

from videogen.analysis.success import ALPHA
from videogen.domain.decision import CriterionName, CriterionVerdict, Verdict
from videogen.evidence import environments
from videogen.evidence.steps import early_verdict
from videogen.ui import (
    decision_loaders,
    flip_loaders,
    formats,
    language,
    links,
    markup,
    quality_words,
    rater_names,
    screening_words,
    thresholds_loaders,
)
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t

DECIDED = (CriterionVerdict.PASS, CriterionVerdict.FAIL)


def how_sure(judged: Judged) -> str:
    """HTML: how much is decided of the foremost candidate, the panel, whose thresholds."""
    foremost = judged.candidates[0]
    results = [
        one
        for one in foremost.criteria.values()
        if one.verdict is not CriterionVerdict.NOT_APPLICABLE
    ]
    n_decided = sum(one.verdict in DECIDED for one in results)
    parts = [
        markup.esc(
            t(
                "decision.sure",
                n_decided=n_decided,
                n_criteria=len(results),
                condition=decision_loaders.label(foremost.name),
            )
        )
    ]
    n_candidates = len(judged.candidates)
    if n_candidates > 1 and judged.decision.verdict is Verdict.NOT_YET:
        level = f"{100 * (1 - ALPHA / n_candidates):.3g}"
        parts.append(markup.esc(t("decision.sure_several", n=n_candidates, level=level)))
    n_raters = foremost.criteria[CriterionName.QUALITY].n
    if n_raters and quality_words.informal_chip(n_raters):
        parts.append(markup.esc(t("quality.informal", n=n_raters)))
    criteria = judged.found.evidence.criteria
    version = t("decision.thresholds", version=criteria.version)
    parts.append(links.link("system", version, tab="money"))
    return " · ".join(parts)


def sentence(judged: Judged) -> str:
    """The verdict; what is missing is said by the cheapest step, where there is one."""
    said = [decision_loaders.said(one, language.current()) for one in judged.sentences]
    if judged.decision.verdict is Verdict.NOT_YET and cheapest_step(judged):
        return said[0]
    return " ".join(said)


def cheapest_step(judged: Judged) -> str | None:
    """None once nothing is left to do."""
    found = flip_loaders.cheapest_step(judged.found.campaign.campaign_id)
    if found is None:
        return None
    return decision_loaders.said(found.sentence, language.current())


def turns(judged: Judged, condition: str) -> Mapping[CriterionName, list[str]]:
    """What would turn each criterion of a condition, the thresholds first."""
    spoken = language.current()
    known = flip_loaders.flips(judged.found.campaign.campaign_id).get(condition, ())
    return {
        one.name: [decision_loaders.said(sentence, spoken) for sentence in one.sentences]
        for one in known
    }


def below_cards(judged: Judged) -> str:
    """HTML: who and what is left out or pooled, and what newer thresholds would say."""
    said = (
        _raters_left_out(judged),
        *_environments(judged),
        *_early_words(judged),
        _newer_thresholds(judged),
    )
    lines = [line for line in said if line]
    paragraphs = "".join(f'<p class="vg-small vg-soft">{line}</p>' for line in lines)
    return f'<div class="vg vg-below">{paragraphs}</div>' if lines else ""


def _raters_left_out(judged: Judged) -> str | None:
    """Who of the panel does not count, and by which rule."""
    gone = judged.found.raters_left_out
    if not gone:
        return None
    numbers = judged.found.rater_numbers
    ordered = sorted(gone, key=lambda one: rater_names.place(one.name, numbers))
    who = ", ".join(
        f"{rater_names.one(one.name, numbers)} "
        f"({', '.join(screening_words.short(finding) for finding in one.findings)})"
        for one in ordered
    )
    said = t(f"decision.left_out{'_one' if len(gone) == 1 else ''}", n=len(gone), who=who)
    link = links.link(
        "panel", t("decision.left_out_link"), campaign=judged.found.campaign.campaign_id
    )
    return f"{markup.esc(said)} {link}"


def _environments(judged: Judged) -> list[str]:
    """What a verdict pools, and what is in none."""
    spoken = language.current()
    other = environments.origin_sentence(judged.found)
    sentences = [
        *([other] if other else []),
        *flip_loaders.pooled(judged.found.campaign.campaign_id),
    ]
    return [markup.esc(decision_loaders.said(one, spoken)) for one in sentences]


def _early_words(judged: Judged) -> list[str]:
    """What the anytime rule says of success before the planned n; it unlocks nothing."""
    early = early_verdict.early_verdicts(judged.case).values()
    spoken = language.current()
    return [
        markup.esc(decision_loaders.said(one.sentence, spoken)) for one in early if one.is_allowed
    ]


def _newer_thresholds(judged: Judged) -> str | None:
    """A campaign keeps the thresholds that it registered; newer ones are only computed beside."""
    newer = thresholds_loaders.newer(judged.found.campaign.campaign_id)
    if newer is None:
        return None
    said = t(
        "decision.newer_thresholds",
        version=judged.found.evidence.criteria.version,
        newest=newer.criteria.version,
        when=formats.day(newer.criteria.since, language.current()),
        verdict=t(f"verdict.{newer.verdict.value}"),
    )
    return markup.esc(said)


def per_hour(videos: float) -> str:
    """Such as "0.58", "1.65", "14.5", "120"."""
    if videos >= 100:
        return f"{videos:,.0f}"
    if videos >= 10:
        return f"{videos:.1f}".removesuffix(".0")
    if videos >= 0.1:
        return f"{videos:.2f}".rstrip("0").rstrip(".")
    return f"{videos:.1g}"
