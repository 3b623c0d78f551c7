"""The brief's five risks, each with what the paper says of it and a trigger that is measured."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from videogen import store
from videogen.analysis.paired import PairedDifference
from videogen.analysis.quality import N_RATERS_MIN
from videogen.analysis.success import success_bounds
from videogen.domain.condition import BackendKind, Location
from videogen.domain.decision import ConditionEvidence, CriterionName, CriterionVerdict, RunTally
from videogen.evidence.answers.overrun import overrun_figures
from videogen.evidence.answers.poc_plan import PocPlan, PocState, poc_state, shipped_plan
from videogen.evidence.answers.risk_figures import Level, RiskFigure, RiskName, RiskState, combined
from videogen.evidence.case import Case
from videogen.evidence.claims import span_of, word_of
from videogen.evidence.counted_opinions import baseline_differences
from videogen.evidence.opinions import CampaignOpinions
from videogen.evidence.verdict import Sentence
from videogen.store import Database, FeedbackSummary, RunSubset
from videogen.store.slow_runs import slow_runs

# Source: "WAN Integration: Executive Summary", 28 December 2025, section "Risk Assessment".
PROBABILITY: Mapping[RiskName, Level] = {
    RiskName.VRAM: Level.MEDIUM,
    RiskName.SLOW: Level.HIGH,
    RiskName.QUALITY: Level.MEDIUM,
    RiskName.OVERRUN: Level.HIGH,
    RiskName.DISSATISFACTION: Level.LOW,
}
IMPACT: Mapping[RiskName, Level] = {
    RiskName.VRAM: Level.HIGH,
    RiskName.SLOW: Level.MEDIUM,
    RiskName.QUALITY: Level.HIGH,
    RiskName.OVERRUN: Level.MEDIUM,
    RiskName.DISSATISFACTION: Level.HIGH,
}
# As for memory: 29 quick clips and no slow one prove that fewer than one in ten is slow.
SLOW_SHARE_MAX = 0.10
# None of ten words against it is the least that keeps the exact interval below one in three.
AGAINST_SHARE_MAX = 1 / 3
N_WORDS_MIN = 10
WORD_OF_CRITERION: Mapping[CriterionVerdict, RiskState] = {
    CriterionVerdict.FAIL: RiskState.TRIGGERED,
    CriterionVerdict.PASS: RiskState.QUIET,
    CriterionVerdict.NOT_YET: RiskState.UNKNOWN,
}
MIB_PER_GB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRisk:
    name: RiskName
    probability: Level  # both as the paper claims
    impact: Level
    rule: Sentence  # when it counts as triggered
    mitigation: Sentence  # the paper's
    figures: tuple[RiskFigure, ...]

    @property
    def state(self) -> RiskState:
        return combined(self.figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverallRisk:
    level: Level
    claimed: Level | None  # None: the claims do not say
    n_triggered: int
    n_unknown: int


def measured_risks(
    database: Database,
    case: Case,
    *,
    plan: PocPlan | None = None,
    opinions: CampaignOpinions | None = None,
    progress: PocState | None = None,
    today: date | None = None,
) -> tuple[MeasuredRisk, ...]:
    """All five in the paper's order; without a plan the one that is shipped, without a day today.

    Args: opinions and progress: of this campaign and plan, where they are at hand already.
    """
    known = plan or shipped_plan()
    progress = progress or poc_state(database, known, disk_free_bytes=None)
    day = today or datetime.now(UTC).date()
    differences = _differences(database, case, opinions)
    summaries = store.feedback_summary(database, case.found.origin)
    limit_s = slow_limit_s(case)
    limit_gb = case.found.evidence.criteria.peak_vram_mib_max / MIB_PER_GB
    found = (
        _risk(RiskName.VRAM, vram_figures(case), limit_gb=limit_gb),
        _risk(
            RiskName.SLOW,
            slow_figures(database, case, limit_s),
            limit_min="–" if limit_s is None else f"{limit_s / 60:.0f}",
            share=_percent(SLOW_SHARE_MAX),
        ),
        _risk(RiskName.QUALITY, quality_figures(case, differences), n_raters_min=N_RATERS_MIN),
        _risk(RiskName.OVERRUN, overrun_figures(case, known, progress, day)),
        _risk(
            RiskName.DISSATISFACTION,
            dissatisfaction_figures(case, summaries),
            n_min=N_WORDS_MIN,
        ),
    )
    return tuple(map(_played, found)) if case.found.is_sandbox else found


def _played(risk: MeasuredRisk) -> MeasuredRisk:
    """What the sandbox played is said to be so at each risk; the plan's days are real."""
    if risk.name is RiskName.OVERRUN:
        return risk
    note = RiskFigure(said=Sentence(key="answers.sandbox"))
    return replace(risk, figures=(*risk.figures, note))


