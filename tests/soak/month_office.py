"""The app of a month: started, ended in several ways, and looked at from outside."""

import contextlib
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx

from bench.streamlit_client import PageVisit
from tests.web.app_process import free_port, spawn
from videogen.bootstrap.local_access import found_key
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.bootstrap.sandbox_references import add_sandbox_references
from videogen.client import Client
from videogen.store import Database

START_PATIENCE_S = 90.0
END_PATIENCE_S = 40.0
PAGES = ("", "runs", "rate")  # the first is the decision
SAMPLE_EVERY_S = 1.0


class Office:
    """One data folder and port over several processes of the app, one at a time."""

    def __init__(self, folder: Path, data_dir: Path, sandbox: SandboxProcess) -> None:
        self.data_dir, self.port = data_dir, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.memory_mib: list[list[float]] = []  # of each process, second by second
        self._folder, self._sandbox = folder, sandbox
        self._process: subprocess.Popen[bytes] | None = None
        self._over = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self.data_dir.mkdir(exist_ok=True)
        with Database.open(self.data_dir / "videogen.duckdb") as database:
            add_sandbox_references(database, self.data_dir / "clips", datetime.now(UTC))
        self._sampler.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._sampler.join()
        if self._process is not None:
            self.end(is_killed=True)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        log = self._folder / f"app-{len(self.memory_mib)}.log"
        self._process = spawn(
            self.data_dir,
            self.port,
            log,
            VIDEOGEN_COMFY_URLS=self._sandbox.comfy_url,
            VIDEOGEN_GOOGLE_BASE_URL=self._sandbox.google_url,
            VIDEOGEN_BACKUP_EVERY_H="0",  # ours are asked for
        )
        deadline = time.monotonic() + START_PATIENCE_S
        while not self.is_healthy():
            assert self._process.poll() is None, log.read_text()[-3000:]
            assert time.monotonic() < deadline, "the app did not come up"
            time.sleep(0.1)
        self.memory_mib.append([])

    def end(self, *, is_killed: bool) -> None:
        assert self._process is not None
        (self._process.kill if is_killed else self._process.terminate)()
        self._process.wait(END_PATIENCE_S)
        self._process = None

    def is_healthy(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    @contextlib.contextmanager
    def administrator(self) -> Iterator[Client]:
        key = found_key(self.data_dir)
        assert key is not None
        with Client(key.url, key.token) as client:
            yield client

    def is_quiet(self) -> bool:
        """No run waits or is being made."""
        with self.administrator() as client:
            counts = [list(client.runs(limit=1, status=one)) for one in ("queued", "running")]
        return not any(counts)

    def draw(self) -> None:
        """Every page once; a page that never ends fails."""
        for page in PAGES:
            with contextlib.closing(PageVisit(self.port, page)) as visit:
                visit.rerun_s()

    def p95_rerun_s(self, n_reruns: int) -> Mapping[str, float]:
        return {page or "decision": self._p95_s(page, n_reruns) for page in PAGES}

    def _p95_s(self, page: str, n_reruns: int) -> float:
        with contextlib.closing(PageVisit(self.port, page)) as visit:
            visit.rerun_s()  # the first draw fills the caches
            seconds = [visit.rerun_s() for _ in range(n_reruns)]
        return statistics.quantiles(seconds, n=20)[-1]

    def _sample(self) -> None:
        while not self._over.wait(SAMPLE_EVERY_S):
            process = self._process
            with contextlib.suppress(OSError, ValueError, IndexError):
                if process is not None:
                    self.memory_mib[-1].append(resident_mib(process.pid))


def resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
