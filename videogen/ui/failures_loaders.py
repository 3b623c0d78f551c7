"""What waits to be run again, what that costs at most, and asking for it."""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from videogen import store
from videogen.domain.access import Permission
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.run import FailureClass, Origin, RunStatus
from videogen.evidence import estimate
from videogen.runs import queue
from videogen.runs.routed import members
from videogen.store import FailureGroup
from videogen.ui import loaders, who
from videogen.ui.loaders import Snapshot
from videogen.ui.run_loaders import RunFilter


def waiting(wanted: RunFilter, *, with_cancelled: bool = False) -> tuple[FailureGroup, ...]:
    """What nobody asked for again, within the page's filters."""
    return _waiting(loaders.snapshot(), wanted, with_cancelled)


def is_free(groups: Sequence[FailureGroup]) -> bool:
    return all(group.origin is Origin.SANDBOX for group in groups)


def most_usd(groups: Sequence[FailureGroup]) -> Decimal | None:
    """What running them again may cost at most; None: of some of them nobody knows."""
    total_usd = Decimal(0)
    for group in groups:
        if group.origin is Origin.SANDBOX:
            continue
        cost_usd = _most_usd(loaders.snapshot(), group.condition_id)
        if cost_usd is None:
            return None
        total_usd += group.n_runs * cost_usd
    return total_usd


def run_again(failure_class: FailureClass | None, wanted: RunFilter) -> int:
    """How many new runs wait; without a class those that somebody cancelled."""
    new = queue.requeue_failed(
        loaders.application().database,
        campaign_id=wanted.campaign_id,
        condition_id=wanted.condition_id,
        failure_class=failure_class,
        status=RunStatus.CANCELLED if failure_class is None else None,
        owner=who.acting(Permission.OPERATE),
        now=loaders.now(),
    )
    loaders.application().worker.wake()
    return len(new)


@st.cache_resource(max_entries=32, show_spinner=False)
def _waiting(
    key: Snapshot,  # noqa: ARG001 the cache's key
    wanted: RunFilter,
    with_cancelled: bool,
) -> tuple[FailureGroup, ...]:
    found = store.open_failure_groups(
        loaders.application().database,
        campaign_id=wanted.campaign_id,
        condition_id=wanted.condition_id,
        failure_class=wanted.failure_class,
        with_cancelled=with_cancelled,
    )
    return tuple(found)


@st.cache_resource(max_entries=64, show_spinner=False)
def _most_usd(key: Snapshot, condition_id: str) -> Decimal | None:  # noqa: ARG001 the cache's key
    running, condition = loaders.application(), loaders.conditions()[condition_id]
    known = estimate(
        running.database,
        condition,
        Origin.LIVE,
        running.claims,
        running.prices,
        members=_members(condition),
    )
    costs = [one for one in (known.cost_usd, known.cost_high_usd) if one is not None]
    return max(costs) if costs else None


def _members(condition: Condition) -> Sequence[Condition]:
    if condition.backend is not BackendKind.ROUTED:
        return ()
    return members(loaders.application().conditions, condition)
