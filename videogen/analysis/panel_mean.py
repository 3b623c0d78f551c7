"""The mean opinion of a condition: prompts x raters, with both taken as random."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from videogen.analysis.opinion import student_t_quantile, student_t_upper_tail
from videogen.analysis.score_matrix import Scores, score_matrix
from videogen.domain.decision import OpinionCells, RatingBlock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ROUNDING = 1e-9  # of a mean of thousands of scores; on the threshold is within it
COVERAGE_MIN = 0.80  # of the gate clips, below it a rater is left out

COMPLETE_RULE = "two_way_random_satterthwaite"
MISSING_RULE = "two_way_clustered_cgm"
NO_INTERVAL_RULE = "mean_without_interval"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelMean:
    """The mean of prompt means; the interval's parts are None below 2 raters or 2 prompts.

    `var_fixed` is the share of the variance that more raters cannot lessen (the prompts'),
    `var_per_rater / n_raters` the share that they do.
    """

    mean: float
    se: float | None
    df: float | None
    n_raters: int
    n_prompts: int
    rule: str
    raters_left_out: tuple[int, ...]  # 0-based columns
    is_unanimous: bool
    var_fixed: float | None = None
    var_per_rater: float | None = None

    def bounds(self, confidence: float) -> tuple[float, float] | None:
        """The two-sided interval; confidence 0.90 gives both one-sided 95 % bounds."""
        if self.se is None or self.df is None:
            return None
        if self.se == 0:
            return self.mean, self.mean
        half = student_t_quantile(0.5 + confidence / 2, self.df) * self.se
        return self.mean - half, self.mean + half

    def p_below(self, limit: float) -> float:
        """One-sided p of "the mean is below `limit`"; 1 where no interval can be known."""
        if self.se is None or self.df is None:
            return 1.0
        if self.se == 0:
            return 0.0 if self.mean >= limit - ROUNDING else 1.0
        return student_t_upper_tail((self.mean - limit) / self.se, self.df)


def panel_mean(
    raw: Scores,
    prompt_ids: Sequence[str] | None = None,
    *,
    coverage_min: float = COVERAGE_MIN,
) -> PanelMean | None:
    """Mean opinion of a condition whose interval holds for other prompts and other raters.

    Args:
        raw: scores, shape (n_clips, n_raters), None = missing.
        prompt_ids: the prompt of each clip; clips of one prompt are averaged per rater first.
            None: each clip has a prompt of its own.
        coverage_min: raters with a smaller share of the clips are left out as long as one is
            left; the gate leaves it at 80 %.

    Returns:
        None when there is not one rating.

    Source: complete block: two-way random, Satterthwaite's df; with ratings missing: two-way
    cluster-robust (Cameron, Gelbach, Miller), at least min(n_prompts, n_raters) - 1 df.
    """
    return mean_of_cells(_cells(score_matrix(raw), prompt_ids), coverage_min=coverage_min)


def mean_of_cells(cells: OpinionCells, *, coverage_min: float = COVERAGE_MIN) -> PanelMean | None:
    """As `panel_mean`, of ratings whose clips are averaged already."""
    import numpy as np

    coverage = np.array(cells.n_rated, dtype=np.float64) / max(cells.n_clips, 1)
    if not (coverage > 0).any():
        return None
    is_kept = coverage >= max(coverage_min - 1e-12, 1e-12)
    left_out = tuple(int(i) for i in np.flatnonzero(~is_kept))
    if not is_kept.any():  # shown, but the gate counts none of them
        return _without_interval(rated_prompts(cells.means[:, coverage > 0]), left_out)
    return _mean_of_cells(rated_prompts(cells.means[:, is_kept]), left_out)


def cells_of(block: RatingBlock) -> OpinionCells:
    """A rater's scores of a prompt's clips averaged; without prompts each clip is its own."""
    return _cells(score_matrix(block.raw), block.prompt_ids, block.rater_names)


def _cells(
    scores: "NDArray[np.float64]",
    prompt_ids: Sequence[str] | None,
    rater_names: tuple[str, ...] | None = None,
) -> OpinionCells:
    import numpy as np

    labels = [f"#{i + 1}" for i in range(len(scores))] if prompt_ids is None else prompt_ids
    means = _means_by_prompt(scores, prompt_ids)
    names = labels if prompt_ids is None else sorted(set(labels))
    is_rated = ~np.isnan(means).all(axis=1)
    return OpinionCells(
        means=means[is_rated],
        prompt_ids=tuple(names[int(i)] for i in np.flatnonzero(is_rated)),
        rater_names=rater_names,
        n_clips=len(scores),
        n_rated=tuple((~np.isnan(scores)).sum(axis=0).tolist()),
    )


def prompt_by_rater(
    scores: "NDArray[np.float64]", prompt_ids: Sequence[str] | None
) -> "NDArray[np.float64]":
    """Cells (n_prompts, n_raters): each rater's mean over the clips of a prompt."""
    return rated_prompts(_means_by_prompt(scores, prompt_ids))


def rated_prompts(cells: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Without the rows that hold no opinion."""
    import numpy as np

    return cells[~np.isnan(cells).all(axis=1)]


def _means_by_prompt(
    scores: "NDArray[np.float64]", prompt_ids: Sequence[str] | None
) -> "NDArray[np.float64]":
    """In the order of the prompts' names, those without an opinion too."""
    import numpy as np

    if prompt_ids is None or not scores.size:
        return scores
    _, index = np.unique(np.array(prompt_ids), return_inverse=True)
    sums = np.zeros((int(index.max()) + 1, scores.shape[1]))
    counts = np.zeros_like(sums)
    np.add.at(sums, index, np.nan_to_num(scores))
    np.add.at(counts, index, ~np.isnan(scores))
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _without_interval(cells: "NDArray[np.float64]", left_out: tuple[int, ...]) -> PanelMean:
    import numpy as np

    return PanelMean(
        mean=float(np.nanmean(cells)),
        se=None,
        df=None,
        n_raters=0,
        n_prompts=cells.shape[0],
        rule=NO_INTERVAL_RULE,
        raters_left_out=left_out,
        is_unanimous=False,
    )


def _mean_of_cells(cells: "NDArray[np.float64]", left_out: tuple[int, ...]) -> PanelMean:
    import numpy as np

    n_prompts, n_raters = cells.shape
    present = cells[~np.isnan(cells)]
    known: dict[str, Any] = {
        "n_raters": n_raters,
        "n_prompts": n_prompts,
        "raters_left_out": left_out,
        "is_unanimous": bool(present.size > 1 and np.ptp(present) == 0),
    }
    if n_prompts < 2 or n_raters < 2:
        return PanelMean(
            mean=float(present.mean()), se=None, df=None, rule=NO_INTERVAL_RULE, **known
        )
    if present.size == cells.size:
        return PanelMean(**_complete_block(cells), rule=COMPLETE_RULE, **known)
    return PanelMean(**_clustered(cells), rule=MISSING_RULE, **known)


def _complete_block(cells: "NDArray[np.float64]") -> dict[str, Any]:
    n_prompts, n_raters = cells.shape
    size = n_prompts * n_raters
    mean = float(cells.mean())
    by_prompt = cells.mean(axis=1, keepdims=True)
    by_rater = cells.mean(axis=0, keepdims=True)
    ms_prompt = float(n_raters * ((by_prompt - mean) ** 2).sum() / (n_prompts - 1))
    ms_rater = float(n_prompts * ((by_rater - mean) ** 2).sum() / (n_raters - 1))
    df_rest = (n_prompts - 1) * (n_raters - 1)
    ms_rest = float(((cells - by_prompt - by_rater + mean) ** 2).sum() / df_rest)
    # The last is for scores that differ and yet give every prompt and every rater one mean.
    spread = max(ms_prompt + ms_rater - ms_rest, ms_prompt, ms_rater) or ms_rest
    weight = ms_prompt**2 / (n_prompts - 1) + ms_rater**2 / (n_raters - 1) + ms_rest**2 / df_rest
    var_fixed = max(0.0, (ms_prompt - ms_rest) / size)
    return {
        "mean": mean,
        "se": _without_noise(math.sqrt(spread / size)),
        "df": spread**2 / weight if weight > 0 else float(min(n_prompts, n_raters) - 1),
        "var_fixed": var_fixed,
        "var_per_rater": (spread / size - var_fixed) * n_raters,
    }


def _clustered(cells: "NDArray[np.float64]") -> dict[str, Any]:
    import numpy as np

    n_prompts, n_raters = cells.shape
    is_present = ~np.isnan(cells)
    n = int(is_present.sum())
    mean = float(cells[is_present].mean())
    e = np.where(is_present, cells - mean, 0.0)
    vc = float((e.sum(axis=1) ** 2).sum() * n_prompts / (n_prompts - 1))
    vr = float((e.sum(axis=0) ** 2).sum() * n_raters / (n_raters - 1))
    v0 = float((e**2).sum() * n / (n - 1))
    var = (max(vc + vr - v0, vc, vr) or v0) / n**2
    weight = (vc / n**2) ** 2 / (n_prompts - 1) + (vr / n**2) ** 2 / (n_raters - 1)
    df_min = float(min(n_prompts, n_raters) - 1)
    var_fixed = max(0.0, (vc - v0) / n**2)
    return {
        "mean": mean,
        "se": _without_noise(math.sqrt(var)),
        "df": max(df_min, var**2 / weight) if weight > 0 else df_min,
        "var_fixed": var_fixed,
        "var_per_rater": (var - var_fixed) * n_raters,
    }


def _without_noise(se: float) -> float:
    """Averaged clips that agree leave a trace of rounding, which is no disagreement."""
    return se if se > ROUNDING else 0.0
