"""The paper's times against its prices, its marks and its volume."""

import math
from collections.abc import Sequence

from videogen.evidence.claims import Claim, Span, span_of
from videogen.evidence.gpu_hours import HOURS_PER_MONTH
from videogen.evidence.paper.contradictions import (
    MINUTE_S,
    Contradiction,
    Rate,
    are_apart,
    implied_rate,
    n_frames_of_wan,
    shown,
)
from videogen.evidence.verdict import Sentence

MONTH_H = float(HOURS_PER_MONTH)


def time_per_frame(claims: Sequence[Claim]) -> Contradiction | None:
    """WAN's price pays for two hours; its minutes per frame add up to many more."""
    rate, frames = implied_rate(claims), n_frames_of_wan(claims)
    cost = span_of(claims, "cost_usd", "wan-14b")
    per_frame = span_of(claims, "wall_time_s_per_frame", "wan-14b")
    if rate is None or frames is None or cost is None or per_frame is None:
        return None
    n_frames, published = frames
    low_min, high_min = rate.minutes(cost.low), rate.minutes(cost.high)
    hours = [end * n_frames / MINUTE_S / 60 for end in (per_frame.low, per_frame.high)]
    if not are_apart(low_min / 60, high_min / 60, *hours):
        return None
    paid = {"low_min": low_min, "high_min": high_min, "cost": shown("cost_usd", cost)}
    told = {
        "low_h": hours[0],
        "high_h": hours[1],
        "per_frame": shown("wall_time_s_per_frame", per_frame),
        "n_frames": n_frames,
    }
    factor = {"factor": hours[0] * 60 / high_min, "factor_high": hours[1] * 60 / low_min}
    return Contradiction(
        name="time_per_frame",
        sentence=Sentence(key="brief.clash.time_per_frame", facts={**paid, **told, **factor}),
        steps=(
            rate.step,
            Sentence(key="brief.step.paid_minutes", facts={**paid, "rate_usd": rate.usd_per_hour}),
            Sentence(key="brief.step.frames", facts=told),
            Sentence(key="brief.step.times_as_long", facts={**paid, **told, **factor}),
        ),
        clashing=(*cost.claims, *per_frame.claims),
        inputs=(*rate.claims, *cost.claims, *per_frame.claims, published),
        result={**_bounds("paid_min", low_min, high_min), **_bounds("told_h", *hours)},
    )


def capacity(claims: Sequence[Claim]) -> Contradiction | None:
    """The table prices a volume that one GPU cannot make."""
    rate = implied_rate(claims)
    volume = span_of(claims, "n_videos_month")
    cost = span_of(claims, "cost_usd", "wan-14b")
    if rate is None or volume is None or cost is None:
        return None
    n_videos = round(volume.low)
    base_h = n_videos * rate.time.low / MINUTE_S / 60
    minutes = (rate.minutes(cost.low), rate.minutes(cost.high))
    n_gpus = [gpus_for(n_videos, one) for one in minutes]
    if max(n_gpus) <= 1:
        return None
    share = base_h / MONTH_H
    base = {"n_videos": n_videos, "minutes": rate.time.low / MINUTE_S, "hours": base_h}
    told = {"low_gpus": n_gpus[0], "high_gpus": n_gpus[1], "share_pct": share * 100}
    wan = [_capacity_step(n_videos, one) for one in minutes]
    return Contradiction(
        name="capacity",
        sentence=Sentence(key="brief.clash.capacity", facts={**base, **told}),
        steps=(
            Sentence(
                key="brief.step.capacity_base",
                facts={**base, "share_pct": share * 100, "month_h": MONTH_H},
            ),
            rate.step,
            *wan,
            *_small_wan_steps(claims, rate, n_videos),
        ),
        clashing=span_claims(span_of(claims, "cost_usd_month_1000", "wan-14b")),
        inputs=(*rate.claims, *volume.claims, *cost.claims),
        result={
            "animatediff_h": base_h,
            "animatediff_share": share,
            **_bounds("wan_14b_h", *(n_videos * one / 60 for one in minutes)),
            **_bounds("wan_14b_gpus", *n_gpus),
        },
    )


def gpus_for(n_videos: int, minutes_per_video: float) -> int:
    return math.ceil(n_videos * minutes_per_video / 60 / MONTH_H - 1e-9)


