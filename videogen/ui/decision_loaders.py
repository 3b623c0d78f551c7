"""What the Decision page reads: one campaign's evidence, its decision and its matrix."""

import dataclasses
from dataclasses import dataclass

import streamlit as st

from videogen.analysis import decide
from videogen.domain.decision import ConditionDecision, CriterionVerdict, Decision, Verdict
from videogen.evidence import (
    CampaignEvidence,
    MatrixRow,
    Sentence,
    comparison_matrix,
    load_evidence,
    verdict_sentences,
)
from videogen.ui import loaders
from videogen.ui.loaders import Snapshot

RANK = {Verdict.GO: 0, Verdict.NOT_YET: 1, Verdict.NO_GO: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    found: CampaignEvidence
    decision: Decision
    sentences: tuple[Sentence, ...]

    @property
    def candidates(self) -> tuple[ConditionDecision, ...]:
        """Nearest to a GO first."""
        return tuple(sorted((c for c in self.decision.conditions if c.is_candidate), key=_distance))


def has_open_runs(campaign_id: str) -> bool:
    return not all(run.status.is_final for run in loaders.campaign_runs(campaign_id))


def judged(campaign_id: str) -> Judged:
    return _judged(loaders.snapshot(), campaign_id)


def matrix(campaign_id: str, n_videos_month: int) -> list[MatrixRow]:
    return _matrix(loaders.snapshot(), campaign_id, n_videos_month)


def label(name: str) -> str:
    """Evidence calls a condition by its name, or by its id where two share one."""
    return loaders.name_label(name)


def said(sentence: Sentence, spoken: str) -> str:
    """The sentence, conditions by the names that people know."""
    facts = dict(sentence.facts)
    if "condition" in facts:
        facts["condition"] = label(str(facts["condition"]))
    if "others" in facts:
        facts["others"] = ", ".join(label(name) for name in str(facts["others"]).split(", "))
    return dataclasses.replace(sentence, facts=facts).say(spoken)


def _distance(candidate: ConditionDecision) -> tuple[int, int]:
    n_open = sum(
        result.verdict in (CriterionVerdict.NOT_YET, CriterionVerdict.FAIL)
        for result in candidate.criteria.values()
    )
    return RANK[candidate.verdict], n_open


@st.cache_resource(max_entries=16, show_spinner=False)
def _judged(key: Snapshot, campaign_id: str) -> Judged:  # noqa: ARG001 the cache's key
    found = load_evidence(loaders.application().database, campaign_id)
    decision = decide(found.evidence)
    return Judged(
        found=found,
        decision=decision,
        sentences=verdict_sentences(found.evidence, decision),
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _matrix(key: Snapshot, campaign_id: str, n_videos_month: int) -> list[MatrixRow]:
    one = _judged(key, campaign_id)
    return comparison_matrix(
        one.found,
        one.decision,
        n_videos_month=n_videos_month,
        claims=loaders.application().claims,
    )
