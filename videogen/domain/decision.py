"""Criteria, verdicts and the evidence that they are read from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from videogen.domain.condition import Location
from videogen.domain.run import FailureClass, Origin

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class CriterionName(StrEnum):
    QUALITY = "quality"
    COST = "cost"
    VRAM = "vram"
    SUCCESS = "success"


class CriterionVerdict(StrEnum):
    PASS = "pass"  # noqa: S105 a verdict
    FAIL = "fail"
    NOT_YET = "not_yet"
    NOT_APPLICABLE = "not_applicable"


class Verdict(StrEnum):
    GO = "go"
    NO_GO = "no_go"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """The four thresholds, versioned."""

    version: int
    quality_min: float = 4.0  # MOS, 1..5
    cost_usd_max: float = 1.50  # per successful clip
    peak_vram_mib_max: int = 22_528  # 22 GB as card makers count it
    success_rate_min: float = 0.90
    who: str | None = None
    why: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRun:
    """What the rules need of one run that ended."""

    ok: bool
    failure_class: FailureClass | None = None
    cost_usd: float | None = None
    peak_vram_mib: float | None = None
    wall_time_s: float | None = None
    worst_configuration: bool = False
    status: str | None = None  # RunStatus where known; a cancelled run is left out
    requeued_from: str | None = None
    peak_is_lower_bound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTally:
    """What the rules need of all runs of a condition: counts, moments and extremes.

    "Ended" runs ended by themselves, requeues too: neither cancelled nor in progress. "First-time"
    ones are no requeue of another. Variances are the sample's, in US dollars squared, over ended
    runs with a known cost; None below one such run.
    """

    n_ended: int = 0
    n_ok: int = 0
    n_first: int = 0
    n_first_ok: int = 0
    n_cancelled: int = 0
    n_filtered: int = 0  # first-time
    n_costed: int = 0
    total_usd: float = 0.0  # of the known costs
    var_cost: float | None = None
    var_ok: float | None = None
    covariance: float | None = None
    cancelled_usd: float = 0.0
    n_peaks: int = 0  # measured: of ended runs, no lower bounds
    n_peaks_worst: int = 0  # of them in the worst configuration
    n_lower_bounds: int = 0
    n_oom: int = 0
    n_over: int = 0  # peaks over `peak_limit_mib`, lower bounds too
    peak_limit_mib: int | None = None  # what `n_over` was counted with
    peak_mib_max: float | None = None
    n_timed: int = 0  # ended ones with a wall time: a cancelled one's hours are in no cost either
    n_ok_timed: int = 0
    wall_time_s_total: float = 0.0  # of all timed
    wall_time_s_median: float | None = None  # of ok runs
    wall_time_s_p95: float | None = None
    failures: Mapping[FailureClass | None, int] = field(default_factory=dict)  # most frequent first


def ranked_failures(
    counts: Mapping[FailureClass | None, int],
) -> Mapping[FailureClass | None, int]:
    """The most frequent first, then by name; a failure without a class last among equals."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))
    return dict(ranked)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpinionCells:
    """Gate ratings of one condition, a rater's scores of a prompt's clips averaged first."""

    means: "NDArray[np.float64]"  # shape (n_prompts, n_raters), nan = missing
    prompt_ids: tuple[str, ...]
    rater_names: tuple[str, ...] | None
    n_clips: int  # gate clips, rated or not
    n_rated: tuple[int, ...]  # of them by each rater


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingBlock:
    """Gate ratings of one condition: one row per clip, one column per rater, None = missing."""

    raw: tuple[tuple[float | None, ...], ...]
    prompt_ids: tuple[str, ...] | None = None
    rater_names: tuple[str, ...] | None = None  # one per column, to name who was left out


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionEvidence:
    name: str
    location: Location
    origin: Origin
    tally: RunTally
    opinions: OpinionCells | None = None  # None: nobody rated it


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedN:
    n_runs: int
    n_raters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a decision is made from; nothing else may enter."""

    candidates: tuple[str, ...]
    criteria: Criteria
    conditions: tuple[ConditionEvidence, ...]
    planned: PlannedN | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRows:
    name: str
    location: Location
    origin: Origin
    runs: tuple[JudgedRun, ...]
    ratings: RatingBlock | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRows:
    """Evidence before it is counted: what a file holds, so that anyone can count again."""

    candidates: tuple[str, ...]
    criteria: Criteria
    conditions: tuple[ConditionRows, ...]
    planned: PlannedN | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionNeeds:
    """What more would decide it; None = this does not help."""

    n_runs: int | None = None
    n_raters: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """low and high are the one-sided 95 % bounds, so together a two-sided 90 % interval."""

    verdict: CriterionVerdict
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    rule: str  # names the statistic and what n counts
    reason_key: str  # a sentence in texts (decision.reason.*), filled with `facts`
    facts: Mapping[str, object]
    needs: CriterionNeeds | None = None
    p_value: float | None = None  # one-sided, against "the criterion is missed"; None: skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionDecision:
    """`verdict` is the condition's own, at 95 %; the rest is what the overall verdict adds."""

    name: str
    verdict: Verdict
    criteria: Mapping[CriterionName, CriterionResult]
    is_candidate: bool = True
    is_below_planned_n: bool = False
    p_value: float | None = None  # the largest of its criteria's
    alpha_needed: float | None = None  # the level at which it must pass for an overall go


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Below the planned n the verdict is not_yet and `provisional_verdict` says how it stands."""

    verdict: Verdict
    provisional_verdict: Verdict | None
    conditions: tuple[ConditionDecision, ...]
