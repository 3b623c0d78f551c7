"""The app is killed with SIGKILL at every step of an attempt's life, on every back end."""

import json
import random
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs.asking import ended
from tests.sandbox_servers import play_faults, sandbox_servers
from tests.soak.kill_point import ATTACHED, KillPoint
from tests.soak.owning import Cancel, begin_live, killed_owner, opened
from tests.soak.scenarios import STORIES, Kill
from tests.soak.verdict import faults_of_folder, faults_of_run, settled_submits
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import Origin, Run
from videogen.runs.context import utc_now
from videogen.runs.plan import plan_run

TIME_SCALE = 1500.0
N_KILLS = 200
EVERY_STEP = tuple(kill for story in STORIES for kill in story.kills())


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with sandbox_servers(tmp_path_factory.mktemp("servers"), time_scale=TIME_SCALE) as sandbox:
        yield sandbox


@pytest.mark.soak
@pytest.mark.parametrize("kill", EVERY_STEP, ids=str)
def test_a_kill_at_this_step_leaves_the_right_end(
    tmp_path: Path, servers: SandboxProcess, kill: Kill
) -> None:
    assert problems_after(kill, tmp_path / "data", servers) == []


def problems_after(kill: Kill, data_dir: Path, sandbox: SandboxProcess) -> list[str]:
    prompt = f"a boat on a lake {uuid.uuid4()}"
    play_faults(sandbox, [{**fault, "match": {"prompt_contains": prompt}} for fault in kill.faults])
    with opened(data_dir) as application:
        run = ask_live(application, kill.condition, prompt)
    cancel = Cancel(run_id=run.run_id, at=kill.cancel_at) if kill.cancel_at else None

    reached = killed_owner(data_dir, sandbox, kill.point, cancel)
    with opened(data_dir) as application:
        begin_live(application, sandbox)
        final = ended(application, run)
        found = settled_submits(sandbox, prompt)
        wrong = [*faults_of_run(application, final, found), *faults_of_folder(application)]

    told = (final.status, final.failure_class, final.is_degraded, len(found))
    due = (kill.status, kill.failure_class, kill.is_degraded, kill.n_submits)
    if told != due:
        wrong.append(f"{told}, not {due}: {final.failure_detail}")
    if not reached:
        wrong.append("the app never came to this step")
    return [f"{kill}: {each}" for each in wrong]


def ask_live(application: Application, condition_name: str, prompt: str, seed: int = 7) -> Run:
    condition = application.condition(condition_name)
    assert condition is not None
    return plan_run(
        application.database,
        condition=condition,
        prompt_text=prompt,
        seed=seed,
        owner="tester",
        origin=Origin.LIVE,
        now=utc_now(),
    )
