"""The app is killed with SIGKILL at every step of an attempt's life, on every back end."""

import random
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.runs.asking import ended
from tests.runs.kill_point import ATTACHED, KillPoint
from tests.runs.owner_process import Cancel, begin_work, killed_owner, opened
from tests.sandbox_servers import play_faults, sandbox_servers
from tests.soak.asking_live import ask_live
from tests.soak.scenarios import STORIES, Kill
from tests.soak.told_live import live_backends
from tests.soak.verdict import faults_of_folder, faults_of_run, settled_submits
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import Run, RunStatus

TIME_SCALE = 1500.0
N_KILLS_IN_A_ROW = 4
EVERY_STEP = tuple(kill for story in STORIES for kill in story.kills())
N_ROWS = -(-(200 - len(EVERY_STEP)) // N_KILLS_IN_A_ROW)  # 200 kills with those of every step
# One of each kind of window: unsent, sent and unanswered, answered and unwritten, between two
# tries, on the way to another back end, fetched and unwritten.
SAMPLE = (
    "comfy: before attempt.submitted 1",
    "comfy: after attempt.sending 1 0.15 s later",
    "comfy: before run.succeeded 1",
    "comfy, cancelled: before run.cancelled 1",
    "vertex: after attempt.sending 1",
    "vertex: before attempt.submitted 1",
    "interactions: before attempt.submitted 1",
    "interactions: after attempt.fetching 1",
    "replicate: before attempt.submitted 1",
    "replicate: before run.succeeded 1",
    "degraded: after run.queued 1",
    "hybrid, onward: before attempt.submitted 2",
)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    with sandbox_servers(tmp_path_factory.mktemp("servers"), time_scale=TIME_SCALE) as sandbox:
        yield sandbox


@pytest.mark.parametrize("name", SAMPLE)
def test_a_kill_in_each_kind_of_window_leaves_the_right_end(
    tmp_path: Path, servers: SandboxProcess, name: str
) -> None:
    (kill,) = (each for each in EVERY_STEP if str(each) == name)

    assert problems_after(kill, tmp_path / "data", servers) == []


@pytest.mark.soak
@pytest.mark.parametrize("kill", EVERY_STEP, ids=str)
def test_a_kill_at_this_step_leaves_the_right_end(
    tmp_path: Path, servers: SandboxProcess, kill: Kill
) -> None:
    assert problems_after(kill, tmp_path / "data", servers) == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(N_ROWS))
def test_kills_in_a_row_at_random_times_leave_the_right_ends(
    tmp_path: Path, servers: SandboxProcess, seed: int
) -> None:
    luck = random.Random(seed)
    stories = {f"a boat on a lake {uuid.uuid4()}": story for story in STORIES}
    play_faults(
        servers,
        [
            {**fault, "match": {"prompt_contains": prompt}}
            for prompt, story in stories.items()
            for fault in story.faults
            if not story.cancel_at  # a stall without a person who ends it
        ],
    )
    data_dir = tmp_path / "data"
    with opened(data_dir) as application:
        runs = {p: ask_live(application, story.condition, p) for p, story in stories.items()}

    for _ in range(N_KILLS_IN_A_ROW):
        point = KillPoint(kind=ATTACHED, delay_s=luck.uniform(0.05, 1.5))
        killed_owner(data_dir, point, partial(live_backends, servers))
    with opened(data_dir) as application:
        begin_work(application, live_backends(servers))
        finals = {prompt: ended(application, run) for prompt, run in runs.items()}
        wrong = faults_of_folder(application)
        for prompt, final in finals.items():
            wrong += faults_of_run(application, final, settled_submits(servers, prompt))

    assert wrong == []
    for prompt, story in stories.items():
        due = RunStatus.SUCCEEDED if story.cancel_at else story.status
        assert finals[prompt].status in (due, *_unsure(finals[prompt]))


def problems_after(kill: Kill, data_dir: Path, sandbox: SandboxProcess) -> list[str]:
    prompt = f"a boat on a lake {uuid.uuid4()}"
    play_faults(sandbox, [{**fault, "match": {"prompt_contains": prompt}} for fault in kill.faults])
    with opened(data_dir) as application:
        run = ask_live(application, kill.condition, prompt)
    cancel = Cancel(run_id=run.run_id, at=kill.cancel_at) if kill.cancel_at else None

    reached = killed_owner(data_dir, kill.point, partial(live_backends, sandbox), cancel)
    with opened(data_dir) as application:
        begin_work(application, live_backends(sandbox))
        final = ended(application, run)
        found = settled_submits(sandbox, prompt)
        wrong = [*faults_of_run(application, final, found), *faults_of_folder(application)]

    told = (final.status, final.failure_class, final.is_degraded)
    due = (kill.status, kill.failure_class, kill.is_degraded)
    if told != due:
        wrong.append(f"{told}, not {due}: {final.failure_detail}")
    if len(found) not in (kill.n_submits, kill.n_submits + kill.may_have_left):
        wrong.append(f"{len(found)} submits")
    if not reached and kill.point.kind != "attempt.running":  # a quick job is never seen to run
        wrong.append("the app never came to this step")
    return [f"{kill}: {each}" for each in wrong]


def _unsure(run: Run) -> tuple[RunStatus, ...]:
    """A paid call that was on its way at a kill may have been billed, and nobody can tell."""
    is_paid = not run.making_condition_id.startswith(("wan", "animatediff"))
    return (RunStatus.UNCERTAIN,) if is_paid else ()
