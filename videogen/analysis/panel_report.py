"""Everything that a panel's ratings say, in one record: what `analyse` prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from videogen.analysis.agreement import Icc, icc2k, krippendorff_alpha
from videogen.analysis.bt500 import bt500_rejected
from videogen.analysis.opinion import OpinionSummary, summarise_opinion
from videogen.analysis.p910 import P910Fit, fit_p910
from videogen.analysis.panel_mean import NO_INTERVAL_RULE, PanelMean, panel_mean
from videogen.analysis.score_matrix import Scores, score_matrix
from videogen.analysis.sos import sos_parameter

N_RATERS_FORMAL = 15  # ITU-R BT.500-15, 2.5.1: with fewer valid observers the test is informal


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelReport:
    """One entry of `clips` a clip, None without a vote; raters by their 0-based columns."""

    clips: tuple[OpinionSummary | None, ...]
    mean: PanelMean | None
    p910: P910Fit
    bt500_rejected: tuple[int, ...]
    krippendorff_alpha_ordinal: float | None
    icc2k: Icc | None
    sos_parameter: float | None
    n_raters: int  # who gave at least one vote
    n_votes: int

    @property
    def is_informal(self) -> bool:
        return self.n_raters < N_RATERS_FORMAL

    @property
    def mean_ci95(self) -> tuple[float, float] | None:
        """None where no interval can be known; unanimity is no certainty either."""
        if self.mean is None or self.mean.is_unanimous:
            return None
        return self.mean.bounds(0.95)


def report_panel(raw: Scores, prompt_ids: Sequence[str] | None = None) -> PanelReport:
    """All statistics of one table of ratings.

    Args:
        raw: scores, shape (n_clips, n_raters), None = missing.
        prompt_ids: the prompt of each clip; None: each clip has a prompt of its own.

    Source: see each statistic; BT.500 in sureal's variant.
    """
    import numpy as np

    scores = score_matrix(raw)
    is_present = ~np.isnan(scores)
    return PanelReport(
        clips=tuple(
            summarise_opinion(row[present].tolist()) if present.any() else None
            for row, present in zip(scores, is_present, strict=True)
        ),
        mean=_mean(scores, prompt_ids),
        p910=fit_p910(scores),
        bt500_rejected=bt500_rejected(scores),
        krippendorff_alpha_ordinal=krippendorff_alpha(scores),
        icc2k=icc2k(scores),
        sos_parameter=sos_parameter(scores),
        n_raters=int(is_present.any(axis=0).sum()),
        n_votes=int(is_present.sum()),
    )


def report_to_json(report: PanelReport) -> Mapping[str, Any]:
    interval = report.mean_ci95
    icc = report.icc2k
    return {
        "mos": [clip and clip.mos for clip in report.clips],
        "sos": [clip and clip.sos for clip in report.clips],
        "ci95": [clip and clip.ci95 for clip in report.clips],
        "mean": report.mean and report.mean.mean,
        "mean_ci95_low": interval and interval[0],
        "mean_ci95_high": interval and interval[1],
        "mean_method": report.mean.rule if report.mean and interval else NO_INTERVAL_RULE,
        "p910": {
            "quality": list(report.p910.quality),
            "bias": list(report.p910.bias),
            "inconsistency": list(report.p910.inconsistency),
        },
        "bt500_rejected": list(report.bt500_rejected),
        "krippendorff_alpha_ordinal": report.krippendorff_alpha_ordinal,
        "icc2k": icc and {"estimate": icc.estimate, "low": icc.low, "high": icc.high},
    }


def _mean(scores: Scores, prompt_ids: Sequence[str] | None) -> PanelMean | None:
    """As the gate counts it; where too few raters saw 80 % of the clips, over all of them."""
    mean = panel_mean(scores, prompt_ids)
    if mean is None or mean.se is not None:
        return mean
    return panel_mean(scores, prompt_ids, coverage_min=0.0)
