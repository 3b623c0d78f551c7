"""Many runs over servers whose faults are switched on at random: each ends as it must."""

import dataclasses
import json
import random
import statistics
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox_servers import play_faults, sandbox_servers, submits
from tests.soak.asking_live import ask_live
from tests.soak.fault_table import BACKGROUND, OF_CONDITION, Expected, endings_of
from tests.soak.told_live import live_backends
from tests.soak.verdict import faults_of_folder, faults_of_run, is_any_open
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import Run, RunStatus
from videogen.runs.context import Patience
from videogen.settings import Settings

TIME_SCALE = 6000.0
FAULTY_SHARE = 0.7
N_OF_WAVE = 50
WAVE_PATIENCE_S = 900.0
PATIENCE = Patience(
    poll_s=0.1,
    missing_s=0.2,
    server_down_s=4.0,
    grace_s=15.0,
    idle_s=0.05,
    tripped_s=0.3,
    tripped_max_s=1.0,
    quota_s=0.5,
)
# Beside a whole suite a machine may be so slow that a good run looks stuck: nothing is given up
# there, and no fault is drawn that only giving up ends.
LONG_PATIENCE = dataclasses.replace(PATIENCE, grace_s=120.0)
CONDITIONS = ("animatediff",) * 5 + ("wan-1.3b", "veo-3.1-lite", "gemini-omni", "hybrid", "hybrid")


Planned = tuple[str, Expected | None]  # the condition's name and what goes wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    run: Run
    condition: str
    prompt: str
    expected: Expected | None


@dataclass
class Tally:
    """What the soak reports."""

    n_runs: int = 0
    n_submits: int = 0
    n_duplicates: int = 0  # submits of an id that the server had been given before
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # from the claim to the final word
    statuses: Counter[str] = field(default_factory=Counter)
    played: Counter[str] = field(default_factory=Counter)

    def report(self) -> dict[str, Any]:
        ordered = sorted(self.seconds)
        return {
            "runs": self.n_runs,
            "submits": self.n_submits,
            "duplicates": self.n_duplicates,
            "wrong": len(self.wrong),
            "statuses": dict(self.statuses),
            "faults_played": dict(self.played),
            "seconds_to_the_final_state": {
                "median": round(statistics.median(ordered), 2),
                "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
                "max": round(ordered[-1], 2),
            },
        }


