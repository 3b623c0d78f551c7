"""A nominal 95 % interval holds the truth in 95 of 100 simulated panels; a sample in every run."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.random import Generator

from videogen.analysis import (
    Choice,
    PairOpinion,
    fit_bradley_terry,
    paired_difference,
    panel_mean,
)

# Spread between clips, between raters, and left over, as in two published panels.
CLIP_SD, RATER_SD, REST_SD = 0.6, 0.3, 0.7
N_PROMPTS = 40
TRUE_MEAN, TRUE_DIFFERENCE = 3.0, 0.3
TRUE_LOG_ODDS, TASTE_SD, TIE_MARGIN = 1.2, 0.6, 0.4  # of the first of two conditions


def mean_is_covered(draw: Generator, n_raters: int, share_missing: float) -> bool:
    cells = (
        TRUE_MEAN
        + draw.normal(0, CLIP_SD, (N_PROMPTS, 1))
        + draw.normal(0, RATER_SD, (1, n_raters))
        + draw.normal(0, REST_SD, (N_PROMPTS, n_raters))
    )
    cells[draw.random(cells.shape) < share_missing] = np.nan
    # The gate leaves out who saw under 80 %; the interval itself must hold with everybody in it.
    panel = panel_mean(cells, coverage_min=0.0)
    assert panel is not None
    bounds = panel.bounds(0.95)
    return bounds is not None and bounds[0] <= TRUE_MEAN <= bounds[1]


def difference_is_covered(draw: Generator) -> bool:
    shape = (N_PROMPTS, 8)
    shared = draw.normal(0, CLIP_SD, (N_PROMPTS, 1)) + draw.normal(0, RATER_SD, (1, 8))
    first, second = (
        TRUE_MEAN
        + shared
        + draw.normal(0, 0.4, (N_PROMPTS, 1))  # a prompt suits one condition better
        + draw.normal(0, REST_SD, shape)
        for _ in range(2)
    )
    found = paired_difference(first + TRUE_DIFFERENCE, second)
    assert found is not None
    assert found.ci95_low is not None
    assert found.ci95_high is not None
    return found.ci95_low <= TRUE_DIFFERENCE <= found.ci95_high


def true_strength() -> float:
    """Half the log odds over all prompts and raters, whose tastes flatten the odds."""
    taste = np.random.default_rng(0).normal(0, TASTE_SD * math.sqrt(2), 400_000)
    odds = TRUE_LOG_ODDS + np.concatenate([taste, -taste])
    won = 1 / (1 + np.exp(TIE_MARGIN - odds))
    lost = 1 / (1 + np.exp(TIE_MARGIN + odds))
    share = float((won + (1 - won - lost) / 2).mean())
    return math.log(share / (1 - share)) / 2


TRUE_STRENGTH = true_strength()


def strength_is_covered(draw: Generator) -> bool:
    """The tie-break between the top two: 40 prompts, 8 raters, one vote each."""
    by_prompt, by_rater = draw.normal(0, TASTE_SD, N_PROMPTS), draw.normal(0, TASTE_SD, 8)
    votes = []
    for prompt in range(N_PROMPTS):
        for rater in range(8):
            liked = TRUE_LOG_ODDS + by_prompt[prompt] + by_rater[rater] + draw.logistic()
            choice = Choice.LEFT if liked > 0 else Choice.RIGHT
            votes.append(
                PairOpinion(
                    left="wan-14b",
                    right="wan-1.3b",
                    choice=Choice.TIE if abs(liked) < TIE_MARGIN else choice,
                    prompt_id=str(prompt),
                    rater_id=str(rater),
                )
            )
    found = fit_bradley_terry(votes)
    assert found is not None
    [strength] = [each for each in found.strengths if each.condition == "wan-14b"]
    assert strength.ci95_low is not None
    assert strength.ci95_high is not None
    return strength.ci95_low <= TRUE_STRENGTH <= strength.ci95_high


def covered(is_covered: Callable[[Generator], bool], n_panels: int, seed: int) -> float:
    draw = np.random.default_rng(seed)
    return sum(is_covered(draw) for _ in range(n_panels)) / n_panels


MEANS = {
    "8 raters, complete": (8, 0.0),
    "8 raters, 30 % missing": (8, 0.3),
    "4 raters, complete": (4, 0.0),
    "4 raters, 30 % missing": (4, 0.3),
}


@pytest.mark.soak
@pytest.mark.parametrize("panel", MEANS)
def test_the_panels_mean_is_covered_as_often_as_promised(panel: str) -> None:
    share = covered(lambda draw: mean_is_covered(draw, *MEANS[panel]), 20_000, seed=11)

    assert 0.93 <= share <= 0.96


@pytest.mark.soak
def test_a_difference_of_two_conditions_is_covered_as_often_as_promised() -> None:
    assert 0.93 <= covered(difference_is_covered, 3_000, seed=12) <= 0.96


@pytest.mark.soak
def test_a_conditions_strength_is_covered_as_often_as_promised() -> None:
    assert 0.93 <= covered(strength_is_covered, 1_000, seed=13) <= 0.96


@pytest.mark.parametrize("panel", MEANS)
def test_a_sample_of_means_is_covered_about_as_often_as_promised(panel: str) -> None:
    share = covered(lambda draw: mean_is_covered(draw, *MEANS[panel]), 600, seed=7)

    assert 0.92 <= share <= 0.98


def test_a_sample_of_differences_is_covered_about_as_often_as_promised() -> None:
    assert covered(difference_is_covered, 60, seed=7) >= 0.88


def test_a_sample_of_strengths_is_covered_about_as_often_as_promised() -> None:
    assert covered(strength_is_covered, 40, seed=7) >= 0.85
