"""Holding, resuming and ending a campaign that has begun; who did it and when stays in the log."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from videogen import store
from videogen.domain.campaign import Campaign
from videogen.domain.event import Event
from videogen.domain.run import FailureClass, Run
from videogen.errors import InvalidInputError
from videogen.runs import queue
from videogen.runs.plan_checks import checked_cap
from videogen.store import Database


def pause_campaign(database: Database, campaign_id: str, who: str, now: datetime) -> Campaign:
    """Its queued runs wait; what runs goes on to its end. A second call changes nothing.

    Raises: NotFoundError. InvalidInputError: it has not been started.
    """
    with database.write():
        campaign = _started(database, campaign_id)
        if campaign.paused_at is not None:
            return campaign
        paused = dataclasses.replace(campaign, paused_at=now)
        store.save(database, paused, _event("paused", campaign_id, who, now))
    return paused


def resume_campaign(database: Database, campaign_id: str, who: str, now: datetime) -> Campaign:
    """Its queued runs are taken again. Raises: NotFoundError."""
    with database.write():
        campaign = store.get_campaign(database, campaign_id)
        if campaign.paused_at is None:
            return campaign
        resumed = dataclasses.replace(campaign, paused_at=None)
        store.save(database, resumed, _event("resumed", campaign_id, who, now))
    return resumed


def cancel_rest(
    database: Database,
    campaign_id: str,
    who: str,
    now: datetime,
    *,
    cancel: Callable[[str], Run],
) -> list[Run]:
    """Everything that has not ended; `cancel` is the worker's, which reaches the servers too.

    Raises: NotFoundError.
    """
    store.get_campaign(database, campaign_id)
    runs = store.campaign_runs(database, campaign_id)
    # The last first: cancelling from the front would let the worker begin the next meanwhile.
    ended = [cancel(run.run_id) for run in reversed(runs) if not run.status.is_final]
    if ended:
        data = {"n_runs": len(ended)}
        store.save(database, _event("cancelled", campaign_id, who, now, data))
    return ended


def requeue_campaign(
    database: Database,
    campaign_id: str,
    who: str,
    now: datetime,
    *,
    failure_class: FailureClass | None = None,
) -> list[Run]:
    """Its failed runs as new ones, all or of one class; uncertain ones wait for a person.

    Raises: NotFoundError.
    """
    with database.write():
        store.get_campaign(database, campaign_id)
        runs = queue.requeue_failed(
            database, campaign_id=campaign_id, failure_class=failure_class, owner=who, now=now
        )
        if runs:
            data = {"n_runs": len(runs), "failure_class": failure_class}
            store.save(database, _event("requeued", campaign_id, who, now, data))
    return runs


def change_cap(
    database: Database, campaign_id: str, cap_usd: Decimal | None, who: str, now: datetime
) -> Campaign:
    """Money is no part of the plan: a cap may change while runs are made. None: no own cap.

    Raises: NotFoundError. InvalidInputError: no sum of money.
    """
    with database.write():
        campaign = store.get_campaign(database, campaign_id)
        changed = dataclasses.replace(campaign, cap_usd=checked_cap(cap_usd))
        if changed == campaign:
            return campaign
        data = {"before": _text(campaign.cap_usd), "after": _text(changed.cap_usd)}
        store.save(database, changed, _event("cap_changed", campaign_id, who, now, data))
    return changed


def _started(database: Database, campaign_id: str) -> Campaign:
    campaign = store.get_campaign(database, campaign_id)
    if campaign.frozen_at is None:
        raise InvalidInputError("campaign_not_started", field="campaign_id", value=campaign_id)
    return campaign


def _event(
    what: str, campaign_id: str, who: str, now: datetime, data: Mapping[str, object] | None = None
) -> Event:
    return Event(
        at=now,
        kind=f"campaign.{what}",
        subject_id=campaign_id,
        data={"who": who, **(data or {})},
    )


def _text(amount_usd: Decimal | None) -> str | None:
    return None if amount_usd is None else str(amount_usd)
