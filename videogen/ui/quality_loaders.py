"""What the quality section reads: a campaign's opinions and the decision that rests on them."""

import streamlit as st

from videogen.domain.decision import CriterionName, CriterionResult
from videogen.evidence import CampaignOpinions, campaign_opinions
from videogen.ui import decision_loaders, loaders
from videogen.ui.decision_loaders import Judged
from videogen.ui.loaders import Snapshot


def opinions(campaign_id: str) -> CampaignOpinions:
    return _opinions(loaders.snapshot(), campaign_id)


def judged(campaign_id: str) -> Judged:
    return decision_loaders.judged(campaign_id)


def quality_results(campaign_id: str) -> dict[str, CriterionResult]:
    """By condition, as the Decision page has them; baselines too."""
    return {
        one.name: one.criteria[CriterionName.QUALITY]
        for one in judged(campaign_id).decision.conditions
    }


@st.cache_resource(max_entries=16, show_spinner=False)
def _opinions(key: Snapshot, campaign_id: str) -> CampaignOpinions:  # noqa: ARG001 the cache's key
    found = decision_loaders.judged(campaign_id).found
    return campaign_opinions(loaders.application().database, found)
