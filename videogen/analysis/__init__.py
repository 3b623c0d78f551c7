"""Statistics of the panel and the verdict: pure functions that know no database."""

from videogen.analysis.agreement import Icc, icc2k, krippendorff_alpha
from videogen.analysis.bradley_terry import (
    BradleyTerry,
    Choice,
    PairOpinion,
    Strength,
    fit_bradley_terry,
)
from videogen.analysis.bt500 import bt500_rejected, p913_rejected
from videogen.analysis.decide import decide, passes_among_candidates
from videogen.analysis.exchange import (
    decision_to_json,
    evidence_from_json,
    evidence_of,
    rows_from_json,
)
from videogen.analysis.holm import holm, holm_levels
from videogen.analysis.opinion import OpinionSummary, summarise_opinion
from videogen.analysis.p910 import P910Fit, fit_p910
from videogen.analysis.paired import PairedDifference, paired_difference, paired_tests
from videogen.analysis.panel_mean import PanelMean, cells_of, mean_of_cells, panel_mean
from videogen.analysis.sentences import criterion_reason
from videogen.analysis.sos import SosHealth, sos_health, sos_parameter
from videogen.analysis.success import n_runs_to_pass
from videogen.analysis.tally import tally_runs

__all__ = [
    "BradleyTerry",
    "Choice",
    "Icc",
    "OpinionSummary",
    "P910Fit",
    "PairOpinion",
    "PairedDifference",
    "PanelMean",
    "SosHealth",
    "Strength",
    "bt500_rejected",
    "cells_of",
    "criterion_reason",
    "decide",
    "decision_to_json",
    "evidence_from_json",
    "evidence_of",
    "fit_bradley_terry",
    "fit_p910",
    "holm",
    "holm_levels",
    "icc2k",
    "krippendorff_alpha",
    "mean_of_cells",
    "n_runs_to_pass",
    "p913_rejected",
    "paired_difference",
    "paired_tests",
    "panel_mean",
    "passes_among_candidates",
    "rows_from_json",
    "sos_health",
    "sos_parameter",
    "summarise_opinion",
    "tally_runs",
]