def overall_risk(case: Case, risks: Sequence[MeasuredRisk]) -> OverallRisk:
    """The gravest of what is triggered; what nobody has measured stays as grave as its impact."""
    claimed = word_of(case.claims, "overall_risk")
    return OverallRisk(
        level=overall_level(risks),
        claimed=None if claimed is None else Level(claimed),
        n_triggered=sum(risk.state is RiskState.TRIGGERED for risk in risks),
        n_unknown=sum(risk.state is RiskState.UNKNOWN for risk in risks),
    )


def overall_level(risks: Sequence[MeasuredRisk]) -> Level:
    """High: a triggered risk of high impact. Medium-high: another triggered one, or one of high
    impact that is unknown. Medium: only others unknown. Low: all are quiet.
    """
    open_risks = {(risk.state, risk.impact) for risk in risks if risk.state is not RiskState.QUIET}
    if (RiskState.TRIGGERED, Level.HIGH) in open_risks:
        return Level.HIGH
    is_triggered = any(state is RiskState.TRIGGERED for state, _ in open_risks)
    if is_triggered or (RiskState.UNKNOWN, Level.HIGH) in open_risks:
        return Level.MEDIUM_HIGH
    return Level.MEDIUM if open_risks else Level.LOW


def vram_figures(case: Case) -> Iterator[RiskFigure]:
    """As the memory criterion judges it, so that card and risk cannot differ."""
    local = [one for one in _candidates(case) if one.location is Location.LOCAL]
    if not local:
        yield RiskFigure(said=Sentence(key="risks.vram.cloud"), state=RiskState.QUIET)
    limit_mib = case.found.evidence.criteria.peak_vram_mib_max
    judged = {one.name: one for one in case.decision.conditions}
    for one in local:
        verdict = judged[one.name].criteria[CriterionName.VRAM].verdict
        state = WORD_OF_CRITERION[verdict]
        query = _runs_of(case, one.name)
        if state is RiskState.TRIGGERED:
            query |= {"only": RunSubset.OVER_VRAM.value, "limit_mib": str(limit_mib)}
        yield RiskFigure(said=_peaks(one, limit_mib), state=state, page="runs", query=query)


def _peaks(one: ConditionEvidence, limit_mib: int) -> Sentence:
    tally = one.tally
    facts: dict[str, object] = {
        "condition": one.name,
        "n_oom": tally.n_oom,
        "n_over": tally.n_over,
        "n_peaks": tally.n_peaks,
        "limit_gb": limit_mib / MIB_PER_GB,
    }
    if tally.peak_mib_max is None:
        return Sentence(key="risks.vram.no_peak", facts=facts)
    left_gb = (limit_mib - tally.peak_mib_max) / MIB_PER_GB
    facts |= {"peak_gb": tally.peak_mib_max / MIB_PER_GB, "left_gb": abs(left_gb)}
    key = "risks.vram.headroom" if left_gb >= 0 else "risks.vram.over"
    if not tally.n_oom and not tally.n_over:
        key = "risks.vram.none"
    return Sentence(key=key, facts=facts)


def slow_limit_s(case: Case) -> float | None:
    """What people wait for today's own back end, as the paper says; None: nobody said it."""
    span = span_of(case.claims, "wall_time_s", "animatediff")
    return None if span is None else span.high


def slow_figures(database: Database, case: Case, limit_s: float | None) -> Iterator[RiskFigure]:
    counted = {}
    if limit_s is not None:
        rows = slow_runs(database, case.found.campaign.campaign_id, case.found.origin, limit_s)
        counted = {row.condition_id: row for row in rows}
    for one in _candidates(case):
        query = {**_runs_of(case, one.name), "status": "succeeded"}
        row = counted.get(case.found.conditions[one.name].condition_id)
        if row is None or limit_s is None:
            said = Sentence(key="risks.slow.unknown", facts={"condition": one.name})
            yield RiskFigure(said=said, state=RiskState.UNKNOWN, page="runs", query=query)
        else:
            yield _slow(one, row.n_slow, row.n_timed, limit_s, query)
        yield from _claimed_times(case, one)


