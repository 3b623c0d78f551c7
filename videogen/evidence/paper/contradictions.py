"""Where the paper contradicts itself, or what others publish: computed, never typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from videogen.domain.money import Price
from videogen.evidence.claims import Claim, Span, span_of
from videogen.evidence.paper.claim_figures import figure
from videogen.evidence.verdict import Sentence

MINUTE_S = 60.0
HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """What clashes, from which figures, by which arithmetic."""

    name: str
    sentence: Sentence
    steps: tuple[Sentence, ...]
    clashing: tuple[Claim, ...]  # claims of the paper that cannot all hold
    inputs: tuple[Claim | Price, ...]  # everything that the arithmetic took, in its order
    result: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What the paper pays for a GPU hour without saying so: a clip's price over its time."""

    usd_per_hour: float
    cost: Span
    time: Span

    @property
    def claims(self) -> tuple[Claim, ...]:
        return (*self.cost.claims, *self.time.claims)

    @property
    def step(self) -> Sentence:
        facts = {
            "cost_usd": self.cost.low,
            "minutes": self.time.low / MINUTE_S,
            "rate_usd": self.usd_per_hour,
        }
        return Sentence(key="brief.step.rate", facts=facts)

    def minutes(self, cost_usd: float) -> int:
        """Whole ones, so that what follows can be followed with the figures that are shown."""
        return round(cost_usd / self.usd_per_hour * 60)


def implied_rate(claims: Sequence[Claim]) -> Rate | None:
    """From AnimateDiff, the only condition whose price and time the paper both gives."""
    cost = span_of(claims, "cost_usd", "animatediff")
    time = span_of(claims, "wall_time_s", "animatediff")
    if cost is None or time is None or not cost.low or not time.low:
        return None
    return Rate(usd_per_hour=cost.low / (time.low / HOUR_S), cost=cost, time=time)


def n_frames_of_wan(claims: Sequence[Claim]) -> tuple[int, Claim] | None:
    """The clip length that WAN's makers publish their times for."""
    for claim in claims:
        if claim.condition == "wan-1.3b" and claim.measure == "wall_time_s" and claim.n_frames:
            return claim.n_frames, claim
    return None


def shown(measure: str, span: Span) -> Sentence:
    return figure(measure, span.low, span.high)


def are_apart(low: float, high: float, other_low: float, other_high: float) -> bool:
    """Not even their nearest ends meet."""
    return high < other_low or other_high < low
