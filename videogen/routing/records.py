"""What is asked of the router, what it chooses among, and its answer."""

from collections.abc import Mapping
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
    is_available: bool | None = None  # None: nobody has asked its server
    why_not: str | None = None  # a key of texts, when it is not available
    is_quality_claimed: bool = False  # said of it, not rated here


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
class Routing:
    """The router's answer; `chosen` is None when nothing can serve."""

    chosen: str | None
    reason: Reason
    fallbacks: tuple[str, ...]
    rejected: tuple[Rejection, ...]
    rules_version: str


def request_for_prompt(
    prompt: Prompt,
    *,
    max_cost_usd: Decimal | None = None,
    max_wall_time_s: float | None = None,
    local_only: bool = False,
) -> RouteRequest:
    """What a suite's prompt asks for by its tags; a prompt without a motion tag asks for none."""
    motion = next((tag for tag in prompt.tags if tag.startswith(MOTION_TAG)), None)
    return RouteRequest(
        prompt=prompt.text,
        motion=None if motion is None else motion.removeprefix(MOTION_TAG),
        max_cost_usd=max_cost_usd,
        max_wall_time_s=max_wall_time_s,
        local_only=local_only,
    )
