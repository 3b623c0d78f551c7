"""The paper's prices against list prices and against each other."""

from collections.abc import Sequence
from datetime import date

from videogen.domain.money import Price, PriceUnit
from videogen.evidence.claims import Claim, Span, span_of
from videogen.evidence.paper.claim_figures import figure
from videogen.evidence.paper.contradictions import Contradiction, are_apart, shown
from videogen.evidence.verdict import Sentence

# Who took Veo 2's place, by Google's own names: as good, faster, cheapest.
SUCCESSORS = {
    "standard_usd": "veo-3.1-generate-001",
    "fast_usd": "veo-3.1-fast-generate-001",
    "lite_usd": "veo-3.1-lite-generate-001",
}
RESOLUTION = "720p"


def list_price(claims: Sequence[Claim]) -> tuple[float, float] | None:
    """Of one Veo 2 clip, by the vendor's price per second."""
    per_second = span_of(claims, "price_usd_per_s", "veo-2", kind="published")
    clip = span_of(claims, "clip_duration_s", "veo-2", kind="published")
    if per_second is None or clip is None:
        return None
    return per_second.low * clip.high, per_second.high * clip.high


def veo_price(claims: Sequence[Claim]) -> Contradiction | None:
    """Veo 2 cost several times what the paper says."""
    claimed = span_of(claims, "cost_usd", "veo-2")
    per_second = span_of(claims, "price_usd_per_s", "veo-2", kind="published")
    clip = span_of(claims, "clip_duration_s", "veo-2", kind="published")
    real = list_price(claims)
    if claimed is None or per_second is None or clip is None or real is None:
        return None
    if not are_apart(claimed.low, claimed.high, *real):
        return None
    facts = {
        "claimed": shown("cost_usd", claimed),
        "per_second": shown("price_usd_per_s", per_second),
        "seconds": clip.high,
        "real": figure("cost_usd", *real),
        "low_usd": real[0],
        "high_usd": claimed.high,
        "factor": real[0] / claimed.high,
    }
    return Contradiction(
        name="veo_price",
        sentence=Sentence(key="brief.clash.veo_price", facts=facts),
        steps=(
            Sentence(key="brief.step.list_price", facts=facts),
            Sentence(key="brief.step.list_price_factor", facts=facts),
        ),
        clashing=claimed.claims,
        inputs=(*per_second.claims, *clip.claims, *claimed.claims),
        result={"real_usd_low": real[0], "real_usd_high": real[1]},
    )


def hybrid_price(claims: Sequence[Claim]) -> Contradiction | None:
    """What the hybrid costs when its cloud share is paid at the list price."""
    shares, real = cloud_shares(claims), list_price(claims)
    local = span_of(claims, "cost_usd", "animatediff")
    month = span_of(claims, "cost_usd_month_1000", "hybrid")
    volume = span_of(claims, "n_videos_month")
    cloud = span_of(claims, "cost_usd", "veo-2")
    if real is None or local is None or month is None or volume is None or cloud is None:
        return None
    if shares is None:
        return None
    again = mixed_month(shares, local.low, real, volume.low)
    if not are_apart(month.low, month.high, *again):
        return None
    facts = {
        "month": shown("cost_usd_month_1000", month),
        "local": shown("cost_usd", local),
        "cloud": shown("cost_usd", cloud),
        "real": figure("cost_usd", *real),
        "again": figure("cost_usd_month_1000", *again),
        "n_videos": round(volume.low),
        "low_pct": shares[0] * 100,
        "high_pct": shares[1] * 100,
        "rest_low_pct": (1 - shares[0]) * 100,
        "rest_high_pct": (1 - shares[1]) * 100,
        "local_usd": local.low,
        "month_low_usd": month.low / volume.low,
        "month_high_usd": month.high / volume.low,
        "cloud_low_usd": cloud.low,
        "cloud_high_usd": cloud.high,
        "real_low_usd": real[0],
        "real_high_usd": real[1],
        "again_low_usd": again[0],
        "again_high_usd": again[1],
    }
    steps = ("share_low", "share_high", "mixed_low", "mixed_high")
    return Contradiction(
        name="hybrid_price",
        sentence=Sentence(key="brief.clash.hybrid_price", facts=facts),
        steps=tuple(Sentence(key=f"brief.step.{step}", facts=facts) for step in steps),
        clashing=month.claims,
        inputs=(*month.claims, *volume.claims, *local.claims, *cloud.claims),
        result={"month_usd_low": again[0], "month_usd_high": again[1]},
    )


