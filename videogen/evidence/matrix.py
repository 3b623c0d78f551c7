"""The comparison matrix: every condition of a campaign on the same measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from videogen.domain.condition import BackendKind, Location
from videogen.domain.decision import (
    ConditionDecision,
    ConditionEvidence,
    CriterionName,
    CriterionResult,
    Decision,
    Verdict,
)
from videogen.domain.run import FailureClass
from videogen.evidence.claims import Claim, claims_of
from videogen.evidence.loading import CampaignEvidence
from videogen.store import SetupHours


class Role(StrEnum):
    CANDIDATE = "candidate"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An estimate with its two-sided 90 % interval; `n` counts what the name of it says."""

    estimate: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One condition; None is unknown. Per second means per second of clip played."""

    condition: str
    condition_id: str
    role: Role
    verdict: Verdict
    location: Location
    clip_duration_s: float | None  # None: a user's own graph, only its clips tell
    quality: Measured  # MOS; n = raters
    cost_usd: Measured  # per successful clip; n = runs
    cost_usd_per_clip_s: float | None
    success_rate: Measured  # n = first-time runs
    peak_vram_mib_max: float | None
    wall_time_s_median: float | None  # of succeeded runs
    wall_time_s_per_clip_s: float | None
    wall_time_s_p95: float | None
    n_timed: int  # succeeded runs with a known wall time
    n_peaks: int  # runs whose peak memory was measured or known to be at least something
    n_runs: int  # ended, cancelled ones not counted
    n_succeeded: int
    failures: Mapping[FailureClass | None, int]
    claims: Mapping[str, tuple[Claim, ...]]  # by measure, claimed and published
    setup: SetupHours | None = None  # None: nobody wrote down what it took
    is_routed: bool = False  # the hybrid: rules send each run to one of its members

    @property
    def videos_per_hour(self) -> float | None:
        """One after another on one machine, at the median wall time."""
        return None if not self.wall_time_s_median else 3600 / self.wall_time_s_median


def comparison_matrix(
    evidence: CampaignEvidence,
    decision: Decision,
    *,
    claims: Sequence[Claim] = (),
) -> list[MatrixRow]:
    """Candidates first, then baselines, each in the campaign's order."""
    judged = {condition.name: condition for condition in decision.conditions}
    return [
        _row(evidence, condition, judged[condition.name], claims)
        for condition in evidence.evidence.conditions
    ]


def _row(
    evidence: CampaignEvidence,
    condition: ConditionEvidence,
    judged: ConditionDecision,
    claims: Sequence[Claim],
) -> MatrixRow:
    settings = evidence.conditions[condition.name]
    tally = condition.tally
    wall = tally.wall_time_s_median
    cost = judged.criteria[CriterionName.COST]
    return MatrixRow(
        condition=condition.name,
        condition_id=settings.condition_id,
        role=Role.CANDIDATE if judged.is_candidate else Role.BASELINE,
        verdict=judged.verdict,
        location=condition.location,
        clip_duration_s=settings.clip_duration_s,
        quality=_measured(judged.criteria[CriterionName.QUALITY]),
        cost_usd=_measured(cost),
        cost_usd_per_clip_s=_divided(cost.estimate, settings.clip_duration_s),
        success_rate=_measured(judged.criteria[CriterionName.SUCCESS]),
        peak_vram_mib_max=judged.criteria[CriterionName.VRAM].estimate,
        wall_time_s_median=wall,
        wall_time_s_per_clip_s=_divided(wall, settings.clip_duration_s),
        wall_time_s_p95=tally.wall_time_s_p95,
        n_timed=tally.n_ok_timed,
        n_peaks=judged.criteria[CriterionName.VRAM].n,
        n_runs=tally.n_ended,
        n_succeeded=tally.n_ok,
        failures=tally.failures,
        claims=claims_of(claims, settings.name),
        setup=evidence.setup.get(settings.name),
        is_routed=settings.backend is BackendKind.ROUTED,
    )


def _measured(result: CriterionResult) -> Measured:
    return Measured(estimate=result.estimate, low=result.low, high=result.high, n=result.n)


def _divided(value: float | None, by: float | None) -> float | None:
    return None if value is None or by is None else value / by
