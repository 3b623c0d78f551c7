"""The plan of the proof of concept, day by day, and how far it is: by evidence or by a person."""

import functools
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from videogen import store
from videogen.analysis.quality import N_PROMPTS_MIN
from videogen.domain.decision import Verdict
from videogen.domain.event import Event, FrozenDecision
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError
from videogen.store import Database
from videogen.store.poc import LiveMeasurement, live_decisions, live_measurements, live_panels

ROOM = "poc"
SERVERS_ROOM = "preflight"
NODES_SEEN = f"{SERVERS_ROOM}.nodes_seen"
BYTES_PER_GB = 10**9
_SHIPPED = Path(__file__).resolve().parents[3]
SHIPPED_PLAN = _SHIPPED / "data" / "poc_plan.toml"
SHIPPED_WORKFLOWS = _SHIPPED / "workflows"


class Rule(StrEnum):
    DISK_FREE = "disk_free"
    EXECUTED = "executed"
    SUCCEEDED = "succeeded"
    TIMED = "timed"
    PEAKS = "peaks"
    COSTED = "costed"
    RATED = "rated"
    DECIDED = "decided"
    WORKFLOW = "workflow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    key: str
    first_day: int | None = None  # 1 is the first day; None: before it
    last_day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    key: str
    period: str
    rule: Rule | None = None  # None: a person ticks it
    conditions: tuple[str, ...] = ()
    at_least: int = 1
    page: str | None = None  # where the evidence is made
    deliverable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """What the paper plans after the proof of concept; it opens when the one before has ended."""

    key: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PocPlan:
    periods: tuple[Period, ...]
    tasks: tuple[Task, ...]
    later: tuple[Phase, ...] = ()  # after the proof of concept, in their order

    @property
    def all_tasks(self) -> tuple[Task, ...]:
        return (*self.tasks, *(task for phase in self.later for task in phase.tasks))

    def tasks_of(self, period: Period) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.period == period.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskState:
    task: Task
    n_have: int | None = None  # in the rule's unit; None: a person's task, or not known
    at: datetime | None = None  # the last of the evidence, or the person's tick
    who: str | None = None

    @property
    def is_done(self) -> bool:
        if self.task.rule is None:
            return self.who is not None
        return self.n_have is not None and self.n_have >= self.task.at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class PocState:
    states: Mapping[str, TaskState] = field(default_factory=dict)  # by the task's key
    began_on: date | None = None
    later: Mapping[str, TaskState] = field(default_factory=dict)  # of the phases after it
    is_go: bool = False  # the newest decision on real measurements, frozen by a person

    @property
    def n_done(self) -> int:
        return sum(state.is_done for state in self.states.values())

    @property
    def next_task(self) -> TaskState | None:
        """The first of the plan that is open."""
        return next((state for state in self.states.values() if not state.is_done), None)

    def day(self, today: date) -> int | None:
        """1 on the first day; None before it, or where nobody said when it began."""
        if self.began_on is None or today < self.began_on:
            return None
        return (today - self.began_on).days + 1


def load_poc_plan(path: Path) -> PocPlan:
    with path.open("rb") as file:
        content = tomllib.load(file)
    return PocPlan(
        periods=tuple(Period(**row) for row in content["period"]),
        tasks=tuple(_task(row) for row in content["task"]),
        later=tuple(
            Phase(key=row["key"], tasks=tuple(_task(one) for one in row["task"]))
            for row in content["phase"]
        ),
    )


@functools.cache
def shipped_plan() -> PocPlan:
    return load_poc_plan(SHIPPED_PLAN)


@functools.cache
def shipped_workflows() -> frozenset[str]:
    """By name: those that a condition can be made with as the product comes."""
    return frozenset(path.stem for path in SHIPPED_WORKFLOWS.glob("*.toml"))


def poc_state(
    database: Database,
    plan: PocPlan,
    *,
    disk_free_bytes: int | None,
    workflows: Collection[str] | None = None,
) -> PocState:
    """From rows of real servers and from what people ticked; nothing of the sandbox counts.

    Args: workflows: the names of those there are; None: those that are shipped.
    """
    events = store.events_of_room(database, ROOM)
    decision = _decision(database)
    found = _Evidence(
        measured=tuple(live_measurements(database)),
        seen=_nodes_seen(database),
        panel=_panel(database),
        decision=None if decision is None else decision.frozen_at,
        disk_free_gb=None if disk_free_bytes is None else disk_free_bytes // BYTES_PER_GB,
        workflows=shipped_workflows() if workflows is None else frozenset(workflows),
    )
    ticked = _ticked(events)
    states = {
        task.key: _by_person(task, ticked.get(task.key)) if task.rule is None else found.of(task)
        for task in plan.all_tasks
    }
    own = {task.key for task in plan.tasks}
    return PocState(
        states={key: one for key, one in states.items() if key in own},
        began_on=_began_on(events),
        later={key: one for key, one in states.items() if key not in own},
        is_go=_is_go(decision),
    )


def tick_task(
    database: Database, plan: PocPlan, key: str, who: str, now: datetime, *, is_done: bool = True
) -> None:
    """A person says that a task is done, or is not after all.

    Raises: InvalidInputError: no such task, one that evidence ticks, or one of a phase that has
        not opened.
    """
    task = next((one for one in plan.all_tasks if one.key == key), None)
    if task is None:
        raise InvalidInputError("poc_task", field="task", value=key)
    if task.rule is not None:
        raise InvalidInputError("poc_evidence", field="task", value=key)
    if task not in plan.tasks and not _is_open(database, plan, task):
        raise InvalidInputError("phase_closed", field="task", value=key)
    kind = "ticked" if is_done else "unticked"
    store.save(database, _event(kind, key, now, {"who": who}))


