"""The answer of the Costs page: what is cheapest, whether it fits, what the budget says."""

from collections.abc import Sequence

from videogen.evidence.case import Case
from videogen.evidence.money.costs import ConditionCost
from videogen.evidence.money.differences import difference, measured_cost
from videogen.evidence.verdict import Sentence
from videogen.texts.formats import count, unit_price, usd


def cost_sentences(case: Case, costs: Sequence[ConditionCost]) -> tuple[Sentence, ...]:
    """The cheapest that has the capacity first; conditions go by the evidence's names."""
    known = sorted((cost for cost in costs if cost.month_usd is not None), key=_month)
    if not known:
        return (Sentence(key="costs.verdict.nothing"),)
    fitting = [cost for cost in known if cost.has_capacity]
    n_videos = count(case.assumptions.n_videos_month)
    if not fitting:
        nearest = min(known, key=lambda cost: (cost.gpus_needed is None, cost.gpus_needed or 0))
        facts = {"n": n_videos, "condition": nearest.condition, "have": case.assumptions.n_gpus}
        none = Sentence(
            key="costs.verdict.none_fits", facts={**facts, "needed": count(nearest.gpus_needed)}
        )
        return (none, _budget(case, known), *_claimed(known))
    cheapest = fitting[0]
    facts = {
        "n": n_videos,
        "condition": cheapest.condition,
        "usd": usd(cheapest.month_usd),
        "per_video": usd(cheapest.per_video_usd),
        "n_runs": cheapest.n_runs,
    }
    answer = Sentence(
        key="costs.verdict.cheapest" if len(known) > 1 else "costs.verdict.only", facts=facts
    )
    short = [_short(case, cost) for cost in known[: known.index(cheapest)]]
    return (answer, *_near(fitting), *short, _budget(case, known), *_claimed(known))


def _near(fitting: Sequence[ConditionCost]) -> tuple[Sentence, ...]:
    """Those that may cost as little as the cheapest: their runs do not tell the two apart."""
    cheapest, *others = fitting
    measured = [measured_cost(one) for one in others]
    apart = [difference(measured_cost(cheapest), one) for one in measured]
    near = [
        other.condition
        for other, value in zip(others, apart, strict=True)
        if value is None or not value.is_below
    ]
    if not near:
        return ()
    facts = {"condition": cheapest.condition, "others": ", ".join(near)}
    return (Sentence(key="costs.verdict.near", facts=facts),)


def _short(case: Case, cost: ConditionCost) -> Sentence:
    """A cheaper one that does not fit: what it lacks goes before its price."""
    facts: dict[str, object] = {"condition": cost.condition, "usd": usd(cost.month_usd)}
    if cost.gpus_needed is None:
        return Sentence(key="costs.verdict.unknown_need", facts=facts)
    if cost.gpus_needed == 1:
        return Sentence(key="costs.verdict.short_of_one", facts=facts)
    facts |= {"needed": count(cost.gpus_needed), "have": case.assumptions.n_gpus}
    return Sentence(key="costs.verdict.short", facts=facts)


def _budget(case: Case, known: Sequence[ConditionCost]) -> Sentence:
    limit_usd = case.found.evidence.criteria.cost_usd_max
    within = [
        cost.condition
        for cost in known
        if cost.per_video_usd is not None and float(cost.per_video_usd) <= limit_usd
    ]
    facts: dict[str, object] = {
        "limit": usd(limit_usd),
        "month": usd(limit_usd * case.assumptions.n_videos_month),
    }
    if not within:
        return Sentence(key="costs.verdict.over_budget", facts=facts)
    if len(within) == len(known) > 1:
        return Sentence(key="costs.verdict.all_within", facts=facts)
    return Sentence(key="costs.verdict.within", facts={**facts, "others": ", ".join(within)})


def _claimed(known: Sequence[ConditionCost]) -> tuple[Sentence, ...]:
    """Money that nobody has checked is called so, beside the answer that rests on it."""
    for cost in known:
        if cost.rate is not None and cost.rate.is_claimed and cost.rate.machine_usd is not None:
            facts = {"usd": unit_price(cost.rate.machine_usd)}
            return (Sentence(key="costs.verdict.claimed", facts=facts),)
    return ()


def _month(cost: ConditionCost) -> float:
    return float(cost.month_usd or 0)
