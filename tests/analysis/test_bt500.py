import warnings

import numpy as np
import pytest
from hypothesis import given, settings

from tests.analysis.matrices import PANELS
from tests.analysis.oracles import Raw, oracle
from videogen.analysis import bt500_rejected, p913_rejected


@pytest.mark.parametrize("name", ["nflx_public", "p910_demo_small"])
def test_the_same_raters_are_rejected_as_by_sureal(name: str) -> None:
    data = oracle(name)

    assert list(bt500_rejected(data["raw"])) == data["bt500_rejected"]
    assert list(p913_rejected(data["raw"])) == data["p913_rejected"]


def test_sureal_counts_a_unanimous_clip_against_everybody_and_we_do_not() -> None:
    two_sided = [1, 5] + [2] * 6 + [3] * 12 + [4] * 6  # the first two lie far outside
    unanimous: Raw = [[3] * 26] * 6
    raw: Raw = [[*two_sided], [5, 1, *two_sided[2:]], *unanimous]

    assert bt500_rejected(raw, "sureal") == ()  # all of them, so nobody
    assert bt500_rejected(raw, "ours") == (0, 1)


def test_who_only_leans_is_not_rejected() -> None:
    raw: Raw = [[5, *([2, 3, 3, 4] * 6)] for _ in range(20)]

    assert bt500_rejected(raw) == ()


def test_with_eight_raters_not_even_a_random_clicker_is_rejected() -> None:
    draw = np.random.default_rng(1)
    honest = np.clip(np.rint(draw.uniform(2, 4, (40, 1)) + draw.normal(0, 0.6, (40, 7))), 1, 5)
    raw = np.hstack([honest, draw.integers(1, 6, (40, 1))])

    assert 7 not in bt500_rejected(raw, "ours")


@settings(deadline=None, max_examples=60)
@given(PANELS)
def test_any_panel_is_screened_without_a_warning(raw: Raw) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for variant in ("sureal", "ours"):
            rejected = bt500_rejected(raw, variant) + p913_rejected(raw, variant)

            assert all(0 <= rater < len(raw[0]) for rater in rejected)
