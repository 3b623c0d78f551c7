"""What a server has installed: node classes and model files, asked for class by class."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from videogen.backends.comfy.refusals import looks_like_a_model
from videogen.backends.comfy.wire import ComfyWire
from videogen.domain.generation import InputPlace, MissingParts

# The server sees a new model file at once, so every submit looks again, but not twice in a row.
FRESH_S = 1.0


class Resolved(NamedTuple):
    graph: dict[str, Any]  # each model named exactly as the server names it
    missing: MissingParts
    unset: tuple[str, ...]  # required inputs that the workflow leaves out, a sentence each


class ObjectInfo:
    def __init__(self, wire: ComfyWire) -> None:
        self._wire = wire
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Mapping[str, Any] | None]] = {}
        self._all_files: tuple[float, set[str] | None] = (float("-inf"), None)
        self._all_offered: tuple[float, frozenset[str]] = (float("-inf"), frozenset())

    def resolve(self, graph: Mapping[str, Any], places: Iterable[InputPlace] = ()) -> Resolved:
        """Against what the server has now, all complaints at once.

        What goes into `places` is known only once it is uploaded.
        """
        later = {(place.node, place.input) for place in places}
        nodes: list[str] = []
        models: list[str] = []
        unset: list[str] = []
        resolved: dict[str, Any] = {}
        for node_id, node in graph.items():
            node_class = str(node.get("class_type"))
            spec = self.spec(node_class)
            resolved[node_id] = dict(node)
            if spec is None:
                nodes.append(node_class)
                models += self._nowhere(node)
                continue
            inputs = dict(node.get("inputs") or {})
            unset += [
                f"{node_class} (node {node_id}): required input missing: {name}"
                for name in _required(spec)
                if name not in inputs and (node_id, name) not in later
            ]
            for name, value, options in _model_inputs(inputs, spec):
                exact = exact_name(value, options)
                if exact is None:
                    models.append(value)
                else:
                    inputs[name] = exact
            resolved[node_id]["inputs"] = inputs
        missing = MissingParts(
            nodes=tuple(dict.fromkeys(nodes)), models=tuple(dict.fromkeys(models))
        )
        return Resolved(resolved, missing, tuple(unset))

    def _nowhere(self, node: Mapping[str, Any]) -> list[str]:
        """Files of an unknown class that lie in no model folder: all that lacks is told at once."""
        wanted = [v for v in (node.get("inputs") or {}).values() if looks_like_a_model(v)]
        if not wanted:
            return []
        known = self._files()
        return [] if known is None else [v for v in wanted if _base_name(v) not in known]

    def _files(self) -> set[str] | None:
        """Base names in all model folders; None from a server that does not list them."""
        with self._lock:
            asked_at_s, known = self._all_files
        if time.monotonic() - asked_at_s < FRESH_S:
            return known
        folders = self._wire.optional_list("/models")
        known = None
        if folders is not None:
            paths = [f"/models/{quote(folder, safe='')}" for folder in folders]
            lists = [self._wire.optional_list(path) or [] for path in paths]
            known = {_base_name(name) for names in lists for name in names}
        with self._lock:
            self._all_files = (time.monotonic(), known)
        return known

    def model_files(self) -> frozenset[str]:
        """Base names, from the folders' lists or else from what its nodes offer to choose."""
        known = self._files()
        return self._offered() if known is None else frozenset(known)

    def _offered(self) -> frozenset[str]:
        with self._lock:
            asked_at_s, known = self._all_offered
        if time.monotonic() - asked_at_s < FRESH_S:
            return known
        specs = self._wire.get_json("/object_info").values()
        found = frozenset(_offered_files(spec for spec in specs if isinstance(spec, dict)))
        with self._lock:
            self._all_offered = (time.monotonic(), found)
        return found

    def spec(self, node_class: str) -> Mapping[str, Any] | None:
        """The server's description of a class; None when it has none."""
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
    named = next((option for option in options if _base_name(option) == base), None)
    if named is not None:
        return named
    # Copies of one file go about with a hyphen for an underscore and other capitals.
    alike = [option for option in options if _spelling(option) == _spelling(wanted)]
    return alike[0] if len(alike) == 1 else None


def _spelling(path: str) -> str:
    return _base_name(path).casefold().replace("-", "_")


def _base_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _required(spec: Mapping[str, Any]) -> Iterator[str]:
    """Inputs that the server insists on; dynamic ones go by other names in the graph."""
    for name, description in _group(spec, "required").items():
        kind = description[0] if isinstance(description, list) and description else None
        if not (isinstance(kind, str) and kind.startswith("COMFY_")):
            yield name


def _group(spec: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    groups = spec.get("input")
    entries = groups.get(name) if isinstance(groups, dict) else None
    return entries if isinstance(entries, dict) else {}


def _offered_files(specs: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for spec in specs:
        described = {**_group(spec, "required"), **_group(spec, "optional")}
        for description in described.values():
            for choice in combo_options(description) or ():
                if looks_like_a_model(choice):
                    yield _base_name(choice)


def _model_inputs(
    inputs: Mapping[str, Any], spec: Mapping[str, Any]
) -> Iterator[tuple[str, str, list[str]]]:
    described = {**_group(spec, "required"), **_group(spec, "optional")}
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
