"""In which order conditions are preferred, whatever the budget; and what follows a budget's growth.

More money never lowers the quality of what is chosen, by construction: see ADR 0023.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from videogen.routing.records import RouteOption
from videogen.routing.rules import RoutingRule, RoutingRules

Able = Mapping[str, RouteOption]  # what serves the request at some budget
NO_QUALITY = 0.0  # an unknown one is below every known one


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Names, the most preferred first."""

    names: Sequence[str]
    by_rules: Sequence[str]  # as it would be without what beats another
    beats: Mapping[str, str] = field(default_factory=dict)  # what was lifted, and over which


def order_of(able: Able, fitting: Sequence[RoutingRule], rules: RoutingRules) -> Order:
    """As the fitting rules prefer them, then the others by name."""
    names = list(dict.fromkeys([n for rule in fitting for n in rule.prefer if n in able]))
    if len(names) < len(able):
        names += sorted(able.keys() - set(names))
    if rules.by_measurements and any(option.measured for option in able.values()):
        return _by_measurements(able, names)
    return Order(names=names, by_rules=names)


def kept_choice(
    able: Able, matching: Sequence[RoutingRule], rules: RoutingRules, budget_usd: Decimal | None
) -> tuple[str | None, Order]:
    """What is chosen when the budget has grown from nothing to this one, and the order there.

    At every budget where something comes into reach, or a rule ends, it is the first preference
    whose quality is not below the last one's: so a larger budget only continues the same way.
    """
    reached: list[RouteOption] = []
    chosen: RouteOption | None = None
    order = Order(names=(), by_rules=())
    for fitting, arrivals in _phases(able, matching, budget_usd):
        order = order_of(able, fitting, rules)
        place = {name: n for n, name in enumerate(order.names)}
        chosen = _first(place, chosen, reached)
        for together in arrivals:
            reached += together
            chosen = _first(place, chosen, together)
    return (None if chosen is None else chosen.name), order


def rules_at(matching: Sequence[RoutingRule], budget_usd: Decimal | None) -> Sequence[RoutingRule]:
    return [
        rule
        for rule in matching
        if rule.cost_usd_to is None
        or (budget_usd is not None and float(budget_usd) <= rule.cost_usd_to)
    ]


def _phases(
    able: Able, matching: Sequence[RoutingRule], budget_usd: Decimal | None
) -> Iterator[tuple[Sequence[RoutingRule], Sequence[Sequence[RouteOption]]]]:
    """While the same rules fit: those, and what comes into reach, by growing cost."""
    waiting = _by_cost(able)
    n_here = 0
    ends = sorted({rule.cost_usd_to for rule in matching if rule.cost_usd_to is not None})
    for n, end in enumerate([*ends, None]):
        if n and budget_usd is not None and float(budget_usd) <= ends[n - 1]:
            return
        first = n_here
        while n_here < len(waiting) and _is_within(waiting[n_here][0].cost_usd, end, budget_usd):
            n_here += 1
        yield _up_to(matching, end), waiting[first:n_here]


def _up_to(matching: Sequence[RoutingRule], end: float | None) -> Sequence[RoutingRule]:
    return [
        rule
        for rule in matching
        if rule.cost_usd_to is None or (end is not None and rule.cost_usd_to >= end)
    ]


def _by_cost(able: Able) -> list[list[RouteOption]]:
    """Those of one cost together; of unknown cost last, for who states no budget."""
    by_cost: dict[Decimal | None, list[RouteOption]] = {}
    for option in able.values():
        by_cost.setdefault(option.cost_usd, []).append(option)
    unknown = by_cost.pop(None, None)
    known = [by_cost[cost] for cost in sorted(cost for cost in by_cost if cost is not None)]
    return known if unknown is None else [*known, unknown]


def _is_within(cost_usd: Decimal | None, end: float | None, budget_usd: Decimal | None) -> bool:
    if cost_usd is None:
        return end is None and budget_usd is None
    return (end is None or float(cost_usd) <= end) and (
        budget_usd is None or cost_usd <= budget_usd
    )


def _first(
    place: Mapping[str, int], chosen: RouteOption | None, others: Sequence[RouteOption]
) -> RouteOption | None:
    """Of those not below the chosen one, the most preferred."""
    least = -1.0 if chosen is None else chosen.quality or NO_QUALITY
    best = chosen
    for option in others:
        if (option.quality or NO_QUALITY) >= least and (
            best is None or place[option.name] < place[best.name]
        ):
            best = option
    return best


def _by_measurements(able: Able, names: Sequence[str]) -> Order:
    """What failed too often here behind the rest; what is beaten behind what beats it."""
    failing = {
        name
        for name, option in able.items()
        if option.measured is not None and option.measured.is_failing
    }
    by_rules = sorted(names, key=failing.__contains__) if failing else names
    better = _better_of(able, failing)
    if not better:
        return Order(names=by_rules, by_rules=by_rules)
    found: dict[str, None] = {}
    beats: dict[str, str] = {}
    for name in by_rules:
        one = better.get(name)
        if one is not None and one not in found:
            found[one] = None
            beats[one] = name
        found.setdefault(name)
    return Order(names=list(found), by_rules=by_rules, beats=beats)


def _better_of(able: Able, failing: Container[str]) -> Mapping[str, str]:
    """By name, what is cheaper and rated better here than it: of several the best."""
    rated = [option for option in able.values() if _is_rated_with_cost(option)]
    if len(rated) < 2:
        return {}
    sound = [one for one in rated if one.name not in failing]
    best_first = sorted(sound, key=lambda one: (-(one.quality or 0.0), one.cost_usd or 0, one.name))
    found = {}
    for option in rated:
        better = next((one for one in best_first if _beats(one, option)), None)
        if better is not None:
            found[option.name] = better.name
    return found


def _beats(one: RouteOption, other: RouteOption) -> bool:
    """Its whole interval lies above the other's mean, for no more money. Both are measured."""
    low = None if one.measured is None else one.measured.quality_low
    if low is None or other.quality is None or one.cost_usd is None or other.cost_usd is None:
        return False
    return low > other.quality and one.cost_usd <= other.cost_usd and one is not other


def _is_rated_with_cost(option: RouteOption) -> bool:
    own = option.measured
    return own is not None and own.is_rated and own.is_cost