def open_phases(plan: PocPlan, progress: PocState) -> tuple[Phase, ...]:
    """After the proof of concept: the next with a GO, each other one when that before is done."""
    opened: list[Phase] = []
    for phase in plan.later if progress.is_go else ():
        opened.append(phase)
        if not all(progress.later[task.key].is_done for task in phase.tasks):
            break
    return tuple(opened)


def _is_open(database: Database, plan: PocPlan, task: Task) -> bool:
    progress = poc_state(database, plan, disk_free_bytes=None)
    return any(task in phase.tasks for phase in open_phases(plan, progress))


def set_first_day(database: Database, on: date, who: str, now: datetime) -> None:
    store.save(database, _event("began", ROOM, now, {"who": who, "on": on.isoformat()}))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evidence:
    measured: Sequence[LiveMeasurement]
    seen: Mapping[str, datetime]  # conditions whose nodes a real server was seen to have
    panel: tuple[int, datetime | None]  # the largest panel's raters, and their last rating
    decision: datetime | None
    disk_free_gb: int | None
    workflows: frozenset[str]

    def of(self, task: Task) -> TaskState:
        if task.rule is Rule.DISK_FREE:
            return TaskState(task=task, n_have=self.disk_free_gb)
        if task.rule is Rule.RATED:
            return TaskState(task=task, n_have=self.panel[0], at=self.panel[1])
        if task.rule is Rule.DECIDED:
            return TaskState(task=task, n_have=int(self.decision is not None), at=self.decision)
        if task.rule is Rule.WORKFLOW:
            return TaskState(task=task, n_have=len(self._workflows_for(task)))
        return self._of_runs(task)

    def _workflows_for(self, task: Task) -> frozenset[str]:
        """Of the conditions that the task names; where it names none, all of WAN's."""
        named = frozenset(task.conditions)
        if named:
            return self.workflows & named
        return frozenset(name for name in self.workflows if name.startswith("wan"))

    def _of_runs(self, task: Task) -> TaskState:
        """The best of the named conditions: halves of two make no whole."""
        count = COUNTS[task.rule] if task.rule else _nothing
        rows = [row for row in self.measured if row.condition_name in task.conditions]
        best = max(rows, key=count, default=None)
        if best is None or not count(best):
            return self._of_servers(task)
        return TaskState(task=task, n_have=count(best), at=best.last_ended_at)

    def _of_servers(self, task: Task) -> TaskState:
        """Before the first run a server may have said that it has the nodes."""
        if task.rule is not Rule.EXECUTED:
            return TaskState(task=task, n_have=0)
        moments = [at for name, at in self.seen.items() if name in task.conditions]
        return TaskState(task=task, n_have=len(moments), at=max(moments, default=None))


def _nothing(row: LiveMeasurement) -> int:  # noqa: ARG001 the shape of a count
    return 0


COUNTS: Mapping[Rule, Callable[[LiveMeasurement], int]] = {
    Rule.EXECUTED: lambda row: row.n_executed,
    Rule.SUCCEEDED: lambda row: row.n_succeeded,
    Rule.TIMED: lambda row: row.n_timed,
    Rule.PEAKS: lambda row: row.n_peaks,
    Rule.COSTED: lambda row: row.n_costed,
}


def note_nodes_seen(
    database: Database, condition_name: str, *, backend: str, origin: Origin, now: datetime
) -> None:
    """A server was asked and lacks no node of this condition; said once, and of real ones only."""
    if origin is Origin.LIVE and condition_name not in _nodes_seen(database):
        event = Event(
            at=now,
            kind=NODES_SEEN,
            subject_id=condition_name,
            data={"backend": backend},
        )
        store.save(database, event)


def _nodes_seen(database: Database) -> dict[str, datetime]:
    events = store.events_of_room(database, SERVERS_ROOM)
    return {event.subject_id: event.at for event in events if event.kind == NODES_SEEN}


def _task(row: Mapping[str, Any]) -> Task:
    rule, conditions = row.get("rule"), tuple(row.get("conditions", ()))
    return Task(**{**row, "rule": Rule(rule) if rule else None, "conditions": conditions})


def _by_person(task: Task, tick: Event | None) -> TaskState:
    if tick is None:
        return TaskState(task=task)
    return TaskState(task=task, at=tick.at, who=str(tick.data.get("who", "")))


def _ticked(events: Sequence[Event]) -> dict[str, Event]:
    """The last word on each task."""
    ticked: dict[str, Event] = {}
    for event in events:
        if event.kind == "poc.ticked":
            ticked[event.subject_id] = event
        elif event.kind == "poc.unticked":
            ticked.pop(event.subject_id, None)
    return ticked


def _began_on(events: Sequence[Event]) -> date | None:
    told = [event.data["on"] for event in events if event.kind == "poc.began"]
    return date.fromisoformat(str(told[-1])) if told else None


def _panel(database: Database) -> tuple[int, datetime | None]:
    for panel in live_panels(database, N_PROMPTS_MIN):
        return panel.n_raters, panel.last_rated_at
    return 0, None


def _decision(database: Database) -> FrozenDecision | None:
    """The newest on real measurements."""
    return next(iter(live_decisions(database)), None)


def _is_go(decision: FrozenDecision | None) -> bool:
    return decision is not None and decision.verdict == Verdict.GO


def _event(what: str, subject: str, now: datetime, data: Mapping[str, object]) -> Event:
    return Event(
        at=now,
        kind=f"{ROOM}.{what}",
        subject_id=subject,
        data=data,
    )
