"""Whether raters agree: Krippendorff's alpha on single votes, ICC(2,k) on the panel's mean.

Alpha falls when the clips are alike in quality, for arithmetic reasons: professional panels show
.65 to .71 beside an ICC(2,k) of .98. So both are shown and neither decides.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from videogen.analysis.panel_mean import COVERAGE_MIN
from videogen.analysis.score_matrix import Matrix, Scores, score_matrix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ALPHA_RELY = 0.80  # Krippendorff: from here on conclusions may be drawn
ALPHA_TENTATIVE = 0.667  # and from here on tentative ones
ICC_LOW_WARNING = 0.75  # Koo & Li 2016: below it a lower bound is at most "moderate"

Level = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Icc:
    """ICC(2,k) with its 95 % interval (None where the mean squares give none) and its block."""

    estimate: float
    low: float | None
    high: float | None
    n_clips: int
    n_raters: int

    @property
    def is_doubtful(self) -> bool:
        return self.low is None or self.low < ICC_LOW_WARNING


def krippendorff_alpha(raw: Scores, level: Level = "ordinal") -> float | None:
    """Agreement of single votes beyond chance: 1 perfect, 0 chance, below 0 worse.

    Args:
        raw: scores, shape (n_clips, n_raters), None = missing.
        level: what the differences of the scores mean; ACR is ordinal.

    Returns:
        None when no clip has two votes, or all votes are the same: then nothing varies that one
        could agree on.

    Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability. The ordinal distance of
    two values is the difference of their mean ranks, so that ordinal is interval on ranks.
    """
    import numpy as np

    scores = score_matrix(raw)
    scores = scores[(~np.isnan(scores)).sum(axis=1) > 1]
    clip, rater = np.nonzero(~np.isnan(scores))
    values = scores[clip, rater]
    if values.size == 0 or np.ptp(values) == 0:
        return None
    if level in {"nominal", "ratio"}:
        return _alpha_from_counts(clip, values, is_ratio=level == "ratio")
    return _alpha_from_squares(clip, _mean_ranks(values) if level == "ordinal" else values)


def icc2k(raw: Scores) -> Icc | None:
    """Reliability of the panel's mean, two-way random, absolute agreement, k raters.

    Args:
        raw: scores, shape (n_clips, n_raters), None = missing. It needs a complete block: raters
            with at least 80 % of the rated clips, and the clips that all of these rated.

    Returns:
        None when the block has fewer than 2 clips or 2 raters, or nothing varies in it.

    Source: Shrout & Fleiss 1979 (ICC(2,k)); interval: McGraw & Wong 1996, table 7, ICC(A,k); read
    it after Koo & Li 2016: below .5 poor, to .75 moderate, to .9 good, above excellent.
    """
    block = _complete_block(score_matrix(raw))
    n_clips, n_raters = block.shape
    if n_clips < 2 or n_raters < 2:
        return None
    ms_clip, ms_rater, ms_rest = _mean_squares(block)
    among = ms_clip + (ms_rater - ms_rest) / n_clips
    # Sums of squares of equal numbers leave dust of the size of the rounding error.
    if not abs(among) > 1e-12:
        return None
    bounds = _icc_bounds(ms_clip, ms_rater, ms_rest, n_clips, n_raters)
    return Icc(
        estimate=(ms_clip - ms_rest) / among,
        low=bounds[0] if bounds else None,
        high=bounds[1] if bounds else None,
        n_clips=n_clips,
        n_raters=n_raters,
    )


def _mean_ranks(values: Matrix) -> Matrix:
    """Of each value among all; equal ones share the middle of their ranks."""
    import numpy as np

    _, index, counts = np.unique(values, return_inverse=True, return_counts=True)
    middles = np.cumsum(counts) - counts / 2
    return np.asarray(middles[index], dtype=np.float64)


def _alpha_from_squares(clip: "NDArray[np.intp]", x: Matrix) -> float:
    """Squared differences of all pairs from sums alone; the votes are centred for precision."""
    import numpy as np

    x = x - x.mean()
    m = np.bincount(clip)
    sums, squares = np.bincount(clip, x), np.bincount(clip, x * x)
    observed = ((m * squares - sums**2) / (m - 1)).sum()
    expected = x.size * (x * x).sum() / (x.size - 1)
    return float(1 - observed / expected)


def _alpha_from_counts(clip: "NDArray[np.intp]", values: Matrix, *, is_ratio: bool) -> float:
    """Through the matrix of coincidences; for few different values."""
    import numpy as np

    different, index = np.unique(values, return_inverse=True)
    counts = np.zeros((int(clip.max()) + 1, different.size))
    np.add.at(counts, (clip, index), 1.0)
    m = counts.sum(axis=1)
    observed = (counts / (m - 1)[:, None]).T @ counts - np.diag((counts / (m - 1)[:, None]).sum(0))
    total = counts.sum(axis=0)
    expected = (np.outer(total, total) - np.diag(total)) / (m.sum() - 1)
    if is_ratio:
        sums = different[:, None] + different
        ratio = (different[:, None] - different) / np.where(sums == 0, 1.0, sums)
        distance = ratio**2
    else:
        distance = 1.0 - np.eye(different.size)
    return float(1 - (observed * distance).sum() / (expected * distance).sum())


def _complete_block(scores: Matrix) -> Matrix:
    import numpy as np

    is_present = ~np.isnan(scores)
    rated = is_present.any(axis=1)
    if not rated.any():
        return np.empty((0, 0))
    coverage = is_present[rated].mean(axis=0)
    block = scores[:, coverage >= COVERAGE_MIN - 1e-12]
    return block[~np.isnan(block).any(axis=1)]


def _mean_squares(block: Matrix) -> tuple[float, float, float]:
    """Between clips, between raters, and of the rest."""
    n_clips, n_raters = block.shape
    x = block - block.mean()
    by_clip, by_rater = x.mean(axis=1, keepdims=True), x.mean(axis=0, keepdims=True)
    rest = x - by_clip - by_rater
    return (
        float(n_raters * (by_clip**2).sum() / (n_clips - 1)),
        float(n_clips * (by_rater**2).sum() / (n_raters - 1)),
        float((rest**2).sum() / ((n_clips - 1) * (n_raters - 1))),
    )


def _icc_bounds(
    ms_clip: float, ms_rater: float, ms_rest: float, n: int, k: int
) -> tuple[float, float] | None:
    single = (ms_clip - ms_rest) / (ms_clip + (k - 1) * ms_rest + k * (ms_rater - ms_rest) / n)
    a = k * single * ms_rater
    b = (n * (1 + (k - 1) * single) - k * single) * ms_rest
    weight = (n - 1) * a**2 + b**2
    if not weight > 0:
        return None
    df = (n - 1) * (k - 1) * (a + b) ** 2 / weight
    others = k * ms_rater + (k * n - k - n) * ms_rest
    f_low = ms_clip / _f_quantile(0.975, n - 1, df)
    f_high = ms_clip * _f_quantile(0.975, df, n - 1)
    low = n * (f_low - ms_rest) / (others + n * f_low)
    high = n * (f_high - ms_rest) / (others + n * f_high)
    if not (1 + low * (k - 1) > 0 and 1 + high * (k - 1) > 0):
        return None
    return low * k / (1 + low * (k - 1)), high * k / (1 + high * (k - 1))


def _f_quantile(probability: float, df_above: float, df_below: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(df_above, df_below, probability))
