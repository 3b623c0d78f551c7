"""What holds of every request and every set of conditions."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.routing.options import RULES
from videogen.domain.condition import Location, Purpose
from videogen.routing import RouteOption, RouteRequest, route, sentence
from videogen.texts import LANGUAGES

NAMES = sorted({name for rule in RULES.rule for name in rule.prefer} | {"mine", "zeta"})
USD = st.decimals(min_value=0, max_value=10, places=4)
SECONDS = st.floats(min_value=0.5, max_value=10_000)
MOS = st.floats(min_value=1, max_value=5)

OPTION = st.builds(
    RouteOption,
    name=st.sampled_from(NAMES),
    purposes=st.frozensets(st.sampled_from(Purpose)),
    height_px=st.none() | st.integers(256, 2160),
    duration_s=st.none() | SECONDS,
    location=st.sampled_from(Location),
    cost_usd=st.none() | USD,
    wall_time_s=st.none() | SECONDS,
    quality=st.none() | MOS,
    is_available=st.sampled_from([True, False, None]),
    why_not=st.none() | st.just("routing.why.down"),
    is_quality_claimed=st.booleans(),
)
OPTIONS = st.lists(OPTION, max_size=8, unique_by=lambda option: option.name)
REQUEST = st.builds(
    RouteRequest,
    purpose=st.sampled_from(Purpose),
    motion=st.sampled_from([None, "low", "mid", "high"]),
    min_height_px=st.none() | st.integers(1, 2160),
    duration_s=st.none() | SECONDS,
    max_cost_usd=st.none() | USD,
    max_wall_time_s=st.none() | SECONDS,
    local_only=st.booleans(),
    quality_min=st.none() | MOS,
)


def _serves(request: RouteRequest, option: RouteOption) -> bool:
    """The rule in one line each, written again: an unknown never passes a stated limit."""
    pairs = [
        (request.min_height_px, option.height_px),
        (request.duration_s, option.duration_s),
        (request.quality_min, option.quality),
        (option.wall_time_s or float("inf"), request.max_wall_time_s)
        if request.max_wall_time_s
        else (None, None),
    ]
    kept = [True for low, high in pairs if low is None or (high is not None and low <= high)]
    paid = request.max_cost_usd is None or (
        option.cost_usd is not None and option.cost_usd <= request.max_cost_usd
    )
    here = not request.local_only or option.location is Location.LOCAL
    able = option.is_available is not False and request.purpose in option.purposes
    return len(kept) == len(pairs) and paid and here and able


@settings(max_examples=30)
@given(REQUEST, OPTIONS)
def test_exactly_what_can_serve_is_in_the_chain(
    request: RouteRequest, options: Sequence[RouteOption]
) -> None:
    found = route(request, options, RULES)

    chain = [*([found.chosen] if found.chosen else []), *found.fallbacks]
    assert sorted(chain) == sorted(one.name for one in options if _serves(request, one))
    assert (found.chosen is None) == (not chain)


@settings(max_examples=30)
@given(REQUEST, OPTIONS)
def test_every_candidate_is_either_in_the_chain_or_rejected_once(
    request: RouteRequest, options: Sequence[RouteOption]
) -> None:
    found = route(request, options, RULES)

    chain = {*([found.chosen] if found.chosen else []), *found.fallbacks}
    rejected = [each.name for each in found.rejected]
    assert len(rejected) == len(set(rejected))
    assert not chain & set(rejected)
    assert {one.name for one in options} <= chain | set(rejected)


@settings(max_examples=30)
@given(REQUEST, OPTIONS, st.randoms())
def test_the_order_of_the_candidates_changes_nothing(
    request: RouteRequest, options: Sequence[RouteOption], random: Random
) -> None:
    shuffled = list(options)
    random.shuffle(shuffled)

    one, other = route(request, options, RULES), route(request, shuffled, RULES)

    assert (one.chosen, one.reason, one.fallbacks) == (other.chosen, other.reason, other.fallbacks)
    assert {each.name: each.reason for each in one.rejected} == {
        each.name: each.reason for each in other.rejected
    }


@settings(max_examples=30)
@given(REQUEST, OPTIONS)
def test_animatediff_is_chosen_first_or_tried_last(
    request: RouteRequest, options: Sequence[RouteOption]
) -> None:
    found = route(request, options, RULES)

    assert RULES.last not in found.fallbacks[:-1]


@settings(max_examples=30)
@given(REQUEST, OPTIONS)
def test_a_lower_cap_never_lets_more_through(
    request: RouteRequest, options: Sequence[RouteOption]
) -> None:
    capped = replace(request, max_cost_usd=Decimal("0.5"))
    lower = replace(request, max_cost_usd=Decimal("0.3"))

    wider, narrower = (route(one, options, RULES) for one in (capped, lower))

    assert {narrower.chosen, *narrower.fallbacks} <= {wider.chosen, *wider.fallbacks, None}


@settings(max_examples=30)
@given(REQUEST, OPTIONS)
def test_every_reason_is_a_sentence_in_both_languages(
    request: RouteRequest, options: Sequence[RouteOption]
) -> None:
    found = route(request, options, RULES)

    for reason in (found.reason, *(each.reason for each in found.rejected)):
        for language in LANGUAGES:
            said = sentence(reason, language)
            assert said
            assert "{" not in said
