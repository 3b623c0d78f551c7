"""The team's money as pages read and change it; cached on the database's version and the month."""

from decimal import Decimal

import streamlit as st

from videogen import store
from videogen.access import route_door
from videogen.bootstrap.team_money import MAY_STOP
from videogen.domain.access import Permission
from videogen.domain.condition import Condition, Location
from videogen.domain.event import Event
from videogen.domain.money import CapScope
from videogen.domain.run import Origin
from videogen.store import MonthMoney, SpendLimit
from videogen.ui import loaders, who
from videogen.ui.loaders import Snapshot

LOG_KINDS = ("money.cap_changed", "money.stopped", "money.resumed", "money.warned")
LOG_LENGTH = 50


def may_see() -> bool:
    """As the API's own door: whoever spends, and whoever sees results."""
    return route_door("GET", "/api/v1/spend").is_open_to(who.person())


def may_set() -> bool:
    return who.may(Permission.SET_MONEY)


def may_stop() -> bool:
    return any(who.may(one) for one in MAY_STOP)


def month() -> MonthMoney:
    """Of now, UTC."""
    return _month(loaders.snapshot(), f"{loaders.now():%Y-%m}")


def own_limits() -> list[SpendLimit]:
    """The month's, and the visitor's own where there is one."""
    return month().limits(who.name(), None)


def left_usd(condition: Condition, origin: Origin | None) -> Decimal | None:
    """What the tightest cap leaves the visitor for it; None where nothing is paid."""
    if origin is Origin.SANDBOX or condition.location is not Location.CLOUD:
        return None
    return month().left_usd(who.name(), condition.backend)


def log() -> list[Event]:
    """Newest first."""
    return store.audit_events(
        loaders.application().database, kinds=list(LOG_KINDS), limit=LOG_LENGTH
    )


def set_cap(scope: CapScope, subject: str | None, cap_usd: Decimal | None, why: str) -> None:
    """Raises: NotAllowedError. InvalidInputError: names the field."""
    money = loaders.application().money
    money.set_cap(who.person(), scope, subject, cap_usd, why=why, now=loaders.now())


def stop(why: str) -> None:
    """Raises: NotAllowedError. InvalidInputError: there is no reason."""
    loaders.application().money.stop(who.person(), why=why, now=loaders.now())


def resume(why: str) -> None:
    """Raises: NotAllowedError. InvalidInputError: they are not stopped, or no reason."""
    running = loaders.application()
    running.money.resume(who.person(), why=why, now=loaders.now())
    running.worker.wake()


@st.cache_resource(max_entries=8, show_spinner=False)
def _month(key: Snapshot, month: str) -> MonthMoney:  # noqa: ARG001 the cache's key
    running = loaders.application()
    return store.month_money(running.database, month, running.settings.monthly_cap_usd)
