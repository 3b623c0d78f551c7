"""What a copy of the database holds, read without holding a data folder: for backup and restore."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from videogen.errors import DatabaseDamagedError, DatabaseFullError, DatabaseNewerError
from videogen.store.database import Database
from videogen.store.mapping import Record, record_of, to_column
from videogen.store.migration import MIGRATIONS_FOLDER, NEWEST_SCHEMA_VERSION
from videogen.store.opening import as_ours, strict_options, wal_of

# What stands beside the database and cannot be made again: blind copies can, from the clips.
KEPT_FILES = """
    SELECT 'clips/' || file AS path, sha256, size_bytes FROM clip WHERE file_removed_at IS NULL
    UNION
    SELECT 'clips/' || thumbnail, NULL, NULL FROM clip WHERE thumbnail IS NOT NULL
    UNION
    SELECT 'inputs/' || file, input_id, size_bytes FROM input_file
    UNION
    SELECT bundle_file, bundle_sha256, NULL FROM decision WHERE bundle_file IS NOT NULL
    ORDER BY path
"""
TABLES = """
    SELECT table_name AS name FROM duckdb_tables()
    WHERE database_name = current_database() ORDER BY table_name
"""
COUNT = 'SELECT count(*) FROM "{table}"'
# Of tables that stand since the first schema, so that any backup can be asked. That a backup was
# made is noted after it, and would make every data folder newer than its backup.
NEWEST_MOMENT = """
    SELECT greatest(
        (SELECT max("at") FROM event WHERE kind NOT LIKE 'backup.%'),
        (SELECT max(queued_at) FROM run), (SELECT max(rated_at) FROM rating),
        (SELECT max(voted_at) FROM pair_vote)
    ) AS newest_at
"""
UNFINISHED_RUNS = "SELECT count(*) FROM run WHERE status IN ('queued', 'running')"
INSERT_EVENT = 'INSERT INTO event (event_id, "at", kind, subject_id, data) VALUES '
INSERT_EVENT += "($event_id, $at, $kind, $subject_id, $data)"
HAS_SWITCH = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'paid_calls_switch'"
INSERT_SWITCH = 'INSERT INTO paid_calls_switch (switch_id, is_stopped, "at", who, why) VALUES '
# The newest counts, so this one is, even when the clock was put back since.
INSERT_SWITCH += """($switch_id, true, greatest(
    $at::TIMESTAMP, (SELECT max("at") + INTERVAL 1 MICROSECOND FROM paid_calls_switch)
), $who, $why)"""
CHECKPOINT = "CHECKPOINT"
# What opens doors and what repeats a request stays out of files that are made to be handed on.
KEPT_PRIVATE = frozenset({"access_token", "keyed_request"})
WRITE_PARQUET = """COPY "{table}" TO '{file}' (FORMAT parquet, COMPRESSION zstd)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that rows name."""

    path: str  # below the data folder
    sha256: str | None
    size_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """What stands in a database file that nobody has open."""

    schema_version: int
    newest_at: datetime | None  # UTC; None: nothing has ever happened in it
    n_unfinished_runs: int
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    newest_at: datetime | None


def newest_known_schema() -> int:
    return max(int(file.name[:4]) for file in MIGRATIONS_FOLDER.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def kept_files(database: Database) -> list[KeptFile]:
    return database.rows(KeptFile, KEPT_FILES)


def kept_files_of_copy(file: Path) -> list[KeptFile]:
    """Raises: DatabaseDamagedError."""
    with _opened(file) as copy:
        return _rows(copy, KeptFile, KEPT_FILES)


def read_copy(file: Path) -> CopyFacts:
    """Raises: DatabaseDamagedError. DatabaseNewerError: of a newer program."""
    with _opened(file) as copy:
        schema_version = int(_value(copy, NEWEST_SCHEMA_VERSION))
        if schema_version > newest_known_schema():
            raise DatabaseNewerError(file=file, found=schema_version, known=newest_known_schema())
        tables = [str(name) for (name,) in copy.execute(TABLES).fetchall()]
        (moment,) = _rows(copy, _Moment, NEWEST_MOMENT)
        return CopyFacts(
            schema_version=schema_version,
            newest_at=moment.newest_at,
            n_unfinished_runs=int(_value(copy, UNFINISHED_RUNS)),
            rows={name: int(_value(copy, COUNT.format(table=name))) for name in tables},
        )


def export_parquet(file: Path, folder: Path) -> dict[str, int]:
    """One Parquet file for each table of a copy, readable without us; how many rows each has.

    Raises: DatabaseFullError. DatabaseDamagedError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _opened(file) as copy:
        tables = [str(name) for (name,) in copy.execute(TABLES).fetchall()]
        rows: dict[str, int] = {}
        for name in tables:
            if name not in KEPT_PRIVATE:
                target = str(folder / f"{name}.parquet").replace("'", "''")
                copied = _value(copy, WRITE_PARQUET.format(table=name, file=target))
                rows[name] = int(copied)
        return rows


def note_restore(
    file: Path, *, event_id: str, at: datetime, who: str, stop_why: str | None, **facts: object
) -> bool:
    """Write into a copy that it was restored; whether paid calls wait in it, for `stop_why`.

    Without a migration: the program of its day can still read it. Before schema 7 nothing could
    make paid calls wait.
    """
    event = {
        "event_id": event_id,
        "at": to_column(at),
        "kind": "backup.restored",
        "subject_id": str(facts.get("backup", "")),
        "data": to_column({"who": who, **facts}),
    }
    with _opened(file, read_only=False) as copy:
        copy.execute(INSERT_EVENT, event)
        is_stopped = stop_why is not None and bool(_value(copy, HAS_SWITCH))
        if is_stopped:
            switch = {"switch_id": event_id, "at": to_column(at), "who": who, "why": stop_why}
            copy.execute(INSERT_SWITCH, switch)
        copy.execute(CHECKPOINT)
        return is_stopped


@contextmanager
def _opened(file: Path, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        copy = duckdb.connect(str(file), read_only=read_only, config=strict_options())
        try:
            yield copy
        finally:
            copy.close()
    except duckdb.Error as error:
        ours = as_ours(error, file)
        if isinstance(ours, DatabaseFullError):
            raise ours from error
        names = ", ".join(one.name for one in (file, wal_of(file)) if one.exists())
        raise DatabaseDamagedError(file=file, detail=str(error), copies=names) from error


def _value(copy: duckdb.DuckDBPyConnection, sql: str) -> Any:
    ((value, *_),) = copy.execute(sql).fetchall()
    return value


def _rows(copy: duckdb.DuckDBPyConnection, record_type: type[Record], sql: str) -> list[Record]:
    found = copy.execute(sql).fetchall()
    columns = [column[0] for column in copy.description or ()]
    return [record_of(record_type, columns, row) for row in found]
