"""What the router is told of the world: what is measured, what waits, which money is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from videogen import store
from videogen.bootstrap.reach import attached, is_retired, lanes_of
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.money import Price
from videogen.domain.run import Origin
from videogen.evidence import Claim
from videogen.evidence.measured import Key, MeasuredCondition, MeasuredShelf
from videogen.evidence.route_options import option_of, typical_s
from videogen.routing import (
    RouteOption,
    RoutingRules,
    active_rules,
    rule_versions,
    rules_of,
)
from videogen.runs.context import Router, WhyNot, utc_now
from videogen.runs.worker import Worker
from videogen.store import Database

MEASURED_MAX_AGE_S = 60.0  # a queue that is worked off commits all the time


@dataclass(slots=True, kw_only=True)
class RoutingState:
    """Safe to share between threads."""

    database: Database
    prices: Sequence[Price]
    claims: Sequence[Claim]
    conditions: Sequence[Condition]
    monthly_cap_usd: Decimal
    shelf: MeasuredShelf
    worker: Worker | None = field(default=None)  # of whose lanes the queue is worked off

    def options_of(
        self,
        members: Sequence[Condition],
        *,
        rules: RoutingRules,
        origin: Origin | None,
        why_not: WhyNot,
        campaign_id: str | None,
        owner: str | None = None,
    ) -> list[RouteOption]:
        now = utc_now()
        where = origin or Origin.LIVE
        measured = self.shelf.measured(max_age_s=MEASURED_MAX_AGE_S)
        queue_s = self._queue_s(where, measured)
        money = store.month_money(self.database, now.strftime("%Y-%m"), self.monthly_cap_usd)
        left_usd = self._campaign_left_usd(campaign_id)
        found = []
        for condition in members:
            why = self._why_not(condition, where, why_not(condition, origin), now)
            found.append(
                option_of(
                    condition,
                    rules,
                    self.claims,
                    self.prices,
                    on=now.date(),
                    measured=measured.get((condition.condition_id, where)),
                    queue_s=queue_s.get(condition.backend, 0.0),
                    cap_left_usd=None
                    if where is Origin.SANDBOX
                    else _least(left_usd, money.left_usd(owner, condition.backend)),
                    is_available=why is None,
                    why_not=why,
                )
            )
        return found

    def _why_not(
        self, condition: Condition, origin: Origin, why: str | None, now: datetime
    ) -> str | None:
        """The sandbox plays retired models for ever."""
        if why is None and origin is Origin.LIVE and is_retired(condition, now):
            return "routing.why.retired"
        return why

    def _queue_s(
        self, origin: Origin, measured: Mapping[Key, MeasuredCondition]
    ) -> Mapping[BackendKind, float | None]:
        """Until a lane of that kind is free; None: nobody knows how long what waits takes."""
        lanes = {} if self.worker is None else lanes_of(attached(self.worker), origin)
        known = {one.condition_id: one for one in self.conditions}
        n_runs: dict[BackendKind, int] = {}
        work_s: dict[BackendKind, float | None] = {}
        for one in store.waiting_work(self.database):
            if one.origin not in (origin, None):
                continue
            condition = known.get(one.making_condition_id)
            each_s = None
            if condition is not None:
                own = measured.get((condition.condition_id, origin))
                each_s = typical_s(condition, self.claims, own)
            before_s = work_s.get(one.kind, 0.0)
            is_known = before_s is not None and each_s is not None
            work_s[one.kind] = (
                (before_s or 0.0) + one.n_runs * (each_s or 0.0) if is_known else None
            )
            n_runs[one.kind] = n_runs.get(one.kind, 0) + one.n_runs
        return {
            kind: _shared(total_s, n_runs[kind], lanes[kind].n_lanes if kind in lanes else 1)
            for kind, total_s in work_s.items()
        }

    def _campaign_left_usd(self, campaign_id: str | None) -> Decimal | None:
        if campaign_id is None:
            return None
        cap_usd = store.get_campaign(self.database, campaign_id).cap_usd
        if cap_usd is None:
            return None
        spend = store.campaign_spend(self.database, campaign_id)
        return cap_usd - spend.spent_usd - spend.held_usd


def router_of(state: RoutingState, data: Path) -> Router:
    """With every version of the rules that the data folder keeps.

    Raises: InvalidInputError: one of them does not read.
    """
    folder = data / "routing"
    return Router(
        rules=active_rules(data),
        conditions=state.conditions,
        options_of=state.options_of,
        versions={version: rules_of(folder, version) for version in rule_versions(folder)},
    )


def _least(campaign_left_usd: Decimal | None, left_usd: Decimal) -> Decimal:
    return left_usd if campaign_left_usd is None else min(left_usd, campaign_left_usd)


def _shared(total_s: float | None, n_runs: int, n_lanes: int) -> float | None:
    if n_runs < n_lanes:
        return 0.0
    return None if total_s is None else total_s / n_lanes
