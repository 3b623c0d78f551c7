"""Why a condition cannot serve a request: the first of its limits that it breaks."""

from dataclasses import replace
from decimal import Decimal

from videogen.domain.condition import Location
from videogen.routing.records import Fact, Reason, RouteOption, RouteRequest


def why_it_cannot_serve(request: RouteRequest, option: RouteOption) -> Reason | None:
    """None when it can; what is unknown breaks a limit that is stated."""
    if option.is_available is False:
        return _rejected("unavailable", why_key=option.why_not)
    if request.purpose not in option.purposes:
        return _rejected("purpose", purpose=request.purpose.value)
    if request.local_only and option.location is not Location.LOCAL:
        return _rejected("not_local")
    if request.inputs is not None and not option.takes(request.inputs):
        return _wrong_inputs(request.inputs, option)
    return _too_small(request, option) or _over_a_cap(option) or _too_late(request, option)


def would_serve(request: RouteRequest, option: RouteOption) -> bool:
    """Whether nothing but its server's absence stands in the way."""
    back = replace(option, is_available=None)
    return (
        why_it_cannot_serve(request, back) is None
        and why_the_price_is_too_much(request, back) is None
    )


def why_the_price_is_too_much(request: RouteRequest, option: RouteOption) -> Reason | None:
    """Of what serves in all else: the one limit that more money lifts."""
    limit_usd, cost_usd = request.max_cost_usd, option.cost_usd
    if limit_usd is None:
        return None
    if cost_usd is None:
        return _rejected("cost_unknown", limit=_usd(limit_usd))
    if cost_usd > limit_usd:
        is_own = option.measured is not None and option.measured.is_cost
        facts = _own_runs(option) if is_own else {}
        return _rejected("cost", has=_usd(cost_usd), limit=_usd(limit_usd), **facts)
    return None


def _wrong_inputs(given: frozenset[str], option: RouteOption) -> Reason:
    lacking = option.required_inputs - given
    if lacking:
        return _rejected("input_missing", inputs=", ".join(sorted(lacking)))
    surplus = given - option.required_inputs - option.optional_inputs
    return _rejected("input_not_taken", inputs=", ".join(sorted(surplus)))


def _too_small(request: RouteRequest, option: RouteOption) -> Reason | None:
    """Picture, clip and quality: at least what is asked."""
    # A limit that is not stated is passed at once: this is asked ten thousand times a second.
    return (
        (request.min_height_px and _below("height", request.min_height_px, option.height_px))
        or (request.duration_s and _below("duration", request.duration_s, option.duration_s))
        or (request.quality_min and _bad(request.quality_min, option))
        or None
    )


def _bad(asked: float, option: RouteOption) -> Reason | None:
    reason = _below("quality", asked, option.quality)
    own = option.measured
    if reason is None or own is None or not own.is_rated:
        return reason
    return Reason(key=reason.key, facts={**reason.facts, "n_raters": own.n_raters})


def _over_a_cap(option: RouteOption) -> Reason | None:
    """What the month's and the campaign's caps leave holds whatever is asked."""
    left_usd, cost_usd = option.cap_left_usd, option.cost_usd
    if left_usd is not None and option.location is Location.CLOUD:
        if cost_usd is None:
            return _rejected("cap_unknown", left=_usd(left_usd))
        if cost_usd > left_usd:
            return _rejected("cap", has=_usd(cost_usd), left=_usd(left_usd))
    return None


def _too_late(request: RouteRequest, option: RouteOption) -> Reason | None:
    limit_s = request.max_wall_time_s
    if limit_s is None:
        return None
    own_s, queue_s = option.wall_time_s, option.queue_s
    if own_s is None:
        return _rejected("wall_time_unknown", limit=limit_s)
    if queue_s is None:
        return _rejected("queue_unknown", limit=limit_s)
    is_own = option.measured is not None and option.measured.is_time
    facts = _own_runs(option) if is_own else {}
    if own_s > limit_s:
        return _rejected("wall_time", has=own_s, limit=limit_s, **facts)
    if own_s + queue_s > limit_s:
        return _rejected("queue", has=own_s, wait=queue_s, limit=limit_s, **facts)
    return None


def _own_runs(option: RouteOption) -> dict[str, Fact]:
    return {} if option.measured is None else {"n_runs": option.measured.n_runs}


def _below(what: str, asked: float, has: float | None) -> Reason | None:
    if has is None:
        return _rejected(f"{what}_unknown", limit=asked)
    return _rejected(what, has=has, limit=asked) if has < asked else None


def _usd(amount: Decimal) -> str:
    """Cents, and what is finer where there is more: $0.80, $0.0354."""
    whole, _, fraction = f"{amount:.4f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def _rejected(why: str, **facts: Fact) -> Reason:
    return Reason(key=f"routing.rejected.{why}", facts=facts)
