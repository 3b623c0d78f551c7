"""The decision: limits first, then the rules in their order. The same input, the same answer."""

from collections.abc import Sequence

from videogen.domain.condition import Location
from videogen.routing.limits import why_it_cannot_serve
from videogen.routing.records import Fact, Reason, Rejection, RouteOption, RouteRequest, Routing
from videogen.routing.rules import RoutingRule, RoutingRules


def route(request: RouteRequest, candidates: Sequence[RouteOption], rules: RoutingRules) -> Routing:
    """What cannot serve is never chosen and is no fallback; an unknown passes no stated limit.

    The order of `candidates` changes nothing but the order of the rejections.
    """
    fitting: dict[str, RouteOption] = {}
    rejected: list[Rejection] = []
    for option in candidates:
        reason = why_it_cannot_serve(request, option)
        if reason is None:
            fitting[option.name] = option
        else:
            rejected.append(Rejection(name=option.name, reason=reason))
    has_local = any(
        option.location is Location.LOCAL and option.is_available is not False
        for option in candidates
    )
    matching = [rule for rule in rules.rule if rule.fits(request, has_local=has_local)]
    rejected += _not_here(matching, {option.name for option in candidates})
    chain = _chain(matching, fitting, rules.last)
    if not chain:
        chosen, reason = None, Reason(key="routing.reason.nothing_serves")
    else:
        chosen, reason = chain[0], _reason(request, fitting[chain[0]], matching)
    return Routing(
        chosen=chosen,
        reason=reason,
        fallbacks=tuple(chain[1:]),
        rejected=tuple(rejected),
        rules_version=rules.version,
    )


def _chain(
    matching: Sequence[RoutingRule], fitting: dict[str, RouteOption], last: str
) -> list[str]:
    """Each name once: as the fitting rules prefer them, then the others by name, `last` last."""
    preferred = [name for rule in matching for name in rule.prefer if name in fitting]
    chain = list(dict.fromkeys([*preferred, *sorted(fitting)]))
    if last in chain[1:]:
        chain.remove(last)
        chain.append(last)
    return chain


def _reason(request: RouteRequest, chosen: RouteOption, matching: Sequence[RoutingRule]) -> Reason:
    rule = next((rule for rule in matching if chosen.name in rule.prefer), None)
    facts: dict[str, Fact] = {"condition": chosen.name}
    if chosen.is_available is None:
        facts["is_state_unknown"] = True
    if request.quality_min is not None and chosen.is_quality_claimed:
        facts["is_quality_claimed"] = True
    return Reason(key=f"routing.reason.{rule.reason if rule else 'only_left'}", facts=facts)


def _not_here(matching: Sequence[RoutingRule], here: set[str]) -> list[Rejection]:
    """What a rule for this very purpose names and nobody has set up: worth knowing."""
    names = [name for rule in matching if rule.purposes for name in rule.prefer]
    return [
        Rejection(name=name, reason=Reason(key="routing.rejected.not_here"))
        for name in dict.fromkeys(names)
        if name not in here
    ]