def _slow(
    one: ConditionEvidence, n_slow: int, n: int, limit_s: float, query: Mapping[str, str]
) -> RiskFigure:
    """The bounds are one-sided 95 % each, as the criteria's are."""
    low, high = (1 - bound for bound in reversed(success_bounds(n - n_slow, n)))
    facts = {
        "condition": one.name,
        "n_slow": n_slow,
        "n": n,
        "limit_min": limit_s / 60,
        "low": _percent(low, 1),
        "high": _percent(high, 1),
        **_minutes(one.tally),
    }
    return RiskFigure(
        said=Sentence(key="risks.slow.share", facts=facts),
        state=_beside(low, high, SLOW_SHARE_MAX),
        page="runs",
        query=query,
    )


def _minutes(tally: RunTally) -> dict[str, object]:
    known = (("median_min", tally.wall_time_s_median), ("p95_min", tally.wall_time_s_p95))
    return {name: "–" if value is None else f"{value / 60:.1f}" for name, value in known}


def _claimed_times(case: Case, one: ConditionEvidence) -> Iterator[RiskFigure]:
    """What was said before anything was measured: the paper's, and the makers' own."""
    condition = case.found.conditions[one.name]
    per_frame = span_of(case.claims, "wall_time_s_per_frame", condition.name)
    if per_frame is not None and condition.n_frames is not None:
        facts: dict[str, object] = {
            "condition": one.name,
            "n_frames": condition.n_frames,
            "low_h": per_frame.low * condition.n_frames / 3600,
            "high_h": per_frame.high * condition.n_frames / 3600,
        }
        yield RiskFigure(said=Sentence(key="risks.slow.claimed_frames", facts=facts))
    for kind in ("claimed", "published"):
        span = span_of(case.claims, "wall_time_s", condition.name, kind=kind)
        if span is not None:
            low, high = f"{span.low / 60:.1f}", f"{span.high / 60:.1f}"
            minutes = low if low == high else f"{low}–{high}"
            facts = {
                "condition": one.name, "minutes": minutes, "source": span.claims[0].source
            }  # fmt: skip
            yield RiskFigure(said=Sentence(key=f"risks.slow.{kind}", facts=facts))


def _differences(
    database: Database, case: Case, opinions: CampaignOpinions | None
) -> Mapping[str, PairedDifference]:
    """By candidate; all that a campaign's opinions tell is not worked out for them."""
    baseline = baseline_of(case)
    if baseline is None:
        return {}
    if opinions is None:
        return baseline_differences(database, case.found, baseline)
    return {one.first: one.difference for one in opinions.pairs if one.second == baseline}


def quality_figures(
    case: Case, differences: Mapping[str, PairedDifference]
) -> Iterator[RiskFigure]:
    """Each candidate against what the team has today: the hybrid, else AnimateDiff.

    Args: differences: by candidate, less the baseline.
    """
    baseline = baseline_of(case)
    query = {"campaign": case.found.campaign.campaign_id, "tab": "quality"}
    for name in case.found.evidence.candidates:
        facts: dict[str, object] = {"condition": name, "baseline": baseline or ""}
        found = differences.get(name)
        if found is None:
            key = "no_baseline" if baseline is None else "unrated"
            said = Sentence(key=f"risks.quality.{key}", facts=facts)
            yield RiskFigure(said=said, state=RiskState.UNKNOWN, page="compare", query=query)
        else:
            yield _difference(found, facts, query)


def baseline_of(case: Case) -> str | None:
    """By its evidence name; None: the campaign has nothing of what the team uses today."""
    candidates = case.found.evidence.candidates
    others = {
        name: condition
        for name, condition in case.found.conditions.items()
        if name not in candidates
    }
    routed = [name for name, one in others.items() if one.backend is BackendKind.ROUTED]
    own = [name for name, one in others.items() if one.name.startswith("animatediff")]
    return next(iter([*routed, *own]), None)


