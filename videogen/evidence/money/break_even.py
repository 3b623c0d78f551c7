"""From which volume on one way of making videos is cheaper than another."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from videogen.domain.condition import Location
from videogen.evidence.assumptions import Assumptions, MachineBasis
from videogen.evidence.case import Case
from videogen.evidence.money.costs import ConditionCost, condition_costs
from videogen.evidence.money.differences import difference, measured_cost
from videogen.evidence.money.monthly import MonthlyLine
from videogen.evidence.verdict import Sentence
from videogen.texts.formats import count, usd

MOST_VIDEOS = 100_000  # a month; nobody plans further
MOST_MACHINES = 1_000  # nor more of them
MOST_CROSSINGS = 3  # of one pair: each further machine may turn it round again


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """Where the monthly lines of a pair cross; None where they never do, and why.

    `n_videos_month` is the first whole volume at which `cheaper_above` costs less. A pair of one
    condition compares a bought machine with a rented one; `machine` names the one it is about.
    """

    one: str
    other: str
    n_videos_month: int | None
    cheaper_below: str | None
    cheaper_above: str | None  # of a pair that never crosses: at every volume
    usd: Decimal | None  # a month at the crossing
    gpus_needed: int | None  # by `cheaper_above` at the crossing
    sentence: Sentence
    machine: MachineBasis | None = None


def break_even_points(case: Case, on: date | None = None) -> tuple[BreakEven, ...]:
    """Crossings first, by volume; then the pairs that never cross, or cannot be compared."""
    found = [
        *_of_conditions(condition_costs(case, on)),
        *_of_bought_machines(case, on),
    ]
    return tuple(sorted(found, key=_by_volume))


def crossings(one: MonthlyLine, other: MonthlyLine) -> Iterator[int]:
    """Each first volume, up to MOST_VIDEOS, at which the other of two is strictly cheaper."""
    leads = _sign(one, other, 1)
    for start, end in itertools.pairwise(_segments(one, other)):
        for n in _turns(one, other, start, end - 1, leads):
            yield n
            leads = _sign(one, other, n)
        leads = leads or _sign(one, other, end - 1)


def _turns(one: MonthlyLine, other: MonthlyLine, start: int, end: int, leads: int) -> Iterator[int]:
    """Between two steps both are straight, so at most two: at the step, and once within."""
    first = _sign(one, other, start)
    if leads and first == -leads:
        yield start
        leads = first
    leads = leads or first
    last = _sign(one, other, end)
    if not leads or last != -leads:
        return
    low, high = start, end
    while high - low > 1:
        middle = (low + high) // 2
        if _sign(one, other, middle) == -leads:
            high = middle
        else:
            low = middle
    yield high


def _segments(one: MonthlyLine, other: MonthlyLine) -> list[int]:
    """Where a segment begins: the first volume, and each at which one more machine is bought."""
    stepped = [line for line in (one, other) if line.machine_usd and line.hours_per_video]
    most = min([MOST_VIDEOS, *(line.n_videos_of(MOST_MACHINES) or 0 for line in stepped)])
    steps = {1, max(1, most) + 1}
    for line in stepped:
        for n_gpus in range(1, MOST_MACHINES):
            step = (line.n_videos_of(n_gpus) or 0) + 1
            if step > most:
                break
            steps.add(step)
    return sorted(steps)


def _sign(one: MonthlyLine, other: MonthlyLine, n_videos_month: int) -> int:
    """-1: the first is cheaper; 1: the second; 0: both cost the same."""
    difference = one.usd(n_videos_month) - other.usd(n_videos_month)
    return (difference > 0) - (difference < 0)


def _of_conditions(costs: tuple[ConditionCost, ...]) -> Iterator[BreakEven]:
    for one, other in itertools.combinations(costs, 2):
        unknown = next((cost for cost in (one, other) if cost.line is None), None)
        if unknown is not None:
            yield _never(
                one.condition,
                other.condition,
                Sentence(
                    key="costs.break_even.unknown",
                    facts={
                        "condition": one.condition,
                        "other": other.condition,
                        "unknown": unknown.condition,
                    },
                ),
            )
        elif _is_open(one, other):
            facts: dict[str, object] = {"condition": one.condition, "other": other.condition}
            open_yet = Sentence(key="costs.break_even.open", facts=facts)
            yield _never(one.condition, other.condition, open_yet)
        elif one.line is not None and other.line is not None:
            yield from _of_lines(one.line, other.line)


def _is_open(one: ConditionCost, other: ConditionCost) -> bool:
    """Of two that are paid by the clip alone: whether their runs leave open which is cheaper."""
    lines = [cost.line for cost in (one, other) if cost.line is not None]
    if any(line.fixed_usd or line.machine_usd for line in lines):
        return False
    value = difference(measured_cost(one), measured_cost(other))
    return value is None or not (value.is_below or value.is_above)


def _of_lines(one: MonthlyLine, other: MonthlyLine) -> Iterator[BreakEven]:
    volumes = list(itertools.islice(crossings(one, other), MOST_CROSSINGS))
    for n in volumes:
        above, below = (one, other) if _sign(one, other, n) < 0 else (other, one)
        yield _crossing(n, above, below)
    if not volumes:
        yield _uncrossed(one, other)


def _crossing(n: int, above: MonthlyLine, below: MonthlyLine) -> BreakEven:
    key = f"costs.break_even.{_kind(above, below)}"
    facts = {
        "n": count(n),
        "condition": above.condition,
        "other": below.condition,
        "usd": usd(above.usd(n)),
        "gpus": count(above.gpus_needed(n)),
    }
    return BreakEven(
        one=below.condition,
        other=above.condition,
        n_videos_month=n,
        cheaper_below=below.condition,
        cheaper_above=above.condition,
        usd=above.usd(n),
        gpus_needed=above.gpus_needed(n),
        sentence=Sentence(key=key, facts=facts),
    )


def _kind(above: MonthlyLine, below: MonthlyLine) -> str:
    """How many machines a crossing takes is said where it takes any."""
    if above.machine_usd and below.location is Location.CLOUD:
        return "pays_off"
    return "crosses" if above.gpus_needed(1) is None else "crosses_with_gpus"


def _uncrossed(one: MonthlyLine, other: MonthlyLine) -> BreakEven:
    """Between two steps both are straight, so the ends tell who is cheaper anywhere at all."""
    ends = itertools.pairwise(_segments(one, other))
    signs = {_sign(one, other, n) for start, end in ends for n in (start, end - 1)}
    leads = signs - {0}
    if not leads:
        facts: dict[str, object] = {"condition": one.condition, "other": other.condition}
        same = Sentence(key="costs.break_even.same", facts=facts)
        return _never(one.condition, other.condition, same)
    winner, loser = (one, other) if -1 in leads else (other, one)
    is_by_the_clip = not any(line.fixed_usd or line.machine_usd for line in (one, other))
    key = "costs.break_even.always_by_clip" if is_by_the_clip else "costs.break_even.always"
    if 0 in signs:
        key = "costs.break_even.never_dearer"
    sentence = Sentence(
        key=key,
        facts={"condition": winner.condition, "other": loser.condition, "most": count(MOST_VIDEOS)},
    )
    return replace(_never(one.condition, other.condition, sentence), cheaper_above=winner.condition)


def _of_bought_machines(case: Case, on: date | None) -> Iterator[BreakEven]:
    """Where a machine's price was entered: bought against rented, and against the cloud."""
    said = case.assumptions
    if said.purchase_usd is None:
        return
    bought = condition_costs(_paid_by(case, MachineBasis.OWNED), on)
    if said.rent_usd_hour is not None:
        rented = condition_costs(_paid_by(case, MachineBasis.RENTED), on)
        for one, other in zip(bought, rented, strict=True):
            if one.location is Location.LOCAL and one.line and other.line:
                yield _bought_or_rented(one.line, other.line)
    if said.machine is not MachineBasis.OWNED:
        yield from _against_the_cloud(bought)


