import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videogen.analysis import summarise_opinion

ORACLE = Path(__file__).with_name("oracle")
CASES = json.loads((ORACLE / "decision_cases.json").read_text())
NFLX = json.loads((ORACLE / "nflx_public.json").read_text())

scores = st.lists(st.integers(1, 5), min_size=1, max_size=40)


@pytest.mark.parametrize("case", CASES["per_clip_ci"])
def test_a_clips_interval_is_student_t(case: dict[str, list[float]]) -> None:
    summary = summarise_opinion(case["votes"])

    low, high = case["ci95_t"]
    assert summary.mos == pytest.approx(case["mos"], abs=1e-12)
    assert summary.sos == pytest.approx(case["sd"], abs=1e-12)
    assert summary.ci95 == pytest.approx((high - low) / 2, abs=1e-9)


def test_the_mos_of_every_netflix_clip_is_the_published_one() -> None:
    summaries = [summarise_opinion(clip) for clip in NFLX["raw"]]

    assert [s.mos for s in summaries] == pytest.approx(NFLX["mos"], abs=1e-12)


def test_one_rating_gives_a_mos_but_no_interval() -> None:
    summary = summarise_opinion([4])

    assert summary.mos == 4.0
    assert summary.sos is None
    assert summary.ci95 is None  # unknown, not zero


def test_a_unanimous_clip_is_called_so_and_has_no_interval() -> None:
    summary = summarise_opinion([5, 5, 5])

    assert summary.is_unanimous
    assert summary.ci95 is None


@pytest.mark.parametrize("bad", [[], [0], [6], [4, math.nan]])
def test_scores_off_the_scale_are_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match=r"score"):
        summarise_opinion(bad)


@settings(deadline=None)
@given(scores)
def test_the_order_of_the_ratings_changes_nothing(votes: list[int]) -> None:
    assert summarise_opinion(votes) == summarise_opinion(sorted(votes))


@settings(deadline=None)
@given(scores)
def test_the_mos_lies_among_its_scores(votes: list[int]) -> None:
    assert min(votes) <= summarise_opinion(votes).mos <= max(votes)
