from typing import Any

import pytest

from tests.backends.recordings import recording
from videogen.backends.comfy.refusals import execution_failure, refusal
from videogen.domain.run import FailureClass
from videogen.errors import ModelMissingError, NodeMissingError, RequestRefusedError

ANSWERS: list[dict[str, Any]] = recording("refusals")["answers"]


def _answer(word: str) -> dict[str, Any]:
    return next(a["body"] for a in ANSWERS if word in str(a["body"]))


def test_an_unknown_node_class_is_named() -> None:
    error = refusal("comfy@x", _answer("missing_node_type"))

    assert isinstance(error, NodeMissingError)
    assert error.facts["nodes"] == "NoSuchNode"


def test_a_model_outside_the_servers_list_is_a_missing_model() -> None:
    error = refusal("comfy@x", _answer("not_there.safetensors"))

    assert isinstance(error, ModelMissingError)
    assert error.facts["files"] == "not_there.safetensors"


def test_node_errors_stand_in_the_detail_where_the_answers_own_is_empty() -> None:
    error = refusal("comfy@x", _answer("required_input_missing"))

    assert isinstance(error, RequestRefusedError)
    assert error.detail == "EmptyImage (node 1): Required input is missing: width"


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda a: str(a["body"].get("error"))[:40])
def test_every_recorded_refusal_says_something_short(answer: dict[str, Any]) -> None:
    error = refusal("comfy@x", answer["body"])

    assert error.detail
    assert len(error.detail) <= 800
    assert "Traceback" not in error.detail


def test_an_answer_of_a_strange_shape_is_still_a_refusal() -> None:
    error = refusal("comfy@x", {"error": "no", "node_errors": []})

    assert isinstance(error, RequestRefusedError)
    assert error.detail == "no"


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("torch.OutOfMemoryError", "Allocation failed"),
        ("torch.cuda.OutOfMemoryError", ""),
        ("RuntimeError", "CUDA error: out of memory"),
        ("RuntimeError", "HIP out of memory. Tried to allocate 20.00 MiB"),
        ("comfy.model_management.OOM", "Allocation on device 0 would exceed allowed memory."),
        (
            "Exception",
            "Allocation on device \nThis error means you ran out of memory on your GPU.\n\nTIPS",
        ),
    ],
)
def test_running_out_of_device_memory_is_known_by_its_name_or_its_words(
    kind: str, message: str
) -> None:
    said = {"exception_type": kind, "exception_message": message, "node_type": "KSampler"}

    assert execution_failure(said).failure_class is FailureClass.OUT_OF_VRAM


def test_the_machines_own_memory_is_not_the_devices() -> None:
    said = {"exception_type": "RuntimeError", "exception_message": "not enough memory: 2 GB"}

    assert execution_failure(said).failure_class is FailureClass.EXECUTION_ERROR