def cloud_shares(claims: Sequence[Claim]) -> tuple[float, float] | None:
    """Which share of clips the hybrid sends to Veo, if its price is made of the paper's two.

    Whole per cent, so that what follows can be followed with the figures that are shown.
    """
    local = span_of(claims, "cost_usd", "animatediff")
    cloud = span_of(claims, "cost_usd", "veo-2")
    month = span_of(claims, "cost_usd_month_1000", "hybrid")
    volume = span_of(claims, "n_videos_month")
    if local is None or cloud is None or month is None or volume is None:
        return None
    ends = ((month.low, cloud.low), (month.high, cloud.high))
    if any(dear <= local.low for _, dear in ends):
        return None
    low, high = (
        round((whole / volume.low - local.low) / (dear - local.low), 2) for whole, dear in ends
    )
    return (low, high) if 0 <= low <= 1 and 0 <= high <= 1 else None


def mixed_month(
    shares: tuple[float, float],
    local_usd: float,
    cloud_usd: tuple[float, float],
    n_videos: float,
) -> tuple[float, float]:
    low, high = (
        (share * cloud + (1 - share) * local_usd) * n_videos
        for share, cloud in zip(shares, cloud_usd, strict=True)
    )
    return low, high


def saving(claims: Sequence[Claim]) -> Contradiction | None:
    """Scenario C hopes that WAN cuts cost; by the paper's own table it adds to it."""
    large, small = (
        span_of(claims, "cost_usd_month_1000", name) for name in ("wan-14b", "wan-1.3b")
    )
    hybrid, local = (
        span_of(claims, "cost_usd_month_1000", name) for name in ("hybrid", "animatediff")
    )
    if large is None or small is None or hybrid is None or local is None:
        return None
    of_large, of_small = _least_and_most(large, hybrid), _least_and_most(small, local)
    if of_large[0] <= 0 or of_small[0] <= 0:
        return None
    facts = {
        "large": shown("cost_usd_month_1000", large),
        "hybrid": shown("cost_usd_month_1000", hybrid),
        "small": shown("cost_usd_month_1000", small),
        "local": shown("cost_usd_month_1000", local),
        "more_large": figure("cost_usd_month_1000", *of_large),
        "more_small": figure("cost_usd_month_1000", *of_small),
    }
    return Contradiction(
        name="saving",
        sentence=Sentence(key="brief.clash.saving", facts=facts),
        steps=(
            Sentence(key="brief.step.more_large", facts=facts),
            Sentence(key="brief.step.more_small", facts=facts),
        ),
        clashing=(*large.claims, *small.claims),
        inputs=(*large.claims, *hybrid.claims, *small.claims, *local.claims),
        result={"more_usd_low": of_large[0], "more_usd_high": of_large[1]},
    )


def _least_and_most(dear: Span, cheap: Span) -> tuple[float, float]:
    return dear.low - cheap.high, dear.high - cheap.low


def veo_retired(claims: Sequence[Claim], prices: Sequence[Price]) -> Contradiction | None:
    """The paper's cloud model is gone; what its place costs."""
    gone = next((c for c in claims if c.measure == "retired_on" and c.condition == "veo-2"), None)
    clip = span_of(claims, "clip_duration_s", "veo-2", kind="published")
    paper = span_of(claims, "cost_usd", "veo-2")
    rows = {name: newest_price(prices, subject) for name, subject in SUCCESSORS.items()}
    known = {name: row for name, row in rows.items() if row is not None}
    if gone is None or gone.day is None or clip is None or paper is None:
        return None
    if len(known) < len(SUCCESSORS) or paper.claims[0].as_of is None:
        return None
    n_days = (date.fromisoformat(gone.day) - date.fromisoformat(paper.claims[0].as_of)).days
    costs = {name: float(row.amount_usd) * clip.high for name, row in known.items()}
    facts = {
        "day": date.fromisoformat(gone.day),
        "paper_day": date.fromisoformat(paper.claims[0].as_of),
        "n_days": n_days,
        "seconds": clip.high,
        "as_of": max(row.as_of for row in known.values()),
        **costs,
    }
    rates = {f"{name}_per_s": float(row.amount_usd) for name, row in known.items()}
    return Contradiction(
        name="veo_retired",
        sentence=Sentence(key="brief.clash.veo_retired", facts=facts),
        steps=(
            Sentence(key="brief.step.retired", facts=facts),
            Sentence(key="brief.step.successors", facts={**facts, **rates}),
        ),
        clashing=paper.claims,
        inputs=(gone, *paper.claims, *clip.claims, *known.values()),
        result={"n_days": n_days, **costs},
    )


def newest_price(prices: Sequence[Price], subject: str) -> Price | None:
    """By the second at 720p, the size that all of them make."""
    fitting = [
        price
        for price in prices
        if price.subject == subject
        and price.unit is PriceUnit.VIDEO_SECOND
        and price.resolution in (None, RESOLUTION)
    ]
    return max(fitting, key=lambda price: price.as_of, default=None)
