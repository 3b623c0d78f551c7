"""What the Runs page, one run's page and the Create page read of runs."""

from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from videogen import store
from videogen.bootstrap.waiting import eta_of_run
from videogen.domain.access import Permission
from videogen.domain.clip import Clip
from videogen.domain.condition import Condition
from videogen.domain.event import Event
from videogen.domain.money import Price, ReservationState
from videogen.domain.prompt import Prompt
from videogen.domain.run import Attempt, FailureClass, Run, RunStatus, VramTrace
from videogen.errors import NotFoundError
from videogen.runs import queue, uncertain
from videogen.runs.eta import QueueEta
from videogen.runs.progress import LiveProgress
from videogen.runs.uncertain import Resolution
from videogen.store import RunSubset
from videogen.ui import loaders, who
from videogen.ui.loaders import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """As in the page's address; None: any."""

    campaign_id: str | None = None
    condition_id: str | None = None
    status: RunStatus | None = None
    failure_class: FailureClass | None = None
    only: RunSubset | None = None
    limit_mib: int | None = None  # what OVER_VRAM is over

    @property
    def is_set(self) -> bool:
        return self != RunFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    run: Run
    condition: Condition
    prompt: Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetail:
    run: Run
    condition: Condition
    prompt: Prompt
    attempts: tuple[Attempt, ...]
    clip: Clip | None
    trace: VramTrace | None
    events: tuple[Event, ...]
    price: Price | None
    campaign_name: str | None
    can_fetch_again: bool = False  # its clip has been paid for and lies at the vendor

    @property
    def last_attempt(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None


def rows(wanted: RunFilter, *, limit: int, before: str | None = None) -> list[RunRow]:
    """What is being made, then what ended, the last first, then what waits.

    `before` is the run_id that the page before ended with.
    """
    return [_row(run) for run in _listed(loaders.snapshot(), wanted, limit, before)]


def has_any() -> bool:
    return bool(store.find_runs(loaders.application().database, limit=1))


def own_clips(limit: int) -> list[RunRow]:
    """The visitor's last clips made outside any campaign."""
    return [row for row in own_rows(limit * 10) if row.run.clip_id is not None][:limit]


def own_rows(limit: int) -> list[RunRow]:
    """The visitor's last clips and strips, run by run, those still made in a strip too."""
    return [_row(run) for run in _own(loaders.snapshot(), who.name(), limit)]


def detail(run_id: str) -> RunDetail | None:
    """None: no run has this id."""
    database = loaders.application().database
    try:
        run = store.get_run(database, run_id)
    except NotFoundError:
        return None
    attempts = tuple(store.attempts_of_run(database, run_id))
    events = [*store.events_of(database, run_id)]
    for attempt in attempts:
        events += store.events_of(database, attempt.attempt_id)
    return RunDetail(
        run=run,
        condition=loaders.conditions()[run.condition_id],
        prompt=loaders.prompt(run.prompt_id),
        attempts=attempts,
        clip=store.clip_of_run(database, run_id),
        trace=store.vram_trace_of(database, attempts[-1].attempt_id) if attempts else None,
        events=tuple(sorted(events, key=lambda event: event.at)),
        price=_price(attempts),
        campaign_name=_campaign_name(run),
        can_fetch_again=uncertain.can_fetch_again(database, run, attempts),
    )


def settlement(detail: RunDetail) -> Event | None:
    """What a person found out of a call whose answer was never seen; None while it is open."""
    run = detail.run
    if run.failure_class is not FailureClass.UNCERTAIN or run.status is RunStatus.UNCERTAIN:
        return None
    told = [one for one in detail.events if one.kind == "run.resolved"]
    return told[-1] if told else None


def get(run_id: str) -> Run:
    """Raises: NotFoundError."""
    return store.get_run(loaders.application().database, run_id)


def live_progress(run_id: str) -> LiveProgress | None:
    return loaders.application().worker.progress(run_id)


def queue_eta(run_id: str) -> QueueEta | None:
    """Its place and when it starts and ends; None when it does not wait."""
    return _queue_eta(loaders.snapshot(), run_id)


def cancel(run_id: str) -> None:
    """Raises: NotFoundError. NotAllowedError: it is somebody else's."""
    who.acting_on_run(get(run_id).owner)
    loaders.application().worker.cancel(run_id)
    loaders.application().worker.wake()


def requeue(run_id: str) -> Run:
    """Raises: InvalidInputError: it has not ended, or a paid answer was never seen.

    NotAllowedError: it is somebody else's.
    """
    asking = who.acting_on_run(get(run_id).owner)
    new = queue.requeue(loaders.application().database, run_id, asking, loaders.now())
    loaders.application().worker.wake()
    return new


def held_usd(run_id: str) -> Decimal | None:
    """What an uncertain run keeps back; None in the sandbox, which costs nothing."""
    database = loaders.application().database
    for attempt in store.attempts_of_run(database, run_id):
        held = store.reservation_of(database, attempt.attempt_id)
        if held is not None and held.state is ReservationState.HELD:
            return held.amount_usd
    return None


def resolve(
    run_id: str,
    how: Resolution,
    *,
    billed_usd: Decimal | None = None,
    external_id: str | None = None,
    why: str,
) -> None:
    """Raises: InvalidInputError: names the field."""
    uncertain.resolve(
        loaders.application().database,
        run_id,
        how,
        billed_usd=billed_usd,
        external_id=external_id,
        who=who.acting(Permission.OPERATE),
        why=why,
        now=loaders.now(),
        usual_cap_usd=loaders.application().settings.monthly_cap_usd,
    )
    loaders.application().worker.wake()


@st.cache_resource(max_entries=64, show_spinner=False)
def _queue_eta(key: Snapshot, run_id: str) -> QueueEta | None:  # noqa: ARG001 the cache's key
    return eta_of_run(loaders.application(), run_id, loaders.now())


@st.cache_resource(max_entries=32, show_spinner=False)
def _own(key: Snapshot, owner: str, limit: int) -> list[Run]:  # noqa: ARG001 the cache's key
    return store.own_runs(loaders.application().database, owner, limit=limit)


# Whoever looks at the same view shares one answer until the next commit.
@st.cache_resource(max_entries=16, show_spinner=False)
def _listed(
    key: Snapshot,  # noqa: ARG001 the cache's key
    wanted: RunFilter,
    limit: int,
    before: str | None,
) -> list[Run]:
    return store.listed_runs(
        loaders.application().database,
        campaign_id=wanted.campaign_id,
        condition_id=wanted.condition_id,
        status=wanted.status,
        failure_class=wanted.failure_class,
        only=wanted.only,
        limit_mib=wanted.limit_mib,
        limit=limit,
        before=before,
    )


def _row(run: Run) -> RunRow:
    condition = loaders.conditions()[run.condition_id]
    return RunRow(run=run, condition=condition, prompt=loaders.prompt(run.prompt_id))


def _price(attempts: tuple[Attempt, ...]) -> Price | None:
    known = {attempt.price_id for attempt in attempts if attempt.price_id}
    prices = store.prices(loaders.application().database)
    return next((price for price in prices if price.price_id in known), None)


def _campaign_name(run: Run) -> str | None:
    named = {one.campaign_id: one.name for one in loaders.campaigns()}
    return named.get(run.campaign_id) if run.campaign_id else None
