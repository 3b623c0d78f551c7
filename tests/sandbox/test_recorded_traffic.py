"""Sends what was sent to a real ComfyUI and compares what comes back, for every recording."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.replay import RECORDED, Replay, recording
from tests.sandbox.running import RunningSandbox, check_graph, running_sandbox
from tests.sandbox.shapes import differences
from tests.sandbox.uploaded import usual

_PROBE_NODES = Path(__file__).with_name("probe_nodes.json")
_TINY_MODELS = Path(__file__).with_name("tiny_models.json")
_WITH_TINY_MODELS = ("s_", "t_")
_SLOW = "ProbeSlow"  # a node made for the recordings, which takes as long as it is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a recording is played: what goes wrong in it, and how closely it is compared."""

    faults: list[dict[str, Any]] = field(default_factory=list)
    after: tuple[str, ...] = ()  # recordings that left the state this one begins in
    strict: bool = False
    outlined: bool = False
    skipped: dict[str, str] = field(default_factory=dict)  # request -> why it is not played
    keeps_ids: bool = False
    before: Callable[[RunningSandbox], object] = lambda _: None


def _stalls(*nth: int, **params: Any) -> list[dict[str, Any]]:
    """The slow node stands still in these submits until somebody interrupts it."""
    params = {"class_type": _SLOW, **params}
    return [{"kind": "stall", "match": {"nth": each}, "params": params} for each in nth]


def _recorded_errors(name: str) -> list[dict[str, Any]]:
    """The failures of a recording as faults: its n-th prompt that ran fails at the same node."""
    events = recording(name)["events"]
    kept = ("node_id", "exception_type", "exception_message")
    ended = [
        event["message"]
        for event in events
        if event["kind"] == "ws"
        and event["message"]["type"] in ("execution_error", "execution_success")
    ]
    return [
        {
            "kind": "execution_error",
            "match": {"nth": nth},
            "params": {key: message["data"][key] for key in kept},
        }
        for nth, message in enumerate(ended, start=1)
        if message["type"] == "execution_error"
    ]


def _upload_inputs(sandbox: RunningSandbox) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kinds = usual(Path(folder))
    for name, content in kinds.values():
        for each in (name, f"probe_{name}"):
            files = {"image": (each, content)}
            sandbox.comfy.post("/upload/image", files=files).raise_for_status()


def _leave_a_past(sandbox: RunningSandbox) -> None:
    """One job that failed, two that went well, one cancelled last: what /api/jobs can list."""
    sandbox.script(
        {"kind": "execution_error", "match": {"nth": 3}},
        {"kind": "stall", "match": {"nth": 4}},
    )
    for colour in (1, 2, 3):
        sandbox.history(sandbox.submit(check_graph(colour=colour)))
    last = sandbox.submit(check_graph(colour=4))
    while not sandbox.comfy.get("/queue").json()["queue_running"]:
        pass
    sandbox.comfy.post("/interrupt", json={"prompt_id": last})
    sandbox.history(last)


