"""What a panel thinks of one clip: MOS, SOS and the interval of the mean."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionSummary:
    """ACR opinions of one clip; `ci95` is a half-width, None where no interval can be known."""

    mos: float
    sos: float | None
    ci95: float | None
    n_ratings: int
    is_unanimous: bool


def summarise_opinion(scores: Sequence[float]) -> OpinionSummary:
    """Mean opinion score (MOS) of one clip with its 95 % confidence interval.

    Args:
        scores: ACR scores, shape (n_ratings,), each 1 to 5, independent of one another.

    Returns:
        `mos` in 1..5; `sos`, the sample standard deviation; `ci95`, the half-width in the same
        unit, None when n_ratings < 2 and when all scores agree: a width of zero would claim
        certainty that nobody has.

    Raises:
        ValueError: `scores` is empty or holds something outside 1..5.

    Source: Student's t with n - 1 degrees of freedom; ITU-R BT.500 uses 1.96 for large n.
    """
    if not scores:
        raise ValueError("a MOS needs at least one score")
    if not all(1 <= score <= 5 for score in scores):
        raise ValueError("ACR scores lie between 1 and 5")
    n = len(scores)
    mos = math.fsum(scores) / n
    is_unanimous = len(set(scores)) == 1
    if n == 1:
        return OpinionSummary(mos=mos, sos=None, ci95=None, n_ratings=1, is_unanimous=False)
    if is_unanimous:
        return OpinionSummary(mos=mos, sos=0.0, ci95=None, n_ratings=n, is_unanimous=True)
    sos = math.sqrt(math.fsum((score - mos) ** 2 for score in scores) / (n - 1))
    ci95 = student_t_quantile(0.975, n - 1) * sos / math.sqrt(n)
    return OpinionSummary(mos=mos, sos=sos, ci95=ci95, n_ratings=n, is_unanimous=False)


def summarise_opinions(
    clip: "NDArray[np.int64]", score: "NDArray[np.int64]"
) -> dict[int, OpinionSummary]:
    """As `summarise_opinion`, of every clip at once, by its number.

    Args: clip, score: one place for each opinion; scores are whole, 1 to 5.
    Raises: ValueError: some are not.
    """
    import numpy as np

    if not np.isin(score, SCORES).all():
        raise ValueError("ACR scores lie between 1 and 5")
    rated, place = np.unique(clip, return_inverse=True)
    votes = np.bincount(place * 5 + score - 1, minlength=5 * len(rated)).reshape(-1, 5)
    known: dict[tuple[int, ...], OpinionSummary] = {}  # many clips have the same votes
    found = {}
    for number, counts in zip(rated.tolist(), map(tuple, votes.tolist()), strict=True):
        if counts not in known:
            scores = [value for value, n in enumerate(counts, start=1) for _ in range(n)]
            known[counts] = summarise_opinion(scores)
        found[number] = known[counts]
    return found


def student_t_quantile(probability: float, df: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(df, probability))


def student_t_upper_tail(value: float, df: float) -> float:
    """P(T > value)."""
    from scipy.special import stdtr

    return float(stdtr(df, -value))
