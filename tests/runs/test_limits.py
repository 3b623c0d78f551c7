"""A workflow's limits: no progress for too long, and no end in time."""

import dataclasses
from pathlib import Path

import pytest

from tests.runs.asking import ask, ended
from tests.runs.conftest import HURRIED, attach
from tests.sandbox_servers import play_faults
from videogen.bootstrap import Application
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


def _tighten(application: Application, limit: str) -> None:
    """The other limit stays far away, so that only the named one can strike."""
    manifests = application.worker._context.manifests
    assert isinstance(manifests, dict)
    far = {"stall_s": 1e6, "deadline_s": 1e6}
    tight = {**far, limit: 300.0}
    manifests["wan-1.3b"] = dataclasses.replace(manifests["wan-1.3b"], **tight)