_OWN_FILES = "lists the recorder's own model files, one of which comes and goes meanwhile"
_LIVE_FILES = {
    "GET /object_info/CheckpointLoaderSimple": _OWN_FILES,
    "GET /models/checkpoints": _OWN_FILES,
}
_OTHER_FORMAT = "a format that no workflow of ours saves; the sandbox's node says so and fails"
_NOT_WRITTEN = {
    "SaveAnimatedWEBP": _OTHER_FORMAT,
    "SaveWEBM": _OTHER_FORMAT,
    "VHS gif": _OTHER_FORMAT,
}
_NO_PACK_ROUTES = "lists of the front end's templates, which no client of ours asks for"
_PLANS = {
    "a_core_mp4": Plan(strict=True),
    "a2_progress_previews": Plan(
        strict=True,
        faults=[{"kind": "previews", "match": {"nth": nth}} for nth in (2, 3)],
    ),
    "b_cached": Plan(strict=True, after=("a_core_mp4",)),
    "c_validation_errors": Plan(strict=True),
    "d_execution_error": Plan(strict=True, faults=_recorded_errors("d_execution_error")),
    "e_interrupt": Plan(faults=_stalls(1, 2)),
    "f_queue_delete_clear": Plan(faults=_stalls(1)),
    "g_upload_image": Plan(),
    "h_free": Plan(),
    "i_reconnect": Plan(faults=_stalls(1, seconds=100)),
    "j_sigkill_restart": Plan(faults=_stalls(1)),
    "k_prompt_id": Plan(faults=[*_stalls(1, seconds=40), *_stalls(4, seconds=60), *_stalls(5)]),
    "l_jobs_history": Plan(
        outlined=True,
        before=_leave_a_past,
        skipped={
            "GET /view_metadata": "reads the header of a real model file",
            "GET /api/assets": "an API that the recorded server had switched off",
            "GET /workflow_templates": _NO_PACK_ROUTES,
            "GET /api/global_subgraphs": _NO_PACK_ROUTES,
        },
    ),
    "m_output_keys": Plan(skipped=_NOT_WRITTEN),
    "m2_vhs_audio": Plan(before=_upload_inputs),
    "m3_vhs_minimal": Plan(),
    "o_graphs_validated": Plan(
        before=_upload_inputs, faults=_recorded_errors("o_graphs_validated")
    ),
    "p_number": Plan(keeps_ids=True, faults=_stalls(1, seconds=60)),
    "r_checks": Plan(skipped=_LIVE_FILES),
    "s_random_animatediff_gen1": Plan(),
    "s_random_animatediff_gen2": Plan(after=("s_random_animatediff_gen1",)),
    "s_tiny_wan_native_i2v": Plan(before=_upload_inputs, after=("s_tiny_wan_native_t2v",)),
    "s_tiny_wan_native_t2v": Plan(),
    "s_tiny_wan_wrapper_i2v": Plan(before=_upload_inputs, after=("s_tiny_wan_wrapper_t2v",)),
    "s_tiny_wan_wrapper_phantom": Plan(before=_upload_inputs),
    "s_tiny_wan_wrapper_t2v": Plan(),
    "t_interrupt_real_sampler": Plan(
        faults=[
            {
                "kind": "stall",
                "match": {"nth": 1},
                "params": {"class_type": "WanVideoSampler"},
            }
        ]
    ),
}
_NOT_PLAYED = {
    "n_history_race": "a measurement (14 of 40 histories empty), no traffic; the delay is played",
    "q_worker_dead": "begins with a dead worker; test_comfy_faults kills one in the same way",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    arguments = ("--time-scale", "100", "--no-failures", "--nodes", str(_PROBE_NODES))
    with running_sandbox(*arguments) as running:
        yield running


@pytest.fixture(scope="module")
def tiny_models() -> Iterator[RunningSandbox]:
    """With the model files that only the recordings of real inference had."""
    arguments = ("--time-scale", "2000", "--no-failures", "--nodes", str(_TINY_MODELS))
    with running_sandbox(*arguments) as running:
        yield running


def _begin(sandbox: RunningSandbox, plan: Plan) -> None:
    sandbox.script()
    sandbox.comfy.post("/_sandbox/restart").raise_for_status()
    for name in plan.after:
        Replay(sandbox, strict=_PLANS[name].strict).play(name)
    plan.before(sandbox)
    sandbox.script(*plan.faults)


@pytest.mark.parametrize("name", [name for name in _PLANS if name[:2] not in _WITH_TINY_MODELS])
def test_the_sandbox_answers_the_recorded_requests_as_the_real_server_did(
    sandbox: RunningSandbox, name: str
) -> None:
    _compare(sandbox, name)


@pytest.mark.parametrize("name", [name for name in _PLANS if name[:2] in _WITH_TINY_MODELS])
def test_real_inference_is_told_as_the_real_server_told_it(
    tiny_models: RunningSandbox, name: str
) -> None:
    _compare(tiny_models, name)


def _compare(sandbox: RunningSandbox, name: str) -> None:
    plan = _PLANS[name]
    _begin(sandbox, plan)
    kill = {"SIGKILL": lambda: sandbox.comfy.post("/_sandbox/restart")}
    replay = Replay(
        sandbox,
        strict=plan.strict,
        outlined=plan.outlined,
        skipped=plan.skipped,
        on_note=kill,
        keeps_ids=plan.keeps_ids,
    )

    found = replay.play(name)

    assert not found, "\n".join(found)
    assert replay.n_compared >= 10


def test_every_recording_is_played_or_says_why_not() -> None:
    names = {path.stem for path in RECORDED.glob("*.json")}

    assert names == _PLANS.keys() | _NOT_PLAYED.keys()


def test_the_comparison_notices_a_missing_key_a_wrong_type_and_a_wrong_value() -> None:
    recorded = {"a": 1, "b": ["x"], "status": {"status_str": "success"}, "timestamp": 7}

    assert differences(recorded, recorded | {"timestamp": 9}) == []
    assert differences(recorded, {key: recorded[key] for key in ("a", "b", "status")})
    assert differences(recorded, recorded | {"a": "1"})
    assert differences(recorded, recorded | {"b": []})
    assert differences(recorded, recorded | {"status": {"status_str": "error"}})
    assert differences(recorded, recorded | {"extra": None})
    assert differences(recorded, recorded | {"timestamp": "now"})
