"""What was acknowledged survives kill -9 and a full disk."""

import random
import subprocess
import sys
import time
from pathlib import Path

from videogen.store import Database, find_runs

ROOT = Path(__file__).parents[2]

WRITE_AND_SAY_SO = """
import sys
from pathlib import Path
from tests.store.records import make_run
from videogen.domain.run import RunStatus
from videogen.store import Database, save
database = Database.open(Path(sys.argv[1]))
status = [RunStatus.QUEUED] * 9 + [RunStatus.FAILED]  # some checkpoints in between
for i in range(100_000):
    run = make_run(status=status[i % 10])
    save(database, run)
    print(run.run_id, flush=True)
"""

# A limit on file size stands for a full disk: the same write fails, and no mount is needed.
WRITE_UNTIL_NO_ROOM = """
import resource, signal, sys
from pathlib import Path
from tests.store.records import make_run
from videogen.errors import DatabaseFullError
from videogen.store import Database, find_runs, save
database = Database.open(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
n_saved = 0
try:
    while True:
        save(database, make_run(f"r{n_saved}", failure_detail="x" * 20_000))
        n_saved += 1
except DatabaseFullError:
    assert len(find_runs(database, limit=1_000_000)) == n_saved
    print(n_saved, flush=True)
"""

# A small write that still fits, and then a checkpoint that does not, while another thread reads.
FILL_AND_MAKE_ROOM = """
import resource, signal, sys, threading
from pathlib import Path
from tests.store.records import make_run
from videogen.domain.run import RunStatus
from videogen.errors import DatabaseFullError
from videogen.store import Database, find_runs, save
database = Database.open(Path(sys.argv[1]))
save(database, *(make_run(f"before{n}", failure_detail="x" * 20_000) for n in range(50)))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log = database.path.with_name("videogen.duckdb.wal")
no_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 8_000, no_limit[1]))
may_read, has_read = threading.Barrier(2), threading.Barrier(2)
seen = []
def read_now_and_again():
    for _ in range(3):
        may_read.wait()
        seen.append(len(find_runs(database, limit=1000)))
        has_read.wait()
reader = threading.Thread(target=read_now_and_again, daemon=True)
reader.start()
def let_it_read():
    may_read.wait()
    has_read.wait()
let_it_read()
save(database, make_run("the last", status=RunStatus.FAILED))  # asks for a checkpoint
let_it_read()
refused = 0
try:
    save(database, make_run("too much", failure_detail="x" * 20_000))
except DatabaseFullError:
    refused = 1
resource.setrlimit(resource.RLIMIT_FSIZE, no_limit)
save(database, make_run("after", status=RunStatus.FAILED, failure_detail="x" * 20_000))
let_it_read()
reader.join()  # one that lives on at the end of Python would take the process down
database.close()
print(*seen, refused, flush=True)
"""


def test_no_acknowledged_row_is_lost_by_kill_9_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "videogen.duckdb"
    chance = random.Random(5)
    acknowledged: set[str] = set()

    for _ in range(4):
        acknowledged |= write_until_killed(path, after_s=chance.uniform(0.05, 0.4))

    with Database.open(path) as database:
        stored = {run.run_id for run in find_runs(database, limit=1_000_000)}
    assert acknowledged
    assert acknowledged <= stored
    assert len(stored - acknowledged) <= 4  # committed, not yet said: one a round at most


def test_a_full_disk_is_named_and_takes_nothing_that_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "videogen.duckdb"
    command = [sys.executable, "-c", WRITE_UNTIL_NO_ROOM, str(path)]

    told = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=60, check=True
    )

    with Database.open(path) as database:
        assert len(find_runs(database, limit=1_000_000)) == int(told.stdout) > 0


def test_a_checkpoint_without_room_stops_no_reading_and_no_writing_afterwards(
    tmp_path: Path,
) -> None:
    path = tmp_path / "videogen.duckdb"
    command = [sys.executable, "-c", FILL_AND_MAKE_ROOM, str(path)]

    told = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=60, check=True
    )

    with Database.open(path) as database:
        stored = {run.run_id for run in find_runs(database, limit=1000)}
    assert told.stdout.split() == ["50", "51", "52", "1"]
    assert {"the last", "after"} <= stored
    assert "too much" not in stored


def write_until_killed(path: Path, *, after_s: float) -> set[str]:
    command = [sys.executable, "-c", WRITE_AND_SAY_SO, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(after_s)
        process.kill()
        lines = [first, *process.stdout.readlines()]
    return {line.strip() for line in lines if line.endswith("\n")}
