"""A workflow's limits: no progress for too long, and no end in time."""

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest

from tests.runs.asking import ask, ended
from tests.runs.conftest import HURRIED, QUICK, attach
from tests.sandbox_servers import play_faults
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.own_workflows import LiveManifests
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import FailureClass, RunStatus
from videogen.settings import Settings


@pytest.mark.parametrize(
    ("limit", "failure_class"),
    [("stall_s", FailureClass.STALLED), ("deadline_s", FailureClass.TIMED_OUT)],
)
def test_a_run_over_its_workflows_limit_is_taken_off_the_server_and_the_next_one_goes_on(
    tmp_path: Path, sandbox: SandboxProcess, limit: str, failure_class: FailureClass
) -> None:
    settings = Settings(data_dir=tmp_path / "data", comfy_urls=())
    application = Application.build(settings, patience=HURRIED)
    try:
        _tighten(application, limit)
        attach(application, sandbox)
        play_faults(sandbox, [{"kind": "stall", "times": 1}])
        stuck, following = ask(application, "wan-1.3b"), ask(application, "server_check", seed=31)

        stuck = ended(application, stuck)
        following = ended(application, following)
    finally:
        application.close()

    assert (stuck.status, stuck.failure_class) == (RunStatus.FAILED, failure_class)
    assert following.status is RunStatus.SUCCEEDED


def test_a_lost_run_is_charged_until_it_was_last_seen_and_not_for_our_waiting(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    settings = Settings(data_dir=tmp_path / "data", comfy_urls=())
    waiting = dataclasses.replace(QUICK, missing_s=2.0)  # 2,000 s of the sandbox's time
    application = Application.build(settings, patience=waiting)
    try:
        attach(application, sandbox)
        play_faults(sandbox, [{"kind": "lose_job", "times": 1}])

        run = ended(application, ask(application, "wan-1.3b"))
        [attempt] = store.attempts_of_run(application.database, run.run_id)
    finally:
        application.close()

    assert run.status is RunStatus.LOST
    assert 0 <= attempt.phases["executing"] < 1500  # of 261 s on an idle machine
    assert run.cost_usd is not None
    assert 0 < run.cost_usd < Decimal("0.25")


def _tighten(application: Application, limit: str) -> None:
    """The other limit stays far away, so that only the named one can strike."""
    live = application.manifests
    assert isinstance(live, LiveManifests)
    manifests = live.shipped
    assert isinstance(manifests, dict)
    far = {"stall_s": 1e6, "deadline_s": 1e6}
    tight = {**far, limit: 300.0}
    manifests["wan-1.3b"] = dataclasses.replace(manifests["wan-1.3b"], **tight)
