"""Reads and checkpoints keep out of each other's way."""

import threading
import time
from pathlib import Path

import pytest

from tests.store.records import make_run
from videogen.domain.run import Run, RunStatus
from videogen.store import Database, get_run, save
from videogen.store.read_gate import ReadGate

DETAIL = "d" * 40  # long enough that DuckDB keeps it outside the row


def test_a_checkpoint_waits_until_the_reads_have_ended() -> None:
    gate = ReadGate()
    order: list[str] = []
    reads = threading.Event()

    def read() -> None:
        with gate.reading():
            reads.set()
            time.sleep(0.2)
            order.append("read")

    reader = threading.Thread(target=read)
    reader.start()
    reads.wait()
    with gate.alone(patience_s=5.0) as is_alone:
        order.append("checkpoint")
    reader.join()

    assert is_alone
    assert order == ["read", "checkpoint"]


def test_a_read_waits_until_the_checkpoint_has_ended() -> None:
    gate = ReadGate()
    order: list[str] = []

    def read() -> None:
        with gate.reading():
            order.append("read")

    with gate.alone(patience_s=1.0):
        reader = threading.Thread(target=read)
        reader.start()
        time.sleep(0.1)
        order.append("checkpoint")
    reader.join()

    assert order == ["checkpoint", "read"]


def test_a_read_that_takes_long_puts_the_checkpoint_off() -> None:
    gate = ReadGate()
    leave = threading.Event()
    reads = threading.Event()

    def read() -> None:
        with gate.reading():
            reads.set()
            leave.wait()

    reader = threading.Thread(target=read)
    reader.start()
    reads.wait()
    with gate.alone(patience_s=0.05) as is_alone:
        pass
    leave.set()
    reader.join()

    assert not is_alone


def test_rows_read_beside_checkpoints_come_back_whole(tmp_path: Path) -> None:
    assert _wrong_reads(tmp_path, seconds=3.0) == []


@pytest.mark.soak
def test_rows_read_beside_checkpoints_come_back_whole_for_minutes(tmp_path: Path) -> None:
    assert _wrong_reads(tmp_path, seconds=180.0) == []


def _wrong_reads(folder: Path, *, seconds: float) -> list[str]:
    """What three readers saw of runs that a writer took through their states meanwhile."""
    wrong: list[str] = []
    current = [make_run(failure_detail=DETAIL)]
    stop = threading.Event()
    with Database.open(folder / "videogen.duckdb") as database:
        save(database, current[0])
        readers = [
            threading.Thread(target=_read_until, args=(stop, database, current, wrong))
            for _ in range(3)
        ]
        for reader in readers:
            reader.start()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            run = make_run(failure_detail=DETAIL)
            for status in (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.SUCCEEDED):
                save(database, make_run(run.run_id, failure_detail=DETAIL, status=status))
            current[0] = run
        stop.set()
        for reader in readers:
            reader.join()
    return wrong


def _read_until(
    stop: threading.Event, database: Database, current: list[Run], wrong: list[str]
) -> None:
    while not stop.is_set():
        try:
            seen = get_run(database, current[0].run_id)
        except Exception as error:
            wrong.append(repr(error))
        else:
            if seen.failure_detail != DETAIL or seen.owner != current[0].owner:
                wrong.append(repr(seen))
