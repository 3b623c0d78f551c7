"""What a planned number of runs and raters can prove, before anything is made."""

import math
from dataclasses import dataclass

from videogen.analysis.opinion import student_t_quantile
from videogen.analysis.quality import N_PROMPTS_MIN, N_RATERS_MIN
from videogen.analysis.search import first_true
from videogen.analysis.success import ALPHA, n_runs_to_pass, p_success_below

TRUE_RATE = 0.98  # a sound condition, for "how likely is it that this plan shows it"
# Spread of opinions between clips, between raters, and left over; of two published panels (NFLX,
# VQEG-HD3) rater sd .30 and .41, residual .63 and .62, rounded to what a small team shows.
CLIP_SD = 0.6
RATER_SD = 0.3
RESIDUAL_SD = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessPower:
    """How many failures a number of runs forgives; None: it cannot pass at all."""

    n_runs: int
    n_failures: int | None
    n_next: int | None  # the number of runs that forgives one more
    chance: float | None  # of passing, if the true success rate is TRUE_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPower:
    n_raters: int
    n_prompts: int
    margin: float | None  # how far above the threshold the panel's mean must be; None: too few

    @property
    def is_enough(self) -> bool:
        return self.margin is not None


def success_power(n_runs: int, success_rate_min: float) -> SuccessPower:
    too_many = first_true(
        lambda failures: p_success_below(n_runs - failures, n_runs, success_rate_min) > ALPHA,
        0,
        n_runs,
    )
    allowed = too_many - 1 if too_many else None
    n_next = n_runs_to_pass(too_many or 0, success_rate_min)
    chance = None if allowed is None else chance_to_pass(n_runs, allowed, TRUE_RATE)
    return SuccessPower(n_runs=n_runs, n_failures=allowed, n_next=n_next, chance=chance)


def chance_to_pass(n_runs: int, n_failures: int, true_rate: float) -> float:
    """P(at most so many failures), when each run succeeds with `true_rate`."""
    return p_success_below(n_runs - n_failures, n_runs, true_rate)


def quality_power(n_raters: int, n_prompts: int) -> QualityPower:
    """With the spread of a usual panel; Satterthwaite's degrees of freedom as in `panel_mean`."""
    if n_raters < N_RATERS_MIN or n_prompts < N_PROMPTS_MIN:
        return QualityPower(n_raters=n_raters, n_prompts=n_prompts, margin=None)
    ms_prompt = n_raters * CLIP_SD**2 + RESIDUAL_SD**2
    ms_rater = n_prompts * RATER_SD**2 + RESIDUAL_SD**2
    df_prompt, df_rater = n_prompts - 1, n_raters - 1
    spread = ms_prompt + ms_rater - RESIDUAL_SD**2
    weight = (
        ms_prompt**2 / df_prompt + ms_rater**2 / df_rater + RESIDUAL_SD**4 / (df_prompt * df_rater)
    )
    var, df = spread / (n_prompts * n_raters), spread**2 / weight
    margin = student_t_quantile(0.95, df) * math.sqrt(var)
    return QualityPower(n_raters=n_raters, n_prompts=n_prompts, margin=margin)
