"""The cheapest mix under the criteria, of what is measured alone."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.evidence.what_if.scene import condition, contender, measured
from videogen.analysis.mix import Mix, NoMix
from videogen.domain.condition import BackendKind, Purpose
from videogen.domain.decision import Criteria
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.what_if.asked import Asked
from videogen.evidence.what_if.best_mix import LeftOut, best_mix
from videogen.routing import RouteRequest

CRITERIA = Criteria(version=1)
PLAIN = Asked(request=RouteRequest(), weight=1)
LOCAL = contender("local", cost_usd=0.2, gpu_hours=0.5, quality=3.0)
CLOUD = contender("cloud", cost_usd=1.0, gpu_hours=0.0, quality=5.0, backend=BackendKind.VERTEX)


def test_two_conditions_share_what_neither_may_make_alone() -> None:
    found = best_mix([PLAIN], [LOCAL, CLOUD], CRITERIA, Assumptions())

    assert isinstance(found.found, Mix)
    assert found.found.shares == {"local": pytest.approx(0.5), "cloud": pytest.approx(0.5)}
    assert found.without_usd == {"local": pytest.approx(1.0), "cloud": None}


def test_the_machines_hours_bound_what_is_made_on_them() -> None:
    many = Assumptions(n_videos_month=10_000)

    found = best_mix([PLAIN], [LOCAL, CLOUD], CRITERIA, many)

    assert isinstance(found.found, Mix)
    assert found.found.shares["local"] == pytest.approx(730 / 10_000 / 0.5)
    assert found.saved_usd["gpu_hours_max"] == pytest.approx(1.6)  # of two clips, once a month


def test_at_the_worse_end_of_every_interval_less_is_possible() -> None:
    good = contender("cloud", cost_usd=1.0, gpu_hours=0.0, quality=4.1, backend=BackendKind.VERTEX)

    found = best_mix([PLAIN], [good], CRITERIA, Assumptions())

    assert isinstance(found.found, Mix)
    assert found.careful == NoMix(unmet=("quality_min", "success_rate_min"))


def test_a_step_of_quality_is_priced_by_what_it_really_saves() -> None:
    near = contender("local", cost_usd=0.2, gpu_hours=0.5, quality=3.95)

    found = best_mix([PLAIN], [near, CLOUD], CRITERIA, Assumptions())

    assert found.saved_usd == {"quality_min": pytest.approx(0.8 * 0.05 / 1.05)}


def test_a_kinds_own_limits_are_met_by_what_was_measured_and_not_by_claims() -> None:
    best = Asked(request=RouteRequest(quality_min=4.5), weight=1)
    cheap = Asked(request=RouteRequest(max_cost_usd=Decimal("0.5")), weight=1)
    claimed = replace(
        contender("cloud", cost_usd=0.9, quality=3.9, backend=BackendKind.VERTEX),
        option=replace(CLOUD.option, quality=4.8, cost_usd=Decimal("0.1"), is_quality_claimed=True),
    )

    found = best_mix([best, cheap], [claimed], CRITERIA, Assumptions())

    assert len(found.unserved) == 2
    assert found.left_out == {"cloud": LeftOut.SERVES_NOTHING}


def test_at_its_worse_end_a_condition_may_miss_a_kinds_limit() -> None:
    best = Asked(request=RouteRequest(quality_min=4.5), weight=1)
    steady = measured(condition("good"), n_runs=400, n_succeeded=400, quality=4.6)

    found = best_mix([best], [contender("good", quality=4.6, here=steady)], CRITERIA, Assumptions())

    assert isinstance(found.found, Mix)
    assert found.careful == NoMix(unmet=(), unserved=("0",))


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (contender("a", is_measured=False), LeftOut.NOT_RUN),
        (contender("a", quality=None), LeftOut.NOT_RATED),
        (contender("a", cost_usd=None), LeftOut.NO_COST),
        (
            contender("a", here=measured(condition("a"), peak_vram_mib_max=23_000.0)),
            LeftOut.OVER_VRAM,
        ),
        (contender("a", purpose=Purpose.CAMERA), LeftOut.SERVES_NOTHING),
    ],
)
def test_what_takes_no_part_says_why(one: object, why: LeftOut) -> None:
    found = best_mix([PLAIN], [one, CLOUD], CRITERIA, Assumptions())  # type: ignore[list-item]

    assert found.left_out == {"a": why}


def test_a_kind_that_nothing_measured_makes_is_named_and_the_rest_is_mixed() -> None:
    talking = Asked(request=RouteRequest(purpose=Purpose.LIPSYNC), weight=1)

    found = best_mix([PLAIN, talking], [LOCAL, CLOUD], CRITERIA, Assumptions())

    assert [(one.request.purpose, one.weight) for one in found.unserved] == [("lipsync", 0.5)]
    assert isinstance(found.found, Mix)
    assert found.found.cost_usd == pytest.approx(0.6)


def test_where_nothing_measured_makes_any_kind_there_is_no_mix() -> None:
    talking = Asked(request=RouteRequest(purpose=Purpose.LIPSYNC), weight=1)

    found = best_mix([talking], [LOCAL, CLOUD], CRITERIA, Assumptions())

    assert found.found is None
    assert found.served_share == 0
