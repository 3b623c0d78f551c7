"""The subject model of ITU-T P.910: what a clip is worth, how a rater leans and how steadily."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from videogen.analysis.opinion import student_t_quantile
from videogen.analysis.score_matrix import Matrix, Scores, known, score_matrix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_ITERATIONS = 1_000  # these three as in the reference implementation
SMALLEST_STEP = 1e-8
VARIANCE_FLOOR = 1e-8
FOLLOWED_BELOW = 0.05  # ours; the steadiest rater of the published panels has 0.33

Projection: TypeAlias = tuple[Matrix, Matrix, Matrix, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class P910Fit:
    """vote = quality of the clip + bias of the rater + inconsistency of the rater x noise.

    `quality` and `quality_ci95` (half-widths) have one entry a clip, `bias` and `inconsistency`
    one a rater, all in score units. The biases average to 0. None: unknown.
    """

    quality: tuple[float | None, ...]
    quality_ci95: tuple[float | None, ...]
    bias: tuple[float | None, ...]
    inconsistency: tuple[float | None, ...]
    n_iterations: int

    @property
    def rests_on_one_rater(self) -> bool:
        """The likelihood has no maximum when a rater can be followed exactly.

        It happens to small panels: that rater's inconsistency falls to 0, every quality becomes
        his score, and the figures say nothing of the clips.
        """
        known_ones = [each for each in self.inconsistency if each is not None]
        return len(known_ones) > 1 and min(known_ones) < FOLLOWED_BELOW < max(known_ones)


def fit_p910(raw: Scores) -> P910Fit:
    """Maximum likelihood by alternating projection, missing votes allowed.

    Args:
        raw: scores, shape (n_clips, n_raters), None = missing.

    Returns:
        A clip without a vote has no quality, a rater without a vote no bias; with one rater alone
        nobody's bias can be told, and the qualities are the scores. `inconsistency` needs two
        votes. `quality_ci95` is Student's t over the votes less their raters' biases, None below
        two votes and where these agree.

    Source: Li, Bampis, Krasula, Janowski, Katsavounidis 2020 (arXiv 2004.02067), section 4.2, as
    sureal 0.9.0 iterates it (MLE_CO_AP2); ITU-T P.910 (10/2023) has it as its recommended model.
    """
    import numpy as np

    scores = score_matrix(raw)
    is_present = ~np.isnan(scores)
    clips = np.asarray(is_present.any(axis=1))
    raters = np.asarray(is_present.any(axis=0))
    voted = scores[clips][:, raters]
    if raters.sum() < 2:
        quality = np.nanmean(voted, axis=1) if voted.size else np.empty(0)
        nobody = (None,) * scores.shape[1]
        return P910Fit(
            quality=known(_spread_out(quality, clips)),
            quality_ci95=(None,) * scores.shape[0],
            bias=nobody,
            inconsistency=nobody,
            n_iterations=0,
        )
    project = _project_with_gaps if np.isnan(voted).any() else _project
    quality, bias, inconsistency, n_iterations = project(voted)
    return P910Fit(
        quality=known(_spread_out(quality, clips)),
        quality_ci95=known(_spread_out(_half_widths(voted - bias, quality), clips)),
        bias=known(_spread_out(bias, raters)),
        inconsistency=known(_spread_out(inconsistency, raters)),
        n_iterations=n_iterations,
    )


def _project(voted: Matrix) -> Projection:
    """Quality, bias, inconsistency, and the number of rounds, of clips that all raters rated.

    Then the centred bias is known at once, quality is a weighted mean of the scores less bias, and
    the raters' covariances tell all that the weights need: a round costs n_raters^2.
    """
    import numpy as np

    n_clips, n_raters = voted.shape
    mean_by_rater = voted.sum(axis=0) / n_clips
    centred = voted - mean_by_rater
    covariance = centred.T.dot(centred) / n_clips
    own = covariance.diagonal().copy()
    ones = np.ones(n_raters)
    share = ones / n_raters
    with_quality = covariance.dot(share)
    variance, n_iterations, step = own, 0, math.inf
    while n_iterations < MAX_ITERATIONS and step >= SMALLEST_STEP:
        variance = own - (with_quality + with_quality) + share.dot(with_quality)
        weight = 1 / (variance + VARIANCE_FLOOR)  # the floor covers the rounding below 0 too
        former, share = share, weight / ones.dot(weight)
        move = share - former
        moved = covariance.dot(move)
        with_quality = with_quality + moved
        step = math.sqrt(n_clips * max(move.dot(moved), 0.0))  # the norm of the qualities' change
        n_iterations += 1
    mean = mean_by_rater.sum() / n_raters
    inconsistency = np.sqrt(np.maximum(variance, 0.0)) if n_clips > 1 else ones * np.nan
    return centred.dot(share) + mean, mean_by_rater - mean, inconsistency, n_iterations


def _project_with_gaps(voted: Matrix) -> Projection:
    """The same where votes are missing; every clip and every rater has at least one.

    A round needs only products of the matrix with a vector.
    """
    import numpy as np

    present = (~np.isnan(voted)).astype(np.float64)
    x = np.where(present > 0, voted, 0.0)
    n_by_rater = present.sum(axis=0)
    sums_by_rater = x.sum(axis=0)
    squares_by_rater = (x * x).sum(axis=0)
    quality = x.sum(axis=1) / present.sum(axis=1)
    bias = (sums_by_rater - quality @ present) / n_by_rater
    variance, n_iterations, step = np.zeros_like(bias), 0, math.inf
    while n_iterations < MAX_ITERATIONS and step >= SMALLEST_STEP:
        # A rater's bias is the mean of vote - quality, so their variance needs no second pass.
        squares = squares_by_rater - 2 * (quality @ x) + (quality * quality) @ present
        variance = np.maximum(squares / n_by_rater - bias * bias, 0.0)
        weight = 1.0 / (variance + VARIANCE_FLOOR)
        former, quality = quality, (x @ weight - present @ (bias * weight)) / (present @ weight)
        bias = (sums_by_rater - quality @ present) / n_by_rater
        # Only differences are identified: without this the whole drifts where votes are missing.
        mean_bias = bias.mean()
        bias, quality = bias - mean_bias, quality + mean_bias
        step = float(np.linalg.norm(former - quality))
        n_iterations += 1
    inconsistency = np.where(n_by_rater > 1, np.sqrt(variance), np.nan)
    return quality, bias, inconsistency, n_iterations


def _half_widths(unbiased: Matrix, quality: Matrix) -> Matrix:
    """Of the mean of each clip's votes, once each rater's bias is taken off."""
    import numpy as np

    rest = unbiased - quality[:, None]
    is_missing = np.isnan(rest)
    rest[is_missing] = 0.0
    n = rest.shape[1] - is_missing.sum(axis=1)
    # The qualities are weighted means, so the votes' own mean lies a little beside them.
    squares = np.einsum("cr,cr->c", rest, rest) - rest.sum(axis=1) ** 2 / n
    sd = np.sqrt(np.maximum(squares, 0.0) / np.maximum(n - 1, 1))
    t = {size: student_t_quantile(0.975, size - 1) for size in set(n.tolist()) if size > 1}
    half = sd * [t.get(size, math.nan) for size in n.tolist()] / np.sqrt(n)
    return np.where(sd > 1e-6, half, np.nan)  # agreement is no certainty


def _spread_out(values: Matrix, where: "NDArray[np.bool_]") -> Matrix:
    import numpy as np

    whole = np.full(where.shape, np.nan)
    whole[where] = values
    return whole
