"""The owner of the data folder is killed with SIGKILL while runs are in flight."""

from collections import Counter
from pathlib import Path

import pytest

from tests.runs.asking import ask, ended
from tests.runs.conftest import attach
from tests.runs.kill_point import ATTACHED, KillPoint
from tests.runs.owner_process import killed_owner, opened
from tests.sandbox_servers import submits
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import AttemptState, Run, RunStatus

CONDITIONS = (
    "animatediff",
    "wan-1.3b",
    "wan-14b",
    "veo-3.1-lite",
    "gemini-omni",
    "replicate-wan-2.2-t2v-fast",
    "hybrid",
    "server_check",
)


@pytest.mark.parametrize(
    "killed_after_s",
    [
        1.0,
        pytest.param(0.3, marks=pytest.mark.soak),
        pytest.param(2.2, marks=pytest.mark.soak),
    ],
)
def test_runs_in_flight_at_a_kill_each_end_right_and_none_is_sent_twice(
    tmp_path: Path, sandbox: SandboxProcess, killed_after_s: float
) -> None:
    data_dir = tmp_path / "data"
    with opened(data_dir) as application:
        runs = [ask(application, name, seed=70 + n) for n, name in enumerate(CONDITIONS)]
    n_before = len(submits(sandbox))

    point = KillPoint(kind=ATTACHED, delay_s=killed_after_s)
    killed_owner(data_dir, point, sandbox.backends)
    with opened(data_dir) as application:
        application.begin_work()
        attach(application, sandbox)
        finals = [ended(application, run) for run in runs]
        problems = [_problem(application, final) for final in finals]

    assert [problem for problem in problems if problem] == []
    ids = Counter(submit["id"] for submit in submits(sandbox)[n_before:])
    assert max(ids.values()) == 1
    paid = [one for one in submits(sandbox)[n_before:] if one["kind"] != "comfy"]
    prompts = Counter(one["prompt"] for one in paid)
    assert max(prompts.values(), default=1) == 1  # a paid call is never sent a second time


def test_an_attempt_that_was_only_intended_goes_back_to_the_queue_and_is_made(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    with opened(tmp_path / "data") as application:
        run = ask(application, "server_check", seed=81)
        _claimed_and_intended(application, run, sandbox)

        application.begin_work()
        attach(application, sandbox)
        final = ended(application, run)
        attempts = store.attempts_of_run(application.database, run.run_id)

    assert final.status is RunStatus.SUCCEEDED
    assert [attempt.state for attempt in attempts] == [
        AttemptState.CANCELLED,
        AttemptState.SUCCEEDED,
    ]


def _problem(application: Application, run: Run) -> str | None:
    """None for a good end: a clip, or a paid call of which nobody saw the answer."""
    if run.status is RunStatus.UNCERTAIN:
        [attempt] = store.attempts_of_run(application.database, run.run_id)
        return None if attempt.external_id is None else "uncertain although its id is known"
    if run.status is not RunStatus.SUCCEEDED:
        return f"{run.condition_id}: {run.status} {run.failure_detail}"
    clip = store.clip_of_run(application.database, run.run_id)
    if clip is None or not (application.clips_folder / clip.file).exists():
        return f"{run.condition_id}: no clip"
    return None


def _claimed_and_intended(application: Application, run: Run, sandbox: SandboxProcess) -> None:
    from videogen.backends import connect_comfy
    from videogen.domain.run import Origin
    from videogen.runs.context import RunContext, utc_now
    from videogen.runs.execute import begin

    backend = connect_comfy(sandbox.comfy_url)
    claimed = store.claim_next_run(
        application.database, [run.condition_id], utc_now(), origin=Origin.SANDBOX
    )
    assert claimed is not None
    context: RunContext = application.worker._context
    begin(context, backend, backend.status(), claimed)
    backend.close()
