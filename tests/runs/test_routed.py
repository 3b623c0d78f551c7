"""The hybrid's runs: sent by the rules, on to the next when one cannot, and never past a doubt."""

import dataclasses
import uuid
from decimal import Decimal
from pathlib import Path

import pytest

from tests.clips.given_files import picture, written
from tests.runs.asking import ask, ended
from tests.runs.conftest import QUICK, attach
from tests.sandbox_servers import play_faults
from tests.store.records import make_run
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.condition import Purpose
from videogen.domain.prompt import Prompt
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.runs.context import utc_now
from videogen.runs.inputs import keep_input
from videogen.runs.plan import plan_run
from videogen.runs.routed import request_of
from videogen.settings import Settings


def test_a_routed_run_is_made_where_the_rules_send_it_and_says_why(
    application: Application,
) -> None:
    run = ended(application, ask(application, "hybrid"))

    assert (run.status, run.failure_detail) == (RunStatus.SUCCEEDED, None)
    assert run.routed_to is not None
    assert _name(run.routed_to) == "animatediff"
    assert run.route["rules_version"] == "brief-2"
    assert run.route["reason"].startswith("routing.reason.")
    assert [_name(each) for each in run.route["chain"]] == ["veo-3.1-fast"]
    [attempt] = store.attempts_of_run(application.database, run.run_id)
    assert attempt.condition_id == run.routed_to


@pytest.mark.parametrize(
    ("slots", "purpose"),
    [
        ((), Purpose.T2V),
        (("image", "last_frame"), Purpose.I2V),
        (("image", "audio"), Purpose.LIPSYNC),
        (("image", "camera"), Purpose.CAMERA),
        (("subject_1", "subject_2"), Purpose.CHARACTER),
    ],
)
def test_files_say_what_a_clip_is_for_where_nothing_else_does(
    slots: tuple[str, ...], purpose: Purpose
) -> None:
    given = dict.fromkeys(slots, "0" * 64)
    run = dataclasses.replace(make_run("r1"), inputs=given)

    request = request_of(run, Prompt(prompt_id="p1", text="it moves"))

    assert (request.purpose, request.inputs) == (purpose, frozenset(slots))


def test_a_routed_run_with_an_image_keeps_it_on_its_way_to_another_vendor(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    start = keep_input(
        idle_application.database,
        idle_application.inputs_folder,
        content=written(idle_application.settings.data_dir, picture(size=(320, 180)), "incoming"),
        name="start.png",
        kind=None,
        who="Nok",
        now=utc_now(),
    )
    play_faults(sandbox, [{"kind": "op_error", "match": {"profile": "veo-3.1-fast"}}])
    for kind in ("vertex", "replicate"):
        _attach_only(idle_application, sandbox, kind)

    run = ended(idle_application, ask(idle_application, "hybrid", inputs={"image": start.input_id}))

    assert run.status is RunStatus.SUCCEEDED, run.failure_detail
    tried = [_name(each) for each in run.route["tried"]]
    assert tried == ["veo-3.1-fast-i2v"]
    assert run.inputs == {"image": start.input_id}


@pytest.mark.parametrize("fault", ["execution_error", "lose_job", "out_of_vram"])
def test_a_routed_run_goes_on_to_the_next_of_its_chain(
    application: Application, sandbox: SandboxProcess, fault: str
) -> None:
    play_faults(sandbox, [{"kind": fault, "times": 1}])

    run = ended(application, ask(application, "hybrid"))

    assert (run.status, run.failure_class) == (RunStatus.SUCCEEDED, None)
    first, second = store.attempts_of_run(application.database, run.run_id)
    assert [_name(each.condition_id) for each in (first, second)] == [
        "animatediff",
        "veo-3.1-fast",
    ]
    assert first.failure_class is not None
    assert [_name(each) for each in run.route["tried"]] == ["animatediff"]
    assert not run.is_degraded
    assert run.cost_usd == (first.cost_usd or Decimal(0)) + (second.cost_usd or Decimal(0))
    assert run.wall_time_s is not None
    assert run.wall_time_s > sum(second.phases.values())  # the time of both


def test_a_routed_run_never_falls_back_from_a_paid_call_of_unknown_outcome(
    idle_application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "drop_after_accept", "times": 1}])
    _attach_only(idle_application, sandbox, "vertex")

    run = ended(idle_application, ask(idle_application, "hybrid"))

    assert (run.status, run.failure_class) == (RunStatus.UNCERTAIN, FailureClass.UNCERTAIN)
    assert len(store.attempts_of_run(idle_application.database, run.run_id)) == 1


def test_a_lost_paid_call_of_unknown_bill_is_followed_by_what_is_free_and_by_no_paid_one(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "poll_status", "status": 404}])
    onward = _sent_to(application, "veo-3.1-fast", then=["gemini-omni", "animatediff"])
    alone = _sent_to(application, "veo-3.1-fast", then=["gemini-omni"])

    made, lost = ended(application, onward), ended(application, alone)

    assert (made.status, made.cost_usd) == (RunStatus.SUCCEEDED, None)
    assert _tried(application, made) == ["veo-3.1-fast", "animatediff"]
    assert (lost.status, lost.failure_class) == (RunStatus.LOST, FailureClass.LOST)
    assert _tried(application, lost) == ["veo-3.1-fast"]


