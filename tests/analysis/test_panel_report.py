import json
import warnings

import pytest
from hypothesis import given, settings

from tests.analysis.matrices import PANELS
from tests.analysis.oracles import Raw, oracle
from videogen.analysis.panel_report import report_panel, report_to_json

KEYS = [
    "mos",
    "sos",
    "ci95",
    "mean",
    "mean_ci95_low",
    "mean_ci95_high",
    "mean_method",
    "p910",
    "bt500_rejected",
    "krippendorff_alpha_ordinal",
    "icc2k",
]


def test_the_netflix_panel_is_reported_whole() -> None:
    data = oracle("nflx_public")

    answer = report_to_json(report_panel(data["raw"]))

    assert list(answer) == KEYS
    assert answer["mos"] == pytest.approx(data["mos"], abs=1e-9)
    assert answer["p910"]["quality"] == pytest.approx(data["p910"]["quality"], abs=1e-6)
    assert answer["bt500_rejected"] == data["bt500_rejected"]
    assert answer["mean_method"] == "two_way_random_satterthwaite"
    assert answer["mean_ci95_low"] < answer["mean"] < answer["mean_ci95_high"]


def test_the_mean_of_the_worked_case_has_the_published_interval() -> None:
    case = oracle("decision_cases")["mos_crossed_example"]

    answer = report_to_json(report_panel(case["raw_clips_x_raters"]))

    bounds = [answer["mean_ci95_low"], answer["mean_ci95_high"]]
    assert bounds == pytest.approx(case["ci95_two_sided"], abs=1e-9)


def test_missing_votes_turn_to_the_clustered_interval() -> None:
    data = oracle("p910_demo_small")

    answer = report_to_json(report_panel(data["raw"]))

    assert answer["mos"] == pytest.approx(data["mos"], abs=1e-9)
    assert answer["p910"]["bias"] == pytest.approx(data["p910"]["bias"], abs=1e-6)
    assert answer["mean_method"] == "two_way_clustered_cgm"


def test_a_panel_of_which_nobody_saw_80_percent_still_has_an_interval() -> None:
    raw: Raw = [
        [None if (clip + rater) % 3 == 0 else 3 + (clip + rater) % 2 for rater in range(6)]
        for clip in range(12)
    ]

    answer = report_to_json(report_panel(raw))

    assert answer["mean_method"] == "two_way_clustered_cgm"
    assert answer["mean_ci95_low"] is not None


def test_a_clip_without_votes_is_null_everywhere() -> None:
    answer = report_to_json(report_panel([[4, 5], [None, None], [2, 3]]))

    assert answer["mos"] == [4.5, None, 2.5]
    assert (answer["sos"][1], answer["ci95"][1], answer["p910"]["quality"][1]) == (None, None, None)


def test_a_unanimous_panel_claims_no_certainty() -> None:
    answer = report_to_json(report_panel([[4, 4, 4], [4, 4, 4]]))

    assert answer["ci95"] == [None, None]
    assert (answer["mean"], answer["mean_ci95_low"], answer["mean_ci95_high"]) == (4.0, None, None)
    assert answer["mean_method"] == "mean_without_interval"
    assert answer["krippendorff_alpha_ordinal"] is None
    assert answer["icc2k"] is None


def test_one_rater_has_a_mean_and_no_interval() -> None:
    answer = report_to_json(report_panel([[4], [5], [2]]))

    assert answer["mean"] == pytest.approx(11 / 3)
    assert answer["ci95"] == [None, None, None]
    assert answer["mean_ci95_low"] is None
    assert answer["p910"] == {"quality": [4, 5, 2], "bias": [None], "inconsistency": [None]}


def test_no_vote_at_all_is_null_and_not_zero() -> None:
    answer = report_to_json(report_panel([[None, None], [None, None]]))

    assert answer["mos"] == [None, None]
    assert answer["mean"] is None
    assert answer["mean_method"] == "mean_without_interval"


def test_fewer_than_15_raters_are_an_informal_panel() -> None:
    assert report_panel([[4] * 14]).is_informal
    assert not report_panel([[4] * 15]).is_informal


@settings(deadline=None, max_examples=60)
@given(PANELS)
def test_any_panel_is_reported_in_json_without_a_warning(raw: Raw) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = report_to_json(report_panel(raw))

    assert list(json.loads(json.dumps(answer, allow_nan=False))) == KEYS
