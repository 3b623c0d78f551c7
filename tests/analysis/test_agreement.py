import json
import warnings
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings

from tests.analysis.matrices import PANELS
from tests.analysis.oracles import Raw, oracle
from videogen.analysis import icc2k, krippendorff_alpha
from videogen.analysis.agreement import Level

CASES = oracle("reliability_cases")
NFLX = oracle("nflx_public")["raw"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")


@pytest.mark.parametrize("level", LEVELS)
def test_alpha_of_the_textbook_case_is_the_published_one(level: Level) -> None:
    case = CASES["krippendorff_2011"]
    raw = [list(row) for row in zip(*case["raters_x_units"], strict=True)]

    assert krippendorff_alpha(raw, level) == pytest.approx(case["computed"][level], abs=1e-9)


def test_alpha_of_the_netflix_votes_is_the_published_one() -> None:
    known = CASES["nflx_public"]

    assert krippendorff_alpha(NFLX) == pytest.approx(known["krippendorff_ordinal"], abs=1e-9)
    assert krippendorff_alpha(NFLX, "interval") == pytest.approx(known["krippendorff_interval"])


@pytest.mark.parametrize("raw", [[], [[]], [[3]], [[3], [4]], [[3, 3], [3, 3]], [[1, None]]])
def test_where_nothing_varies_or_nobody_shares_a_clip_there_is_no_alpha(raw: Raw) -> None:
    assert krippendorff_alpha(raw) is None


def test_perfect_agreement_is_one() -> None:
    assert krippendorff_alpha([[1, 1, 1], [3, 3, 3], [5, 5, None]]) == pytest.approx(1.0)


def test_ordinal_alpha_knows_only_the_order() -> None:
    raw = [[1, 2, 2], [4, 5, 4], [2, 2, 1], [5, 4, 5]]
    stretched = [[10 ** (score - 1) for score in row] for row in raw]

    assert krippendorff_alpha(stretched) == pytest.approx(krippendorff_alpha(raw))


@settings(deadline=None, max_examples=60)
@given(PANELS)
def test_alpha_is_at_most_one_and_needs_no_warning(raw: Raw) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        alphas = [krippendorff_alpha(raw, level) for level in LEVELS]

    assert all(alpha is None or alpha <= 1 + 1e-12 for alpha in alphas)


@settings(deadline=None, max_examples=60)
@given(PANELS)
def test_the_order_of_clips_and_raters_does_not_matter(raw: Raw) -> None:
    turned = [row[::-1] for row in raw[::-1]]

    assert krippendorff_alpha(turned) == pytest.approx(krippendorff_alpha(raw), nan_ok=False)


@pytest.mark.parametrize(
    ("raw", "known"),
    [
        (CASES["shrout_fleiss_1979"]["targets_x_judges"], CASES["shrout_fleiss_1979"]["icc_a_k"]),
        (NFLX, CASES["nflx_public"]["icc_a_k"]),
    ],
    ids=["shrout-fleiss-1979", "nflx"],
)
def test_icc_and_its_interval_are_the_published_ones(raw: Raw, known: dict[str, object]) -> None:
    icc = icc2k(raw)

    assert icc is not None
    assert icc.estimate == pytest.approx(known["ICC"], abs=1e-9)
    # pingouin rounds the bounds
    assert (icc.low, icc.high) == pytest.approx(tuple(cast("list[float]", known["CI95"])), abs=5e-3)


def test_a_rater_who_saw_little_does_not_cost_the_others_their_block() -> None:
    raw: Raw = [[*row[:5], None if i > 3 else 3] for i, row in enumerate(NFLX[:20])]

    icc = icc2k(raw)

    assert icc == icc2k([row[:5] for row in NFLX[:20]])


def test_a_clip_that_one_rater_left_out_is_left_out() -> None:
    raw: Raw = [list(row[:6]) for row in NFLX[:20]]
    raw[3][2] = None

    icc = icc2k(raw)

    assert icc is not None
    assert (icc.n_clips, icc.n_raters) == (19, 6)


@pytest.mark.parametrize(
    "raw", [[], [[]], [[3, 4]], [[3], [4]], [[3, 3], [3, 3]], [[None, 3], [3, None]]]
)
def test_without_a_block_in_which_something_varies_there_is_no_icc(raw: Raw) -> None:
    assert icc2k(raw) is None


def test_raters_who_agree_exactly_are_perfectly_reliable() -> None:
    icc = icc2k([[1, 1, 1], [3, 3, 3], [5, 5, 5]])

    assert icc is not None
    assert icc.estimate == pytest.approx(1.0)


def test_a_panel_of_noise_is_doubtful() -> None:
    noise = np.random.default_rng(3).integers(1, 6, (30, 4))

    icc = icc2k(noise.tolist())

    assert icc is not None
    assert icc.is_doubtful


@settings(deadline=None, max_examples=60)
@given(PANELS)
def test_any_panel_gives_finite_figures_or_none(raw: Raw) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        icc = icc2k(raw)

    if icc is not None:
        json.dumps([icc.estimate, icc.low, icc.high], allow_nan=False)
        if icc.low is not None and icc.high is not None:
            assert icc.low <= icc.high
