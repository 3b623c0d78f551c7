"""A month's money against its caps: of everybody together, of a person, of a vendor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from videogen.domain.money import CapScope, PaidCallsSwitch, SpendCap
from videogen.domain.rating import name_key
from videogen.store.database import Database

WARNING_SHARE = Decimal("0.8")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendLimit:
    """One cap with what is gone and held under it; without a cap nothing of this kind limits."""

    cap: str  # month, person, provider, campaign
    subject: str | None  # a person's name, a back end's kind, a campaign's id
    cap_usd: Decimal | None
    spent_usd: Decimal
    held_usd: Decimal
    set_as: SpendCap | None = None  # who set it and when; None: nobody here, or a campaign's

    @property
    def used_usd(self) -> Decimal:
        return self.spent_usd + self.held_usd

    @property
    def left_usd(self) -> Decimal | None:
        """Below zero where a cap was lowered, or a bill was higher than its hold."""
        return None if self.cap_usd is None else self.cap_usd - self.used_usd

    @property
    def share(self) -> float | None:
        """Of the cap that is gone or held; None without a cap. Of a cap of 0 anything is all."""
        if self.cap_usd is None:
            return None
        return float(self.used_usd / self.cap_usd) if self.cap_usd else float(bool(self.used_usd))

    @property
    def is_warned(self) -> bool:
        """Four fifths or more of the cap are gone or held."""
        if self.cap_usd is None or not self.used_usd:
            return False
        return self.used_usd >= WARNING_SHARE * self.cap_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spend:
    scope: str
    subject: str | None
    spent_usd: Decimal
    held_usd: Decimal


# Holds from before people and vendors had caps name neither: their run and its condition do.
SPENDS = """
    WITH of_month AS (
        SELECT attempt_id, state, settled_usd, amount_usd, owner, provider
        FROM reservation WHERE month = $month AND state <> 'released'
    ), unnamed AS (
        SELECT * FROM of_month WHERE owner IS NULL OR provider IS NULL
    ), named AS (
        SELECT state, settled_usd, amount_usd, owner, provider
        FROM of_month WHERE owner IS NOT NULL AND provider IS NOT NULL
        UNION ALL
        SELECT unnamed.state, settled_usd, amount_usd,
               coalesce(unnamed.owner, run.owner), coalesce(unnamed.provider, condition.backend)
        FROM unnamed
        LEFT JOIN attempt ON attempt.attempt_id = unnamed.attempt_id
        LEFT JOIN run ON run.run_id = attempt.run_id
        LEFT JOIN condition ON condition.condition_id
             = coalesce(attempt.condition_id, run.routed_to, run.condition_id)
    )
    SELECT CASE WHEN grouping(owner) = 0 THEN 'person'
                WHEN grouping(provider) = 0 THEN 'provider' ELSE 'month' END AS scope,
           coalesce(owner, provider) AS subject,
           coalesce(sum(settled_usd) FILTER (WHERE state = 'settled'), 0)::DECIMAL(18, 6)
               AS spent_usd,
           coalesce(sum(amount_usd) FILTER (WHERE state = 'held'), 0)::DECIMAL(18, 6) AS held_usd
    FROM named
    GROUP BY GROUPING SETS ((), (owner), (provider))
    ORDER BY scope, subject
"""

SPEND_CAPS = """
    SELECT * FROM spend_cap
    QUALIFY row_number() OVER (
        PARTITION BY scope, subject ORDER BY set_at DESC, rowid DESC) = 1
    ORDER BY set_at, rowid
