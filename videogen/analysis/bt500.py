"""ITU-R BT.500 and ITU-T P.913 screening: shown as information, never acted on.

With few raters it cannot work: among n the farthest vote lies at most (n - 1) / sqrt(n) standard
deviations out, so that below 22 raters nobody reaches the sqrt(20) of its second branch.
"""

import math
from typing import Literal

from videogen.analysis.score_matrix import Matrix, Scores, score_matrix

SHARE_OUTSIDE_MAX = 0.05  # (P + Q) / N
CELLS_AT_ONCE = 1_000_000
ONE_SIDED_MIN = 0.3  # |P - Q| / (P + Q); above it the rater leans, which is no reason to reject

Variant = Literal["sureal", "ours"]


def bt500_rejected(raw: Scores, variant: Variant = "sureal") -> tuple[int, ...]:
    """The raters (0-based columns) whom BT.500 would reject; nobody if it would be everybody.

    Args:
        raw: scores, shape (n_clips, n_raters), None = missing.
        variant: "sureal" equals sureal 0.9.0: population standard deviation, N = all clips, and a
            unanimous clip counts as outside on both sides for everyone who rated it. "ours":
            sample standard deviation, N = the rater's own votes, unanimous clips skipped.

    Source: ITU-R BT.500-15, Annex 1 (the kurtosis test and its limits 2, 4, 0.05, 0.3).
    """
    return _rejected(score_matrix(raw), variant)


def p913_rejected(raw: Scores, variant: Variant = "sureal") -> tuple[int, ...]:
    """As `bt500_rejected`, once each rater's bias is taken off.

    Source: ITU-T P.913 (06/2021), clause 12.4; sureal's BR_SR_MOS.
    """
    import numpy as np

    scores = score_matrix(raw)
    is_present = ~np.isnan(scores)
    n_by_clip, n_by_rater = is_present.sum(axis=1), is_present.sum(axis=0)
    mos = np.where(is_present, scores, 0.0).sum(axis=1) / np.maximum(n_by_clip, 1)
    distance = np.where(is_present, scores - mos[:, None], 0.0)
    bias = distance.sum(axis=0) / np.maximum(n_by_rater, 1)
    return _rejected(scores - bias, variant)


def _rejected(scores: Matrix, variant: Variant) -> tuple[int, ...]:
    import numpy as np

    n_clips, n_raters = scores.shape
    above, below = np.zeros(n_raters, dtype=int), np.zeros(n_raters, dtype=int)
    n_at_once = max(1, CELLS_AT_ONCE // max(n_raters, 1))
    for first in range(0, n_clips, n_at_once):
        rows = _looked_at(scores[first : first + n_at_once], variant)
        if rows.size:
            mean, reach = _reach(rows, ddof=0 if variant == "sureal" else 1)
            above += (rows >= (mean + reach)[:, None]).sum(axis=0)
            below += (rows <= (mean - reach)[:, None]).sum(axis=0)
    outside = above + below
    n = np.full(n_raters, n_clips) if variant == "sureal" else (~np.isnan(scores)).sum(axis=0)
    is_often = outside / np.maximum(n, 1) > SHARE_OUTSIDE_MAX
    is_two_sided = np.abs(above - below) / np.maximum(outside, 1) < ONE_SIDED_MIN
    rejected = np.flatnonzero(is_often & is_two_sided)
    return () if len(rejected) == n_raters else tuple(rejected.tolist())


def _looked_at(rows: Matrix, variant: Variant) -> Matrix:
    """Clips with a vote; with "ours" only those whose votes differ."""
    import numpy as np

    rows = rows[(~np.isnan(rows)).any(axis=1)]
    if variant == "sureal" or not rows.size:
        return rows
    return np.compress(np.nanmax(rows, axis=1) > np.nanmin(rows, axis=1), rows, axis=0)


def _reach(rows: Matrix, *, ddof: int) -> tuple[Matrix, Matrix]:
    """A clip's mean, and how far from it a vote still lies within: 2 sd when normal, else sqrt(20).

    Of a clip's only vote it is 0.
    """
    import numpy as np

    is_present = ~np.isnan(rows)
    n = is_present.sum(axis=1)
    mean = np.where(is_present, rows, 0.0).sum(axis=1) / n
    squares = np.where(is_present, rows - mean[:, None], 0.0) ** 2
    m2, m4 = squares.sum(axis=1) / n, (squares**2).sum(axis=1) / n
    is_constant = m2 <= (np.finfo(float).eps * mean) ** 2
    kurtosis = m4 / np.where(is_constant, 1.0, m2) ** 2
    is_normal = ~is_constant & (kurtosis >= 2) & (kurtosis <= 4)
    sd = np.sqrt(squares.sum(axis=1) / np.maximum(n - ddof, 1))
    return mean, np.where(is_normal, 2.0, math.sqrt(20)) * np.where(n > 1, sd, 0.0)