def _capacity_step(n_videos: int, minutes: int) -> Sentence:
    hours = n_videos * minutes / 60
    facts = {
        "n_videos": n_videos,
        "minutes": minutes,
        "hours": hours,
        "month_h": MONTH_H,
        "gpus": hours / MONTH_H,
        "n_gpus": gpus_for(n_videos, minutes),
    }
    return Sentence(key="brief.step.capacity_wan", facts=facts)


def _small_wan_steps(claims: Sequence[Claim], rate: Rate, n_videos: int) -> tuple[Sentence, ...]:
    month = span_of(claims, "cost_usd_month_1000", "wan-1.3b")
    if month is None:
        return ()
    minutes = [rate.minutes(end / n_videos) for end in (month.low, month.high)]
    facts = {
        "low_min": minutes[0],
        "high_min": minutes[1],
        "low_gpus": gpus_for(n_videos, minutes[0]),
        "high_gpus": gpus_for(n_videos, minutes[1]),
    }
    return (Sentence(key="brief.step.capacity_small_wan", facts=facts),)


def small_wan_time(claims: Sequence[Claim]) -> Contradiction | None:
    """The price of WAN 1.3B pays for many times the minutes that its makers publish."""
    rate = implied_rate(claims)
    month = span_of(claims, "cost_usd_month_1000", "wan-1.3b")
    volume = span_of(claims, "n_videos_month")
    published = span_of(claims, "wall_time_s", "wan-1.3b", kind="published")
    if rate is None or month is None or volume is None or published is None:
        return None
    costs = (month.low / volume.low, month.high / volume.low)
    minutes = [rate.minutes(one) for one in costs]
    real = [end / MINUTE_S for end in (published.low, published.high)]
    if not are_apart(minutes[0], minutes[1], *real):
        return None
    facts = {
        "month": shown("cost_usd_month_1000", month),
        "n_videos": round(volume.low),
        "low_usd": costs[0],
        "high_usd": costs[1],
        "rate_usd": rate.usd_per_hour,
        "low_min": minutes[0],
        "high_min": minutes[1],
        "real_min": real[1],
        "real_s": published.high,
        "note": published.claims[0].note or "",
        "factor": minutes[0] / real[1],
        "factor_high": minutes[1] / real[0],
    }
    return Contradiction(
        name="small_wan_time",
        sentence=Sentence(key="brief.clash.small_wan_time", facts=facts),
        steps=(
            rate.step,
            Sentence(key="brief.step.per_video", facts=facts),
            Sentence(key="brief.step.per_video_minutes", facts=facts),
            Sentence(key="brief.step.published_minutes", facts=facts),
            Sentence(key="brief.step.times_published", facts=facts),
        ),
        clashing=month.claims,
        inputs=(*rate.claims, *month.claims, *volume.claims, *published.claims),
        result={**_bounds("paid_min", *minutes), "published_min": real[1]},
    )


def rockets(claims: Sequence[Claim]) -> Contradiction | None:
    """More rockets for more minutes."""
    slow, fast = (span_of(claims, "rockets", name) for name in ("animatediff", "veo-2"))
    slow_time = span_of(claims, "wall_time_s", "animatediff")
    fast_time = span_of(claims, "wall_time_s", "veo-2", kind="published")
    if slow is None or fast is None or slow_time is None or fast_time is None:
        return None
    if slow.low <= fast.high or slow_time.low <= fast_time.high:
        return None
    facts = {
        "slow_rockets": slow.low,
        "fast_rockets": fast.high,
        "slow_time": shown("wall_time_s", slow_time),
        "fast_time": shown("wall_time_s", fast_time),
        "slow_min": slow_time.low / MINUTE_S,
        "fast_min": fast_time.high / MINUTE_S,
        "factor": slow_time.low / fast_time.high,
    }
    return Contradiction(
        name="rockets",
        sentence=Sentence(key="brief.clash.rockets", facts=facts),
        steps=(Sentence(key="brief.step.rockets", facts=facts),),
        clashing=(*slow.claims, *fast.claims),
        inputs=(*slow.claims, *slow_time.claims, *fast.claims, *fast_time.claims),
        result={"factor": slow_time.low / fast_time.high},
    )


def span_claims(span: Span | None) -> tuple[Claim, ...]:
    return () if span is None else span.claims


def _bounds(name: str, low: float, high: float) -> dict[str, float]:
    return {f"{name}_low": low, f"{name}_high": high}
