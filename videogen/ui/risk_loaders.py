"""What the risks and the phases read: triggers of one campaign, and how far each phase is."""

from datetime import date

import streamlit as st

from videogen.evidence.answers.phases import PhaseState
from videogen.evidence.answers.phases import phases as phases_of
from videogen.evidence.answers.risks import MeasuredRisk, measured_risks
from videogen.evidence.case import Case
from videogen.ui import language, loaders, quality_loaders
from videogen.ui.loaders import Snapshot


def risks(case: Case) -> tuple[MeasuredRisk, ...]:
    """On this visitor's day."""
    today = loaders.now().astimezone(language.zone()).date()
    return _risks(loaders.snapshot(), case.found.campaign.campaign_id, today, case)


def phases(case: Case) -> tuple[PhaseState, ...]:
    running = loaders.application()
    return phases_of(
        running.database,
        case,
        disk_free_bytes=running.disk_free_bytes(),
        workflows=running.manifests,
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _risks(
    key: Snapshot,  # noqa: ARG001 the cache's key
    campaign_id: str,
    today: date,
    _case: Case,  # the underscore keeps it out of the key: no assumption changes a trigger
) -> tuple[MeasuredRisk, ...]:
    opinions = quality_loaders.opinions(campaign_id)
    return measured_risks(loaders.application().database, _case, opinions=opinions, today=today)