def _difference(
    found: PairedDifference, facts: dict[str, object], query: Mapping[str, str]
) -> RiskFigure:
    low, high, n_raters = found.ci95_low, found.ci95_high, found.n_raters or 0
    facts = facts | {
        "difference": _signed(found.difference),
        "n_prompts": found.n_prompts,
        "n_raters": n_raters,
        "n_raters_min": N_RATERS_MIN,
    }
    if low is None or high is None or n_raters < N_RATERS_MIN:
        said = Sentence(key="risks.quality.few", facts=facts)
        return RiskFigure(said=said, state=RiskState.UNKNOWN, page="compare", query=query)
    facts |= {"low": _signed(low), "high": _signed(high)}
    state = RiskState.UNKNOWN
    if high <= 0:
        state = RiskState.TRIGGERED
    elif low > 0:
        state = RiskState.QUIET
    said = Sentence(key="risks.quality.difference", facts=facts)
    return RiskFigure(said=said, state=state, page="compare", query=query)


def dissatisfaction_figures(
    case: Case, summaries: Sequence[FeedbackSummary]
) -> Iterator[RiskFigure]:
    """Thumbs and "would use" of each candidate's own clips, of the campaign's origin only."""
    of_condition = {one.condition_id: one for one in summaries}
    for name in case.found.evidence.candidates:
        condition_id = case.found.conditions[name].condition_id
        one = of_condition.get(condition_id)
        if one is None:
            facts = {"condition": name, "n_min": N_WORDS_MIN}
            said = Sentence(key="risks.dissatisfaction.none", facts=facts)
            yield RiskFigure(said=said, state=RiskState.UNKNOWN, page="create")
            continue
        counts = {
            "thumbs": (one.n_down, one.n_thumbs),
            "would_use": (one.n_would_not, one.n_answers),
        }
        asked = {kind: count for kind, count in counts.items() if count[1] >= N_WORDS_MIN}
        for kind, (n_against, n) in (asked or counts).items():
            yield _against(kind, name, n_against, n, {"condition": condition_id})


def _against(kind: str, name: str, n_against: int, n: int, query: Mapping[str, str]) -> RiskFigure:
    facts: dict[str, object] = {
        "condition": name, "n_against": n_against, "n": n, "n_min": N_WORDS_MIN
    }  # fmt: skip
    if n < N_WORDS_MIN:
        said = Sentence(key=f"risks.dissatisfaction.{kind}_few", facts=facts)
        return RiskFigure(said=said, state=RiskState.UNKNOWN, page="runs", query=query)
    high_ok_low, high_ok = success_bounds(n - n_against, n, alpha=0.025)
    low, high = 1 - high_ok, 1 - high_ok_low
    facts |= {"share": _percent(n_against / n), "low": _percent(low), "high": _percent(high)}
    return RiskFigure(
        said=Sentence(key=f"risks.dissatisfaction.{kind}", facts=facts),
        state=_beside(low, high, AGAINST_SHARE_MAX),
        page="runs",
        query=query,
    )


def _risk(name: RiskName, figures: Iterator[RiskFigure], **facts: object) -> MeasuredRisk:
    return MeasuredRisk(
        name=name,
        probability=PROBABILITY[name],
        impact=IMPACT[name],
        rule=Sentence(key=f"risks.rule.{name.value}", facts=facts),
        mitigation=Sentence(key=f"risks.mitigation.{name.value}"),
        figures=tuple(figures),
    )


def _beside(low: float, high: float, limit: float) -> RiskState:
    """Triggered above the limit for sure, quiet below it for sure."""
    if low > limit:
        return RiskState.TRIGGERED
    return RiskState.QUIET if high < limit else RiskState.UNKNOWN


def _candidates(case: Case) -> list[ConditionEvidence]:
    evidence = case.found.evidence
    return [one for one in evidence.conditions if one.name in evidence.candidates]


def _runs_of(case: Case, name: str) -> dict[str, str]:
    return {
        "campaign": case.found.campaign.campaign_id,
        "condition": case.found.conditions[name].condition_id,
    }


def _percent(share: float, digits: int = 0) -> str:
    return f"{share * 100:.{digits}f} %"


def _signed(value: float) -> str:
    """A true minus, so that the digits align."""
    return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")
