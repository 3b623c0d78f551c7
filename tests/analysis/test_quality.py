import json
from pathlib import Path

import numpy as np
import pytest

from videogen.analysis.panel_mean import cells_of
from videogen.analysis.quality import judge_quality
from videogen.domain.decision import Criteria, CriterionResult, CriterionVerdict, RatingBlock

CASES = json.loads((Path(__file__).with_name("oracle") / "decision_cases.json").read_text())
CRITERIA = Criteria(version=1)
Raw = tuple[tuple[float | None, ...], ...]


def panel(mean: float, n_prompts: int, n_raters: int, seed: int = 3) -> Raw:
    """Scores with the spread that real panels show."""
    rng = np.random.default_rng(seed)
    cells = mean + rng.normal(0, 0.4, (n_prompts, 1)) + rng.normal(0, 0.25, (1, n_raters))
    cells = cells + rng.normal(0, 0.5, (n_prompts, n_raters))
    return tuple(tuple(float(s) for s in row) for row in np.clip(np.rint(cells), 1, 5))


def judged(block: RatingBlock | None, criteria: Criteria) -> CriterionResult:
    return judge_quality(None if block is None else cells_of(block), criteria)


def test_the_worked_case_passes_with_its_published_bounds() -> None:
    case = CASES["mos_crossed_example"]

    result = judged(RatingBlock(raw=case["raw_clips_x_raters"]), CRITERIA)

    assert result.verdict is CriterionVerdict.PASS
    bounds = (case["lower95_one_sided"], case["upper95_one_sided"])
    assert (result.low, result.high) == pytest.approx(bounds, abs=1e-9)
    assert result.n == 8
    assert result.rule == "two_way_random_satterthwaite (n = raters)"


@pytest.mark.parametrize(
    ("n_raters", "reason"), [(1, "few_raters"), (3, "few_raters"), (4, "pass")]
)
def test_four_raters_are_the_least(n_raters: int, reason: str) -> None:
    result = judged(RatingBlock(raw=panel(4.9, 40, n_raters)), CRITERIA)

    assert result.reason_key.endswith(reason)


@pytest.mark.parametrize(("n_prompts", "reason"), [(19, "few_prompts"), (20, "pass")])
def test_twenty_prompts_are_the_least(n_prompts: int, reason: str) -> None:
    result = judged(RatingBlock(raw=panel(4.9, n_prompts, 8)), CRITERIA)

    assert result.reason_key.endswith(reason)
    assert (result.needs.n_runs if result.needs else None) == (1 if n_prompts == 19 else None)


def test_a_panel_clearly_below_the_threshold_fails() -> None:
    assert judged(RatingBlock(raw=panel(3.2, 40, 8)), CRITERIA).verdict == "fail"


def test_it_says_about_how_many_raters_decide_it() -> None:
    result = judged(RatingBlock(raw=panel(4.28, 40, 5)), CRITERIA)

    assert result.verdict is CriterionVerdict.NOT_YET
    assert result.needs is not None
    assert result.needs.n_raters is not None
    assert 1 <= result.needs.n_raters <= 40


def test_a_mean_on_the_threshold_is_decided_by_no_panel() -> None:
    raw: Raw = tuple((5.0, 3.0) * 4 if i % 2 else (3.0, 5.0) * 4 for i in range(40))

    result = judged(RatingBlock(raw=raw), CRITERIA)

    assert result.verdict is CriterionVerdict.NOT_YET
    assert result.needs is None
    assert result.reason_key.endswith("no_number")


def test_where_raters_alone_cannot_decide_it_asks_for_prompts_too() -> None:
    result = judged(RatingBlock(raw=panel(4.18, 40, 5)), CRITERIA)

    assert result.verdict is CriterionVerdict.NOT_YET
    assert result.needs is not None
    assert result.needs.n_runs is not None


def test_scores_that_cancel_out_are_not_taken_for_certainty() -> None:
    raw: Raw = tuple((5.0, 3.0) * 4 if i % 2 else (3.0, 5.0) * 4 for i in range(40))

    result = judged(RatingBlock(raw=raw), CRITERIA)

    assert result.low is not None
    assert result.low < 4.0


def test_no_rating_is_not_yet_and_asks_for_four_raters() -> None:
    for ratings in (None, RatingBlock(raw=()), RatingBlock(raw=((None, None),))):
        result = judged(ratings, CRITERIA)

        assert result.verdict is CriterionVerdict.NOT_YET
        assert result.estimate is None
        assert result.needs is not None
        assert result.needs.n_raters == 4


def test_a_unanimous_panel_is_named_as_such() -> None:
    result = judged(RatingBlock(raw=((5.0,) * 4,) * 20), CRITERIA)

    assert result.reason_key == "decision.reason.quality.pass_unanimous"


def test_a_rater_left_out_is_named() -> None:
    raw = tuple((*row, None) for row in panel(4.9, 40, 4))
    names = ("Anan", "Beam", "Chai", "Dao", "Ek")

    result = judged(RatingBlock(raw=raw, rater_names=names), CRITERIA)

    assert result.facts["raters_left_out"] == "Ek"
    assert result.n == 4
