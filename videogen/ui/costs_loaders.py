"""What the Costs page reads: a campaign's case under assumptions, and the dated prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import streamlit as st

from videogen import store
from videogen.domain.access import Permission
from videogen.domain.event import Event
from videogen.domain.money import Price
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.case import Case
from videogen.evidence.money.break_even import BreakEven, break_even_points
from videogen.evidence.money.cost_verdict import cost_sentences
from videogen.evidence.money.costs import ConditionCost, condition_costs
from videogen.evidence.verdict import Sentence
from videogen.pricing import PricedThing, own_price, priced_things, thing_of
from videogen.ui import decision_loaders, loaders, who
from videogen.ui.decision_loaders import Judged
from videogen.ui.loaders import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class CostAnswer:
    """Everything that the page says of one campaign under one set of assumptions."""

    case: Case
    costs: tuple[ConditionCost, ...]
    sentences: tuple[Sentence, ...]
    break_even: tuple[BreakEven, ...]


def answer(judged: Judged) -> CostAnswer:
    """Of a campaign under the assumptions that its case was made with."""
    case = judged.case
    return _answer(
        loaders.snapshot(),
        case.found.campaign.campaign_id,
        case.assumptions,
        loaders.now().date(),
        _judged=judged,
    )


def prices() -> list[Price]:
    """What the own machine takes first, then by what they are for, the newest first."""
    found = store.prices(loaders.application().database)
    order = {thing.key: place for place, thing in enumerate(priced_things(found))}
    newest_first = sorted(found, key=lambda one: (one.as_of, one.price_id), reverse=True)
    return sorted(newest_first, key=lambda one: order[thing_of(one).key])


def things() -> Mapping[str, PricedThing]:
    """What a price can be entered for, by its key."""
    return {one.key: one for one in priced_things(prices())}


def add_price(thing: PricedThing, amount_usd: Decimal, as_of: date, source: str) -> Price:
    """A row more; what stands stays, and runs keep the price that they were costed with.

    Raises: InvalidInputError: no source, or a day that is still to come.
    """
    database = loaders.application().database
    with database.write():
        price = own_price(
            store.prices(database),
            thing,
            amount_usd=amount_usd,
            as_of=as_of,
            source=source,
            today=loaders.now().date(),
        )
        entered = Event(
            at=loaders.now(),
            kind="price.added",
            subject_id=price.price_id,
            data={
                "who": who.acting(Permission.OPERATE),
                "subject": price.subject,
                "after": str(amount_usd),
                "as_of": as_of.isoformat(),
                "source": price.source,
            },
        )
        store.save(database, price, entered)
    return price


def label(sentence: Sentence, spoken: str) -> str:
    """The sentence, both conditions of a pair by the names that people know."""
    named = {
        fact: decision_loaders.label(str(sentence.facts[fact]))
        for fact in ("other", "unknown")
        if fact in sentence.facts
    }
    known = Sentence(key=sentence.key, facts={**sentence.facts, **named}, words=sentence.words)
    return decision_loaders.said(known, spoken)


@st.cache_resource(max_entries=32, show_spinner=False)
def _answer(
    key: Snapshot,  # noqa: ARG001 the cache's key, as are the next three
    campaign_id: str,  # noqa: ARG001
    assumptions: Assumptions,  # noqa: ARG001
    today: date,
    *,
    _judged: Judged,
) -> CostAnswer:
    costs = condition_costs(_judged.case, today)
    return CostAnswer(
        case=_judged.case,
        costs=costs,
        sentences=cost_sentences(_judged.case, costs),
        break_even=break_even_points(_judged.case, today),
    )
