"""Runs over given files, from the row to the clip, against the played servers."""

import dataclasses
import io
from datetime import UTC, datetime

import av
import numpy as np
from PIL import Image

from tests.clips.given_files import picture, voice, written
from tests.runs.asking import ask, ended
from tests.runs.conftest import attach
from tests.sandbox_servers import play_faults, submits
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.condition import Condition
from videogen.domain.input_file import InputFile
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.runs.context import utc_now
from videogen.runs.inputs import keep_input, last_frame_of
from videogen.runs.plan import plan_run

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _keep(application: Application, content: bytes, name: str) -> InputFile:
    return keep_input(
        application.database,
        application.inputs_folder,
        content=written(application.settings.data_dir, content, "incoming"),
        name=name,
        kind=None,
        who="Nok",
        now=NOW,
    )


def _small(application: Application, name: str, n_frames: int = 17) -> Condition:
    """The same workflow with little to draw."""
    condition = application.condition(name)
    assert condition is not None
    return dataclasses.replace(condition, width_px=256, height_px=256, n_frames=n_frames)


def _ended(application: Application, condition: Condition, **inputs: str) -> Run:
    run = plan_run(
        application.database,
        condition=condition,
        prompt_text=f"it moves {utc_now()}",
        seed=7,
        owner="Nok",
        origin=Origin.SANDBOX,
        now=utc_now(),
        inputs=inputs,
    )
    return ended(application, run)


def test_one_clip_goes_on_where_another_ended(
    application: Application, sandbox: SandboxProcess
) -> None:
    start = _keep(application, picture(size=(256, 256)), "start.png")
    condition = _small(application, "wan-i2v-14b")

    first = _ended(application, condition, image=start.input_id)
    assert first.clip_id is not None, first.failure_detail
    end = last_frame_of(
        application.database,
        application.clips_folder,
        application.inputs_folder,
        first.clip_id,
        who="Nok",
        now=NOW,
    )
    second = _ended(application, condition, image=end.input_id)

    assert second.status is RunStatus.SUCCEEDED, second.failure_detail
    assert end.from_clip_id == first.clip_id
    clip = store.get_clip(application.database, first.clip_id)
    with av.open(str(application.clips_folder / clip.file)) as container:
        *_, last = container.decode(video=0)
    kept = Image.open(io.BytesIO((application.inputs_folder / end.file).read_bytes()))
    assert np.array_equal(np.asarray(kept), last.to_ndarray(format="rgb24"))


def test_a_voice_and_an_image_make_a_speaking_clip_again_with_less_memory(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "out_of_vram", "times": 1}])
    given = {
        "image": _keep(application, picture(size=(256, 256)), "face.png").input_id,
        "audio": _keep(application, voice(), "voice.wav").input_id,
    }

    run = _ended(application, _small(application, "wan-infinitetalk"), **given)

    assert (run.status, run.is_degraded) == (RunStatus.SUCCEEDED, True), run.failure_detail
    assert len(store.attempts_of_run(application.database, run.run_id)) == 2
    assert run.inputs == given


def test_google_makes_a_clip_from_an_image(
    application: Application, sandbox: SandboxProcess
) -> None:
    start = _keep(application, picture(size=(320, 180)), "start.png")
    condition = application.condition("gemini-omni-i2v")
    assert condition is not None
    small = dataclasses.replace(condition, width_px=640, height_px=360, n_frames=72, settings={})

    run = _ended(application, small, image=start.input_id)

    assert run.status is RunStatus.SUCCEEDED, run.failure_detail


def test_a_kept_file_that_vanished_fails_its_run_and_nothing_is_sent(
    application: Application, sandbox: SandboxProcess
) -> None:
    start = _keep(application, picture(), "start.png")
    (application.inputs_folder / start.file).unlink()
    n_before = len(submits(sandbox))

    run = ended(application, ask(application, "wan-i2v-14b", inputs={"image": start.input_id}))

    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.INVALID_INPUT)
    assert "start.png" in (run.failure_detail or "")
    assert run.cost_usd == 0
    assert len(submits(sandbox)) == n_before


def test_a_file_that_does_not_fit_what_a_run_was_sent_to_fails_it_and_nothing_is_sent(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    large = _keep(idle_application, picture(), "large.png")
    tiny = _keep(idle_application, picture(size=(20, 20)), "tiny.png")
    n_before = len(submits(sandbox))
    planned = ask(idle_application, "wan-i2v-14b", inputs={"image": large.input_id})
    # As the rules might send it: planned for what takes it, made by what does not.
    store.save(
        idle_application.database, dataclasses.replace(planned, inputs={"image": tiny.input_id})
    )

    attach(idle_application, sandbox)
    run = ended(idle_application, planned)

    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.INVALID_INPUT)
    assert "tiny.png" in (run.failure_detail or "")
    assert len(submits(sandbox)) == n_before
