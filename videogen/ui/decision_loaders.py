"""What the Decision page reads: one campaign's evidence, its decision and its matrix."""

import dataclasses
from dataclasses import dataclass

import streamlit as st

from videogen.domain.decision import ConditionDecision, CriterionVerdict, Decision, Verdict
from videogen.evidence import (
    CampaignEvidence,
    Sentence,
    verdict_sentences,
)
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.case import Case, case_of
from videogen.evidence.gpu_hours import machine_use, wants_energy
from videogen.evidence.shelf import EvidenceShelf
from videogen.ui import assumptions_form, loaders
from videogen.ui.loaders import Snapshot

RANK = {Verdict.GO: 0, Verdict.NOT_YET: 1, Verdict.NO_GO: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    case: Case  # under this visitor's assumptions
    sentences: tuple[Sentence, ...]

    @property
    def found(self) -> CampaignEvidence:
        return self.case.found

    @property
    def decision(self) -> Decision:
        return self.case.decision

    @property
    def candidates(self) -> tuple[ConditionDecision, ...]:
        """Nearest to a GO first."""
        return tuple(sorted((c for c in self.decision.conditions if c.is_candidate), key=_distance))


def has_open_runs(campaign_id: str) -> bool:
    return any(one.n_runs > one.n_ended for one in loaders.run_origins(campaign_id))


def judged(campaign_id: str) -> Judged:
    """Under the assumptions that this visitor has entered, or the usual ones."""
    folder, _ = loaders.snapshot()
    kept = _shelf(folder, id(loaders.application().database)).evidence(campaign_id)
    return _judged((folder, kept.version), campaign_id, assumed(), kept.found)


def assumed() -> tuple[tuple[str, str], ...]:
    """This visitor's assumptions, as a cache's key."""
    return tuple(sorted(assumptions_form.current().as_query().items()))


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


@st.cache_resource(max_entries=4, show_spinner=False)
def _shelf(folder: str, opened: int) -> EvidenceShelf:  # noqa: ARG001 the cache's key
    return EvidenceShelf(loaders.application().database)


@st.cache_resource(max_entries=32, show_spinner=False)
def _judged(
    key: Snapshot,  # noqa: ARG001 the cache's key
    campaign_id: str,  # noqa: ARG001 the cache's key
    asked: tuple[tuple[str, str], ...],
    _found: CampaignEvidence,
) -> Judged:
    running, found = loaders.application(), _found
    said = Assumptions.from_query(dict(asked))
    with_energy = wants_energy(said, running.prices, loaders.now().date())
    case = case_of(
        found,
        claims=running.claims,
        prices=running.prices,
        assumptions=said,
        machine=machine_use(running.database, found, with_energy=with_energy),
    )
    return Judged(case=case, sentences=verdict_sentences(found.evidence, case.decision))
