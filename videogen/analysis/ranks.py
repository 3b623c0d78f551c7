"""Two samples by their ranks: Mann-Whitney's test and the ratio of Hodges and Lehmann."""

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_EXACT_UP_TO = 20  # values a side; beyond it the normal approximation is as good
_Z_95 = 1.959964
_ONE_SIDED = 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioOfMedians:
    """`ratio` is the median of all after / before; its 95 % bounds are None with too few values."""

    ratio: float
    ratio_low: float | None
    ratio_high: float | None
    p_value: float


def compare(before: Sequence[float], after: Sequence[float]) -> RatioOfMedians:
    """Two-sided, for positive values, at least one a side.

    Source: Hodges and Lehmann 1963; Hollander, Wolfe, Chicken, Nonparametric Statistical Methods.
    """
    ratios = sorted(late / early for early, late in itertools.product(before, after))
    outside = _n_outside(len(before), len(after))
    is_bounded = outside >= 1
    return RatioOfMedians(
        ratio=statistics.median(ratios),
        ratio_low=ratios[outside - 1] if is_bounded else None,
        ratio_high=ratios[-outside] if is_bounded else None,
        p_value=rank_p(before, after),
    )


def rank_p(before: Sequence[float], after: Sequence[float]) -> float:
    """Two-sided p of Mann-Whitney's U: exact without ties, else normal with their correction."""
    n, m = len(before), len(after)
    u_after = sum(
        (late > early) + (late == early) / 2 for early, late in itertools.product(before, after)
    )
    u = min(u_after, n * m - u_after)
    tied = [len(list(same)) for _, same in itertools.groupby(sorted([*before, *after]))]
    if max(tied) == 1 and max(n, m) <= _EXACT_UP_TO:
        return min(1.0, 2 * sum(_chances(n, m)[: int(u) + 1]))
    total = n + m
    spread = total + 1 - sum(t**3 - t for t in tied) / (total * (total - 1))
    if spread <= 0:
        return 1.0  # every value is the same
    deviation = math.sqrt(n * m * spread / 12)
    return min(1.0, math.erfc((n * m / 2 - u - 0.5) / deviation / math.sqrt(2)))


def _n_outside(n: int, m: int) -> int:
    """The bounds are the so-manieth ratios from both ends; 0: no interval can be told."""
    if max(n, m) > _EXACT_UP_TO:
        return max(0, math.floor(n * m / 2 - _Z_95 * math.sqrt(n * m * (n + m + 1) / 12)))
    below = itertools.accumulate(_chances(n, m))
    return sum(1 for _ in itertools.takewhile(lambda share: share <= _ONE_SIDED, below))


@lru_cache(maxsize=64)
def _chances(n: int, m: int) -> tuple[float, ...]:
    """P(U = 0), P(U = 1) ... of two samples from one distribution, without ties."""
    counts = [1] + [0] * (n * m)
    # The Gaussian binomial coefficient: multiply by 1 - q^(m + i), divide by 1 - q^i.
    for i in range(1, n + 1):
        for u in range(n * m, m + i - 1, -1):
            counts[u] -= counts[u - m - i]
        for u in range(i, n * m + 1):
            counts[u] += counts[u - i]
    total = math.comb(n + m, n)
    return tuple(count / total for count in counts)
