"""The same requests under other rules."""

import pytest

from tests.evidence.what_if.scene import CLOUD_FIRST, RULES, contender
from videogen.domain.condition import BackendKind, Purpose
from videogen.evidence.what_if.asked import Asked
from videogen.evidence.what_if.replay import KnownMean, replay
from videogen.routing import RouteRequest, RoutingRule

LOCAL = contender("local", cost_usd=0.2, gpu_hours=0.5, quality=3.0)
CLOUD = contender("cloud", cost_usd=0.8, gpu_hours=0.0, quality=5.0, backend=BackendKind.VERTEX)
PLAIN = Asked(request=RouteRequest(), weight=3)
TALL = Asked(request=RouteRequest(quality_min=4.5), weight=1)
TALKING = Asked(request=RouteRequest(purpose=Purpose.LIPSYNC), weight=1)


def test_requests_go_where_the_rules_send_them() -> None:
    found = replay([PLAIN, TALL], [LOCAL, CLOUD], RULES)

    assert {one.condition: one.share for one in found.shares} == {"local": 0.75, "cloud": 0.25}
    assert _known(found.cost_usd) == pytest.approx((0.75 * 0.2 + 0.25 * 0.8, 1.0))
    assert _known(found.quality) == pytest.approx((3.5, 1.0))
    assert _known(found.gpu_hours) == pytest.approx((0.375, 1.0))


def test_other_rules_send_the_same_requests_elsewhere() -> None:
    found = replay([PLAIN, TALL], [LOCAL, CLOUD], CLOUD_FIRST)

    assert [one.condition for one in found.shares] == ["cloud"]
    assert found.rules_version == "cloud-first"
    assert found.shares[0].reason.key == "routing.reason.quick"


def test_each_share_tells_its_own_condition_and_the_reason_of_most_of_it() -> None:
    rare = [Asked(request=RouteRequest(quality_min=4.5 + n / 10), weight=1) for n in range(3)]
    often = Asked(request=RouteRequest(max_wall_time_s=1_800), weight=5)
    rules = RULES.model_copy(
        update={
            "rule": (
                RoutingRule(reason="quick", prefer=("cloud",), wall_time_s_to=2_000),
                *RULES.rule,
            )
        }
    )

    found = replay([PLAIN, *rare, often], [LOCAL, CLOUD], rules)

    assert {one.condition: one.reason.key for one in found.shares} == {
        "cloud": "routing.reason.quick",
        "local": "routing.reason.simple",
    }
    assert all(one.reason.facts["condition"] == one.condition for one in found.shares)


def test_what_nothing_serves_is_counted_apart_and_costs_nothing_known() -> None:
    found = replay([PLAIN, TALKING], [LOCAL, CLOUD], RULES)

    assert found.unserved_share == pytest.approx(0.25)
    assert _known(found.cost_usd) == pytest.approx((0.2, 0.75))


def test_a_mean_says_for_how_much_of_it_the_figure_is_known() -> None:
    dear = contender("cloud", cost_usd=None, quality=5.0, backend=BackendKind.VERTEX)

    found = replay([PLAIN, TALL], [LOCAL, dear], RULES)

    assert _known(found.cost_usd) == pytest.approx((0.2, 0.75))
    assert found.cost_usd is not None
    assert found.cost_usd.total(1_000) == pytest.approx(150)
    assert _known(found.quality) == pytest.approx((3.5, 1.0))


def _known(one: KnownMean | None) -> tuple[float, float]:
    assert one is not None
    return one.mean, one.share
