"""Statistics of the panel and the verdict: pure functions that know no database."""

from videogen.analysis.decide import decide, holm_levels, passes_among_candidates
from videogen.analysis.exchange import decision_to_json, evidence_from_json, evidence_to_json
from videogen.analysis.opinion import OpinionSummary, summarise_opinion
from videogen.analysis.panel_mean import PanelMean, panel_mean
from videogen.analysis.sentences import criterion_reason
from videogen.analysis.success import n_runs_to_pass

__all__ = [
    "OpinionSummary",
    "PanelMean",
    "criterion_reason",
    "decide",
    "decision_to_json",
    "evidence_from_json",
    "evidence_to_json",
    "holm_levels",
    "n_runs_to_pass",
    "panel_mean",
    "passes_among_candidates",
    "summarise_opinion",
]