def test_no_paid_call_follows_a_free_one_that_followed_a_lost_paid_one(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "poll_status", "status": 404}, {"kind": "execution_error"}])

    run = ended(
        application, _sent_to(application, "veo-3.1-fast", then=["animatediff", "gemini-omni"])
    )

    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.EXECUTION_ERROR)
    assert _tried(application, run) == ["veo-3.1-fast", "animatediff"]


def test_a_doubtful_paid_call_is_not_sent_onward_though_another_member_stands_by(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(sandbox, [{"kind": "drop_after_accept", "times": 1}])
    lively = Prompt(prompt_id=str(uuid.uuid4()), text="a race", tags=("motion:high",))
    like = _unstored(application)
    store.save(application.database, lively, dataclasses.replace(like, prompt_id=lively.prompt_id))

    run = ended(application, like)

    assert (run.status, run.failure_class) == (RunStatus.UNCERTAIN, FailureClass.UNCERTAIN)
    [attempt] = store.attempts_of_run(application.database, run.run_id)
    assert _name(attempt.condition_id) == "veo-3.1-fast"
    assert [_name(each) for each in run.route["chain"]] == ["animatediff"]  # and it is up


def test_runs_of_other_rules_than_the_loaded_ones_are_refused_by_name(
    application: Application,
) -> None:
    hybrid = application.condition("hybrid")
    assert hybrid is not None
    older = dataclasses.replace(hybrid, settings={**hybrid.settings, "rules_version": "brief-0"})
    run = plan_run(
        application.database,
        condition=older,
        prompt_text="a boat",
        seed=7,
        owner="tester",
        origin=Origin.SANDBOX,
        now=utc_now(),
    )

    final = ended(application, run)

    assert (final.status, final.failure_class) == (RunStatus.FAILED, FailureClass.INVALID_INPUT)
    assert "brief-0" in str(final.failure_detail)
    assert "brief-1" in str(final.failure_detail)
    assert store.attempts_of_run(application.database, run.run_id) == []


def test_a_routed_run_whose_chain_is_at_its_end_fails_by_its_last_failure(
    application: Application, sandbox: SandboxProcess
) -> None:
    play_faults(
        sandbox, [{"kind": "execution_error", "times": 1}, {"kind": "rai_filtered", "times": 1}]
    )

    run = ended(application, ask(application, "hybrid"))

    assert (run.status, run.failure_class) == (RunStatus.FAILED, FailureClass.FILTERED)
    assert run.route["chain"] == []


def test_a_routed_run_waits_when_nothing_can_make_it_and_goes_where_something_comes_up(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    settings = Settings(data_dir=tmp_path / "data", comfy_urls=())
    application = Application.build(settings, patience=QUICK)
    try:
        run = ask(application, "hybrid")
        assert store.get_run(application.database, run.run_id).routed_to is None
        attach(application, sandbox)
        run = ended(application, run)
    finally:
        application.close()

    assert run.status is RunStatus.SUCCEEDED


def _unstored(application: Application) -> Run:
    """A run of the hybrid that is not stored yet."""
    hybrid = application.condition("hybrid")
    assert hybrid is not None
    return Run(
        run_id=str(uuid.uuid4()),
        campaign_id=None,
        condition_id=hybrid.condition_id,
        prompt_id="",
        seed=7,
        status=RunStatus.QUEUED,
        owner="tester",
        queued_at=utc_now(),
        origin=Origin.SANDBOX,
    )


def _sent_to(application: Application, name: str, *, then: list[str]) -> Run:
    """As rules with more members than the shipped ones would send it."""
    ids = {c.name: c.condition_id for c in store.conditions(application.database)}
    prompt_id = str(uuid.uuid4())
    prompt = Prompt(prompt_id=prompt_id, text=f"a race {prompt_id}")  # no server has it cached
    run = dataclasses.replace(
        _unstored(application),
        prompt_id=prompt.prompt_id,
        routed_to=ids[name],
        route={"rules_version": "brief-1", "chain": [ids[each] for each in then], "tried": []},
    )
    store.save(application.database, prompt, run)
    return run


def _tried(application: Application, run: Run) -> list[str]:
    attempts = store.attempts_of_run(application.database, run.run_id)
    return [_name(attempt.condition_id) for attempt in attempts]


def _attach_only(application: Application, sandbox: SandboxProcess, kind: str) -> None:
    for backend in sandbox.backends():
        if backend.kind == kind:
            application.worker.attach(backend)
        else:
            backend.close()


def _name(condition_id: str | None) -> str:
    return (condition_id or "").split("@", maxsplit=1)[0]
