"""What the newest thresholds would say of a campaign that registered older ones."""

from dataclasses import dataclass

import streamlit as st

from videogen import store
from videogen.domain.decision import Criteria, Verdict
from videogen.evidence import thresholds
from videogen.ui import decision_loaders, loaders
from videogen.ui.loaders import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerThresholds:
    criteria: Criteria
    verdict: Verdict  # as it stands, a provisional one where the plan is not complete


def newer(campaign_id: str) -> NewerThresholds | None:
    """None where the campaign is judged by the newest."""
    return _newer(loaders.snapshot(), campaign_id)


@st.cache_resource(max_entries=16, show_spinner=False)
def _newer(key: Snapshot, campaign_id: str) -> NewerThresholds | None:  # noqa: ARG001 the cache's key
    database = loaders.application().database
    found = decision_loaders.judged(campaign_id).found
    newest = store.criteria(database)
    if newest.version <= found.evidence.criteria.version:
        return None
    decision = thresholds.decided_by(database, found, newest)
    return NewerThresholds(
        criteria=newest, verdict=decision.provisional_verdict or decision.verdict
    )
