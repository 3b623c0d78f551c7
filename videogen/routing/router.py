"""The decision: limits first, then the rules in their order. The same input, the same answer."""

from collections.abc import Mapping, Sequence

from videogen.domain.condition import Location
from videogen.routing.limits import why_it_cannot_serve, why_the_price_is_too_much
from videogen.routing.preference import Order, kept_choice, order_of, rules_at
from videogen.routing.records import (
    Fact,
    Ranked,
    Reason,
    Rejection,
    RouteOption,
    RouteRequest,
    Routing,
)
from videogen.routing.rules import RoutingRule, RoutingRules

ONLY_LEFT = "routing.reason.only_left"


def route(request: RouteRequest, candidates: Sequence[RouteOption], rules: RoutingRules) -> Routing:
    """What cannot serve is never chosen and is no fallback; an unknown passes no stated limit.

    The order of `candidates` changes nothing but the order of the rejections.
    """
    able: dict[str, RouteOption] = {}
    affordable: dict[str, RouteOption] = {}
    rejected: list[Rejection] = []
    for option in candidates:
        reason = why_it_cannot_serve(request, option)
        if reason is None:
            able[option.name] = option
            reason = why_the_price_is_too_much(request, option)
        if reason is None:
            affordable[option.name] = option
        else:
            rejected.append(Rejection(name=option.name, reason=reason))
    matching = _matching(request, candidates, rules)
    here = rules_at(matching, request.max_cost_usd)
    rejected += _not_here(here, {option.name for option in candidates})
    measured = {one.name: one.measured for one in candidates if one.measured is not None}
    if not affordable:
        return Routing(
            chosen=None,
            reason=Reason(key="routing.reason.nothing_serves"),
            fallbacks=(),
            rejected=tuple(rejected),
            rules_version=rules.version,
            measured=measured,
        )
    if rules.keeps_quality:
        kept, order = kept_choice(able, matching, rules, request.max_cost_usd)
    else:
        kept, order = None, order_of(able, here, rules)
    names = [name for name in order.names if name in affordable]
    chosen = kept or names[0]
    chain = _chain(chosen, names, rules.last)
    asked = _Asked(request, affordable, here, order, says_measured=rules.by_measurements)
    ranked = [Ranked(name=name, reason=asked.reason_for(name)) for name in chain]
    return Routing(
        chosen=chosen,
        reason=asked.reason_of_choice(ranked[0].reason, names[0]),
        fallbacks=tuple(chain[1:]),
        rejected=tuple(rejected),
        rules_version=rules.version,
        ranked=tuple(ranked),
        measured=measured,
    )


def _matching(
    request: RouteRequest, candidates: Sequence[RouteOption], rules: RoutingRules
) -> list[RoutingRule]:
    """At some budget."""
    has_local = any(
        option.location is Location.LOCAL and option.is_available is not False
        for option in candidates
    )
    return [rule for rule in rules.rule if rule.fits_at_some_budget(request, has_local=has_local)]


def _chain(chosen: str, order: Sequence[str], last: str) -> list[str]:
    """The chosen one, the others as they are preferred, `last` last."""
    chain = [chosen, *(name for name in order if name != chosen)]
    if last in chain[1:]:
        chain.remove(last)
        chain.append(last)
    return chain


class _Asked:
    """Says why something is where it stands in the chain."""

    def __init__(
        self,
        request: RouteRequest,
        affordable: Mapping[str, RouteOption],
        here: Sequence[RoutingRule],
        order: Order,
        *,
        says_measured: bool,
    ) -> None:
        self._request = request
        self._affordable = affordable
        # Backwards, so that the first rule that names it has the last word.
        self._reason_keys = {
            name: rule.reason_key for rule in reversed(here) for name in rule.prefer
        }
        self._order = order
        self._says_measured = says_measured

    def reason_for(self, name: str) -> Reason:
        """The deciding rule, or the measurement that set it aside."""
        facts = self._facts(self._affordable[name])
        if self._is_lifted(name):
            facts["other"] = self._order.beats[name]
            return Reason(key="routing.reason.measured_better", facts=facts)
        return Reason(key=self._reason_keys.get(name, ONLY_LEFT), facts=facts)

    def _is_lifted(self, name: str) -> bool:
        """Over something within reach: else the rules alone would have put it there."""
        order = self._order
        if name not in order.beats:
            return False
        ahead = set(order.names[: order.names.index(name)])
        before = order.by_rules[: order.by_rules.index(name)]
        return any(one in self._affordable and one not in ahead for one in before)

    def reason_of_choice(self, reason: Reason, preferred: str) -> Reason:
        """The chosen one's, with why it is chosen all the same."""
        facts: dict[str, Fact] = {}
        if reason.facts["condition"] != preferred:
            facts["kept_over"] = preferred
        if "n_failed" in reason.facts:
            facts["is_failing_chosen"] = True
        return Reason(key=reason.key, facts={**reason.facts, **facts}) if facts else reason

    def _facts(self, option: RouteOption) -> dict[str, Fact]:
        facts: dict[str, Fact] = {"condition": option.name}
        if option.is_available is None:
            facts["is_state_unknown"] = True
        if self._request.quality_min is not None and option.is_quality_claimed:
            facts["is_quality_claimed"] = True
        own = option.measured
        if own is not None and self._says_measured:
            facts |= {"n_runs": own.n_runs}
            if own.is_rated:
                facts |= {"n_raters": own.n_raters, "n_ratings": own.n_ratings}
            if own.is_failing:
                facts["n_failed"] = own.n_failed
        return facts


def _not_here(matching: Sequence[RoutingRule], here: set[str]) -> list[Rejection]:
    """What a rule for this very purpose names and nobody has set up: worth knowing."""
    names = [name for rule in matching if rule.purposes for name in rule.prefer]
    return [
        Rejection(name=name, reason=Reason(key="routing.rejected.not_here"))
        for name in dict.fromkeys(names)
        if name not in here
    ]
