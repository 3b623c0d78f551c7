"""The brief's "when to use which" under the active rules, in its own words."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.routing.options import ACTIVE, HOUSE, asking, option
from videogen.domain.condition import Location, Purpose
from videogen.routing import (
    OwnMeasurement,
    RouteOption,
    RouteRequest,
    Routing,
    route,
    sentence,
)

OWN = OwnMeasurement(
    n_runs=40, is_cost=True, is_time=True, n_raters=6, n_ratings=240, quality_low=4.1
)
STUDIO = (
    *(one for one in HOUSE if one.name != "wan-1.3b"),
    option("wan-1.3b", cost_usd=Decimal("0.82"), quality=4.0),
    option("wan-14b", cost_usd=Decimal("1.16"), quality=5.0),
    option("wan-infinitetalk", purposes=frozenset({Purpose.LIPSYNC}), quality=None),
    option("wan-uni3c", purposes=frozenset({Purpose.CAMERA}), quality=None),
    option("wan-phantom-14b", purposes=frozenset({Purpose.CHARACTER}), quality=None),
    option(
        "wan-i2v-14b",
        purposes=frozenset({Purpose.I2V}),
        required_inputs=frozenset({"image"}),
        quality=None,
    ),
)


def _routed(request: RouteRequest, options: Sequence[RouteOption] = STUDIO) -> Routing:
    return route(request, options, ACTIVE)


def _why(found: Routing) -> tuple[str | None, str]:
    return found.chosen, found.reason.key.removeprefix("routing.reason.")


@pytest.mark.parametrize(
    ("said", "request_", "chosen", "reason"),
    [
        ("social media, prototyping, simple motion", asking(), "animatediff", "simple"),
        ("simple motion", asking(motion="low"), "animatediff", "simple"),
        ("high volume, low cost", asking(max_cost_usd=Decimal("0.30")), "animatediff", "low_cost"),
        ("lipsync", asking(purpose=Purpose.LIPSYNC), "wan-infinitetalk", "lipsync"),
        ("camera control", asking(purpose=Purpose.CAMERA), "wan-uni3c", "camera"),
        ("complex characters", asking(purpose=Purpose.CHARACTER), "wan-phantom-14b", "character"),
        ("begins with a picture", asking(purpose=Purpose.I2V), "wan-i2v-14b", "image"),
        ("highest quality", asking(quality_min=4.5), "veo-3.1-fast", "highest_quality"),
        ("quick turnaround", asking(max_wall_time_s=400), "veo-3.1-fast", "quick"),
        ("what moves a lot", asking(motion="high"), "veo-3.1-fast", "complex_motion"),
    ],
)
def test_the_brief_says_which(said: str, request_: RouteRequest, chosen: str, reason: str) -> None:
    options = [one for one in STUDIO if one.name != "veo-3.1"]

    assert _why(_routed(request_, options)) == (chosen, reason), said


def test_commercials_from_720p_are_wans_where_it_is_as_good() -> None:
    wan = [replace(one, quality=5.0) if one.name == "wan-14b-720p" else one for one in STUDIO]

    assert _why(_routed(asking(min_height_px=720), wan)) == ("wan-14b-720p", "commercial")


def test_without_a_local_gpu_the_cloud_makes_the_clip_and_replicate_makes_wans() -> None:
    cloud = [one for one in STUDIO if one.location is Location.CLOUD]
    wan = option(
        "replicate-wan-2.1-i2v-480p", location=Location.CLOUD, purposes=frozenset({Purpose.I2V})
    )

    assert _why(_routed(asking(), cloud)) == ("veo-3.1-fast", "no_local_gpu")
    assert _why(_routed(asking(purpose=Purpose.I2V), [*cloud, wan])) == (
        "replicate-wan-2.1-i2v-480p",
        "no_local_gpu",
    )


def test_more_money_keeps_the_better_clip_that_less_money_bought() -> None:
    cheap = option("wan-1.3b", cost_usd=Decimal("0.04"), quality=4.0)
    dear = option("animatediff", cost_usd=Decimal("0.26"), quality=3.0)

    found = _routed(asking(), [cheap, dear])

    assert _why(found) == ("wan-1.3b", "simple")
    assert found.reason.facts["kept_over"] == "animatediff"


def test_what_is_cheaper_and_rated_better_here_goes_ahead_of_what_the_rules_prefer() -> None:
    measured = option("wan-1.3b", cost_usd=Decimal("0.26"), quality=4.3, measured=OWN)
    beaten = option("animatediff", quality=3.1, measured=replace(OWN, n_runs=30, quality_low=2.9))

    found = _routed(asking(), [measured, beaten])

    assert _why(found) == ("wan-1.3b", "measured_better")
    assert found.reason.facts["other"] == "animatediff"
    assert [each.name for each in found.ranked] == ["wan-1.3b", "animatediff"]


@pytest.mark.parametrize(
    "changes",
    [
        {"measured": replace(OWN, quality_low=3.0)},  # its interval reaches the other's mean
        {"measured": replace(OWN, n_raters=0, quality_low=None)},  # a claim is no rating
        {"measured": replace(OWN, is_cost=False)},
        {"cost_usd": Decimal("0.27")},  # better, and dearer: that is what rules are for
    ],
)
def test_less_than_that_overrides_no_rule(changes: dict[str, Any]) -> None:
    fields = {"cost_usd": Decimal("0.26"), "quality": 4.3, "measured": OWN, **changes}
    beaten = option("animatediff", quality=3.1, measured=replace(OWN, quality_low=2.9))

    assert _routed(asking(), [option("wan-1.3b", **fields), beaten]).chosen == "animatediff"


def test_what_failed_its_success_criterion_here_is_not_preferred() -> None:
    failing = replace(OWN, n_raters=0, quality_low=None, n_failed=20, is_failing=True)
    options = [
        option("animatediff", quality=3.0, measured=failing),
        option("wan-1.3b", quality=3.0),
    ]

    found = _routed(asking(), options)

    assert (found.chosen, found.fallbacks) == ("wan-1.3b", ("animatediff",))
    assert _routed(asking(), options[:1]).reason.facts["n_failed"] == 20


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (frozenset[str](), "input_missing"),
        (frozenset({"image", "audio"}), "input_not_taken"),
        (frozenset({"image"}), None),
        (None, None),  # nobody has said what is given
    ],
)
def test_only_what_can_be_made_from_the_given_files_fits(
    given: frozenset[str] | None, why: str | None
) -> None:
    found = _routed(asking(purpose=Purpose.I2V, inputs=given))

    reasons = {each.name: each.reason.key for each in found.rejected}
    assert reasons.get("wan-i2v-14b") == (why and f"routing.rejected.{why}")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"queue_s": 41.0}, "queue"),
        ({"queue_s": None}, "queue_unknown"),
        ({"cap_left_usd": Decimal("0.79")}, "cap"),
        ({"cap_left_usd": Decimal(9), "cost_usd": None}, "cap_unknown"),
    ],
)
def test_waits_and_caps_are_limits_too(changes: dict[str, Any], why: str) -> None:
    found = _routed(asking(max_wall_time_s=400), [option("veo-3.1-fast", **changes)])

    assert found.chosen is None
    assert [each.reason.key for each in found.rejected] == [f"routing.rejected.{why}"]


def test_every_ranked_condition_has_its_reason_and_the_chosen_one_is_first() -> None:
    found = _routed(asking())

    assert [each.name for each in found.ranked] == [found.chosen, *found.fallbacks]
    assert all(each.reason.facts["condition"] == each.name for each in found.ranked)


GOLDEN = {
    "en": "wan-1.3b: rated better here than animatediff, for no more money. "
    "Measured here over 40 runs. Rated here by 6 raters.",
    "th": "wan-1.3b: ได้คะแนนจากทีมเราดีกว่า animatediff โดยไม่แพงกว่า วัดที่นี่ 40 ครั้ง มีผู้ให้คะแนนที่นี่ 6 คน",
}
KEPT = {
    "en": "wan-1.3b: the default when nothing special is asked for. "
    "animatediff would come first, but less money already buys better than that.",
    "th": "wan-1.3b: ตัวเลือกเริ่มต้นเมื่อไม่ได้ระบุความต้องการพิเศษ "
    "ตามลำดับแล้ว animatediff มาก่อน แต่งบที่น้อยกว่าก็ได้คุณภาพดีกว่านั้นแล้ว",
}


@pytest.mark.parametrize("language", ["en", "th"])
def test_the_reasons_are_said_so(language: str) -> None:
    measured = option("wan-1.3b", quality=4.3, measured=OWN)
    beaten = option("animatediff", quality=3.1, measured=replace(OWN, quality_low=2.9))
    cheap = option("wan-1.3b", cost_usd=Decimal("0.04"), quality=4.0)

    overridden = _routed(asking(), [measured, beaten])
    kept = _routed(asking(), [cheap, option("animatediff")])

    assert sentence(overridden.reason, language) == GOLDEN[language]
    assert sentence(kept.reason, language) == KEPT[language]


def test_what_fails_too_often_says_so_and_why_it_is_chosen_all_the_same() -> None:
    failing = replace(OWN, n_raters=0, quality_low=None, n_failed=20, is_failing=True)
    options = [
        option("veo-3.1-fast", quality=4.8, measured=failing),
        option("animatediff", quality=3.0, measured=failing),
    ]

    found = _routed(asking(), options)

    says = "20 of its 40 runs here failed, more than the success limit allows."
    kept = "Within reach nothing as good keeps it."
    assert f"{says} {kept}" in sentence(found.reason, "en")
    assert says in sentence(found.ranked[1].reason, "en")
    assert kept not in sentence(found.ranked[1].reason, "en")