def test_sixteen_runs_among_random_faults_each_end_as_they_must(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = soaked(tmp_path, drawn(16, seed=3, with_stuck=False), LONG_PATIENCE)

    _told(tally, capsys)
    assert tally.wrong == []
    assert tally.n_runs == 16


@pytest.mark.soak
def test_a_thousand_runs_among_random_faults_each_end_as_they_must(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = soaked(tmp_path, drawn(1000, seed=11))

    _told(tally, capsys)
    assert tally.wrong == []
    assert tally.n_runs == 1000


@pytest.mark.soak
def test_every_fault_of_the_table_on_every_condition_ends_as_it_must(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    every = [(name, row) for name, rows in OF_CONDITION.items() for row in rows]

    tally = soaked(tmp_path, every)

    _told(tally, capsys)
    assert tally.wrong == []


def _told(tally: Tally, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(json.dumps(tally.report()))  # noqa: T201 the soak's measurements


def drawn(n_runs: int, *, seed: int, with_stuck: bool = True) -> list[Planned]:
    luck = random.Random(seed)
    planned = [_drawn(luck) for _ in range(n_runs)]
    if with_stuck:
        return planned
    return [(name, None if one and one.is_stuck else one) for name, one in planned]


def soaked(folder: Path, planned: Sequence[Planned], patience: Patience = PATIENCE) -> Tally:
    tally = Tally()
    no_cap = Decimal(1_000_000)
    settings = Settings(data_dir=folder / "data", comfy_urls=(), monthly_cap_usd=no_cap)
    with sandbox_servers(folder, time_scale=TIME_SCALE) as sandbox:
        application = Application.build(settings, patience=patience)
        try:
            for backend in live_backends(sandbox):
                application.worker.attach(backend)
            for start in range(0, len(planned), N_OF_WAVE):
                _wave(application, sandbox, planned[start : start + N_OF_WAVE], tally)
            tally.wrong += faults_of_folder(application)
        finally:
            application.close()
    return tally


def _wave(
    application: Application, sandbox: SandboxProcess, planned: Sequence[Planned], tally: Tally
) -> None:
    """One handful of runs with their faults, judged when all of it has ended."""
    prompts = [f"a boat on a lake {uuid.uuid4()}" for _ in planned]
    faults = [one.fault(p) for (_, one), p in zip(planned, prompts, strict=True) if one]
    play_faults(sandbox, [BACKGROUND, *faults])
    asked = [
        Asked(run=ask_live(application, name, prompt), condition=name, prompt=prompt, expected=one)
        for (name, one), prompt in zip(planned, prompts, strict=True)
    ]
    with _somebody_restarts_what_is_wedged(sandbox):
        _wait_for_all(application, asked)
    book = _played(sandbox)
    play_faults(sandbox, [])
    found = _submits_by_prompt(sandbox)
    for each in asked:
        _judge(application, each, found.get(each.prompt, []), book[each.prompt], tally)


def _drawn(luck: random.Random) -> Planned:
    name = luck.choice(CONDITIONS)
    expected = luck.choice(OF_CONDITION[name])
    return name, expected if luck.random() < FAULTY_SHARE else None


def _judge(
    application: Application,
    asked: Asked,
    found: Sequence[dict[str, Any]],
    n_played: int,
    tally: Tally,
) -> None:
    run = store.get_run(application.database, asked.run.run_id)
    wrong = faults_of_run(application, run, found) if run.status.is_final else ["did not end"]
    endings = endings_of(asked.condition, asked.expected, was_played=n_played > 0)
    # A neighbour's fault may have restarted the server: what it then forgot is rightly lost.
    was_forgotten = run.status is RunStatus.LOST and any(
        each["outcome"] == "lost" for each in found
    )
    if (run.status, run.failure_class) not in endings and not was_forgotten:
        wrong.append(f"{run.failure_class}: {run.failure_detail}")
    what = asked.expected.kind if asked.expected else "no fault"
    tally.wrong += [f"{asked.condition}, {what} played {n_played} times: {each}" for each in wrong]
    tally.n_runs += 1
    tally.n_submits += len(found)
    tally.n_duplicates += len(found) - len({each["id"] for each in found})
    tally.statuses[run.status.value] += 1
    tally.played[what] += n_played
    if run.started_at is not None and run.ended_at is not None:
        tally.seconds.append((run.ended_at - run.started_at).total_seconds())


def _wait_for_all(application: Application, asked: Sequence[Asked]) -> None:
    """What has not ended in time is judged as it stands."""
    application.worker.wake()
    deadline = time.monotonic() + WAVE_PATIENCE_S
    for each in asked:
        while time.monotonic() < deadline:
            if store.get_run(application.database, each.run.run_id).status.is_final:
                break
            time.sleep(0.1)


def _submits_by_prompt(sandbox: SandboxProcess) -> dict[str, list[dict[str, Any]]]:
    """Once the server works on nothing more; calls that nobody follows end by themselves."""
    deadline = time.monotonic() + 15
    while is_any_open(log := submits(sandbox)) and time.monotonic() < deadline:
        time.sleep(0.1)
    by_prompt: dict[str, list[dict[str, Any]]] = {}
    for each in log:
        by_prompt.setdefault(each["prompt"], []).append(each)
    return by_prompt


def _played(sandbox: SandboxProcess) -> Counter[str]:
    """How often the fault of each prompt struck."""
    rows = httpx.get(f"{sandbox.comfy_url}/_sandbox/faults").raise_for_status().json()
    struck = {row["match"].get("prompt_contains", ""): row["played"] for row in rows}
    return Counter(struck)


@contextmanager
def _somebody_restarts_what_is_wedged(sandbox: SandboxProcess) -> Iterator[None]:
    over = threading.Event()

    def watch() -> None:
        n_seen = 0
        while not over.wait(0.5):
            rows = httpx.get(f"{sandbox.comfy_url}/_sandbox/faults").json()
            n_wedged = sum(row["played"] for row in rows if row["kind"] == "wedge")
            if n_wedged > n_seen and not over.wait(2.0):
                httpx.post(f"{sandbox.comfy_url}/_sandbox/restart")
                n_seen = n_wedged

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
