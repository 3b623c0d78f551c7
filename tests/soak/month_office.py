"""The app of a month: started, ended in several ways, and looked at from outside."""

import contextlib
import json
import os
import statistics
import subprocess
import threading
import time
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx

from bench.streamlit_client import PageVisit
from tests.soak.month import OWN, SHIPPED, Month
from tests.web.app_process import free_port, spawn
from videogen.bootstrap import Application
from videogen.bootstrap.local_access import found_key
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.bootstrap.sandbox_references import add_sandbox_references
from videogen.client import Client
from videogen.settings import ROOT, Settings

WORKFLOWS = ROOT / "workflows"
START_PATIENCE_S = 90.0
END_PATIENCE_S = 40.0
PAGES = ("", "runs", "rate")  # the first is the decision
EVERY_PAGE = (*PAGES, "create", "campaigns", "compare", "costs", "models", "panel", "system")
WHOLE_APP = "the whole app"  # the reruns of every page together
SAMPLE_EVERY_S = 1.0
SETTLING_PATIENCE_S = 900.0  # a month's blind copies on a slow machine
IDLE_S = 5.0  # longer than the pause of whatever works by the clock
IDLE_SHARE = 0.1  # of one processor


class Office:
    """One data folder and port over several processes of the app, one at a time."""

    def __init__(self, folder: Path, month: Month, sandbox: SandboxProcess) -> None:
        self.data_dir, self.port = folder / "data", free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.memory_mib: list[list[float]] = []  # of each process, second by second
        self._folder, self._month, self._sandbox = folder, month, sandbox
        self._process: subprocess.Popen[bytes] | None = None
        self._http = httpx.Client(base_url=self.url, timeout=5)
        self._administrator: Client | None = None
        self._over = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self.data_dir.mkdir(exist_ok=True)
        self._furnish()
        self._sampler.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._sampler.join()
        if self._process is not None:
            self.end(is_killed=True)
        self._http.close()

    def _furnish(self) -> None:
        application = Application.build(Settings(data_dir=self.data_dir, comfy_urls=()))
        try:
            manifest = tomllib.loads((WORKFLOWS / f"{SHIPPED}.toml").read_text(encoding="utf-8"))
            graph = json.loads((WORKFLOWS / f"{SHIPPED}.json").read_text(encoding="utf-8"))
            for name, changed in OWN.items():
                own = {**manifest, "defaults": {**manifest["defaults"], **changed}}
                application.own_workflows.add(name, own, graph, "Person 1")
            if self._month.is_full:
                now = datetime.now(UTC)
                add_sandbox_references(application.database, application.clips_folder, now)
        finally:
            application.close()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        log = self._folder / f"app-{len(self.memory_mib)}.log"
        self.memory_mib.append([])  # before there is a process: nobody else's memory gets in
        self._process = spawn(
            self.data_dir,
            self.port,
            log,
            VIDEOGEN_COMFY_URLS=self._sandbox.comfy_url,
            VIDEOGEN_GOOGLE_BASE_URL=self._sandbox.google_url,
            VIDEOGEN_BACKUP_EVERY_H="0",  # ours are asked for
            VIDEOGEN_PRODUCTION="1" if self._month.n_reruns else "0",  # 0: nothing is preloaded
        )
        deadline = time.monotonic() + START_PATIENCE_S
        while not self.is_healthy():
            assert self._process.poll() is None, log.read_text()[-3000:]
            assert time.monotonic() < deadline, "the app did not come up"
            time.sleep(0.1)
        key = found_key(self.data_dir)
        assert key is not None
        self._administrator = Client(key.url, key.token)

    def end(self, *, is_killed: bool) -> None:
        assert self._process is not None
        if self._administrator is not None:
            self._administrator.close()
            self._administrator = None
        (self._process.kill if is_killed else self._process.terminate)()
        self._process.wait(END_PATIENCE_S)
        self._process = None

    def is_healthy(self) -> bool:
        try:
            return self._http.get("/health").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    @property
    def administrator(self) -> Client:
        """By the key that the running app has left."""
        assert self._administrator is not None
        return self._administrator

    def is_quiet(self) -> bool:
        """No run waits or is being made."""
        client = self.administrator
        counts = [list(client.runs(limit=1, status=one)) for one in ("queued", "running")]
        return not any(counts)

    def draw(self) -> None:
        """Every page once; a page that never ends fails."""
        for page in PAGES:
            with contextlib.closing(PageVisit(self.port, page)) as visit:
                visit.rerun_s()

    def p95_rerun_s(self, n_reruns: int) -> Mapping[str, float]:
        """Page by page and of the whole app, once nothing works in the background any more."""
        deadline = time.monotonic() + SETTLING_PATIENCE_S
        while not self._is_idle() and time.monotonic() < deadline:
            pass
        taken_s = {page or "decision": self._reruns_s(page, n_reruns) for page in EVERY_PAGE}
        taken_s[WHOLE_APP] = [one for seconds in taken_s.values() for one in seconds]
        return {page: statistics.quantiles(one, n=20)[-1] for page, one in taken_s.items()}

    def _is_idle(self) -> bool:
        before_s = _cpu_s(self.pid)
        time.sleep(IDLE_S)
        return _cpu_s(self.pid) - before_s < IDLE_SHARE * IDLE_S

    def _reruns_s(self, page: str, n_reruns: int) -> list[float]:
        with contextlib.closing(PageVisit(self.port, page)) as visit:
            visit.rerun_s()  # the first draw fills the caches
            return [visit.rerun_s() for _ in range(n_reruns)]

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


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
