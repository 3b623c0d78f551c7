"""A claim of the paper from its other figures and from published ones, where arithmetic allows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from videogen.evidence.claims import Claim, Span, span_of
from videogen.evidence.paper.claim_figures import figure
from videogen.evidence.paper.contradictions import implied_rate, n_frames_of_wan, shown
from videogen.evidence.paper.cost_contradictions import cloud_shares, list_price, mixed_month
from videogen.evidence.paper.plan_contradictions import phase_weeks
from videogen.evidence.verdict import Sentence

HOUR_S = 3600.0
WEEKS_PER_MONTH = 365 / 7 / 12
MONTH = "cost_usd_month_1000"
WAN = ("wan-1.3b", "wan-14b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """In the claim's own unit, with the arithmetic."""

    low: float
    high: float
    value: Sentence
    arithmetic: Sentence


Rule = Callable[[Claim, Sequence[Claim]], Recomputed | None]


def recompute(claim: Claim, claims: Sequence[Claim]) -> Recomputed | None:
    """None: nothing else that was said or published leads to this figure."""
    rule = _RULES.get((claim.measure, claim.condition)) or _RULES.get((claim.measure, None))
    return rule(claim, claims) if rule else None


def _result(claim: Claim, low: float, high: float, rule: str, **facts: object) -> Recomputed:
    value = figure(claim.measure, low, high)
    arithmetic = Sentence(key=f"brief.recompute.{rule}", facts={**facts, "value": value})
    return Recomputed(low=low, high=high, value=value, arithmetic=arithmetic)


def _from_month(claim: Claim, claims: Sequence[Claim]) -> Recomputed | None:
    month, volume = span_of(claims, MONTH, claim.condition), span_of(claims, "n_videos_month")
    if month is None or volume is None:
        return None
    low, high = month.low / volume.low, month.high / volume.low
    facts = {"month": shown(MONTH, month), "n_videos": round(volume.low)}
    return _result(claim, low, high, "from_month", **facts)


def _from_frames(claim: Claim, claims: Sequence[Claim]) -> Recomputed | None:
    rate, frames = implied_rate(claims), n_frames_of_wan(claims)
    per_frame = span_of(claims, "wall_time_s_per_frame", claim.condition)
    if rate is None or frames is None or per_frame is None:
        return None
    low, high = (
        end * frames[0] / HOUR_S * rate.usd_per_hour for end in (per_frame.low, per_frame.high)
    )
    facts = {
        "per_frame": shown("wall_time_s_per_frame", per_frame),
        "n_frames": frames[0],
        "rate_usd": rate.usd_per_hour,
    }
    return _result(claim, low, high, "from_frames", **facts)


def _from_list_price(claim: Claim, claims: Sequence[Claim]) -> Recomputed | None:
    per_second = span_of(claims, "price_usd_per_s", "veo-2", kind="published")
    clip = span_of(claims, "clip_duration_s", "veo-2", kind="published")
    real = list_price(claims)
    if per_second is None or clip is None or real is None:
        return None
    facts = {"per_second": shown("price_usd_per_s", per_second), "seconds": clip.high}
    return _result(claim, real[0], real[1], "from_list_price", **facts)


def _month_from_list_price(claim: Claim, claims: Sequence[Claim]) -> Recomputed | None:
    real, volume = list_price(claims), span_of(claims, "n_videos_month")
    return None if real is None else _month(claim, real, volume)


def _month_from_cost(claim: Claim, claims: Sequence[Claim]) -> Recomputed | None:
    cost, volume = span_of(claims, "cost_usd", claim.condition), span_of(claims, "n_videos_month")
    return None if cost is None else _month(claim, (cost.low, cost.high), volume)


def _month(claim: Claim, cost: tuple[float, float], volume: Span | None) -> Recomputed | None:
    if volume is None:
        return None
    low, high = cost[0] * volume.low, cost[1] * volume.low
    facts = {"cost": figure("cost_usd", *cost), "n_videos": round(volume.low)}
    return _result(claim, low, high, "month", **facts)


def _month_from_published(claim: Claim, claims: Sequence[Claim]) -> Recomputed | None:
    rate, volume = implied_rate(claims), span_of(claims, "n_videos_month")
    time = span_of(claims, "wall_time_s", claim.condition, kind="published")
    if rate is None or volume is None or time is None:
        return None
    low, high = (end / HOUR_S * rate.usd_per_hour * volume.low for end in (time.low, time.high))
    facts = {
        "time": shown("wall_time_s", time),
        "rate_usd": rate.usd_per_hour,
        "n_videos": round(volume.low),
    }
    return _result(claim, low, high, "month_from_time", **facts)


def _month_from_shares(claim: Claim, claims: Sequence[Claim]) -> Recomputed | None:
    shares, real = cloud_shares(claims), list_price(claims)
    local, volume = span_of(claims, "cost_usd", "animatediff"), span_of(claims, "n_videos_month")
    if shares is None or real is None or local is None or volume is None:
        return None
    low, high = mixed_month(shares, local.low, real, volume.low)
    facts = {
        "low_pct": shares[0] * 100,
        "high_pct": shares[1] * 100,
        "real": figure("cost_usd", *real),
        "local": shown("cost_usd", local),
    }
    return _result(claim, low, high, "month_from_shares", **facts)


def _per_frame(claim: Claim, claims: Sequence[Claim]) -> Recomputed | None:
    rate, frames = implied_rate(claims), n_frames_of_wan(claims)
    month, volume = span_of(claims, MONTH, claim.condition), span_of(claims, "n_videos_month")
    if rate is None or frames is None or month is None or volume is None:
        return None
    costs = (month.low / volume.low, month.high / volume.low)
    low, high = (one / rate.usd_per_hour * HOUR_S / frames[0] for one in costs)
    facts = {
        "cost": figure("cost_usd", *costs),
        "rate_usd": rate.usd_per_hour,
        "n_frames": frames[0],
    }
    return _result(claim, low, high, "per_frame", **facts)


def _sum_of_phases(first: int, last: int, *, in_months: bool = False) -> Rule:
    def rule(claim: Claim, claims: Sequence[Claim]) -> Recomputed | None:
        phases = phase_weeks(claims)[first - 1 : last]
        if not phases:
            return None
        total = sum(phase.low for phase in phases)
        value = total / WEEKS_PER_MONTH if in_months else total
        parts = " + ".join(f"{phase.low:g}" for phase in phases)
        facts = {"parts": parts, "total": total}
        return _result(claim, value, value, "phases_months" if in_months else "phases", **facts)

    return rule


_RULES: dict[tuple[str, str | None], Rule] = {
    ("cost_usd", "animatediff"): _from_month,
    ("cost_usd", "wan-14b"): _from_frames,
    ("cost_usd", "veo-2"): _from_list_price,
    (MONTH, "animatediff"): _month_from_cost,
    (MONTH, "wan-14b"): _month_from_cost,
    (MONTH, "wan-1.3b"): _month_from_published,
    (MONTH, "veo-2"): _month_from_list_price,
    (MONTH, "hybrid"): _month_from_shares,
    ("wall_time_s_per_frame", None): _per_frame,
    ("wan_development_weeks", None): _sum_of_phases(1, 3),
    ("option_2_months", None): _sum_of_phases(1, 3, in_months=True),
    ("scenario_b_months", None): _sum_of_phases(2, 3, in_months=True),
    **{("setup_time_weeks", name): _sum_of_phases(1, 2) for name in WAN},
}