def _against_the_cloud(bought: tuple[ConditionCost, ...]) -> Iterator[BreakEven]:
    for own, cloud in itertools.product(bought, bought):
        if own.location is Location.CLOUD or cloud.location is Location.LOCAL:
            continue
        if own.line is None or cloud.line is None:
            continue
        for point in _of_lines(own.line, cloud.line):
            if point.n_videos_month is not None:
                yield replace(point, machine=MachineBasis.OWNED)


def _bought_or_rented(bought: MonthlyLine, rented: MonthlyLine) -> BreakEven:
    """The first crossing: from there on buying has paid."""
    n = next(crossings(rented, bought), None)
    name = bought.condition
    if n is None or bought.usd(n) > rented.usd(n):
        lead = _sign(bought, rented, n or MOST_VIDEOS)
        key = "costs.break_even.buy_always" if lead < 0 and n is None else "costs.break_even.rent"
        never = _never(
            name, name, Sentence(key=key, facts={"condition": name, "most": count(MOST_VIDEOS)})
        )
        return replace(never, machine=MachineBasis.OWNED)
    facts = {
        "condition": name,
        "n": count(n),
        "usd": usd(bought.usd(n)),
        "gpus": count(bought.gpus_needed(n)),
    }
    return BreakEven(
        one=name,
        other=name,
        n_videos_month=n,
        cheaper_below=name,
        cheaper_above=name,
        usd=bought.usd(n),
        gpus_needed=bought.gpus_needed(n),
        sentence=Sentence(key="costs.break_even.buy", facts=facts),
        machine=MachineBasis.OWNED,
    )


def _paid_by(case: Case, machine: MachineBasis) -> Case:
    said: Assumptions = replace(case.assumptions, machine=machine)
    return replace(case, assumptions=said)


def _never(one: str, other: str, sentence: Sentence) -> BreakEven:
    return BreakEven(
        one=one,
        other=other,
        n_videos_month=None,
        cheaper_below=None,
        cheaper_above=None,
        usd=None,
        gpus_needed=None,
        sentence=sentence,
    )


def _by_volume(point: BreakEven) -> tuple[bool, int]:
    return point.n_videos_month is None, point.n_videos_month or 0
