"""Numbered .sql files, applied once and all together, with a backup of the file first."""

import contextlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from videogen.errors import DatabaseNewerError
from videogen.store.switching import sync

MIGRATIONS_FOLDER = Path(__file__).with_name("migrations")

CREATE_SCHEMA_VERSION = """
    CREATE TABLE IF NOT EXISTS schema_version (
        version INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied_at TIMESTAMP NOT NULL
    )
"""
NEWEST_SCHEMA_VERSION = "SELECT coalesce(max(version), 0) FROM schema_version"
INSERT_SCHEMA_VERSION = "INSERT INTO schema_version VALUES ($version, $name, $applied_at)"
ATTACH_BACKUP = "ATTACH '{path}' AS {alias} (STORAGE_VERSION 'v1.5.0')"
CURRENT_DATABASE = "SELECT current_database()"
COPY_TO_BACKUP = 'COPY FROM DATABASE "{name}" TO {alias}'
DETACH_BACKUP = "DETACH {alias}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    version: int
    name: str
    sql: str


def migrate(connection: duckdb.DuckDBPyConnection, path: Path, folder: Path) -> None:
    """Bring the open database at `path` to the newest schema.

    Raises: DatabaseNewerError: it was written by a newer program.
    """
    connection.execute(CREATE_SCHEMA_VERSION)
    found = _schema_version(connection)
    migrations = _migrations(folder)
    newest = migrations[-1].version
    if found > newest:
        raise DatabaseNewerError(file=path, found=found, known=newest)
    pending = [migration for migration in migrations if migration.version > found]
    copy = _backup_path(path, found) if pending and found > 0 else None
    if copy is not None:
        back_up(connection, copy)
    if pending:
        _apply(connection, pending, copy)


def back_up(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Copy every table to a new file; the rows are one consistent moment.

    Through DuckDB, not by copying the file: closing a second handle on it would drop DuckDB's lock.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    log = unfinished.with_name(unfinished.name + ".wal")
    alias = f"copy_{uuid.uuid4().hex}"
    for leftover in (unfinished, log):
        leftover.unlink(missing_ok=True)
    try:
        connection.execute(
            ATTACH_BACKUP.format(path=str(unfinished).replace("'", "''"), alias=alias)
        )
        try:
            _copy_all(connection, alias)
        finally:
            connection.execute(DETACH_BACKUP.format(alias=alias))
        sync(unfinished)
        unfinished.replace(target)
        sync(target.parent)
    finally:
        for leftover in (unfinished, log):
            leftover.unlink(missing_ok=True)


def _copy_all(connection: duckdb.DuckDBPyConnection, alias: str) -> None:
    ((name,),) = connection.execute(CURRENT_DATABASE).fetchall()
    connection.begin()
    try:
        connection.execute(COPY_TO_BACKUP.format(name=str(name).replace('"', '""'), alias=alias))
        connection.commit()
    except BaseException:
        with contextlib.suppress(duckdb.Error):  # a failed commit has rolled back by itself
            connection.rollback()
        raise


def _apply(
    connection: duckdb.DuckDBPyConnection, pending: Sequence[Migration], copy: Path | None
) -> None:
    """In one transaction: killed at any moment, the file has the old schema or the newest.

    What fails before it is committed takes its copy along: restarts must not fill the disk.
    """
    connection.begin()
    try:
        for migration in pending:
            connection.execute(migration.sql)
            facts = {
                "version": migration.version,
                "name": migration.name,
                "applied_at": datetime.now(UTC).replace(tzinfo=None),
            }
            connection.execute(INSERT_SCHEMA_VERSION, facts)
    except BaseException:
        connection.rollback()
        if copy is not None:
            copy.unlink(missing_ok=True)
        raise
    connection.commit()


def _migrations(folder: Path) -> Sequence[Migration]:
    return [
        Migration(
            version=int(file.stem.split("_")[0]),
            name=file.stem.split("_", 1)[1],
            sql=file.read_text(encoding="utf-8"),
        )
        for file in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]


def _schema_version(connection: duckdb.DuckDBPyConnection) -> int:
    # All rows: a result that is not read to its end keeps a transaction open, and no checkpoint
    # succeeds beside it for as long as the connection lives.
    ((version,),) = connection.execute(NEWEST_SCHEMA_VERSION).fetchall()
    return int(version)


def _backup_path(path: Path, version: int) -> Path:
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    name = f"{path.stem}-schema-{version:04d}-{moment}{path.suffix}"
    return path.parent / "backups" / name
