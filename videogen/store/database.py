"""The one connection of this process: a cursor per thread, one write lock."""

import contextlib
import logging
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import duckdb

from videogen.store.mapping import Record, record_of, to_column
from videogen.store.migration import MIGRATIONS_FOLDER, back_up, migrate
from videogen.store.opening import as_ours, hold_folder, open_strictly
from videogen.store.read_gate import ReadGate
from videogen.store.switching import finish_switch

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHECKPOINT = "CHECKPOINT"
CLOSE_PATIENCE_S = 2.0
CHECKPOINT_PATIENCE_S = 0.5  # for reads in progress; new ones wait meanwhile
WAL_LIMIT_BYTES = 16 * 2**20  # DuckDB's own threshold, which `open_strictly` has switched off

log = logging.getLogger(__name__)


class _Cursor:
    """Held by its thread alone, so that it goes when the thread ends."""

    __slots__ = ("__weakref__", "connection", "depth", "is_in_snapshot")

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.depth = 0  # of nested write() blocks
        self.is_in_snapshot = False


class Database:
    """All rows of one data folder; safe to share between threads."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, lock: IO[str]) -> None:
        self.path = path
        self._connection = connection
        self._folder_lock = lock
        self._wal = path.with_name(path.name + ".wal")
        self._write_lock = threading.RLock()
        self._gate = ReadGate()
        self._cursors_lock = threading.Lock()
        self._cursors: weakref.WeakSet[_Cursor] = weakref.WeakSet()
        self._of_thread = threading.local()
        self._version = 0
        self._checkpoint_due = False
        self._closed = False

    @classmethod
    def open(cls, path: Path, *, migrations: Path = MIGRATIONS_FOLDER) -> Self:
        """Take the data folder, open the file strictly and bring it to the newest schema.

        Raises: DataFolderHeldError, DatabaseDamagedError, DatabaseNewerError, DatabaseFullError,
            DataFolderUnusableError, RestoreUnfinishedError.
        """
        path = path.absolute()
        lock = hold_folder(path.parent)
        try:
            finish_switch(path.parent)
            connection = open_strictly(path)
        except BaseException:
            lock.close()
            raise
        try:
            migrate(connection, path, migrations)
        except BaseException as error:
            connection.close()
            lock.close()
            if isinstance(error, duckdb.Error):
                raise as_ours(error, path) from error
            raise
        return cls(path, connection, lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_closed(self) -> bool:
        """Work for it that takes long may as well end."""
        return self._closed

    @property
    def version(self) -> int:
        """Grows with every commit: what a cached page may key on."""
        return self._version

    def rows(self, record_type: type[Record], sql: str, **params: object) -> list[Record]:
        """The records that a query finds; inside `write()` it sees what was written there."""
        columns, rows = self._fetch(sql, params)
        return [record_of(record_type, columns, row) for row in rows]

    def columns(self, sql: str, **params: object) -> "Mapping[str, NDArray[Any]]":
        """The columns that a query finds as arrays by name, none of which may hold NULL."""
        import numpy as np

        cursor = self._cursor()
        try:
            with self._reading(cursor):
                found = cursor.connection.execute(sql, _bound(params)).fetchnumpy()
        except duckdb.Error as error:
            raise as_ours(error, self.path) from error
        return {name: np.asarray(column) for name, column in found.items()}

    def value(self, sql: str, **params: object) -> Any:
        """The first column of the first row, None where there is no row."""
        _, rows = self._fetch(sql, params)
        return rows[0][0] if rows else None

    def execute(self, sql: str, **params: object) -> None:
        """Change rows; only inside `write()`."""
        if self._cursor().depth == 0:
            raise RuntimeError("rows are changed inside `with database.write():` only")
        self._cursor().connection.execute(sql, _bound(params))

    @contextlib.contextmanager
    def write(self) -> Iterator[Self]:
        """The one write lock and one transaction; a block inside a block joins it.

        Raises: DatabaseFullError: the disk is full; nothing of the block was stored.
        """
        with self._write_lock:
            cursor = self._cursor()
            if cursor.depth > 0:
                yield self
                return
            try:
                with self._transaction(cursor):
                    yield self
            except duckdb.Error as error:
                raise as_ours(error, self.path) from error
            self._version += 1
            if self._checkpoint_due or self._is_wal_large():
                self._checkpoint_after_commit()

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Self]:
        """What this thread reads inside is of one moment, while others go on writing."""
        cursor = self._cursor()
        if cursor.depth > 0 or cursor.is_in_snapshot:
            yield self
            return
        with self._gate.reading():
            cursor.connection.begin()
            cursor.is_in_snapshot = True
            try:
                yield self
            finally:
                cursor.is_in_snapshot = False
                with contextlib.suppress(duckdb.Error):  # a failed read has rolled back by itself
                    cursor.connection.rollback()

    def checkpoint_after_commit(self) -> None:
        """Ask for a checkpoint when the running `write()` has committed."""
        self._checkpoint_due = True

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file, once no other thread reads."""
        with self._write_lock, self._gate.alone(CLOSE_PATIENCE_S) as is_alone:
            try:
                self._cursor().connection.execute(CHECKPOINT)
            except duckdb.Error as error:
                if is_alone:
                    self._reopen_after(error)
                raise as_ours(error, self.path) from error

    def back_up(self, target: Path) -> None:
        """A complete copy as one consistent moment; others go on reading and writing.

        Only checkpoints wait for it. Raises: DatabaseFullError: no room; nothing is left of it.
        """
        cursor = self._cursor()
        if cursor.depth > 0 or cursor.is_in_snapshot:
            raise RuntimeError("a copy is of a moment of its own, outside any transaction")
        with self._gate.reading():
            try:
                back_up(cursor.connection, target)
            except duckdb.Error as error:
                raise as_ours(error, target) from error

    def close(self) -> None:
        """Checkpoint, close every thread's cursor and give the data folder back.

        A query that another thread is in the middle of is interrupted.
        """
        with self._write_lock:
            with self._cursors_lock:
                if self._closed:
                    return
                self._closed = True
                cursors = list(self._cursors)
            try:
                with self._gate.alone(0.0), contextlib.suppress(duckdb.Error):
                    for cursor in cursors:
                        cursor.connection.interrupt()
                with self._gate.alone(CLOSE_PATIENCE_S) as is_alone:
                    if is_alone:  # else the WAL keeps what the file does not have
                        with contextlib.suppress(duckdb.Error):
                            self._connection.execute(CHECKPOINT)
                for cursor in cursors:
                    _close_patiently(cursor.connection)
                _close_patiently(self._connection)
            finally:
                self._folder_lock.close()

    @contextlib.contextmanager
    def _transaction(self, cursor: _Cursor) -> Iterator[None]:
        cursor.connection.begin()
        cursor.depth = 1
        try:
            yield
            cursor.connection.commit()
        except BaseException:
            self._checkpoint_due = False
            with contextlib.suppress(duckdb.Error):  # a failed commit has rolled back by itself
                cursor.connection.rollback()
            raise
        finally:
            cursor.depth = 0

    def _checkpoint_after_commit(self) -> None:
        self._checkpoint_due = False
        with self._gate.alone(CHECKPOINT_PATIENCE_S) as is_alone:
            if not is_alone:
                log.info("checkpoint put off: a read takes long")
                return
            try:
                self._cursor().connection.execute(CHECKPOINT)
            except duckdb.Error as error:
                # The rows are committed and safe in the WAL: the caller's write did succeed.
                log.warning("checkpoint failed: %s", error)
                self._reopen_after(error)

    def _reopen_after(self, error: duckdb.Error) -> None:
        """A checkpoint that found no room makes DuckDB refuse everything; the files are whole.

        Only while no other thread reads: each keeps its cursor and finds a new connection in it.
        """
        if not isinstance(error, duckdb.FatalException):
            return
        with self._cursors_lock:
            cursors = list(self._cursors)
            for cursor in cursors:
                cursor.connection.close()
            self._connection.close()  # the last one: what it refused to do ends with it
            self._connection = open_strictly(self.path)
            for cursor in cursors:
                cursor.connection = self._connection.cursor()
        log.warning("the database was opened anew: %s", self.path.name)

    def _is_wal_large(self) -> bool:
        try:
            return self._wal.stat().st_size > WAL_LIMIT_BYTES
        except OSError:
            return False

    def _fetch(
        self, sql: str, params: dict[str, object]
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor = self._cursor()
        try:
            with self._reading(cursor):
                cursor.connection.execute(sql, _bound(params))
                rows = cursor.connection.fetchall()
                columns = [column[0] for column in cursor.connection.description or ()]
        except duckdb.Error as error:
            raise as_ours(error, self.path) from error
        return columns, rows

    def _reading(self, cursor: _Cursor) -> contextlib.AbstractContextManager[None]:
        """Who writes needs no gate: a checkpoint waits for the write lock anyway."""
        needs_gate = cursor.depth == 0 and not cursor.is_in_snapshot
        return self._gate.reading() if needs_gate else contextlib.nullcontext()

    def _cursor(self) -> _Cursor:
        cursor: _Cursor | None = getattr(self._of_thread, "cursor", None)
        if cursor is None:
            with self._cursors_lock:  # one connection object must not serve two threads at once
                if self._closed:
                    raise RuntimeError("the database has been closed")
                cursor = _Cursor(self._connection.cursor())
                self._cursors.add(cursor)
            self._of_thread.cursor = cursor
        return cursor


def _close_patiently(connection: duckdb.DuckDBPyConnection) -> None:
    """A connection in use refuses to close: interrupt its query and try again for a while."""
    deadline = time.monotonic() + CLOSE_PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(duckdb.Error):
            connection.interrupt()
            connection.close()
            return
        time.sleep(0.01)


def _bound(params: dict[str, object]) -> dict[str, Any]:
    return {name: to_column(value) for name, value in params.items()}
