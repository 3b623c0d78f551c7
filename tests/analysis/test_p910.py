import json
import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings

from tests.analysis.matrices import PANELS
from tests.analysis.oracles import Raw, oracle
from videogen.analysis import fit_p910
from videogen.analysis.opinion import student_t_quantile
from videogen.analysis.p910 import _project, _project_with_gaps


@pytest.mark.parametrize("name", ["nflx_public", "p910_demo_small"])
def test_quality_bias_and_inconsistency_are_the_reference_implementations(name: str) -> None:
    data = oracle(name)

    fit = fit_p910(data["raw"])

    assert fit.quality == pytest.approx(data["p910"]["quality"], abs=1e-9)
    assert fit.bias == pytest.approx(data["p910"]["bias"], abs=1e-9)
    assert fit.inconsistency == pytest.approx(data["p910"]["inconsistency"], abs=1e-9)


def test_the_interval_is_the_references_with_students_t_and_the_sample_deviation() -> None:
    data = oracle("nflx_public")  # 26 raters, no vote missing
    wider = student_t_quantile(0.975, 25) * math.sqrt(26 / 25)

    fit = fit_p910(data["raw"])

    assert fit.quality_ci95[0] == pytest.approx(data["p910"]["quality_sd"][0] * wider, rel=0.02)


def test_without_missing_votes_the_grand_mean_is_that_of_the_scores() -> None:
    raw = oracle("nflx_public")["raw"]

    fit = fit_p910(raw)

    assert np.mean([q for q in fit.quality if q is not None]) == pytest.approx(np.mean(raw))


def test_a_clip_without_a_vote_has_no_quality_and_a_rater_without_one_no_bias() -> None:
    raw: Raw = [[5, 4, None], [None, None, None], [2, 3, None], [3, 4, None]]

    fit = fit_p910(raw)

    assert fit.quality[1] is None
    assert (fit.bias[2], fit.inconsistency[2]) == (None, None)
    assert fit_p910([[5, 4], [2, 3], [3, 4]]).bias == fit.bias[:2]


def test_with_one_rater_the_qualities_are_his_scores_and_his_bias_is_unknown() -> None:
    fit = fit_p910([[4], [2], [None]])

    assert fit.quality == (4.0, 2.0, None)
    assert fit.quality_ci95 == (None, None, None)
    assert (fit.bias, fit.inconsistency) == ((None,), (None,))


def test_one_clip_has_a_quality_but_tells_nobodys_inconsistency() -> None:
    fit = fit_p910([[5, 3, 4]])

    assert fit.quality == pytest.approx((4.0,))
    assert fit.inconsistency == (None, None, None)


def test_a_unanimous_panel_has_no_bias_and_no_interval() -> None:
    fit = fit_p910([[4] * 5] * 6)

    assert fit.quality == pytest.approx([4.0] * 6)
    assert fit.bias == pytest.approx([0.0] * 5, abs=1e-12)
    assert fit.quality_ci95 == (None,) * 6
    assert not fit.rests_on_one_rater


def test_a_model_that_follows_one_rater_exactly_says_so() -> None:
    fit = fit_p910([[5, 4, 3], [4, 3, 4], [3, 2, 5], [2, 3, 1]])

    assert fit.rests_on_one_rater


@pytest.mark.parametrize("raw", [[], [[]], [[None]], [[None, None], [None, None]]])
def test_without_a_vote_everything_is_unknown(raw: Raw) -> None:
    fit = fit_p910(raw)

    assert set(fit.quality) | set(fit.bias) | set(fit.inconsistency) <= {None}


@settings(deadline=None, max_examples=60)
@given(PANELS)
def test_any_panel_ends_in_finite_figures_without_a_warning(raw: Raw) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fit_p910(raw)

    json.dumps([fit.quality, fit.quality_ci95, fit.bias, fit.inconsistency], allow_nan=False)
    biases = [bias for bias in fit.bias if bias is not None]
    assert sum(biases) == pytest.approx(0.0, abs=1e-6)


def test_moving_one_raters_scores_moves_only_his_bias() -> None:
    scores = np.array(oracle("nflx_public")["raw"], dtype=float)
    moved = scores.copy()
    moved[:, 3] += 1.0

    before, after = fit_p910(scores), fit_p910(moved)

    assert after.inconsistency == pytest.approx(before.inconsistency, abs=1e-6)
    assert after.bias[3] == pytest.approx((before.bias[3] or 0) + 1 - 1 / 26, abs=1e-6)


def test_a_thousand_raters_on_a_thousand_clips_are_fitted() -> None:
    draw = np.random.default_rng(1)
    quality, bias = draw.uniform(2, 4, (1000, 1)), draw.normal(0, 0.3, (1, 1000))
    raw = quality + bias + draw.normal(0, 0.7, (1000, 1000))

    fit = fit_p910(raw)

    assert np.corrcoef(np.array(fit.quality, dtype=float), quality[:, 0])[0, 1] > 0.99


def test_with_and_without_gaps_the_same_model_is_fitted() -> None:
    whole = np.array(oracle("nflx_public")["raw"], dtype=float)
    without, with_gaps = _project(whole), _project_with_gaps(whole)

    for ours, general in zip(without[:3], with_gaps[:3], strict=True):
        assert np.asarray(ours) == pytest.approx(np.asarray(general), abs=1e-9)
    assert without[3] == with_gaps[3]
