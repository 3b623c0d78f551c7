"""What a server has installed: node classes and model files, asked for class by class."""

import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from videogen.backends.comfy.refusals import looks_like_a_model
from videogen.backends.comfy.wire import ComfyWire
from videogen.domain.generation import MissingParts

FRESH_S = 3.0  # the server sees a new model file at once, so we look again soon


class ObjectInfo:
    def __init__(self, wire: ComfyWire) -> None:
        self._wire = wire
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Mapping[str, Any] | None]] = {}

    def resolve(self, graph: Mapping[str, Any]) -> tuple[dict[str, Any], MissingParts]:
        """The graph with each model named exactly as the server names it, and what is missing."""
        missing_nodes: list[str] = []
        missing_models: list[str] = []
        resolved: dict[str, Any] = {}
        for node_id, node in graph.items():
            node_class = str(node.get("class_type"))
            spec = self._spec(node_class)
            resolved[node_id] = dict(node)
            if spec is None:
                missing_nodes.append(node_class)
                continue
            inputs = dict(node.get("inputs") or {})
            for name, value, options in _model_inputs(inputs, spec):
                exact = exact_name(value, options)
                if exact is None:
                    missing_models.append(value)
                else:
                    inputs[name] = exact
            resolved[node_id]["inputs"] = inputs
        return resolved, MissingParts(
            nodes=tuple(dict.fromkeys(missing_nodes)), models=tuple(dict.fromkeys(missing_models))
        )

    def _spec(self, node_class: str) -> Mapping[str, Any] | None:
        with self._lock:
            asked_at_s, spec = self._known.get(node_class, (float("-inf"), None))
        if time.monotonic() - asked_at_s < FRESH_S:
            return spec
        answer = self._wire.get_json(f"/object_info/{quote(node_class, safe='')}")
        found = answer.get(node_class)
        spec = found if isinstance(found, dict) else None
        with self._lock:
            self._known[node_class] = (time.monotonic(), spec)
        return spec


def exact_name(wanted: str, options: list[str]) -> str | None:
    """The server's own string for a model, found by its base name.

    A Windows server lists a backslash where a Linux one has a slash or no folder.
    """
    if wanted in options:
        return wanted
    by_path = {option.replace("\\", "/"): option for option in reversed(options)}
    if wanted.replace("\\", "/") in by_path:
        return by_path[wanted.replace("\\", "/")]
    base = _base_name(wanted)
    return next((option for option in options if _base_name(option) == base), None)


def _base_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _model_inputs(
    inputs: Mapping[str, Any], spec: Mapping[str, Any]
) -> Iterator[tuple[str, str, list[str]]]:
    groups = spec.get("input")
    described: dict[str, Any] = {}
    for group in ("required", "optional"):
        entries = groups.get(group) if isinstance(groups, dict) else None
        described.update(entries if isinstance(entries, dict) else {})
    for name, value in inputs.items():
        options = combo_options(described.get(name))
        if options is not None and looks_like_a_model(value):
            yield name, value, options


def combo_options(description: object) -> list[str] | None:
    """The choices of a combo input in either of its two shapes; None for any other input."""
    if not isinstance(description, list) or not description:
        return None
    choices = description[0]
    if choices == "COMBO" and len(description) > 1 and isinstance(description[1], dict):
        choices = description[1].get("options")
    return [str(choice) for choice in choices] if isinstance(choices, list) else None
