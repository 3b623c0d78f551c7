"""Two conditions on the same prompts, judged by the same raters: whose clips are better liked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from videogen.analysis.opinion import student_t_quantile, student_t_upper_tail
from videogen.analysis.score_matrix import Matrix, Scores, score_matrix

EXACT_UP_TO = 16  # differences: 65,536 ways to set their signs
N_DRAWS = 99_999
SEED = 20_260_101
BATCH = 10_000


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
    if differences.size == 0 or np.isnan(differences).all():
        return None
    raters = int((~np.isnan(differences)).any(axis=0).sum())
    return _paired(_by_prompt(differences, prompt_ids), seed=seed, n_raters=raters)


def paired_tests(differences: Sequence[float], *, seed: int = SEED) -> PairedDifference:
    """The same from differences that are already one a prompt, shape (n_prompts,), at least one.

    Source: t interval; sign flips (Fisher's randomisation test), all of them up to 16 differences
    other than 0, else 99,999 drawn with `seed`; Wilcoxon's signed ranks with zeros by Pratt 1959,
    normal approximation with ties corrected.
    """
    import numpy as np

    return _paired(np.array(differences, dtype=np.float64), seed=seed, n_raters=None)


def _by_prompt(differences: Matrix, prompt_ids: Sequence[str] | None) -> Matrix:
    """Mean over each prompt's raters, of each rater's mean over the prompt's clips."""
    import numpy as np

    from videogen.analysis.panel_mean import prompt_by_rater

    cells = prompt_by_rater(differences, prompt_ids)
    return np.asarray(np.nanmean(cells, axis=1), dtype=np.float64)


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
    n_far, left = 0, N_DRAWS
    while left:
        rows = min(BATCH, left)
        signs = 1.0 - 2.0 * draw.integers(0, 2, (rows, n), dtype=np.int8)
        n_far += int((np.abs(signs @ sizes) >= far).sum())
        left -= rows
    return (n_far + 1) / (N_DRAWS + 1)  # the pattern that was seen is one of them


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
