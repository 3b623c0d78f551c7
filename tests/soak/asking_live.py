"""Asking for runs that are told to be live."""

import dataclasses

from tests.clips.given_files import picture, written
from videogen.bootstrap import Application
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.run import Origin, Run
from videogen.runs.context import utc_now
from videogen.runs.inputs import keep_input
from videogen.runs.plan import plan_run

CLOUD_S = 4  # the shortest that both vendors make: drawing 720p is most of what a soak costs


def ask_live(application: Application, condition_name: str, prompt: str) -> Run:
    condition = application.condition(condition_name)
    assert condition is not None
    return plan_run(
        application.database,
        condition=_short(condition),
        prompt_text=prompt,
        seed=7,
        owner="tester",
        origin=Origin.LIVE,
        now=utc_now(),
        inputs={name: _start_image(application) for name in condition.required_inputs},
    )


def _start_image(application: Application) -> str:
    kept = keep_input(
        application.database,
        application.inputs_folder,
        content=written(application.settings.data_dir, picture(size=(320, 180)), "start.png"),
        name="start.png",
        kind=None,
        who="tester",
        now=utc_now(),
    )
    return kept.input_id


def _short(condition: Condition) -> Condition:
    if condition.backend not in (BackendKind.VERTEX, BackendKind.INTERACTIONS):
        return condition
    return dataclasses.replace(
        condition,
        n_frames=int(CLOUD_S * (condition.fps or 24.0)),
        settings={**condition.settings, "duration_s": CLOUD_S},
    )
