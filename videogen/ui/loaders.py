"""What pages read, cached on the database's version; only records and aggregates, never files."""

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from videogen import bootstrap, store
from videogen.bootstrap import Application
from videogen.bootstrap.reach import attached
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Condition
from videogen.domain.decision import Criteria
from videogen.domain.generation import BackendStatus
from videogen.domain.money import PaidCallsSwitch
from videogen.domain.prompt import Prompt
from videogen.domain.run import Origin, Run, RunStatus
from videogen.domain.server import BackendHold
from videogen.runs.holds import is_blocked, stopped
from videogen.store import OriginCount
from videogen.ui import language

Snapshot = tuple[str, int]  # the data folder and the version of its database


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderState:
    statuses: tuple[BackendStatus, ...]
    n_queued: int
    n_running: int


def application() -> Application:
    return bootstrap.running()


def now() -> datetime:
    return datetime.now(UTC)


def snapshot() -> Snapshot:
    """The key of every cache: a commit makes a new one."""
    running = application()
    return str(running.settings.data_dir), running.database.version


def header_state() -> HeaderState:
    running = application()
    counts = _counts(snapshot())
    return HeaderState(
        statuses=tuple(running.worker.statuses()),
        n_queued=counts[RunStatus.QUEUED],
        n_running=counts[RunStatus.RUNNING],
    )


def holds() -> dict[str, BackendHold]:
    """By name, the back ends that take no new runs now."""
    key = snapshot()
    found = {hold.backend: hold for hold in _holds(key) if is_blocked(hold, now())}
    running = application()
    for one in attached(running.worker) if _stop(key) else ():
        stop = stopped(
            running.database, one.backend.name, one.status.origin, is_paid=one.backend.is_paid
        )
        if stop is not None:
            found[one.backend.name] = stop
    return found


def paid_calls_stop() -> PaidCallsSwitch | None:
    """Who stopped all paid calls, and why; None: they may leave."""
    return _stop(snapshot())


def has_sandbox() -> bool:
    """Its back ends are attached and answer."""
    return any(one.origin is Origin.SANDBOX for one in application().worker.statuses())


def backend_label(status: BackendStatus) -> str:
    """The kind where there is one of it, with its address where that tells two apart."""
    title = language.t_or(f"backend.{status.kind}", status.kind)
    twins = [other for other in application().worker.statuses() if other.kind == status.kind]
    return title if len(twins) < 2 else f"{title} {status.name.rsplit('@', 1)[-1]}"


def campaigns() -> list[Campaign]:
    """Newest first."""
    return list(_campaigns(snapshot()))


def campaign_runs(campaign_id: str) -> tuple[Run, ...]:
    return _campaign_runs(snapshot(), campaign_id)


def is_sandbox(campaign_id: str) -> bool:
    """Said of the campaign, never of a clip: one clip's origin could tell its condition."""
    return any(one.origin is Origin.SANDBOX for one in run_origins(campaign_id))


def run_origins(campaign_id: str) -> tuple[OriginCount, ...]:
    return _run_origins(snapshot(), campaign_id)


def conditions() -> dict[str, Condition]:
    """By condition_id: the default ones and every one that was ever used."""
    return _conditions(snapshot())


def condition_label(condition: Condition) -> str:
    return language.t_or(f"condition.{condition.name}", condition.name)


def condition_labels() -> dict[str, str]:
    return {key: condition_label(one) for key, one in conditions().items()}


def name_label(name: str) -> str:
    """Of a condition's bare name, as in a verdict."""
    return language.t_or(f"condition.{name}", name)


def criteria() -> Criteria:
    """The newest thresholds."""
    return store.criteria(application().database)


def prompt(prompt_id: str) -> Prompt:
    return _prompt(snapshot()[0], prompt_id)


def clip_url(clip_id: str) -> str:
    return application().clip_url(clip_id)


def thumbnail_url(clip_id: str) -> str:
    return application().thumbnail_url(clip_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def _holds(key: Snapshot) -> tuple[BackendHold, ...]:  # noqa: ARG001 the cache's key
    return tuple(store.holds(application().database))


@st.cache_resource(max_entries=8, show_spinner=False)
def _stop(key: Snapshot) -> PaidCallsSwitch | None:  # noqa: ARG001 the cache's key
    return store.paid_calls_stop(application().database)


@st.cache_resource(max_entries=8, show_spinner=False)
def _counts(key: Snapshot) -> dict[RunStatus, int]:  # noqa: ARG001 the cache\'s key
    return dict(store.run_counts(application().database))


@st.cache_resource(max_entries=8, show_spinner=False)
def _campaigns(key: Snapshot) -> tuple[Campaign, ...]:  # noqa: ARG001 the cache\'s key
    return tuple(store.campaigns(application().database))


@st.cache_resource(max_entries=32, show_spinner=False)
def _campaign_runs(key: Snapshot, campaign_id: str) -> tuple[Run, ...]:  # noqa: ARG001 the cache\'s key
    return tuple(store.campaign_runs(application().database, campaign_id))


@st.cache_resource(max_entries=32, show_spinner=False)
def _run_origins(key: Snapshot, campaign_id: str) -> tuple[OriginCount, ...]:  # noqa: ARG001 the cache's key
    return tuple(store.run_origins(application().database, campaign_id))


@st.cache_resource(max_entries=8, show_spinner=False)
def _conditions(key: Snapshot) -> dict[str, Condition]:  # noqa: ARG001 the cache\'s key
    found = {one.condition_id: one for one in application().conditions}
    return found | {one.condition_id: one for one in store.conditions(application().database)}


@st.cache_resource(max_entries=4096, show_spinner=False)
def _prompt(folder: str, prompt_id: str) -> Prompt:  # noqa: ARG001 the cache\'s key
    # A prompt never changes under its id, so the folder is key enough.
    return store.get_prompt(application().database, prompt_id)
