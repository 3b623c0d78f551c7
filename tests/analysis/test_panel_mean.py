import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videogen.analysis import PanelMean, panel_mean

CASES = json.loads((Path(__file__).with_name("oracle") / "decision_cases.json").read_text())
CROSSED = CASES["mos_crossed_example"]
NFLX = json.loads((Path(__file__).with_name("oracle") / "nflx_public.json").read_text())


def known(panel: PanelMean | None) -> PanelMean:
    assert panel is not None
    return panel


def test_a_complete_block_is_judged_over_prompts_and_raters() -> None:
    panel = known(panel_mean(CROSSED["raw_clips_x_raters"]))

    assert panel.rule == "two_way_random_satterthwaite"
    assert panel.mean == pytest.approx(CROSSED["mos"], abs=1e-9)
    assert panel.se == pytest.approx(CROSSED["se"], abs=1e-9)
    assert panel.df == pytest.approx(CROSSED["df_satterthwaite"], abs=1e-8)
    one_sided = (CROSSED["lower95_one_sided"], CROSSED["upper95_one_sided"])
    assert panel.bounds(0.90) == pytest.approx(one_sided, abs=1e-9)
    assert panel.bounds(0.95) == pytest.approx(CROSSED["ci95_two_sided"], abs=1e-9)


def test_the_mean_of_the_netflix_votes_is_the_published_one() -> None:
    panel = known(panel_mean(NFLX["raw"]))

    assert panel.mean == pytest.approx(3.544791, abs=1e-6)


def test_a_missing_rating_turns_to_the_clustered_interval() -> None:
    raw: list[list[float | None]] = [
        [5, 4, 5, 4, 3],
        [4, 4, 3, 4, 4],
        [3, 2, 3, 4, 2],
        [5, 5, 4, 5, None],
        [4, 3, 4, 4, 4],
    ]

    panel = known(panel_mean(raw))

    # by hand: n = 24, mean = 92/24; e summed by prompt and by rater
    mean = 92 / 24
    cells = [(c, r, s - mean) for c, row in enumerate(raw) for r, s in enumerate(row) if s]
    vc = sum(sum(e for c, _, e in cells if c == i) ** 2 for i in range(5)) * 5 / 4
    vr = sum(sum(e for _, r, e in cells if r == i) ** 2 for i in range(5)) * 5 / 4
    v0 = sum(e * e for _, _, e in cells) * 24 / 23
    var = max(vc + vr - v0, vc, vr) / 24**2
    df = max(4, var**2 / ((vc / 576) ** 2 / 4 + (vr / 576) ** 2 / 4))
    assert panel.rule == "two_way_clustered_cgm"
    assert panel.mean == pytest.approx(mean, abs=1e-12)
    assert panel.se == pytest.approx(math.sqrt(var), abs=1e-12)
    assert panel.df == pytest.approx(df, abs=1e-9)


def test_several_seeds_of_a_prompt_are_averaged_per_rater_first() -> None:
    by_clip = [[5, 3], [3, 5], [4, 4], [2, 4]]

    panel = known(panel_mean(by_clip, ["a", "a", "b", "b"]))
    averaged = known(panel_mean([[4, 4], [3, 4]]))

    assert panel.n_prompts == 2
    assert (panel.mean, panel.se, panel.df) == (averaged.mean, averaged.se, averaged.df)


def test_a_rater_who_saw_under_80_percent_of_the_clips_is_left_out() -> None:
    raw: list[list[float | None]] = [[4, 5, 1 if i < 7 else None] for i in range(10)]

    panel = known(panel_mean(raw))

    assert panel.raters_left_out == (2,)
    assert panel.n_raters == 2
    assert panel.mean == 4.5


def test_a_rater_who_saw_exactly_80_percent_stays() -> None:
    raw: list[list[float | None]] = [[4, 5, 3 if i < 8 else None] for i in range(10)]

    assert known(panel_mean(raw)).raters_left_out == ()


def test_with_no_least_coverage_everybody_with_a_vote_stays() -> None:
    raw: list[list[float | None]] = [[4, 5, 1 if i < 3 else None, None] for i in range(10)]

    panel = known(panel_mean(raw, coverage_min=0.0))

    assert panel.raters_left_out == (3,)
    assert panel.n_raters == 3


def test_no_rater_with_enough_clips_leaves_a_mean_that_counts_nobody() -> None:
    panel = known(panel_mean([[4, None], [None, 2]]))

    assert panel.mean == 3.0
    assert panel.n_raters == 0
    assert panel.bounds(0.90) is None


@pytest.mark.parametrize("raw", [[], [[]], [[None, None], [None, None]]])
def test_no_rating_at_all_gives_no_mean(raw: list[list[float | None]]) -> None:
    assert panel_mean(raw) is None


def test_one_rater_gives_a_mean_but_no_interval() -> None:
    panel = known(panel_mean([[4], [5], [3]]))

    assert panel.mean == 4.0
    assert panel.bounds(0.95) is None


def test_a_unanimous_panel_is_called_so() -> None:
    panel = known(panel_mean([[4] * 5] * 20))

    assert panel.is_unanimous
    assert panel.p_below(4.0) == 0.0
    assert panel.p_below(4.1) == 1.0


def test_a_thousand_raters_are_summarised() -> None:
    raw = np.random.default_rng(1).integers(1, 6, (40, 1000)).tolist()

    panel = known(panel_mean(raw))

    assert panel.n_raters == 1000
    assert panel.mean == pytest.approx(3.0, abs=0.05)


matrices = st.integers(2, 6).flatmap(
    lambda n_raters: st.lists(
        st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=n_raters, max_size=n_raters),
        min_size=2,
        max_size=8,
    )
)


@settings(deadline=None)
@given(matrices)
def test_an_interval_contains_its_mean(raw: list[list[float | None]]) -> None:
    panel = panel_mean(raw)

    bounds = panel.bounds(0.90) if panel else None
    if panel and bounds:
        assert bounds[0] <= panel.mean <= bounds[1]


@settings(deadline=None)
@given(matrices, st.randoms())
def test_shuffling_clips_and_raters_changes_nothing(
    raw: list[list[float | None]], rng: "np.random.Generator"
) -> None:
    rows = list(range(len(raw)))
    columns = list(range(len(raw[0])))
    rng.shuffle(rows)
    rng.shuffle(columns)

    ours = panel_mean(raw)
    shuffled = panel_mean([[raw[r][c] for c in columns] for r in rows])

    assert (ours is None) == (shuffled is None)
    if ours and shuffled:
        assert shuffled.mean == pytest.approx(ours.mean)
        assert (ours.se is None) == (shuffled.se is None)
        if ours.se is not None:
            assert shuffled.se == pytest.approx(ours.se, abs=1e-9)
