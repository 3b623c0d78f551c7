"""What would turn the verdicts and what they pool, worked out once until the next commit."""

from collections.abc import Mapping

import streamlit as st

from videogen.evidence import Sentence, environments
from videogen.evidence.steps import next_step
from videogen.evidence.steps.next_step import CriterionFlip, NextStep
from videogen.ui import decision_loaders, loaders
from videogen.ui.loaders import Snapshot

Asked = tuple[tuple[str, str], ...]  # the visitor's assumptions


def flips(campaign_id: str) -> Mapping[str, tuple[CriterionFlip, ...]]:
    """By condition."""
    return _flips(loaders.snapshot(), campaign_id)


def cheapest_step(campaign_id: str) -> NextStep | None:
    """How many GPUs there are changes how long it takes."""
    return _step(loaders.snapshot(), campaign_id, decision_loaders.assumed())


def pooled(campaign_id: str) -> tuple[Sentence, ...]:
    """One of each condition whose runs were made with different versions or cards."""
    return _pooled(loaders.snapshot(), campaign_id)


@st.cache_resource(max_entries=16, show_spinner=False)
def _pooled(key: Snapshot, campaign_id: str) -> tuple[Sentence, ...]:  # noqa: ARG001 the cache's key
    found = decision_loaders.judged(campaign_id).found
    groups = environments.environments(loaders.application().database, found)
    return environments.pooled_sentences(groups)


@st.cache_resource(max_entries=16, show_spinner=False)
def _flips(key: Snapshot, campaign_id: str) -> Mapping[str, tuple[CriterionFlip, ...]]:  # noqa: ARG001 the cache's key
    return next_step.flips(decision_loaders.judged(campaign_id).case)


@st.cache_resource(max_entries=32, show_spinner=False)
def _step(key: Snapshot, campaign_id: str, asked: Asked) -> NextStep | None:  # noqa: ARG001 the cache's key
    return next_step.cheapest_step(decision_loaders.judged(campaign_id).case)
