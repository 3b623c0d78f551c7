"""What a server says when it refuses a workflow, and when a node of it fails."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from videogen.domain.generation import MissingParts
from videogen.domain.run import FailureClass
from videogen.errors import (
    BackendError,
    ModelMissingError,
    NodeMissingError,
    RequestRefusedError,
)

MODEL_EXTENSIONS = (".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".onnx")
MAX_DETAIL_CHARACTERS = 800


class Failure(NamedTuple):
    failure_class: FailureClass
    detail: str


def looks_like_a_model(value: object) -> bool:
    return isinstance(value, str) and value.lower().endswith(MODEL_EXTENSIONS)


def missing_error(backend: str, missing: MissingParts) -> BackendError | None:
    """None when nothing lacks; a missing node pack comes first, as its nodes name the files."""
    nodes, files = ", ".join(missing.nodes), ", ".join(missing.models)
    if nodes:
        detail = f"nodes: {nodes}" + (f"; models: {files}" if files else "")
        return NodeMissingError(backend, detail=detail, nodes=nodes, files=files or None)
    if files:
        return ModelMissingError(backend, detail=f"models: {files}", files=files)
    return None


def refusal(backend: str, body: Mapping[str, Any]) -> BackendError:
    """The error in an answer to POST /prompt; node_errors say more than error.details."""
    node_errors = body.get("node_errors")
    complaints = list(_complaints(node_errors)) if isinstance(node_errors, dict) else []
    files = sorted({c.value for c in complaints if c.is_missing_model})
    error = body.get("error")
    error = error if isinstance(error, dict) else {"message": error}
    if error.get("type") == "missing_node_type":
        node_class = _mapping(error.get("extra_info")).get("class_type")
        return NodeMissingError(backend, detail=_text(error.get("message")), nodes=node_class)
    detail = "; ".join(c.sentence for c in complaints) or _text(
        error.get("details") or error.get("message")
    )
    if files and len(files) == len({c.value for c in complaints}):
        return ModelMissingError(backend, detail=_cut(detail), files=", ".join(files))
    return RequestRefusedError(backend, detail=_cut(detail))


def execution_failure(data: Mapping[str, Any]) -> Failure:
    """The class and one line of an `execution_error` message."""
    kind = _text(data.get("exception_type"))
    message = _text(data.get("exception_message"))
    first_line = next((line.strip() for line in message.splitlines() if line.strip()), "")
    where = f"{_text(data.get('node_type'))} (node {_text(data.get('node_id'))})"
    return Failure(_failure_class(kind, message), _cut(f"{where}: {kind}: {first_line}"))


def _failure_class(kind: str, message: str) -> FailureClass:
    said = message.lower()
    if kind.endswith("OutOfMemoryError") or "out of memory" in said:
        return FailureClass.OUT_OF_VRAM
    if "allocation on device" in said:
        return FailureClass.OUT_OF_VRAM
    if kind.startswith("safetensors"):  # an empty or half downloaded model file
        return FailureClass.MODEL_MISSING
    if "no space left on device" in said:
        return FailureClass.DISK_FULL
    return FailureClass.EXECUTION_ERROR


class _Complaint(NamedTuple):
    sentence: str
    value: str
    is_missing_model: bool


def _complaints(node_errors: Mapping[str, Any]) -> Iterator[_Complaint]:
    for node_id, entry in node_errors.items():
        node = _mapping(entry)
        for item in node.get("errors") or []:
            error = _mapping(item)
            info = _mapping(error.get("extra_info"))
            value = info.get("received_value")
            sentence = (
                f"{_text(node.get('class_type'))} (node {node_id}): "
                f"{_text(error.get('message'))}: {_text(error.get('details'))}"
            )
            is_missing = error.get("type") == "value_not_in_list" and looks_like_a_model(value)
            yield _Complaint(_cut(sentence, 240), _text(value), is_missing)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _cut(sentence: str, limit: int = MAX_DETAIL_CHARACTERS) -> str:
    return sentence if len(sentence) <= limit else sentence[: limit - 1] + "…"
