"""Why a condition cannot serve a request: the first of its limits that it breaks."""

from decimal import Decimal

from videogen.domain.condition import Location
from videogen.routing.records import Reason, RouteOption, RouteRequest


def why_it_cannot_serve(request: RouteRequest, option: RouteOption) -> Reason | None:
    """None when it can; what is unknown breaks a limit that is stated."""
    return _unable(request, option) or _too_small(request, option) or _too_much(request, option)


def _unable(request: RouteRequest, option: RouteOption) -> Reason | None:
    if option.is_available is False:
        return _rejected("unavailable", why_key=option.why_not)
    if request.purpose not in option.purposes:
        return _rejected("purpose", purpose=request.purpose.value)
    if request.local_only and option.location is not Location.LOCAL:
        return _rejected("not_local")
    return None


def _too_small(request: RouteRequest, option: RouteOption) -> Reason | None:
    """Picture, clip and quality: at least what is asked."""
    return (
        _below("height", request.min_height_px, option.height_px)
        or _below("duration", request.duration_s, option.duration_s)
        or _below("quality", request.quality_min, option.quality)
    )


def _too_much(request: RouteRequest, option: RouteOption) -> Reason | None:
    """Money and time: at most what is allowed."""
    if request.max_cost_usd is not None:
        if option.cost_usd is None:
            return _rejected("cost_unknown", limit=_usd(request.max_cost_usd))
        if option.cost_usd > request.max_cost_usd:
            return _rejected("cost", has=_usd(option.cost_usd), limit=_usd(request.max_cost_usd))
    if request.max_wall_time_s is not None:
        if option.wall_time_s is None:
            return _rejected("wall_time_unknown", limit=request.max_wall_time_s)
        if option.wall_time_s > request.max_wall_time_s:
            return _rejected("wall_time", has=option.wall_time_s, limit=request.max_wall_time_s)
    return None


def _below(what: str, asked: float | None, has: float | None) -> Reason | None:
    if asked is None:
        return None
    if has is None:
        return _rejected(f"{what}_unknown", limit=asked)
    return _rejected(what, has=has, limit=asked) if has < asked else None


def _usd(amount: Decimal) -> str:
    """Cents, and what is finer where there is more: $0.80, $0.0354."""
    whole, _, fraction = f"{amount:.4f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def _rejected(why: str, **facts: str | float | None) -> Reason:
    return Reason(key=f"routing.rejected.{why}", facts=facts)
