"""What a person found out about a paid call: its bill, or that its clip can be fetched."""

import contextlib
import dataclasses
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from videogen import store
from videogen.domain.condition import BackendKind, Location
from videogen.domain.event import Event
from videogen.domain.money import ReservationState
from videogen.domain.run import (
    Attempt,
    AttemptState,
    FailureClass,
    Run,
    RunStatus,
)
from videogen.errors import InvalidInputError, NotFoundError
from videogen.runs.journal import total_cost_usd
from videogen.runs.plan_checks import MAX_CAP_USD
from videogen.runs.signed import check_signed
from videogen.store import Database

MAX_EXTERNAL_ID_LENGTH = 500  # Veo's operation names take about 200
# A slip of the hand would be asked for, found nowhere, and leave the run lost.
SHAPES: Mapping[BackendKind | None, re.Pattern[str]] = {
    BackendKind.VERTEX: re.compile(r"(?:[^/]+/)*operations/[^/]+"),
    BackendKind.INTERACTIONS: re.compile(r"[^/]+"),
    BackendKind.REPLICATE: re.compile(r"[0-9a-z]+"),
}


class Resolution(StrEnum):
    NOT_MADE = "not_made"  # the vendor never took the call: nothing is billed
    BILLED = "billed"  # it was billed and its clip is gone
    FETCH = "fetch"  # the vendor has it under this id: go on with it


# It was made and billed, and only its way to this disk failed. Google keeps a clip for two days,
# Replicate for an hour.
FETCHED_AGAIN = frozenset({FailureClass.DOWNLOAD_FAILED, FailureClass.DISK_FULL})


def resolve(
    database: Database,
    run_id: str,
    how: Resolution,
    *,
    billed_usd: Decimal | None = None,
    external_id: str | None = None,
    who: str,
    why: str,
    now: datetime,
    usual_cap_usd: Decimal | None = None,
) -> Run:
    """Close an uncertain run, or go on with it: run, attempt, money and event in one transaction.

    A run that ended otherwise while its paid call still holds money may be told what was billed; it
    keeps its status. One that got lost may also be fetched, under another id than the one that led
    nowhere. A paid clip that could not be downloaded is fetched again under
    the id that is known, without a new call.
    Args: usual_cap_usd: the month's by the settings, which a bill above its hold may use up.
    Raises: InvalidInputError: names the field; NotFoundError. Nothing is changed then.
    """
    check_signed(who=who, why=why)
    with database.write():
        run = store.get_run(database, run_id)
        attempt = _open_attempt(database, run, how)
        if how is Resolution.FETCH:
            known_id = external_id or attempt.external_id
            run, attempt = _reopened(run, attempt, _free_id(database, run, attempt, known_id))
        else:
            cost_usd = _checked_sum(billed_usd) if how is Resolution.BILLED else Decimal(0)
            run, attempt = _closed(database, run, attempt, cost_usd, now)
            _end_hold(database, attempt.attempt_id, how, cost_usd, usual_cap_usd)
        facts = {
            "attempt_id": attempt.attempt_id,
            "how": how.value,
            "who": who.strip(),
            "why": why.strip(),
            "billed_usd": None if how is Resolution.FETCH else str(attempt.cost_usd),
            "external_id": attempt.external_id,
        }
        store.save(database, attempt, run, _event(run_id, now, facts))
    return run


def _open_attempt(database: Database, run: Run, how: Resolution) -> Attempt:
    """The attempt that the question is about."""
    attempts = store.attempts_of_run(database, run.run_id)
    if run.status is RunStatus.UNCERTAIN and attempts:
        return attempts[-1]
    if how is Resolution.FETCH and can_fetch_again(database, run, attempts):
        return attempts[-1]
    held = [attempt for attempt in attempts if _is_held(database, attempt.attempt_id)]
    if how is Resolution.FETCH:
        # Another attempt after it has taken its place.
        held = held[-1:] if run.status is RunStatus.LOST and held[-1:] == attempts[-1:] else []
    if held and run.status.is_final:
        return held[-1]
    raise InvalidInputError(
        "run_not_uncertain", field="run_id", value=run.run_id, status=run.status.value
    )


