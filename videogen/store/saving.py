"""Saving records of any kind in one transaction, and what may not be overwritten."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from videogen.domain.access import AccessToken, EndedSignIn, KeyedRequest, KnownPerson
from videogen.domain.campaign import Campaign
from videogen.domain.clip import Clip, Rendition
from videogen.domain.condition import Condition
from videogen.domain.decision import Criteria
from videogen.domain.event import Event, FrozenDecision, SetupStep
from videogen.domain.feedback import ClipFeedback
from videogen.domain.input_file import InputFile
from videogen.domain.money import PaidCallsSwitch, Price, Reservation, SpendCap
from videogen.domain.own_workflow import OwnWorkflow
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.domain.rating import (
    Pair,
    PairRound,
    PairVote,
    PanelSession,
    Presentation,
    Rater,
    Rating,
    ReferenceClip,
    RoundExit,
)
from videogen.domain.run import Attempt, FailureClass, Run, RunStatus, VramTrace
from videogen.domain.server import BackendHold, Server
from videogen.errors import InvalidInputError
from videogen.store.database import Database
from videogen.store.mapping import row_of
from videogen.store.requeues import has_open_bill

# Field names are column names, so the column lists are written by the records themselves. Looking
# first takes a third of the time of ON CONFLICT, and the write lock keeps others out meanwhile.
EXISTS = "SELECT count(*) FROM {table} WHERE {key}"
INSERT = "INSERT INTO {table} ({columns}) VALUES ({values})"
ADD = "INSERT INTO {table} ({columns}) VALUES {rows}"
ROWS_PER_STATEMENT = 100  # more rows at once were not quicker
UPDATE = "UPDATE {table} SET {assignments} WHERE {key}"
STORED_RUN = "SELECT status, cancel_requested, failure_class FROM run WHERE run_id = $run_id"
STORED_CAMPAIGN = "SELECT * FROM campaign WHERE campaign_id = $campaign_id"
STORED_CRITERIA = "SELECT * FROM criterion WHERE version = $version"
STORED_SUITE = """
    SELECT * FROM prompt_suite WHERE suite_id = $suite_id
      AND suite_id IN (SELECT suite_id FROM campaign)
