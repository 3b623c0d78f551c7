"""Two conditions on the same prompts, judged by the same raters: whose clips are better liked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from videogen.analysis.opinion import student_t_quantile, student_t_upper_tail
from videogen.analysis.score_matrix import Matrix, Scores, score_matrix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT_UP_TO = 16  # differences: 65,536 ways to set their signs
N_DRAWS, N_DRAWS_MIN = 99_999, 9_999
SIGNS_MAX = 200_000_000  # drawn in all: beyond 2,000 differences there are fewer draws
SEED = 20_260_101
BATCH_SIGNS = 250_000  # they stay in the processor's cache


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDifference:
    """Mean of the prompts' differences in MOS (first - second); the p-values are two-sided.

    The interval and `t_p` are None below 2 prompts and where all differences are the same; the
    other tests hold without a normal distribution and are there to be compared with `t_p`.
    """

    difference: float
    ci95_low: float | None
    ci95_high: float | None
    t_p: float | None
    sign_flip_p: float
    wilcoxon_p: float | None  # None: no difference other than 0
    n_prompts: int
    n_raters: int | None


def paired_difference(
    first: Scores, second: Scores, prompt_ids: Sequence[str] | None = None, *, seed: int = SEED
) -> PairedDifference | None:
    """How much better the panel liked the first condition.

    A rater who rated both clips is compared with himself, so his bias cancels. A prompt's
    difference is the mean over those raters; several clips of a prompt are averaged first.

    Args:
        first: scores of one condition, shape (n_clips, n_raters), None = missing.
        second: those of the other, the same shape; row i is the same prompt (and seed) in both,
            column j the same rater.
        prompt_ids: the prompt of each row; None: each row has a prompt of its own.
        seed: of the sign-flip test.

    Returns:
        None when no rater rated both clips of any prompt.

    Raises: ValueError: the shapes differ.

    Source: Student's t on prompt-level differences; see `paired_tests`.
    """
    import numpy as np

    a, b = score_matrix(first), score_matrix(second)
    if a.shape != b.shape:
        raise ValueError(f"shapes differ: {a.shape} and {b.shape}")
    differences = a - b
    row, rater = np.nonzero(~np.isnan(differences))
    labels = np.arange(len(differences)) if prompt_ids is None else np.array(prompt_ids)
    if not row.size:
        return None
    return paired_votes(
        np.unique(labels, return_inverse=True)[1][row], rater, differences[row, rater], seed=seed
    )


def paired_votes(
    prompt: "NDArray[np.int64]", rater: "NDArray[np.int64]", difference: Matrix, *, seed: int = SEED
) -> PairedDifference | None:
    """As `paired_difference`, of the votes that both clips have; memory follows their number.

    Args: one place for each rater and pair of clips: the numbers of prompt and rater, first score
        less second.
    """
    import numpy as np

    if not difference.size:
        return None
    n_raters = int(rater.max()) + 1
    cells, cell = np.unique(prompt * n_raters + rater, return_inverse=True)
    by_rater = np.bincount(cell, weights=difference) / np.bincount(cell)
    place = np.unique(cells // n_raters, return_inverse=True)[1]
    by_prompt = np.bincount(place, weights=by_rater) / np.bincount(place)
    return _paired(by_prompt, seed=seed, n_raters=int(np.unique(rater).size))


def paired_tests(differences: Sequence[float], *, seed: int = SEED) -> PairedDifference:
    """The same from differences that are already one a prompt, shape (n_prompts,), at least one.

    Source: t interval; sign flips (Fisher's randomisation test), all of them up to 16 differences
    other than 0, else 99,999 drawn with `seed` (beyond 2,000 differences fewer, 9,999 at least);
    Wilcoxon's signed ranks with zeros by Pratt 1959, normal approximation with ties corrected.
    """
    import numpy as np

    return _paired(np.array(differences, dtype=np.float64), seed=seed, n_raters=None)


def _paired(differences: Matrix, *, seed: int, n_raters: int | None) -> PairedDifference:
    # Means over raters of whole numbers: without rounding equal ones differ in the last digit.
    d = differences.round(12)
    n = int(d.size)
    mean = float(d.mean())
    sd = math.sqrt(float(((d - mean) ** 2).sum()) / (n - 1)) if n > 1 else 0.0
    se = sd / math.sqrt(n)
    has_interval = se > 1e-12
    half = student_t_quantile(0.975, n - 1) * se if has_interval else 0.0
    return PairedDifference(
        difference=mean,
        ci95_low=mean - half if has_interval else None,
        ci95_high=mean + half if has_interval else None,
        t_p=2 * student_t_upper_tail(abs(mean) / se, n - 1) if has_interval else None,
        sign_flip_p=_sign_flip_p(d[d != 0], seed),
        wilcoxon_p=_wilcoxon_pratt_p(d),
        n_prompts=n,
        n_raters=n_raters,
    )


def _sign_flip_p(d: Matrix, seed: int) -> float:
    """Share of sign patterns whose sum is at least as far from 0; those without 0 suffice."""
    import numpy as np

    n = int(d.size)
    if n == 0:
        return 1.0
    sizes, far = np.abs(d), abs(float(d.sum())) - 1e-9
    if n <= EXACT_UP_TO:
        signs = 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
        return float((np.abs(signs @ sizes) >= far).mean())
    draw = np.random.default_rng(seed)
    n_draws = max(N_DRAWS_MIN, min(N_DRAWS, SIGNS_MAX // n))
    batch = max(4, BATCH_SIGNS // n // 4 * 4)  # by fours, so that its size changes no draw
    total = float(sizes.sum())
    n_far, left = 0, n_draws
    while left:
        rows = min(batch, left)
        minus = draw.integers(0, 2, (rows, n), dtype=np.int8).astype(np.float64)
        n_far += int((np.abs(total - 2.0 * (minus @ sizes)) >= far).sum())
        left -= rows
    return (n_far + 1) / (n_draws + 1)  # the pattern that was seen is one of them


def _wilcoxon_pratt_p(d: Matrix) -> float | None:
    import numpy as np

    is_zero = d == 0
    n, n_zero = int(d.size), int(is_zero.sum())
    if n == n_zero:
        return None
    _, index, counts = np.unique(np.abs(d), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[index]
    w = float(ranks[d > 0].sum())
    middle = (n * (n + 1) - n_zero * (n_zero + 1)) / 4
    tied = counts[1:] if n_zero else counts
    variance = (
        n * (n + 1) * (2 * n + 1)
        - n_zero * (n_zero + 1) * (2 * n_zero + 1)
        - float((tied**3 - tied).sum()) / 2
    ) / 24
    return math.erfc(abs(w - middle) / math.sqrt(2 * variance))