"""


def spend_caps(database: Database) -> list[SpendCap]:
    """The newest of each scope and subject, one that was taken away included; oldest first."""
    return database.rows(SpendCap, SPEND_CAPS)


NEWEST_SWITCH = 'SELECT * FROM paid_calls_switch ORDER BY "at" DESC, rowid DESC LIMIT 1'


def paid_calls_switch(database: Database) -> PaidCallsSwitch | None:
    """As it was turned last; None: never."""
    newest = database.rows(PaidCallsSwitch, NEWEST_SWITCH)
    return newest[0] if newest else None


def paid_calls_stop(database: Database) -> PaidCallsSwitch | None:
    """Who stopped every paid call, when and why; None: they may leave."""
    newest = paid_calls_switch(database)
    return newest if newest and newest.is_stopped else None


Key = tuple[str, str | None]


def _key(scope: str, subject: str | None) -> Key:
    """One person is one person however the name is written: no second cap by a capital letter."""
    is_name = scope == CapScope.PERSON and subject is not None
    return scope, name_key(subject) if is_name and subject else subject


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthMoney:
    """All of a month, as of one moment."""

    month: str  # "2026-11", UTC
    usual_cap_usd: Decimal  # of the month, until somebody sets one
    caps: Mapping[Key, SpendCap]  # by `_key`
    spends: Mapping[Key, _Spend]

    def cap_of(self, scope: CapScope, subject: str | None) -> SpendCap | None:
        """As it was set last, one that was taken away included."""
        return self.caps.get(_key(scope, subject))

    def whole(self) -> SpendLimit:
        own = self.caps.get((CapScope.MONTH, None))
        cap_usd = own.cap_usd if own else None
        return self._limit(
            CapScope.MONTH, None, self.usual_cap_usd if cap_usd is None else cap_usd, own
        )

    def of_person(self, name: str) -> SpendLimit:
        return self._of(CapScope.PERSON, name)

    def of_provider(self, kind: str) -> SpendLimit:
        return self._of(CapScope.PROVIDER, kind)

    def known(self, scope: CapScope) -> list[SpendLimit]:
        """Of each person or vendor who spent or has a cap of their own, by name."""
        named = [one.subject for one in self.spends.values() if one.scope == scope]
        named += [
            cap.subject
            for cap in self.caps.values()
            if cap.scope is scope and cap.cap_usd is not None
        ]
        names = {_key(scope, name): name for name in named if name is not None}
        return [self._of(scope, name) for name in sorted(names.values())]

    def usual(self, scope: CapScope) -> SpendCap | None:
        """What limits each one without a cap of their own."""
        found = self.caps.get((scope, None))
        return None if found is None or found.cap_usd is None else found

    def limits(self, owner: str | None, provider: str | None) -> list[SpendLimit]:
        """What stands over a call of this person to this vendor, each with its cap."""
        found = [self.whole()]
        if owner is not None:
            found.append(self.of_person(owner))
        if provider is not None:
            found.append(self.of_provider(provider))
        return [one for one in found if one.cap_usd is not None]

    def left_usd(self, owner: str | None, provider: str | None) -> Decimal:
        """What the tightest of these caps leaves; the month always has one."""
        known = [one.left_usd for one in self.limits(owner, provider)]
        return min(left for left in known if left is not None)

    def _of(self, scope: CapScope, subject: str) -> SpendLimit:
        """One that was taken away leaves the usual one to count."""
        own = self.cap_of(scope, subject)
        if own is None or own.cap_usd is None:
            own = self.usual(scope)
        return self._limit(scope, subject, own.cap_usd if own else None, own)

    def _limit(
        self, scope: CapScope, subject: str | None, cap_usd: Decimal | None, own: SpendCap | None
    ) -> SpendLimit:
        spend = self.spends.get(_key(scope, subject))
        return SpendLimit(
            cap=scope.value,
            subject=subject,
            cap_usd=cap_usd,
            spent_usd=spend.spent_usd if spend else NOTHING,
            held_usd=spend.held_usd if spend else NOTHING,
            set_as=own,
        )


def month_money(database: Database, month: str, usual_cap_usd: Decimal) -> MonthMoney:
    """`month` as in "2026-11", UTC; `usual_cap_usd` limits it until somebody sets a cap."""
    return MonthMoney(
        month=month,
        usual_cap_usd=usual_cap_usd,
        caps={_key(one.scope, one.subject): one for one in spend_caps(database)},
        spends=_together(database.rows(_Spend, SPENDS, month=month)),
    )


def _together(rows: Iterable[_Spend]) -> Mapping[Key, _Spend]:
    found: dict[Key, _Spend] = {}
    for one in rows:
        key = _key(one.scope, one.subject)
        before = found.get(key)
        found[key] = one if before is None else _sum_of(before, one)
    return found


def _sum_of(one: _Spend, other: _Spend) -> _Spend:
    return replace(
        one,
        spent_usd=one.spent_usd + other.spent_usd,
        held_usd=one.held_usd + other.held_usd,
    )
