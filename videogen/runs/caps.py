"""Limits of money as people set them, and the switch that stops every paid call at once."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from videogen import store
from videogen.domain.condition import CLOUD
from videogen.domain.event import Event
from videogen.domain.money import CapScope, PaidCallsSwitch, SpendCap
from videogen.domain.rating import name_key, plain_name
from videogen.errors import InvalidInputError
from videogen.runs.plan_checks import checked_cap
from videogen.runs.signed import check_signed
from videogen.store import Database

MAX_WHY_CHARACTERS = 300
SWITCH = "paid_calls"  # what the events of the switch are about


def set_cap(
    database: Database,
    scope: CapScope,
    subject: str | None,
    cap_usd: Decimal | None,
    *,
    usual_cap_usd: Decimal,
    who: str,
    why: str,
    now: datetime,
) -> SpendCap:
    """From now on; below what is gone already it stops further calls and takes nothing back.

    Args: subject: whose cap, None: of each one without a cap of their own. cap_usd: None takes it
        away, so that the usual one counts again. usual_cap_usd: of the month, by the settings.
    Raises: InvalidInputError: names the field. Nothing is changed then.
    """
    check_signed(who=who, why=why)
    subject, cap_usd = _checked_subject(scope, subject), checked_cap(cap_usd)
    month = f"{now:%Y-%m}"
    with database.write():
        before = store.month_money(database, month, usual_cap_usd).cap_of(scope, subject)
        cap = SpendCap(
            spend_cap_id=str(uuid.uuid4()),
            scope=scope,
            subject=subject,
            cap_usd=cap_usd,
            set_at=_after(before.set_at if before else None, now),
            set_by=who.strip(),
            why=why.strip()[:MAX_WHY_CHARACTERS],
        )
        facts = {
            "scope": scope.value,
            "subject": cap.subject,
            "before": _told(before.cap_usd if before else None),
            "after": _told(cap.cap_usd),
            "who": cap.set_by,
            "why": cap.why,
        }
        store.save(database, cap, _event("money.cap_changed", _named(cap), now, facts))
        after = store.month_money(database, month, usual_cap_usd)
        for limit in _under(after, cap):
            store.warn_once(database, month, limit)
    return cap


def stop_paid_calls(database: Database, *, who: str, why: str, now: datetime) -> PaidCallsSwitch:
    """At once, for everybody; calls that have left go on, and what they make is fetched.

    Raises: InvalidInputError: nobody signs, or there is no reason.
    """
    return _switch(database, is_stopped=True, who=who, why=why, now=now)


def resume_paid_calls(database: Database, *, who: str, why: str, now: datetime) -> PaidCallsSwitch:
    """What waited in the queue is taken again.

    Raises: InvalidInputError: they are not stopped; nobody signs, or there is no reason.
    """
    return _switch(database, is_stopped=False, who=who, why=why, now=now)


def _switch(
    database: Database, *, is_stopped: bool, who: str, why: str, now: datetime
) -> PaidCallsSwitch:
    check_signed(who=who, why=why)
    with database.write():
        before = store.paid_calls_switch(database)
        was_stopped = before is not None and before.is_stopped
        switch = PaidCallsSwitch(
            switch_id=str(uuid.uuid4()),
            is_stopped=is_stopped,
            at=_after(before.at if before else None, now),
            who=who.strip(),
            why=why.strip()[:MAX_WHY_CHARACTERS],
        )
        if not is_stopped and not was_stopped:
            raise InvalidInputError("paid_calls_not_stopped", field="is_stopped", value="false")
        kind = "money.stopped" if is_stopped else "money.resumed"
        words = {True: "stopped", False: "allowed"}
        facts = {
            "before": words[was_stopped],
            "after": words[is_stopped],
            "who": switch.who,
            "why": switch.why,
        }
        store.save(database, switch, _event(kind, SWITCH, now, facts))
    return switch


def _after(before: datetime | None, now: datetime) -> datetime:
    """The newest counts, so what comes after another is newer, even with a clock put back."""
    return now if before is None else max(now, before + timedelta(microseconds=1))


def _checked_subject(scope: CapScope, subject: str | None) -> str | None:
    named = plain_name(subject or "") or None
    if scope is CapScope.MONTH and named is not None:
        raise InvalidInputError("cap_month_subject", field="subject", value=named)
    if scope is CapScope.PROVIDER and named is not None and named not in CLOUD:
        known = ", ".join(sorted(kind.value for kind in CLOUD))
        raise InvalidInputError("cap_provider", field="provider", value=named, known=known)
    return named


def _under(money: store.MonthMoney, cap: SpendCap) -> list[store.SpendLimit]:
    """Whom it limits now: one, or each one that has none of their own."""
    if cap.scope is CapScope.MONTH:
        return [money.whole()]
    known = money.known(cap.scope)
    if cap.subject is None:
        return known
    return [one for one in known if name_key(one.subject or "") == name_key(cap.subject)]


def _named(cap: SpendCap) -> str:
    return f"{cap.scope.value}:{cap.subject}" if cap.subject else cap.scope.value


def _told(cap_usd: Decimal | None) -> str | None:
    return None if cap_usd is None else str(cap_usd)


def _event(kind: str, subject_id: str, now: datetime, facts: Mapping[str, Any]) -> Event:
    return Event(at=now, kind=kind, subject_id=subject_id, data=facts)
