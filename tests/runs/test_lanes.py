"""Lanes: how many, how far apart their submits are, and that idle ones ask nothing."""

import itertools
import time
from pathlib import Path

import pytest

from tests.full_disk import no_room
from tests.runs.asking import ask, ended
from tests.runs.conftest import attach
from tests.runs.live_looking import context_of
from tests.sandbox_servers import sandbox_servers
from videogen import store
from videogen.backends import connect_comfy, connect_google
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.generation import BackendLight, BackendStatus
from videogen.domain.run import Origin, RunStatus
from videogen.errors import DatabaseFullError
from videogen.runs.lane import Lane
from videogen.runs.lights import takes_runs
from videogen.runs.roster import Roster
from videogen.runs.station import Station


def test_two_servers_of_one_kind_each_take_their_own_run(
    idle_application: Application, tmp_path: Path
) -> None:
    runs = [ask(idle_application, "wan-1.3b") for _ in range(2)]
    with (
        sandbox_servers(tmp_path / "one") as one,
        sandbox_servers(tmp_path / "two") as two,
    ):
        attach(idle_application, one)
        attach(idle_application, two)

        finals = [ended(idle_application, run) for run in runs]

    made_by = {
        attempt.backend
        for run in finals
        for attempt in store.attempts_of_run(idle_application.database, run.run_id)
    }
    assert {run.status for run in finals} == {RunStatus.SUCCEEDED}
    assert len(made_by) == 2


def test_submits_of_a_paid_back_end_keep_the_vendors_distance(
    idle_application: Application, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = connect_google(base_url=sandbox.google_url, project="sandbox", location="local")
    assert backend is not None
    monkeypatch.setattr(type(backend), "submit_interval_s", property(lambda _: 0.4))
    runs = [ask(idle_application, "veo-3.1-lite", is_short=True) for _ in range(4)]
    idle_application.worker.attach(backend)

    finals = [ended(idle_application, run) for run in runs]

    started = sorted(run.started_at for run in finals if run.started_at)
    gaps_s = [(b - a).total_seconds() for a, b in itertools.pairwise(started)]
    assert len(gaps_s) == 3
    assert min(gaps_s) >= 0.39


def test_an_idle_station_has_no_news_until_the_database_moves_on(
    sandbox: SandboxProcess,
) -> None:
    backend = connect_comfy(sandbox.comfy_url)
    station = Station(backend)
    before = station.has_news(7, Origin.SANDBOX)

    station.saw_nothing(7, Origin.SANDBOX)

    backend.close()
    assert before
    assert not station.has_news(7, Origin.SANDBOX)
    assert station.has_news(8, Origin.SANDBOX)
    assert station.has_news(7, Origin.LIVE)  # another server answers there now


def test_a_station_looks_again_when_a_hold_ends_or_missing_files_may_have_come(
    sandbox: SandboxProcess,
) -> None:
    backend = connect_comfy(sandbox.comfy_url)
    station = Station(backend)

    station.saw_nothing(7, Origin.SANDBOX, for_s=0.05)
    at_once = station.has_news(7, Origin.SANDBOX)
    time.sleep(0.06)

    backend.close()
    assert not at_once
    assert station.has_news(7, Origin.SANDBOX)


def test_a_wedged_server_takes_no_runs() -> None:
    wedged = BackendStatus(
        name="comfy@x", kind="comfy", light=BackendLight.DOWN, reason="server_wedged"
    )

    assert not takes_runs(wedged)


def test_a_model_is_cold_after_a_change_after_a_restart_and_when_memory_was_freed(
    application: Application,
) -> None:
    wan, other = application.condition("wan-1.3b"), application.condition("animatediff")
    veo = application.condition("veo-3.1-lite")
    assert wan is not None
    assert other is not None
    assert veo is not None
    station = Station(application.worker.backends()[0])

    unknown = station.is_cold_for(wan)
    station.note_loaded(wan.model)
    warm, changed = station.is_cold_for(wan), station.is_cold_for(other)
    station.note_emptied()

    assert (unknown, warm, changed) == (None, False, True)
    assert station.is_cold_for(wan) is True
    assert station.is_cold_for(veo) is None  # a vendor's affair


def test_a_run_that_its_last_lane_has_yet_to_let_go_of_stays_in_the_queue(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    run = ask(idle_application, "veo-3.1-lite")
    context = context_of(idle_application)
    backend = connect_google(base_url=sandbox.google_url)
    assert backend is not None
    station = Station(backend)
    lane = Lane(context, Roster(context), station)
    token = station.take(run.run_id)
    assert token is not None

    while_held = lane._claim(backend.status(), [run.condition_id])
    status_then = store.get_run(idle_application.database, run.run_id).status
    station.let_go(run.run_id, token)
    afterwards = lane._claim(backend.status(), [run.condition_id])
    backend.close()

    assert (while_held, status_then) == (None, RunStatus.QUEUED)
    assert afterwards is not None


def test_a_claim_that_finds_no_room_leaves_the_run_to_the_next_one(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    run = ask(idle_application, "veo-3.1-lite")
    context = context_of(idle_application)
    backend = connect_google(base_url=sandbox.google_url)
    assert backend is not None
    station = Station(backend)
    lane = Lane(context, Roster(context), station)
    status = backend.status()

    with no_room(), pytest.raises(DatabaseFullError):
        lane._claim(status, [run.condition_id])
    held_then = station.held_run_ids()
    afterwards = lane._claim(status, [run.condition_id])
    backend.close()

    assert held_then == set()
    assert afterwards is not None
