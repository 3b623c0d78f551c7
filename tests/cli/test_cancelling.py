"""`cancel` from a terminal reaches the server that is at it, or says that it did not."""

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Said
from tests.runs.asking import ask
from tests.runs.conftest import QUICK, attach
from tests.sandbox_servers import play_faults
from tests.store.records import make_attempt, make_campaign, make_condition, make_run
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.cli.program import main
from videogen.domain.condition import BackendKind
from videogen.domain.run import Attempt, AttemptState, Run, RunStatus
from videogen.runs.context import utc_now
from videogen.settings import Settings
from videogen.store import Database

Command = Callable[..., Said]
PATIENCE_S = 20.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def stalled(sandbox: SandboxProcess) -> Iterator[SandboxProcess]:
    """Its next jobs do not end by themselves."""
    play_faults(sandbox, [{"kind": "stall"}, {"kind": "never_done"}])
    yield sandbox
    play_faults(sandbox, [])


@pytest.fixture
def command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(folder))
    monkeypatch.setenv("VIDEOGEN_LANGUAGE", "en")
    for name in ("VIDEOGEN_COMFY_URLS", "GOOGLE_CLOUD_PROJECT", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str, **environment: str) -> Said:
        with monkeypatch.context() as here:
            for name, value in environment.items():
                here.setenv(name, value)
            capsys.readouterr()
            exit_code = main(words)
        told = capsys.readouterr()
        return Said(exit_code=exit_code, stdout=told.out, stderr=told.err)

    return run


def test_a_run_that_another_process_began_is_cancelled_on_its_server(
    command: Command, folder: Path, stalled: SandboxProcess
) -> None:
    run = _left_running(folder, stalled, "wan-1.3b")
    made_before = _jobs(stalled)

    said = command("runs", "cancel", run.run_id, VIDEOGEN_COMFY_URLS=stalled.comfy_url)

    assert made_before
    assert said.exit_code == 0, said.stderr
    assert "cancelled" in said.stdout
    assert _stored(folder, run).status is RunStatus.CANCELLED
    assert _jobs(stalled) == []


def test_a_cancel_that_cannot_be_told_is_noted_and_carried_out_by_the_next_start(
    command: Command, folder: Path, stalled: SandboxProcess
) -> None:
    run = _left_running(folder, stalled, "wan-1.3b")

    said = command("runs", "cancel", run.run_id)
    noted = _stored(folder, run)

    with _application(folder) as application:
        attach(application, stalled)
        _until(lambda: store.get_run(application.database, run.run_id).status.is_final)
    assert said.exit_code == 0, said.stderr
    assert "Noted, not yet done" in said.stdout
    assert (noted.status, noted.cancel_requested) == (RunStatus.RUNNING, True)
    assert _stored(folder, run).status is RunStatus.CANCELLED
    assert _jobs(stalled) == []


def test_a_cancelled_campaign_leaves_no_job_on_its_server_and_starts_nobody_elses(
    command: Command, folder: Path, stalled: SandboxProcess
) -> None:
    run = _left_running(folder, stalled, "wan-1.3b", campaign_id="c1")
    with _application(folder) as application:
        waiting = ask(application, "server_check")

    said = command("campaigns", "cancel", "c1", VIDEOGEN_COMFY_URLS=stalled.comfy_url)

    assert said.exit_code == 0, said.stderr
    assert _stored(folder, run).status is RunStatus.CANCELLED
    assert _stored(folder, waiting).status is RunStatus.QUEUED
    assert _jobs(stalled) == []


def test_a_cancelled_paid_call_costs_what_its_vendor_bills(
    command: Command, folder: Path, stalled: SandboxProcess
) -> None:
    run = _left_running(folder, stalled, "veo-3.1-lite")

    said = command(
        *("runs", "cancel", run.run_id),
        VIDEOGEN_GOOGLE_BASE_URL=stalled.google_url,
        GOOGLE_CLOUD_PROJECT="sandbox",
    )

    final = _stored(folder, run)
    assert said.exit_code == 0, said.stderr
    assert final.status is RunStatus.CANCELLED
    assert float(final.cost_usd or 0) == pytest.approx(0.40)


@pytest.mark.parametrize(
    ("external_id", "status"), [("operations/42", RunStatus.RUNNING), (None, RunStatus.UNCERTAIN)]
)
def test_a_paid_call_whose_id_is_known_waits_for_its_back_end_and_is_not_uncertain(
    folder: Path, external_id: str | None, status: RunStatus
) -> None:
    cloud = make_condition("veo-3.1", backend=BackendKind.VERTEX)
    run = make_run("r1", condition_id=cloud.condition_id, status=RunStatus.RUNNING)
    with _application(folder) as application:
        store.save(application.database, cloud, run, _sent(external_id))

        cancelled = application.worker.cancel("r1")

    assert (cancelled.status, cancelled.cancel_requested) == (status, True)


def _sent(external_id: str | None) -> Attempt:
    return make_attempt(
        "a1",
        "r1",
        state=AttemptState.SUBMITTED if external_id else AttemptState.INTENDED,
        backend="vertex",
        submitted_at=utc_now(),
        external_id=external_id,
    )


@contextmanager
def _application(folder: Path) -> Iterator[Application]:
    settings = Settings(data_dir=folder, comfy_urls=())
    with contextlib.closing(Application.build(settings, patience=QUICK)) as opened:
        yield opened


def _left_running(
    folder: Path, sandbox: SandboxProcess, condition: str, *, campaign_id: str | None = None
) -> Run:
    """A run that its application has left on the server."""
    with _application(folder) as application:
        run = ask(application, condition)
        if campaign_id is not None:
            run = dataclasses.replace(run, campaign_id=campaign_id)
            store.save(application.database, make_campaign(campaign_id), run)
        attach(application, sandbox)
        _until(
            lambda: [
                attempt
                for attempt in store.attempts_of_run(application.database, run.run_id)
                if attempt.state is AttemptState.RUNNING
            ]
        )
    return run


def _stored(folder: Path, run: Run) -> Run:
    with Database.open(folder / "videogen.duckdb") as database:
        return store.get_run(database, run.run_id)


def _jobs(sandbox: SandboxProcess) -> list[Any]:
    """What its ComfyUI makes or is going to."""
    queue = httpx.get(f"{sandbox.comfy_url}/queue").raise_for_status().json()
    return [*queue["queue_running"], *queue["queue_pending"]]


def _until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
