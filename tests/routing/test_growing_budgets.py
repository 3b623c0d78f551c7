"""What holds of the active rules whatever is asked, measured or there: above all, money."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.routing.options import ACTIVE
from videogen.domain.condition import Location, Purpose
from videogen.routing import OwnMeasurement, RouteOption, RouteRequest, Routing, route
from videogen.routing.limits import why_it_cannot_serve, why_the_price_is_too_much

# Few values, so that ties, thresholds and equal costs come up all the time.
NAMES = sorted({name for rule in ACTIVE.rule for name in rule.prefer} | {"mine", "zeta"})
USD = st.sampled_from([Decimal(cents) / 100 for cents in (0, 4, 26, 40, 49, 50, 51, 80, 116)])
MOS = st.sampled_from([1.0, 3.0, 4.0, 4.5, 4.8, 5.0])
SECONDS = st.sampled_from([60.0, 360.0, 600.0, 1920.0])
OWN = st.builds(
    OwnMeasurement,
    n_runs=st.just(40),
    is_cost=st.booleans(),
    is_time=st.booleans(),
    n_raters=st.sampled_from([0, 4]),
    quality_low=st.none() | MOS,
    is_failing=st.booleans(),
)
OPTION = st.builds(
    RouteOption,
    name=st.sampled_from(NAMES),
    purposes=st.sampled_from([frozenset({Purpose.T2V}), frozenset(Purpose)]),
    height_px=st.sampled_from([None, 480, 720]),
    duration_s=st.sampled_from([None, 2.0, 8.0]),
    location=st.sampled_from(Location),
    cost_usd=st.none() | USD,
    wall_time_s=st.none() | SECONDS,
    quality=st.none() | MOS,
    required_inputs=st.sampled_from([frozenset[str](), frozenset({"image"})]),
    queue_s=st.sampled_from([0.0, None, 300.0]),
    cap_left_usd=st.none() | USD,
    is_available=st.sampled_from([True, False, None]),
    measured=st.none() | OWN,
)
OPTIONS = st.lists(OPTION, max_size=9, unique_by=lambda option: option.name)
REQUEST = st.builds(
    RouteRequest,
    purpose=st.sampled_from([Purpose.T2V, Purpose.T2V, Purpose.I2V, Purpose.LIPSYNC]),
    inputs=st.sampled_from([None, frozenset[str](), frozenset({"image"})]),
    motion=st.sampled_from([None, "low", "high"]),
    min_height_px=st.sampled_from([None, 480, 720]),
    duration_s=st.sampled_from([None, 5.0]),
    max_cost_usd=st.none() | USD,
    max_wall_time_s=st.none() | SECONDS,
    local_only=st.booleans(),
    quality_min=st.none() | MOS,
)
BUDGETS = [Decimal(cents) / 100 for cents in range(0, 130, 3)]


def _quality(found: Routing, options: Sequence[RouteOption]) -> float:
    """Nothing is below everything, and an unknown quality below every known one."""
    if found.chosen is None:
        return -1.0
    return next(one.quality for one in options if one.name == found.chosen) or 0.0


@settings(max_examples=100)
@given(REQUEST, OPTIONS)
def test_more_money_never_lowers_the_quality_of_what_is_chosen(
    request: RouteRequest, options: Sequence[RouteOption]
) -> None:
    budgets = sorted({*BUDGETS, *(o.cost_usd for o in options if o.cost_usd is not None)})

    qualities = [
        _quality(route(replace(request, max_cost_usd=budget), options, ACTIVE), options)
        for budget in [*budgets, None]
    ]

    assert qualities == sorted(qualities)


@settings(max_examples=40)
@given(REQUEST, OPTIONS)
def test_what_cannot_serve_is_neither_chosen_nor_a_fallback_and_says_why(
    request: RouteRequest, options: Sequence[RouteOption]
) -> None:
    found = route(request, options, ACTIVE)

    able = {
        one.name
        for one in options
        if why_it_cannot_serve(request, one) is None
        and why_the_price_is_too_much(request, one) is None
    }
    rejected = {each.name for each in found.rejected}
    assert {each.name for each in found.ranked} == able
    assert [each.name for each in found.ranked] == [
        *([found.chosen] if found.chosen else []),
        *found.fallbacks,
    ]
    assert {one.name for one in options} - able <= rejected
    assert not rejected & able


@settings(max_examples=40)
@given(REQUEST, OPTIONS)
def test_the_reason_names_the_rule_that_prefers_the_chosen_or_what_it_beats_or_that_it_is_left(
    request: RouteRequest, options: Sequence[RouteOption]
) -> None:
    found = route(request, options, ACTIVE)

    if found.chosen is None:
        return
    reason = found.reason.key.removeprefix("routing.reason.")
    named = {rule.reason for rule in ACTIVE.rule if found.chosen in rule.prefer}
    if reason == "measured_better":
        by_name = {one.name: one for one in options}
        one, other = by_name[found.chosen], by_name[str(found.reason.facts["other"])]
        assert one.cost_usd is not None
        assert other.cost_usd is not None
        assert one.cost_usd <= other.cost_usd
        assert one.measured is not None
        assert (one.measured.quality_low or 0) > (other.quality or 0)
    else:
        assert reason in named or reason == "only_left"


@settings(max_examples=30)
@given(REQUEST, OPTIONS, st.randoms())
def test_the_order_of_the_candidates_decides_nothing(
    request: RouteRequest, options: Sequence[RouteOption], random: object
) -> None:
    shuffled = list(options)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    one, other = route(request, options, ACTIVE), route(request, shuffled, ACTIVE)

    assert (one.chosen, one.reason, one.ranked) == (other.chosen, other.reason, other.ranked)