"""
RUNS_WITH_ANOTHER_TEXT = """
    SELECT count(*) FROM run JOIN prompt USING (prompt_id)
    WHERE prompt_id = $prompt_id AND prompt.text <> $text
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Where a record goes; `extra` are columns that the record computes."""

    name: str
    key: tuple[str, ...]
    append_only: bool = False
    extra: tuple[str, ...] = ()


TABLES: Mapping[type, Table] = {
    AccessToken: Table(name="access_token", key=("token_id",)),
    Attempt: Table(name="attempt", key=("attempt_id",)),
    BackendHold: Table(name="backend_hold", key=("backend",)),
    Campaign: Table(name="campaign", key=("campaign_id",)),
    Clip: Table(name="clip", key=("clip_id",)),
    ClipFeedback: Table(name="clip_feedback", key=("feedback_id",), append_only=True),
    Condition: Table(name="condition", key=("condition_id",), extra=("condition_id",)),
    Criteria: Table(name="criterion", key=("version",)),
    EndedSignIn: Table(name="ended_sign_in", key=("sign_in_sha256",), append_only=True),
    Event: Table(name="event", key=("event_id",), append_only=True),
    FrozenDecision: Table(name="decision", key=("decision_id",), append_only=True),
    InputFile: Table(name="input_file", key=("input_id",)),
    KeyedRequest: Table(name="keyed_request", key=("owner", "key"), append_only=True),
    KnownPerson: Table(name="known_person", key=("name",)),
    OwnWorkflow: Table(name="own_workflow", key=("name",), append_only=True),
    PaidCallsSwitch: Table(name="paid_calls_switch", key=("switch_id",), append_only=True),
    Pair: Table(name="pair", key=("pair_id",)),
    PairRound: Table(name="pair_round", key=("pair_round_id",)),
    PairVote: Table(name="pair_vote", key=("vote_id",), append_only=True),
    PanelSession: Table(name="panel_session", key=("session_id",)),
    Presentation: Table(name="presentation", key=("presentation_id",)),
    Price: Table(name="price", key=("price_id",)),
    Prompt: Table(name="prompt", key=("prompt_id",)),
    PromptSuite: Table(name="prompt_suite", key=("suite_id",), extra=("content_sha256",)),
    Rater: Table(name="rater", key=("rater_id",)),
    Rating: Table(name="rating", key=("rating_id",), append_only=True),
    ReferenceClip: Table(name="reference_clip", key=("clip_id",)),
    Rendition: Table(name="rendition", key=("clip_id", "campaign_id")),
    Reservation: Table(name="reservation", key=("reservation_id",)),
    RoundExit: Table(name="round_exit", key=("campaign_id", "rater_id"), append_only=True),
    Run: Table(name="run", key=("run_id",)),
    Server: Table(name="server", key=("url",)),
    SpendCap: Table(name="spend_cap", key=("spend_cap_id",), append_only=True),
    SetupStep: Table(name="setup_step", key=("setup_step_id",)),
    VramTrace: Table(name="vram_trace", key=("attempt_id",), extra=("attempt_id",)),
}


def save(database: Database, *records: Any) -> None:
    """Store records of any kind in one transaction: all of them or none.

    A rating, an event or a frozen decision that is stored already stays as it is.
    Raises: ValueError: a run would leave a final status (only an uncertain one may, and one whose
        clip is fetched again).
        InvalidInputError: a stored criteria version, a prompt that runs were made with, a suite
        that a campaign uses, or the plan of a campaign that has begun would change.
        DatabaseFullError: the disk is full; nothing was stored.
    """
    with database.write():
        for record in records:
            check = CHECKS.get(type(record))
            put(database, check(database, record) if check else record)


def add(database: Database, records: Sequence[Any]) -> None:
    """Many new records in one transaction and few statements: a campaign's runs and events.

    Raises: duckdb's ConstraintException: one of them is stored already; then none is added.
    """
    kinds: dict[type, list[Any]] = {}
    for record in records:
        kinds.setdefault(type(record), []).append(record)
    with database.write():
        for kind, alike in kinds.items():
            for start in range(0, len(alike), ROWS_PER_STATEMENT):
                _add_alike(database, TABLES[kind], alike[start : start + ROWS_PER_STATEMENT])


def _add_alike(database: Database, table: Table, records: Sequence[Any]) -> None:
    rows = [
        row_of(record) | {name: getattr(record, name) for name in table.extra} for record in records
    ]
    values = (f"({', '.join(f'${name}_{n}' for name in row)})" for n, row in enumerate(rows))
    columns = ", ".join(f'"{name}"' for name in rows[0])
    statement = ADD.format(table=table.name, columns=columns, rows=", ".join(values))
    params = {f"{name}_{n}": value for n, row in enumerate(rows) for name, value in row.items()}
    database.execute(statement, **params)


def save_vram_trace(database: Database, attempt_id: str, trace: VramTrace) -> None:
    with database.write():
        put(database, trace, attempt_id=attempt_id)


def put(database: Database, record: Any, **given: object) -> None:
    """One row, inside `write()`, without the checks of `save`; `given` are columns beside it."""
    table = TABLES[type(record)]
    statements = STATEMENTS[type(record)]
    computed = {name: getattr(record, name) for name in table.extra if name not in given}
    row = {**row_of(record), **computed, **given}
    if not database.value(statements.exists, **{name: row[name] for name in table.key}):
        database.execute(statements.insert, **row)
    elif not table.append_only:
        database.execute(statements.update, **row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """The SQL that stores one kind of record."""

    exists: str
    insert: str
    update: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """What a run's row says about who may change it."""

    status: RunStatus
    cancel_requested: bool
    failure_class: FailureClass | None

    @property
    def is_in_hand(self) -> bool:
        """A person has it, no worker: an uncertain one, or a clip that could not be fetched."""
        may_be_fetched = self.failure_class in (
            FailureClass.DOWNLOAD_FAILED,
            FailureClass.DISK_FULL,
        )
        is_failed = self.status is RunStatus.FAILED
        return self.status is RunStatus.UNCERTAIN or (is_failed and may_be_fetched)


