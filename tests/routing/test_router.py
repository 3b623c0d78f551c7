import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.routing.options import HOUSE, RULES, asking, option
from videogen.domain.condition import Location, Purpose
from videogen.domain.prompt import Prompt
from videogen.routing import (
    RouteOption,
    RouteRequest,
    Routing,
    request_for_prompt,
    route,
)


def _chosen(request: RouteRequest, options: Sequence[RouteOption] = HOUSE) -> tuple[str, str]:
    found = route(request, options, RULES)
    return found.chosen or "", found.reason.key.removeprefix("routing.reason.")


def _why(found: Routing, name: str) -> str:
    (reason,) = (each.reason for each in found.rejected if each.name == name)
    return reason.key.removeprefix("routing.rejected.")


@pytest.mark.parametrize(
    ("request_", "chosen", "reason"),
    [
        (asking(), "animatediff", "simple"),
        (asking(quality_min=4.5), "veo-3.1", "highest_quality"),
        (asking(max_wall_time_s=600), "veo-3.1-fast", "quick"),
        (asking(max_cost_usd=Decimal("0.30")), "animatediff", "low_cost"),
        (asking(min_height_px=720), "wan-14b-720p", "commercial"),
        (asking(motion="high"), "veo-3.1-fast", "complex_motion"),
        (asking(motion="low"), "animatediff", "simple"),
        (asking(duration_s=5), "wan-1.3b", "simple"),
        (asking(min_height_px=720, local_only=True), "wan-14b-720p", "commercial"),
    ],
)
def test_the_briefs_rules_choose(request_: RouteRequest, chosen: str, reason: str) -> None:
    assert _chosen(request_) == (chosen, reason)


def test_without_a_local_gpu_the_cloud_makes_the_clip() -> None:
    down = [
        replace(one, is_available=False, why_not="routing.why.down")
        if one.location is Location.LOCAL
        else one
        for one in HOUSE
    ]

    assert _chosen(asking(), down) == ("veo-3.1-fast", "no_local_gpu")


def test_animatediff_closes_every_chain_of_fallbacks() -> None:
    found = route(asking(motion="high"), HOUSE, RULES)

    assert found.chosen == "veo-3.1-fast"
    assert found.fallbacks == ("veo-3.1", "wan-1.3b", "wan-14b-720p", "animatediff")


def test_a_fallback_keeps_every_limit_of_the_request() -> None:
    found = route(asking(min_height_px=720), HOUSE, RULES)

    assert found.fallbacks == ("veo-3.1-fast", "veo-3.1")


@pytest.mark.parametrize(
    ("request_", "changes", "why"),
    [
        (asking(max_cost_usd=Decimal(9)), {"cost_usd": None}, "cost_unknown"),
        (asking(max_wall_time_s=9e6), {"wall_time_s": None}, "wall_time_unknown"),
        (asking(quality_min=1), {"quality": None}, "quality_unknown"),
        (asking(min_height_px=1), {"height_px": None}, "height_unknown"),
        (asking(duration_s=1), {"duration_s": None}, "duration_unknown"),
    ],
)
def test_an_unknown_passes_no_stated_limit(
    request_: RouteRequest, changes: dict[str, Any], why: str
) -> None:
    found = route(request_, [option("wan-1.3b", **changes)], RULES)

    assert found.chosen is None
    assert found.reason.key == "routing.reason.nothing_serves"
    assert _why(found, "wan-1.3b") == why


def test_an_unknown_is_no_obstacle_where_no_limit_is_stated() -> None:
    nothing_known = option(
        "wan-1.3b", height_px=None, duration_s=None, cost_usd=None, wall_time_s=None, quality=None
    )

    assert _chosen(asking(), [nothing_known])[0] == "wan-1.3b"


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (asking(max_cost_usd=Decimal("0.79")), "cost"),
        (asking(max_wall_time_s=359), "wall_time"),
        (asking(quality_min=4.9), "quality"),
        (asking(min_height_px=721), "height"),
        (asking(duration_s=8.1), "duration"),
        (asking(local_only=True), "not_local"),
        (asking(purpose=Purpose.I2V), "purpose"),
    ],
)
def test_what_breaks_a_limit_is_rejected_by_its_name(request_: RouteRequest, why: str) -> None:
    assert _why(route(request_, [option("veo-3.1-fast")], RULES), "veo-3.1-fast") == why


def test_a_limit_that_is_just_kept_is_kept() -> None:
    request = asking(
        max_cost_usd=Decimal("0.80"),
        max_wall_time_s=360,
        quality_min=4.8,
        min_height_px=720,
        duration_s=8,
    )

    assert _chosen(request, [option("veo-3.1-fast")])[0] == "veo-3.1-fast"


def test_what_is_made_for_the_purpose_but_not_set_up_is_named() -> None:
    found = route(asking(purpose=Purpose.CHARACTER), HOUSE, RULES)

    assert found.chosen is None
    assert _why(found, "wan-phantom-14b") == _why(found, "wan-phantom-1.3b") == "not_here"


def test_what_is_made_for_the_purpose_is_chosen_once_it_is_there() -> None:
    talker = option("wan-infinitetalk", purposes=frozenset({Purpose.LIPSYNC}))

    found = _chosen(asking(purpose=Purpose.LIPSYNC), [*HOUSE, talker])

    assert found == ("wan-infinitetalk", "lipsync")


def test_a_condition_that_no_rule_names_is_used_when_nothing_else_serves() -> None:
    assert _chosen(asking(), [option("mine")]) == ("mine", "only_left")


def test_what_was_not_asked_and_what_is_only_claimed_is_said_with_the_reason() -> None:
    unsure = option("veo-3.1", is_available=None, is_quality_claimed=True)

    found = route(asking(quality_min=4.5), [unsure], RULES)

    assert found.reason.facts == {
        "condition": "veo-3.1",
        "is_state_unknown": True,
        "is_quality_claimed": True,
    }


def test_nothing_to_choose_from_chooses_nothing() -> None:
    found = route(asking(), [], RULES)

    assert (found.chosen, found.fallbacks, found.rejected) == (None, (), ())
    assert found.rules_version == RULES.version


@pytest.mark.parametrize(
    ("tags", "chosen"),
    [
        (("people_faces", "motion:low"), "animatediff"),
        (("animals", "motion:mid"), "animatediff"),
        (("animals", "motion:high"), "veo-3.1-fast"),
        ((), "animatediff"),
    ],
)
def test_a_suites_prompt_is_routed_by_how_much_moves_in_it(
    tags: tuple[str, ...], chosen: str
) -> None:
    members = [one for one in HOUSE if one.name in ("animatediff", "veo-3.1-fast")]
    prompt = Prompt(prompt_id="p", text="a kite", tags=tags)

    assert _chosen(request_for_prompt(prompt), members)[0] == chosen


@pytest.mark.parametrize(
    "fields",
    [
        {"duration_s": float("nan")},
        {"min_height_px": 0},
        {"max_wall_time_s": -1},
        {"max_cost_usd": Decimal(-1)},
        {"quality_min": 5.1},
        {"quality_min": float("nan")},
    ],
)
def test_a_request_cannot_hold_nonsense(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(fields))):
        RouteRequest(**fields)


def test_ten_thousand_decisions_take_about_a_second() -> None:
    request = asking(min_height_px=480, max_cost_usd=Decimal(5), motion="high")
    n_decisions = 2_000

    began = time.process_time()
    for _ in range(n_decisions):
        route(request, HOUSE, RULES)
    used_s = time.process_time() - began

    assert used_s < 3 * n_decisions / 10_000  # thrice the goal, for a busy machine
