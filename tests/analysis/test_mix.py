"""The cheapest mix of conditions under the criteria."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videogen.analysis.mix import (
    Demand,
    Mix,
    MixLimits,
    MixOption,
    NoMix,
    cheapest_mix,
    cost_by_quality,
    cost_without,
    joins_below,
    saved_by,
)

EVERYTHING = (Demand(name="all", share=1.0),)
CHEAP = MixOption(name="cheap", cost_usd=0.2, quality=3.0, success_rate=0.95, gpu_hours=0.5)
DEAR = MixOption(name="dear", cost_usd=1.0, quality=5.0, success_rate=0.95)


def _mix(*options: MixOption, demands: tuple[Demand, ...] = EVERYTHING, **limits: float) -> Mix:
    found = cheapest_mix(options, demands, MixLimits(**limits))
    assert isinstance(found, Mix)
    return found


def test_without_limits_the_cheapest_condition_makes_everything() -> None:
    found = _mix(CHEAP, DEAR)

    assert found.shares == {"cheap": 1.0}
    assert found.cost_usd == pytest.approx(0.2)
    assert joins_below([CHEAP, DEAR], EVERYTHING, MixLimits(), found) == {
        "dear": pytest.approx(0.2)
    }


def test_a_quality_limit_between_two_conditions_mixes_them() -> None:
    found = _mix(CHEAP, DEAR, quality_min=4.0)

    assert found.shares == {"cheap": pytest.approx(0.5), "dear": pytest.approx(0.5)}
    assert found.quality == pytest.approx(4.0)
    assert found.cost_usd == pytest.approx(0.6)


def test_a_binding_limit_says_what_giving_way_would_save() -> None:
    found = _mix(CHEAP, DEAR, quality_min=4.0, success_rate_min=0.9)

    # A tenth of a point less moves a twentieth of all videos from $1.00 to $0.20.
    assert found.saved_per_unit == {"quality_min": pytest.approx(0.4)}


def test_a_limit_gives_way_only_as_far_as_it_binds() -> None:
    near = replace(CHEAP, quality=3.98)
    limits = MixLimits(quality_min=4.0)
    found = _mix(near, DEAR, quality_min=4.0)

    # Below 3.98 nothing more is saved: there the cheap one makes everything.
    assert saved_by([near, DEAR], EVERYTHING, limits, found, {"quality_min": -0.1}) == {
        "quality_min": pytest.approx(found.cost_usd - 0.2)
    }
    assert found.saved_per_unit["quality_min"] * 0.1 > 4 * (found.cost_usd - 0.2)


def test_few_gpu_hours_send_the_rest_to_the_cloud() -> None:
    found = _mix(CHEAP, DEAR, gpu_hours_max=0.1)

    assert found.shares == {"cheap": pytest.approx(0.2), "dear": pytest.approx(0.8)}
    assert found.saved_per_unit == {"gpu_hours_max": pytest.approx(1.6)}


def test_what_is_left_out_tells_the_price_at_which_it_takes_part() -> None:
    middle = MixOption(name="middle", cost_usd=0.9, quality=4.0, success_rate=0.95)

    found = _mix(CHEAP, middle, DEAR, quality_min=4.0)

    prices = joins_below([CHEAP, middle, DEAR], EVERYTHING, MixLimits(quality_min=4.0), found)
    assert prices == {"middle": pytest.approx(0.6)}


def test_without_a_machine_of_its_own_a_local_condition_joins_at_no_price() -> None:
    found = _mix(CHEAP, DEAR, gpu_hours_max=0.0)

    assert found.shares == {"dear": 1.0}
    assert joins_below([CHEAP, DEAR], EVERYTHING, MixLimits(gpu_hours_max=0.0), found) == {}


def test_a_demand_is_made_only_by_what_serves_it() -> None:
    talker = MixOption(
        name="talker", cost_usd=2.0, quality=4.0, success_rate=1.0, serves=frozenset({"lipsync"})
    )
    silent = MixOption(
        name="silent", cost_usd=0.1, quality=4.0, success_rate=1.0, serves=frozenset({"t2v"})
    )
    demands = (Demand(name="t2v", share=0.9), Demand(name="lipsync", share=0.1))

    found = _mix(talker, silent, demands=demands)

    assert found.by_demand == {"t2v": {"silent": 1.0}, "lipsync": {"talker": 1.0}}
    assert found.cost_usd == pytest.approx(0.29)


def test_a_limit_that_cannot_be_met_is_named() -> None:
    found = cheapest_mix(
        [CHEAP], EVERYTHING, MixLimits(quality_min=4.0, success_rate_min=0.9, gpu_hours_max=1.0)
    )

    assert found == NoMix(unmet=("quality_min",))


def test_two_limits_that_cannot_be_met_are_both_named() -> None:
    found = cheapest_mix([CHEAP], EVERYTHING, MixLimits(quality_min=4.0, success_rate_min=0.99))

    assert found == NoMix(unmet=("quality_min", "success_rate_min"))


def test_a_demand_that_nothing_serves_is_named() -> None:
    only_t2v = MixOption(
        name="a", cost_usd=1.0, quality=4.0, success_rate=1.0, serves=frozenset({"t2v"})
    )

    found = cheapest_mix([only_t2v], [Demand(name="camera", share=1.0)], MixLimits())

    assert found == NoMix(unmet=(), unserved=("camera",))


def test_the_mix_without_one_condition_tells_what_it_is_worth() -> None:
    limits = MixLimits(quality_min=4.0)

    assert cost_without([CHEAP, DEAR], EVERYTHING, limits, "cheap") == pytest.approx(1.0)
    assert cost_without([CHEAP, DEAR], EVERYTHING, limits, "dear") is None


def test_the_cost_of_each_quality_limit_ends_where_nothing_reaches_it() -> None:
    found = cost_by_quality([CHEAP], EVERYTHING, MixLimits(), [2.5, 3.0, 3.5])

    assert found == [(2.5, pytest.approx(0.2)), (3.0, pytest.approx(0.2)), (3.5, None)]


def test_shares_that_are_not_one_together_are_refused() -> None:
    with pytest.raises(ValueError, match="1 together"):
        cheapest_mix([CHEAP], [Demand(name="half", share=0.5)], MixLimits())


@settings(max_examples=40, deadline=None)
@given(
    options=st.lists(
        st.builds(
            MixOption,
            name=st.uuids().map(str),
            cost_usd=st.floats(0.01, 5),
            quality=st.floats(1, 5),
            success_rate=st.floats(0.5, 1),
            gpu_hours=st.floats(0, 2),
        ),
        min_size=1,
        max_size=6,
    ),
    quality_min=st.floats(1, 5),
)
def test_no_single_condition_that_meets_the_limits_is_cheaper_than_the_mix(
    options: list[MixOption], quality_min: float
) -> None:
    limits = MixLimits(quality_min=quality_min, success_rate_min=0.8)

    found = cheapest_mix(options, EVERYTHING, limits)

    meeting = [o for o in options if o.quality >= quality_min and o.success_rate >= 0.8]
    if isinstance(found, Mix):
        assert sum(found.shares.values()) == pytest.approx(1.0)
        assert found.quality >= quality_min - 1e-6
        assert all(found.cost_usd <= one.cost_usd + 1e-6 for one in meeting)
    else:
        assert not meeting
