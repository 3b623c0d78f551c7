"""A process that backs up, restores or migrates again and again until it is killed."""

import itertools
import random
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.upkeep.folder import order_for
from videogen.store import Database
from videogen.upkeep import RestoreOrder, finished_folders, make_backup, restore_backup

ROOT = Path(__file__).parents[2]
START = datetime(2026, 11, 24, tzinfo=UTC)


def keep_backing_up(folder: Path) -> None:
    with Database.open(folder / "videogen.duckdb") as database:
        begin_work()
        for n in itertools.count():
            now = datetime.now(UTC) + timedelta(seconds=n)
            make_backup(database, order_for(folder, n_kept=2), now)


def keep_restoring(folder: Path) -> None:
    """Each backup in turn."""
    begin_work()
    for backup in itertools.cycle(finished_folders(folder / "backups")):
        order = RestoreOrder(backup=backup, target=folder, who="ann", stop_why="", force=True)
        restore_backup(order, datetime.now(UTC))


def keep_migrating(folder: Path) -> None:
    """A fresh copy of `old/` each time, in a folder named by its number."""
    begin_work()
    for n in itertools.count():
        fresh = folder / "migrated" / f"{n:04d}"
        shutil.copytree(folder / "old", fresh.with_suffix(".part"))
        fresh.with_suffix(".part").rename(fresh)
        Database.open(fresh / "videogen.duckdb").close()


def begin_work() -> None:
    print("ready", flush=True)  # noqa: T201 whoever kills us waits for it


def kill_while(work: str, folder: Path, chance: random.Random, longest_s: float) -> None:
    """Start it, let it work for a random while, and kill it with SIGKILL."""
    command = [sys.executable, "-m", "tests.upkeep.busy_process", work, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, longest_s))
        assert process.poll() is None, "it ended by itself"
        process.kill()


WORKS = {"backup": keep_backing_up, "restore": keep_restoring, "migration": keep_migrating}

if __name__ == "__main__":
    WORKS[sys.argv[1]](Path(sys.argv[2]))
