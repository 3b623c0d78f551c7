"""What is asked of the router, what it chooses among, and its answer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from videogen.domain.condition import Location, Purpose
from videogen.domain.prompt import Prompt

MOTION_TAG = "motion:"  # low, mid, high: how a prompt suite says how much moves

Fact = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRequest:
    """What a clip must be; None where the asker does not mind."""

    purpose: Purpose = Purpose.T2V
    inputs: frozenset[str] | None = None  # names of the slots that files are given for
    prompt: str | None = None
    motion: str | None = None  # low, mid, high; None: nobody has said
    min_height_px: int | None = None
    duration_s: float | None = None  # the clip must last at least so long
    max_cost_usd: Decimal | None = None
    max_wall_time_s: float | None = None
    local_only: bool = False
    quality_min: float | None = None  # MOS, 1 to 5

    def __post_init__(self) -> None:
        for name in ("min_height_px", "duration_s", "max_wall_time_s"):
            value = getattr(self, name)
            if value is not None and not value > 0:  # NaN is not positive either
                raise ValueError(f"{name} must be positive, got {value}")
        if self.max_cost_usd is not None and not self.max_cost_usd >= 0:
            raise ValueError(f"max_cost_usd must be 0 or more, got {self.max_cost_usd}")
        if self.quality_min is not None and not 1 <= self.quality_min <= 5:
            raise ValueError(f"quality_min must be 1 to 5, got {self.quality_min}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMeasurement:
    """What of an option was measured here often enough to stand for it."""

    n_runs: int  # ended ones
    is_cost: bool = False
    is_time: bool = False
    n_raters: int = 0  # behind its quality; 0: that is claimed, or unknown
    n_ratings: int = 0
    quality_low: float | None = None  # one-sided 95 % bound of the mean
    n_failed: int = 0  # of n_runs
    is_failing: bool = False  # it failed its success criterion

    @property
    def is_rated(self) -> bool:
        return self.n_raters > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOption:
    """One condition as the router sees it; None is unknown and passes no limit."""

    name: str
    purposes: frozenset[Purpose]
    height_px: int | None
    duration_s: float | None
    location: Location
    cost_usd: Decimal | None
    wall_time_s: float | None  # the slow end of what is expected
    quality: float | None  # MOS
    required_inputs: frozenset[str] = frozenset()
    optional_inputs: frozenset[str] = frozenset()
    queue_s: float | None = 0.0  # until its turn would come; 0: nothing waits, or nobody asked
    cap_left_usd: Decimal | None = None  # of the month's or the campaign's; None: none holds
    is_available: bool | None = None  # None: nobody has asked its server
    why_not: str | None = None  # a key of texts, when it is not available
    is_quality_claimed: bool = False  # said of it, not rated here
    measured: OwnMeasurement | None = None  # None: too little, or nothing

    def takes(self, names: Collection[str]) -> bool:
        return self.required_inputs <= set(names) <= self.required_inputs | self.optional_inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A key of texts and what to fill in; `sentence` says it."""

    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    name: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """What can serve, and what it is preferred for."""

    name: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """The router's answer; `chosen` is None when nothing can serve."""

    chosen: str | None
    reason: Reason
    fallbacks: tuple[str, ...]
    rejected: tuple[Rejection, ...]
    rules_version: str
    ranked: tuple[Ranked, ...] = ()  # the chosen first, then the fallbacks
    measured: Mapping[str, OwnMeasurement] = field(default_factory=dict)  # of the candidates


def request_for_prompt(
    prompt: Prompt,
    *,
    max_cost_usd: Decimal | None = None,
    max_wall_time_s: float | None = None,
    local_only: bool = False,
) -> RouteRequest:
    """What a suite's prompt asks for by its tags; a prompt without a motion tag asks for none."""
    return RouteRequest(
        prompt=prompt.text,
        motion=motion_of(prompt),
        max_cost_usd=max_cost_usd,
        max_wall_time_s=max_wall_time_s,
        local_only=local_only,
    )


def motion_of(prompt: Prompt) -> str | None:
    motion = next((tag for tag in prompt.tags if tag.startswith(MOTION_TAG)), None)
    return None if motion is None else motion.removeprefix(MOTION_TAG)