def can_fetch_again(database: Database, run: Run, attempts: Sequence[Attempt]) -> bool:
    """Whether the clip of a failed run lies at a vendor, who has been paid for it."""
    if run.status is not RunStatus.FAILED or run.failure_class not in FETCHED_AGAIN:
        return False
    if not attempts or attempts[-1].external_id is None:
        return False
    if store.newer_requeue(database, run.run_id) is not None:
        return False  # its place has been taken: two clips of one cell would both count
    condition_id = attempts[-1].condition_id or run.making_condition_id
    return store.get_condition(database, condition_id).location is Location.CLOUD


def _is_held(database: Database, attempt_id: str) -> bool:
    reservation = store.reservation_of(database, attempt_id)
    return reservation is not None and reservation.state is ReservationState.HELD


def _reopened(run: Run, attempt: Attempt, external_id: str) -> tuple[Run, Attempt]:
    """As a worker finds what an earlier process had submitted; the hold stays until it ends.

    A wish to cancel goes: whoever fetches wants the clip, and a routed run's chain with it: whoever
    fetches wants no other call. What is known to be billed stays the attempt's cost.
    """
    attempt = dataclasses.replace(
        attempt,
        state=AttemptState.SUBMITTED,
        external_id=external_id,
        ended_at=None,
        failure_class=None,
        failure_detail=None,
    )
    run = dataclasses.replace(
        run,
        status=RunStatus.RUNNING,
        cancel_requested=False,
        ended_at=None,
        failure_class=None,
        failure_detail=None,
        cost_usd=None,
        route={**run.route, "chain": []} if run.route else run.route,
    )
    return run, attempt


def _closed(
    database: Database, run: Run, attempt: Attempt, cost_usd: Decimal, now: datetime
) -> tuple[Run, Attempt]:
    attempt = dataclasses.replace(attempt, cost_usd=cost_usd)
    if run.status is RunStatus.UNCERTAIN:
        ended: dict[str, Any] = {"failure_class": FailureClass.UNCERTAIN, "ended_at": now}
        attempt = dataclasses.replace(attempt, state=AttemptState.FAILED, **ended)
        run = dataclasses.replace(run, status=RunStatus.FAILED, **ended)
    attempts = store.attempts_of_run(database, run.run_id)
    return dataclasses.replace(run, cost_usd=total_cost_usd(attempts, attempt)), attempt


def _end_hold(
    database: Database,
    attempt_id: str,
    how: Resolution,
    cost_usd: Decimal,
    usual_cap_usd: Decimal | None,
) -> None:
    with contextlib.suppress(NotFoundError):  # the sandbox holds no money
        if how is Resolution.NOT_MADE and _is_held(database, attempt_id):
            store.release(database, attempt_id)
        else:
            store.settle(database, attempt_id, cost_usd, usual_cap_usd)


def _checked_sum(billed_usd: Decimal | None) -> Decimal:
    """To the micro dollar that a row holds; a bill may be higher than what was held."""
    if billed_usd is None:
        raise InvalidInputError("billed_missing", field="billed_usd")
    if not billed_usd.is_finite() or not 0 <= billed_usd <= MAX_CAP_USD:
        raise InvalidInputError(
            "billed_no_sum", field="billed_usd", value=str(billed_usd), limit=MAX_CAP_USD
        )
    return billed_usd.quantize(Decimal("0.000001"))


def _free_id(database: Database, run: Run, attempt: Attempt, external_id: str | None) -> str:
    """Another run's id would fetch another run's clip."""
    checked = _checked_id(external_id)
    kinds = {one.condition_id: one.backend for one in store.conditions(database)}
    shape = SHAPES.get(kinds.get(attempt.condition_id or run.making_condition_id))
    is_typed = checked != attempt.external_id  # what the vendor gave needs no look
    if is_typed and shape is not None and not shape.fullmatch(checked):
        raise InvalidInputError("external_id_unusable", field="external_id", value=checked[:80])
    owner_id = store.run_id_of_external_id(database, checked)
    if owner_id not in (None, run.run_id):
        raise InvalidInputError(
            "external_id_taken", field="external_id", value=checked, run_id=owner_id
        )
    return checked


def _checked_id(external_id: str | None) -> str:
    checked = (external_id or "").strip()
    if not checked:
        raise InvalidInputError("external_id_missing", field="external_id")
    is_printable = checked.isprintable() and " " not in checked
    if not is_printable or len(checked) > MAX_EXTERNAL_ID_LENGTH:
        raise InvalidInputError("external_id_unusable", field="external_id", value=checked[:80])
    return checked


def _event(run_id: str, now: datetime, facts: Mapping[str, Any]) -> Event:
    return Event(at=now, kind="run.resolved", subject_id=run_id, data=facts)
