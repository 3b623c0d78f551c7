"""What the Models page reads: the joined catalogue, and what the servers last said."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import streamlit as st

from videogen.bootstrap import models
from videogen.bootstrap.models import Known, ModelRow
from videogen.bootstrap.reach import attached
from videogen.bootstrap.server_survey import ServerSurvey, Survey
from videogen.catalogue import Manifest
from videogen.domain.run import Origin
from videogen.evidence import Claim
from videogen.evidence.claims import claims_of
from videogen.evidence.measured import MeasuredCondition
from videogen.ui import blinding, language, loaders
from videogen.ui.language import t

STALE_AFTER = timedelta(minutes=10)  # then the servers are asked anew, in the background
MEASURED_AGE_S = 2.0  # while a campaign commits, nobody waits for each of its runs
Lights = tuple[tuple[str, str, str | None], ...]


def rows() -> tuple[ModelRow, ...]:
    """Every line, without the figures that must wait: their order alone would tell of them."""
    found, hidden = _all_rows(), hidden_conditions()
    return tuple(_without_figures(one, hidden) for one in found) if hidden else found


def _without_figures(one: ModelRow, hidden: frozenset[str]) -> ModelRow:
    return dataclasses.replace(
        one,
        conditions=tuple(
            dataclasses.replace(each, measured={})
            if each.condition.condition_id in hidden
            else each
            for each in one.conditions
        ),
    )


def _all_rows() -> tuple[ModelRow, ...]:
    """Built again when the database, a light or a server's answer is new."""
    survey = latest_survey()
    lights = tuple(
        (one.name, one.light.value, None if one.origin is None else one.origin.value)
        for one in loaders.application().worker.statuses()
    )
    asked_at = None if survey is None else survey.asked_at
    return _rows(loaders.snapshot(), lights, asked_at)


def row(row_id: str) -> ModelRow | None:
    return next((one for one in rows() if one.row_id == row_id), None)


def title_of(one: ModelRow) -> str:
    if one.entry is not None:
        return one.entry.title
    manifest = manifest_of(one)
    if one.is_own and manifest is not None:
        return manifest.title
    return loaders.name_label(one.row_id)


def summary_of(one: ModelRow) -> str:
    if one.entry is not None:
        is_thai = language.current() == "th"
        return one.entry.summary_th if is_thai else one.entry.summary_en
    manifest = manifest_of(one)
    if one.is_own and manifest is not None:
        return manifest.note or t("models.own_text")
    return one.conditions[0].condition.model


def manifest_of(one: ModelRow) -> Manifest | None:
    names = one.workflows
    return loaders.application().manifests.get(names[0]) if names else None


def claims(condition_name: str) -> Mapping[str, tuple[Claim, ...]]:
    """By measure."""
    return claims_of(loaders.application().claims, condition_name)


def measured() -> Mapping[tuple[str, Origin], MeasuredCondition]:
    return loaders.application().measured.measured(max_age_s=MEASURED_AGE_S)


def hidden_conditions() -> frozenset[str]:
    """Those of campaigns that this visitor still rates: whose figures must wait."""
    return frozenset(
        condition_id
        for campaign in loaders.campaigns()
        if blinding.is_rating(campaign.campaign_id)
        for condition_id in campaign.condition_ids
    )


def latest_survey() -> Survey | None:
    return survey().latest


def survey() -> ServerSurvey:
    return _survey(loaders.snapshot()[0])


def keep_surveyed() -> None:
    """Asks in the background what is not known, is old, or was asked of other servers."""
    asking = survey()
    latest = asking.latest
    if latest is None or not _is_good(latest, asking.servers_now()):
        asking.begin()


def _is_good(latest: Survey, servers: frozenset[str]) -> bool:
    """Young enough, of the servers that are there, and of every workflow that is."""
    if loaders.now() - latest.asked_at >= STALE_AFTER or latest.names != servers:
        return False
    running = loaders.application()
    asked = {name for stock in latest.servers if stock.error is None for name in stock.lacks}
    own = {one.name for one in running.own_workflows.conditions.own()}
    return own <= asked or all(stock.error is not None for stock in latest.servers)


def families(among: Iterable[ModelRow]) -> list[str]:
    return sorted({one.entry.family for one in among if one.entry is not None})


@st.cache_resource(max_entries=8, show_spinner=False)
def _rows(key: loaders.Snapshot, lights: Lights, asked_at: datetime | None) -> tuple[ModelRow, ...]:  # noqa: ARG001 the cache's key
    running = loaders.application()
    return models.model_rows(
        Known(
            entries=running.entries,
            conditions=running.conditions,
            manifests=running.manifests,
            own=frozenset(one.name for one in running.own_workflows.conditions.own()),
            survey=latest_survey(),
            reached=attached(running.worker),
            measured=measured(),
            prices=running.prices,
        )
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _survey(folder: str) -> ServerSurvey:  # noqa: ARG001 the cache's key
    return ServerSurvey(loaders.application())