def _statements(record_type: Any) -> Statements:
    table = TABLES[record_type]
    columns = [field.name for field in fields(record_type)]
    columns += [name for name in table.extra if name not in columns]
    key = " AND ".join(_equals(column) for column in table.key)
    return Statements(
        exists=EXISTS.format(table=table.name, key=key),
        insert=INSERT.format(
            table=table.name,
            columns=", ".join(f'"{column}"' for column in columns),
            values=", ".join(f"${column}" for column in columns),
        ),
        update=UPDATE.format(
            table=table.name,
            assignments=", ".join(_equals(name) for name in columns if name not in table.key),
            key=key,
        ),
    )


def _equals(column: str) -> str:
    return f'"{column}" = ${column}'  # quoted: "at" is a word of SQL


def _checked_run(database: Database, run: Run) -> Run:
    for stored in database.rows(StoredRun, STORED_RUN, run_id=run.run_id):
        was_final = stored.status.is_final and stored.status is not RunStatus.UNCERTAIN
        # The id that a person gave may have led nowhere: with another one it is fetched after all.
        is_lost = stored.status is RunStatus.LOST and has_open_bill(database, run.run_id)
        is_in_hand = stored.is_in_hand or is_lost
        is_reopened = is_in_hand and run.status is RunStatus.RUNNING
        if was_final and stored.status is not run.status and not is_reopened:
            raise ValueError(f"run {run.run_id} is {stored.status}, it cannot become {run.status}")
        if stored.cancel_requested and not run.cancel_requested and not is_in_hand:
            # The worker saves what it read earlier; a wish that came in between must survive that.
            run = replace(run, cancel_requested=True)
    if run.status.is_final:
        database.checkpoint_after_commit()
    return run


def _checked_campaign(database: Database, campaign: Campaign) -> Campaign:
    """What was registered before its first run stays; cap, pause and name may change."""
    for stored in database.rows(Campaign, STORED_CAMPAIGN, campaign_id=campaign.campaign_id):
        was_frozen = stored.frozen_at is not None
        if was_frozen and _registered(stored) != _registered(campaign):
            raise InvalidInputError(
                "campaign_frozen", field="campaign_id", value=campaign.campaign_id
            )
    return campaign


def _registered(campaign: Campaign) -> tuple[object, ...]:
    return campaign.plan_sha256, campaign.frozen_at, campaign.preregistration_sha256


def _checked_criteria(database: Database, criteria: Criteria) -> Criteria:
    for stored in database.rows(Criteria, STORED_CRITERIA, version=criteria.version):
        if _thresholds(stored) != _thresholds(criteria):
            raise InvalidInputError(
                "criteria_version_taken", field="version", value=criteria.version
            )
        return stored
    return criteria


def _thresholds(criteria: Criteria) -> tuple[float, float, int, float]:
    return (
        criteria.quality_min,
        criteria.cost_usd_max,
        criteria.peak_vram_mib_max,
        criteria.success_rate_min,
    )


def _checked_prompt(database: Database, prompt: Prompt) -> Prompt:
    facts = {"prompt_id": prompt.prompt_id, "text": prompt.text}
    if database.value(RUNS_WITH_ANOTHER_TEXT, **facts):
        raise InvalidInputError("prompt_text_taken", field="prompt_id", value=prompt.prompt_id)
    return prompt


def _checked_suite(database: Database, suite: PromptSuite) -> PromptSuite:
    """A campaign registered it as it was; until then it may still be mended."""
    for used in database.rows(PromptSuite, STORED_SUITE, suite_id=suite.suite_id):
        if (used.prompts, used.training) != (suite.prompts, suite.training):
            raise InvalidInputError("suite_in_use", field="version", value=suite.suite_id)
    _put_all(database, (_checked_prompt(database, p) for p in (*suite.prompts, *suite.training)))
    return suite


def _put_all(database: Database, records: Iterable[Any]) -> None:
    for record in records:
        put(database, record)


CHECKS: Mapping[type, Callable[[Database, Any], Any]] = {
    Campaign: _checked_campaign,
    Criteria: _checked_criteria,
    Prompt: _checked_prompt,
    PromptSuite: _checked_suite,
    Run: _checked_run,
}

STATEMENTS: Mapping[type, Statements] = {kind: _statements(kind) for kind in TABLES}
