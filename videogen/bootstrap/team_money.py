"""The team's money as one person may see and change it; pages, API and commands ask here."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from videogen import store
from videogen.access import require
from videogen.domain.access import Permission, Person
from videogen.domain.money import CapScope, PaidCallsSwitch, SpendCap
from videogen.domain.plain_json import plain
from videogen.runs import caps
from videogen.store import Database, MonthMoney, SpendLimit

MAY_STOP = (Permission.OPERATE, Permission.SET_MONEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMoney:
    """Safe to share between threads."""

    database: Database
    usual_cap_usd: Decimal  # of the month, by the settings

    def month(self, now: datetime) -> MonthMoney:
        return store.month_money(self.database, f"{now:%Y-%m}", self.usual_cap_usd)

    def set_cap(
        self,
        person: Person,
        scope: CapScope,
        subject: str | None,
        cap_usd: Decimal | None,
        *,
        why: str,
        now: datetime,
    ) -> SpendCap:
        """Raises: NotAllowedError. InvalidInputError: names the field."""
        require(person, Permission.SET_MONEY)
        return caps.set_cap(
            self.database,
            scope,
            subject,
            cap_usd,
            usual_cap_usd=self.usual_cap_usd,
            who=person.name,
            why=why,
            now=now,
        )

    def stop(self, person: Person, *, why: str, now: datetime) -> PaidCallsSwitch:
        """Raises: NotAllowedError. InvalidInputError: there is no reason."""
        if not any(person.may(one) for one in MAY_STOP):
            require(person, MAY_STOP[0])
        return caps.stop_paid_calls(self.database, who=person.name, why=why, now=now)

    def resume(self, person: Person, *, why: str, now: datetime) -> PaidCallsSwitch:
        """Raises: NotAllowedError. InvalidInputError: they are not stopped, or no reason."""
        require(person, Permission.SET_MONEY)
        return caps.resume_paid_calls(self.database, who=person.name, why=why, now=now)

    def told(self, person: Person, now: datetime) -> dict[str, Any]:
        """This month's caps with what is gone, held and left, as plain JSON.

        What others spent is for those who run the place.
        """
        money = self.month(now)
        sees_all = any(person.may(one) for one in MAY_STOP)
        people = money.known(CapScope.PERSON) if sees_all else [money.of_person(person.name)]
        limits = [money.whole(), *money.known(CapScope.PROVIDER), *people]
        return {
            "month": money.month,
            "as_of": now.isoformat(),
            "stopped": plain(store.paid_calls_stop(self.database)),
            "limits": [told_limit(one) for one in limits],
            "usual_caps": {
                scope.value: None if usual is None else plain(usual.cap_usd)
                for scope in (CapScope.PERSON, CapScope.PROVIDER)
                for usual in [money.usual(scope)]
            },
        }


def told_limit(limit: SpendLimit) -> dict[str, Any]:
    cap = limit.set_as
    return {
        "scope": limit.cap,
        "subject": limit.subject,
        "cap_usd": plain(limit.cap_usd),
        "spent_usd": plain(limit.spent_usd),
        "held_usd": plain(limit.held_usd),
        "left_usd": plain(limit.left_usd),
        "is_warned": limit.is_warned,
        "set_by": cap.set_by if cap else None,
        "set_at": cap.set_at.isoformat() if cap else None,
    }
