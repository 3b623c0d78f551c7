"""Criteria, verdicts and the evidence that they are read from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from videogen.domain.condition import Location
from videogen.domain.run import FailureClass, Origin


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
    runs: tuple[JudgedRun, ...]
    ratings: RatingBlock | None = None


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
