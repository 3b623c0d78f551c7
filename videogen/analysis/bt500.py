"""ITU-R BT.500 and ITU-T P.913 screening: shown as information, never acted on.

With few raters it cannot work: among n the farthest vote lies at most (n - 1) / sqrt(n) standard
deviations out, so that below 22 raters nobody reaches the sqrt(20) of its second branch.
"""

import math
from typing import Literal

from videogen.analysis.score_matrix import Matrix, Scores, score_matrix

SHARE_OUTSIDE_MAX = 0.05  # (P + Q) / N
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
    for row in scores:
        votes = row[~np.isnan(row)]
        if votes.size == 0 or (variant == "ours" and np.ptp(votes) == 0):
            continue
        mean, reach = _reach(votes, ddof=0 if variant == "sureal" else 1)
        above += row >= mean + reach
        below += row <= mean - reach
    outside = above + below
    n = np.full(n_raters, n_clips) if variant == "sureal" else (~np.isnan(scores)).sum(axis=0)
    is_often = outside / np.maximum(n, 1) > SHARE_OUTSIDE_MAX
    is_two_sided = np.abs(above - below) / np.maximum(outside, 1) < ONE_SIDED_MIN
    rejected = np.flatnonzero(is_often & is_two_sided)
    return () if len(rejected) == n_raters else tuple(rejected.tolist())


def _reach(votes: Matrix, *, ddof: int) -> tuple[float, float]:
    """Mean, and how far from it a vote still lies within: 2 sd when normal, else sqrt(20)."""
    import numpy as np

    mean = float(np.mean(votes))
    if votes.size == 1:
        return mean, 0.0
    squares = (votes - mean) ** 2
    m2, m4 = float(np.mean(squares)), float(np.mean(squares**2))
    is_constant = m2 <= (np.finfo(float).eps * mean) ** 2
    is_normal = not is_constant and 2 <= m4 / m2**2 <= 4
    return mean, (2.0 if is_normal else math.sqrt(20)) * float(np.std(votes, ddof=ddof))
