"""One rater beside the others, with figures small enough to be counted by hand."""

from collections.abc import Mapping

import pytest

from tests.evidence.records import VEO, WAN, grid, panel, plan, stock
from videogen.domain.rating import RaterKind
from videogen.domain.run import Origin
from videogen.evidence.calibration import FAR_APART, N_FAR, calibrate, load_calibration
from videogen.store import Database, OwnAgainstOthers, get_campaign


def _clip(clip_id: str, own: int, others: float) -> OwnAgainstOthers:
    return OwnAgainstOthers(
        clip_id=clip_id,
        presentation_id=f"shown-{clip_id}",
        own_score=own,
        others_mean=others,
        n_others=3,
    )


def test_the_bias_is_the_mean_of_own_less_others() -> None:
    found = calibrate([_clip("a", 3, 4.0), _clip("b", 2, 2.0), _clip("c", 4, 4.5)])

    assert found.n_clips == 3
    assert found.bias == pytest.approx(-0.5)  # -1, 0 and -0.5


def test_each_score_that_was_given_has_what_the_others_gave() -> None:
    found = calibrate([_clip("a", 3, 4.0), _clip("b", 3, 3.0), _clip("c", 5, 4.5)])

    said = [(one.own_score, one.n_clips, one.others_mean) for one in found.steps]
    assert said == [(3, 2, 3.5), (5, 1, 4.5)]


def test_the_few_clips_that_lie_farthest_apart_come_first() -> None:
    pairs = [_clip(f"c{i}", 5, 5 - 0.4 * i) for i in range(8)]

    far = calibrate(pairs).far_apart

    assert [one.clip_id for one in far] == ["c7", "c6", "c5", "c4"]
    assert len(far) == N_FAR


def test_less_than_a_score_apart_is_not_far() -> None:
    found = calibrate([_clip("a", 3, 3 + FAR_APART - 0.01), _clip("b", 3, 3 - FAR_APART)])

    assert [one.clip_id for one in found.far_apart] == ["b"]


THREE: Mapping[str, int] = {"ann": 4, "ben": 4, "cho": 4}


def test_three_others_are_asked_for(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN), *panel({"dao": 3, "ann": 4, "ben": 4}))
    campaign = get_campaign(database, "c1")
    assert load_calibration(database, campaign, "dao", Origin.LIVE) is None

    stock(database, *panel({"cho": 4}))

    found = load_calibration(database, campaign, "dao", Origin.LIVE)
    assert found is not None
    assert found.n_clips == 20
    assert found.bias == pytest.approx(-1.0)  # the same pattern, one score lower


def test_only_clips_that_the_rater_saw_are_compared(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN), *grid(VEO), *panel(THREE), *panel(THREE, VEO))
    stock(database, *panel({"dao": 4}, n_clips=5))

    found = load_calibration(database, get_campaign(database, "c1"), "dao", Origin.LIVE)

    assert found is not None
    assert found.n_clips == 5


def test_who_is_left_out_and_who_is_simulated_is_no_other(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN), *panel({"dao": 4}), *panel(THREE))
    stock(database, *panel({"bot": 1}, kind=RaterKind.SIMULATED))
    campaign = get_campaign(database, "c1")

    found = load_calibration(database, campaign, "dao", Origin.LIVE)
    without = load_calibration(database, campaign, "dao", Origin.LIVE, left_out=["cho"])

    assert found is not None
    assert found.bias == pytest.approx(0.0)  # a simulated 1 would have moved it
    assert without is None
