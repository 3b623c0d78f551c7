"""What a campaign will take: runs, hours, money against the caps, disk, raters' time."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from videogen import store
from videogen.domain.campaign import Campaign
from videogen.domain.condition import BackendKind, Condition, Location
from videogen.domain.money import Price, PriceUnit
from videogen.domain.run import Origin
from videogen.evidence.claims import Claim
from videogen.evidence.estimate import Estimate, EstimateSource, estimate
from videogen.evidence.plan_power import PlanPower, plan_power
from videogen.pricing import LOCAL_GPU, local_cost, price_for
from videogen.rating.session_plan import SESSION_PRESENTATIONS, TEST_PRESENTATIONS
from videogen.store import Database, SpendLimit

PRESENTATION_S = 13.5  # 40 presentations of 8-second clips take about 9 minutes
ASSUMED_BITS_PER_PIXEL = 0.15  # roomy for H.264; clips that were made here replace it


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """How many runs one kind of back end makes side by side."""

    n_lanes: int = 1
    submit_interval_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a campaign can draw on."""

    origin: Origin
    claims: Sequence[Claim]
    prices: Sequence[Price]
    monthly_cap_usd: Decimal
    now: datetime
    lanes: Mapping[BackendKind, Lanes] = field(default_factory=dict)
    disk_free_bytes: int | None = None
    known: Mapping[str, Condition] = field(default_factory=dict)  # by name: whom rules send runs to


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionForecast:
    """All runs of one condition together; None where nobody knows."""

    condition: Condition
    n_runs: int
    wall_time_low_s: float | None
    wall_time_high_s: float | None
    cost_low_usd: Decimal | None
    cost_high_usd: Decimal | None
    disk_bytes: int | None
    source: EstimateSource
    n_measured: int

    @property
    def is_paid(self) -> bool:
        """A routed run may go to a vendor."""
        return (
            self.condition.location is Location.CLOUD
            or self.condition.backend is BackendKind.ROUTED
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CapCheck:
    """Paid calls of the plan against one cap."""

    cap: str  # campaign, month, person, provider
    cap_usd: Decimal
    left_usd: Decimal
    asked_usd: Decimal  # at most; of the parts whose price is known
    subject: str | None = None  # the person's name or the vendor's kind

    @property
    def name(self) -> str:
        """Of several vendors each its own."""
        return f"provider:{self.subject}" if self.cap == "provider" else self.cap

    @property
    def is_passed(self) -> bool:
        """The plan may want more than is left: its last paid runs would be refused."""
        return self.asked_usd > self.left_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    conditions: tuple[ConditionForecast, ...]
    n_runs: int
    duration_low_s: float | None  # by the calendar: lanes side by side, runs in a lane in turn
    duration_high_s: float | None
    cost_low_usd: Decimal | None
    cost_high_usd: Decimal | None
    paid_high_usd: Decimal | None  # of vendors' calls alone
    caps: tuple[CapCheck, ...]
    disk_bytes: int | None
    disk_free_bytes: int | None
    n_clips_to_rate: int
    n_sessions: int  # per rater
    rating_time_s: float  # per rater
    power: PlanPower

    @property
    def without_time(self) -> tuple[str, ...]:
        return tuple(c.condition.name for c in self.conditions if c.wall_time_high_s is None)

    @property
    def without_cost(self) -> tuple[str, ...]:
        return tuple(c.condition.name for c in self.conditions if c.cost_high_usd is None)

    @property
    def is_disk_short(self) -> bool:
        known = self.disk_bytes is not None and self.disk_free_bytes is not None
        return known and (self.disk_bytes or 0) > (self.disk_free_bytes or 0)


def forecast(
    database: Database,
    campaign: Campaign,
    conditions: Mapping[str, Condition],
    means: Means,
    *,
    n_left: Mapping[str, int] | None = None,
) -> Forecast:
    """`conditions` by condition_id; with `n_left` only of the runs that are still to be made."""
    sizes = store.clip_sizes(database, means.origin)
    parts = tuple(
        _of_condition(
            database,
            conditions[condition_id],
            campaign.planned_n_runs if n_left is None else n_left.get(condition_id, 0),
            means,
            sizes,
        )
        for condition_id in campaign.condition_ids
    )
    n_clips = len(parts) * len(campaign.prompt_ids) * len(campaign.rated_seeds)
    low_s, high_s = _calendar(parts, means.lanes)
    paid_usd = _sum(part.cost_high_usd for part in parts if part.is_paid)
    return Forecast(
        conditions=parts,
        n_runs=sum(part.n_runs for part in parts),
        duration_low_s=low_s,
        duration_high_s=high_s,
        cost_low_usd=_sum(part.cost_low_usd for part in parts),
        cost_high_usd=_sum(part.cost_high_usd for part in parts),
        paid_high_usd=paid_usd,
        caps=_caps(database, campaign, parts, paid_usd, means),
        disk_bytes=_disk(parts, campaign),
        disk_free_bytes=means.disk_free_bytes,
        n_clips_to_rate=n_clips,
        n_sessions=_n_sessions(n_clips),
        rating_time_s=rating_time_s(n_clips),
        power=plan_power(campaign, store.criteria(database, campaign.criteria_version)),
    )


def rating_time_s(n_clips: int) -> float:
    """Of one rater, with the practice and the checks of each session."""
    n_others = _n_sessions(n_clips) * (SESSION_PRESENTATIONS - TEST_PRESENTATIONS)
    return (n_clips + n_others) * PRESENTATION_S


def _n_sessions(n_clips: int) -> int:
    return math.ceil(n_clips / TEST_PRESENTATIONS)


def _of_condition(
    database: Database,
    condition: Condition,
    n_runs: int,
    means: Means,
    sizes: Mapping[str, float],
) -> ConditionForecast:
    known = estimate(database, condition, means.origin, means.claims, means.prices)
    members = _members(condition, means)
    if members and known.source is EstimateSource.UNKNOWN:
        parts = [_of_condition(database, one, n_runs, means, sizes) for one in members]
        return _between(condition, parts)
    low_usd, high_usd = _cost_of_one(condition, known, means)
    clip_bytes = sizes.get(condition.condition_id, _assumed_bytes(condition))
    return ConditionForecast(
        condition=condition,
        n_runs=n_runs,
        wall_time_low_s=_times(known.wall_time_low_s, n_runs),
        wall_time_high_s=_times(known.wall_time_high_s, n_runs),
        cost_low_usd=None if low_usd is None else low_usd * n_runs,
        cost_high_usd=None if high_usd is None else high_usd * n_runs,
        disk_bytes=None if clip_bytes is None else round(clip_bytes * n_runs),
        source=known.source,
        n_measured=known.n_runs,
    )


def _members(condition: Condition, means: Means) -> list[Condition]:
    """Whom a routed condition's rules may send its runs to."""
    if condition.backend is not BackendKind.ROUTED:
        return []
    names = condition.settings.get("members", ())
    return [means.known[name] for name in names if name in means.known]


def _between(condition: Condition, parts: Sequence[ConditionForecast]) -> ConditionForecast:
    """Nobody knows yet how the rules will share the runs out: from all to the least member to
    all to the dearest; one unknown member leaves it unknown.
    """
    n_runs = parts[0].n_runs
    lows_s, highs_s = [p.wall_time_low_s for p in parts], [p.wall_time_high_s for p in parts]
    lows_usd, highs_usd = [p.cost_low_usd for p in parts], [p.cost_high_usd for p in parts]
    sizes = [p.disk_bytes for p in parts]
    return ConditionForecast(
        condition=condition,
        n_runs=n_runs,
        wall_time_low_s=None if None in lows_s else min(one or 0.0 for one in lows_s),
        wall_time_high_s=None if None in highs_s else max(one or 0.0 for one in highs_s),
        cost_low_usd=None if None in lows_usd else min(one or Decimal(0) for one in lows_usd),
        cost_high_usd=None if None in highs_usd else max(one or Decimal(0) for one in highs_usd),
        disk_bytes=None if None in sizes else max(one or 0 for one in sizes),
        source=EstimateSource.UNKNOWN,
        n_measured=0,
    )


def _cost_of_one(
    condition: Condition, known: Estimate, means: Means
) -> tuple[Decimal | None, Decimal | None]:
    """On the own GPU money follows time; a vendor's price is one figure."""
    price = price_for(means.prices, LOCAL_GPU, PriceUnit.GPU_HOUR, None, means.now.date())
    by_time = condition.backend is BackendKind.COMFY and price is not None
    if not by_time or price is None or known.wall_time_high_s is None:
        return known.cost_usd, known.cost_usd
    low_s = known.wall_time_low_s or known.wall_time_high_s
    low_usd, high_usd = local_cost(low_s, price), local_cost(known.wall_time_high_s, price)
    if known.cost_usd is None:
        return low_usd, high_usd
    return min(low_usd, known.cost_usd), max(high_usd, known.cost_usd)


def _calendar(
    parts: Sequence[ConditionForecast], lanes: Mapping[BackendKind, Lanes]
) -> tuple[float | None, float | None]:
    """The slowest kind of back end decides; a routed run may wait for the slowest, the GPU."""
    low: dict[BackendKind, float] = defaultdict(float)
    high: dict[BackendKind, float] = defaultdict(float)
    n_runs: dict[BackendKind, int] = defaultdict(int)
    for part in parts:
        if part.wall_time_high_s is None:
            continue
        routed = part.condition.backend is BackendKind.ROUTED
        kind = BackendKind.COMFY if routed else part.condition.backend
        low[kind] += part.wall_time_low_s or part.wall_time_high_s
        high[kind] += part.wall_time_high_s
        n_runs[kind] += part.n_runs
    if not high:
        return None, None
    return (
        max(_lane_s(low[kind], n_runs[kind], lanes.get(kind, Lanes())) for kind in high),
        max(_lane_s(high[kind], n_runs[kind], lanes.get(kind, Lanes())) for kind in high),
    )


def _lane_s(total_s: float, n_runs: int, lanes: Lanes) -> float:
    if n_runs == 0:
        return 0.0
    last_s = total_s / n_runs  # whole runs: more lanes than runs make none of them shorter
    in_turn_s = math.ceil(n_runs / max(1, lanes.n_lanes)) * last_s
    return max(in_turn_s, (n_runs - 1) * lanes.submit_interval_s + last_s)


def _caps(
    database: Database,
    campaign: Campaign,
    parts: Sequence[ConditionForecast],
    paid_usd: Decimal | None,
    means: Means,
) -> tuple[CapCheck, ...]:
    if paid_usd is None or means.origin is Origin.SANDBOX:
        return ()  # nothing is paid
    money = store.month_money(database, means.now.strftime("%Y-%m"), means.monthly_cap_usd)
    checks = [_limit(one, paid_usd) for one in money.limits(campaign.owner, None)]
    checks += [
        _limit(limit, asked_usd)
        for kind, asked_usd in _by_vendor(parts).items()
        for limit in [money.of_provider(kind)]
        if limit.cap_usd is not None
    ]
    if campaign.cap_usd is not None:
        spend = store.campaign_spend(database, campaign.campaign_id)
        left_usd = campaign.cap_usd - spend.spent_usd - spend.held_usd
        checks.insert(0, _cap("campaign", campaign.cap_usd, left_usd, paid_usd))
    return tuple(checks)


def _by_vendor(parts: Sequence[ConditionForecast]) -> dict[BackendKind, Decimal]:
    """At most, of what is asked of each by name; a routed run may go to any of them."""
    asked: dict[BackendKind, Decimal] = defaultdict(Decimal)
    for part in parts:
        if part.condition.location is Location.CLOUD and part.cost_high_usd is not None:
            asked[part.condition.backend] += part.cost_high_usd
    return {kind: usd for kind, usd in asked.items() if kind is not BackendKind.ROUTED}


def _limit(limit: SpendLimit, asked_usd: Decimal) -> CapCheck:
    nothing = Decimal(0)
    return CapCheck(
        cap=limit.cap,
        cap_usd=limit.cap_usd or nothing,
        left_usd=max(limit.left_usd or nothing, nothing),
        asked_usd=asked_usd,
        subject=limit.subject,
    )


def _cap(cap: str, cap_usd: Decimal, left_usd: Decimal, asked_usd: Decimal) -> CapCheck:
    return CapCheck(
        cap=cap, cap_usd=cap_usd, left_usd=max(left_usd, Decimal(0)), asked_usd=asked_usd
    )


def _disk(parts: Sequence[ConditionForecast], campaign: Campaign) -> int | None:
    """Clips, and a blind copy about as large of every clip that is rated."""
    known = [part.disk_bytes for part in parts if part.disk_bytes is not None]
    if not known:
        return None
    return round(sum(known) * (1 + len(campaign.rated_seeds) / len(campaign.seeds)))


def _assumed_bytes(condition: Condition) -> float | None:
    size = (condition.width_px, condition.height_px, condition.n_frames)
    if None in size:
        return None
    return math.prod(one or 0 for one in size) * ASSUMED_BITS_PER_PIXEL / 8


def _times(seconds: float | None, n_runs: int) -> float | None:
    return None if seconds is None else seconds * n_runs


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Of what is known; None where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
