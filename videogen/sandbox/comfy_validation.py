"""ComfyUI's checks of a posted graph, with its error types and wording (execution.py, 0.25.0)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from videogen.sandbox.node_catalogue import UPLOAD_INPUTS, NodeCatalogue, NodeClass, Spec, choices
from videogen.sandbox.workflow_reading import Graph

Reason = dict[str, Any]
_LISTED_CHOICES = 20  # longer lists are only counted in the message


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """`error` is None when at least one output can run; `node_errors` may be filled even then."""

    outputs: list[str]
    error: Reason | None
    node_errors: dict[str, Any]


def _error(
    kind: str, message: str, details: str, extra_info: dict[str, Any] | None = None
) -> Reason:
    return {"type": kind, "message": message, "details": details, "extra_info": extra_info or {}}


NO_PROMPT = _error("no_prompt", "No prompt provided", "No prompt provided")
INVALID_PROMPT_ID = _error(
    "invalid_prompt_id",
    "prompt_id must be a valid UUID",
    "prompt_id must be a UUID string in canonical lowercase hyphenated form; "
    "omit it to let the server generate one",
)


def is_canonical_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False


@dataclass(slots=True)
class _Checker:
    graph: Graph
    catalogue: NodeCatalogue
    checked: dict[str, tuple[bool, list[Reason]]] = field(default_factory=dict)

    def check(self, node_id: str) -> tuple[bool, list[Reason]]:
        """Raises: KeyError: the node is not in the graph, as the real server does inside."""
        if node_id in self.checked:
            return self.checked[node_id]
        node = self.graph[node_id]
        node_class = self.catalogue[node["class_type"]]
        inputs = node.get("inputs", {})
        self.checked[node_id] = (True, [])
        reasons: list[Reason] = []
        valid = True
        for section in ("required", "optional"):
            for name, spec in node_class.inputs(section):
                if name not in inputs:
                    if section == "required":
                        reasons.append(_missing(name))
                    continue
                below_is_valid = self._check_input(node_class, name, spec, inputs, reasons)
                valid = valid and below_is_valid
        self.checked[node_id] = (valid and not reasons, reasons)
        return self.checked[node_id]

    def _check_input(
        self,
        node_class: NodeClass,
        name: str,
        spec: Spec,
        inputs: dict[str, Any],
        reasons: list[Reason],
    ) -> bool:
        value = inputs[name]
        if isinstance(value, list):
            return self._check_link(name, spec, value, reasons)
        if UPLOAD_INPUTS.get(node_class.name) == name:
            reasons += self._check_upload(name, value)
        else:
            found = _check_value(name, spec, value)
            if not found:
                inputs[name] = _converted(spec, value)
            reasons += found
        return True

    def _check_link(self, name: str, spec: Spec, value: list[Any], reasons: list[Reason]) -> bool:
        facts = {"input_name": name, "input_config": spec, "received_value": value}
        if len(value) != 2:
            details = f"{name}"
            message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
            reasons.append(_error("bad_linked_input", message, details, facts))
            return True
        source_id, slot = value
        received = self.catalogue[self.graph[source_id]["class_type"]].output_types[slot]
        if not _types_fit(received, spec[0]):
            details = f"{name}, received_type({received}) mismatch input_type({spec[0]})"
            facts = {
                "input_name": name,
                "input_config": spec,
                "received_type": received,
                "linked_node": value,
            }
            message = "Return type mismatch between linked nodes"
            reasons.append(_error("return_type_mismatch", message, details, facts))
            return True
        try:
            return self.check(source_id)[0]
        except (KeyError, IndexError, TypeError) as error:
            self.checked[source_id] = (False, [_inner_exception(name, spec, value, error)])
            return False

    def _check_upload(self, name: str, value: object) -> list[Reason]:
        if self.catalogue.has_upload(value):
            return []
        kind = "image" if name == "image" else "audio" if name == "audio" else "video"
        details = f"{name} - Invalid {kind} file: {value}"
        message = "Custom validation failed for node"
        return [_error("custom_validation_failed", message, details, {"input_name": name})]


def _missing(name: str) -> Reason:
    return _error("required_input_missing", "Required input is missing", name, {"input_name": name})


def _inner_exception(name: str, spec: Spec, value: list[Any], error: Exception) -> Reason:
    facts = {
        "input_name": name,
        "input_config": spec,
        "exception_message": str(error),
        "exception_type": type(error).__name__,
        "traceback": ['  File "<sandbox>", line 1, in validate_inputs\n'],
        "linked_node": value,
    }
    message = "Exception when validating inner node"
    return _error("exception_during_inner_validation", message, str(error), facts)


def _types_fit(received: object, wanted: object) -> bool:
    if isinstance(received, list) or isinstance(wanted, list):
        return True  # combos: the value is only known when it runs
    if "*" in (received, wanted):
        return True
    return bool(set(str(received).split(",")) & set(str(wanted).split(",")))


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "INT": int,
    "FLOAT": float,
    "STRING": str,
    "BOOLEAN": bool,
}


def _converted(spec: Spec, value: object) -> object:
    """The real server writes what it converted into the prompt that it keeps."""
    converter = _CONVERTERS.get(str(spec[0])) if choices(spec) is None else None
    return value if converter is None else converter(value)


def _check_value(name: str, spec: Spec, value: object) -> list[Reason]:
    options = choices(spec)
    if options is not None:
        return _check_choice(name, spec, value, options)
    converter = _CONVERTERS.get(str(spec[0]))
    if converter is None:
        return []
    facts = {"input_name": name, "input_config": spec, "received_value": value}
    try:
        converted = converter(value)
    except (TypeError, ValueError) as error:
        details = f"{name}, {value}, {error}"
        message = f"Failed to convert an input value to a {spec[0]} value"
        facts["exception_message"] = str(error)
        return [_error("invalid_input_type", message, details, facts)]
    return _check_range(name, spec, converted, facts)


def _check_range(name: str, spec: Spec, value: Any, facts: dict[str, Any]) -> list[Reason]:
    limits = spec[1] if len(spec) > 1 else {}
    if "min" in limits and value < limits["min"]:
        message = f"Value {value} smaller than min of {limits['min']}"
        return [_error("value_smaller_than_min", message, name, facts)]
    if "max" in limits and value > limits["max"]:
        message = f"Value {value} bigger than max of {limits['max']}"
        return [_error("value_bigger_than_max", message, name, facts)]
    return []


def _check_choice(name: str, spec: Spec, value: object, options: list[Any]) -> list[Reason]:
    if value in options:
        return []
    is_long = len(options) > _LISTED_CHOICES
    listed = f"(list of length {len(options)})" if is_long else str(options)
    facts = {
        "input_name": name,
        "input_config": None if is_long else spec,
        "received_value": value,
    }
    details = f"{name}: '{value}' not in {listed}"
    return [_error("value_not_in_list", "Value not in list", details, facts)]


def _missing_class(graph: Graph, catalogue: NodeCatalogue) -> Reason | None:
    for node_id, node in graph.items():
        details = f"Node ID '#{node_id}'"
        name = node.get("class_type")
        title = node.get("_meta", {}).get("title", name)
        facts = {"node_id": node_id, "class_type": name, "node_title": title}
        if name is None:
            message = (
                f"Node 'ID #{node_id}' has no class_type. "
                "The workflow may be corrupted or a custom node is missing."
            )
            return _error("missing_node_type", message, details, facts)
        if name not in catalogue:
            message = f"Node '{title}' not found. The custom node may not be installed."
            return _error("missing_node_type", message, details, facts)
    return None


def _node_errors(checker: _Checker, outputs: list[str]) -> dict[str, Any]:
    return {
        node_id: {
            "errors": reasons,
            "dependent_outputs": outputs,
            "class_type": checker.graph[node_id]["class_type"],
        }
        for node_id, (_, reasons) in checker.checked.items()
        if reasons and node_id in checker.graph
    }


def second_output_refused() -> dict[str, Any]:
    """What a 200 tells beside a good output: another one, of the same prompt, will not be made."""
    errors = [_missing("images")]
    return {"9999": {"errors": errors, "dependent_outputs": ["9999"], "class_type": "SaveImage"}}


def validate_prompt(graph: Graph, catalogue: NodeCatalogue) -> Validation:
    missing = _missing_class(graph, catalogue)
    if missing is not None:
        return Validation(outputs=[], error=missing, node_errors={})
    outputs = [key for key, node in graph.items() if catalogue[node["class_type"]].is_output]
    if not outputs:
        error = _error("prompt_no_outputs", "Prompt has no outputs", "")
        return Validation(outputs=[], error=error, node_errors={})
    good: list[str] = []
    details: list[str] = []
    node_errors: dict[str, Any] = {}
    for output_id in outputs:
        checker = _Checker(graph, catalogue)
        valid, reasons = _check_output(checker, output_id)
        if valid:
            good.append(output_id)
            continue
        details += [f"{reason['message']}: {reason['details']}" for reason in reasons]
        for node_id, entry in _node_errors(checker, [output_id]).items():
            known = node_errors.setdefault(node_id, entry)
            known["dependent_outputs"] = sorted({*known["dependent_outputs"], output_id})
    if good:
        return Validation(outputs=good, error=None, node_errors=node_errors)
    error = _error(
        "prompt_outputs_failed_validation", "Prompt outputs failed validation", "\n".join(details)
    )
    return Validation(outputs=[], error=error, node_errors=node_errors)


def _check_output(checker: _Checker, output_id: str) -> tuple[bool, list[Reason]]:
    try:
        return checker.check(output_id)
    except (KeyError, IndexError, TypeError) as error:
        reason = _error(
            "exception_during_validation",
            "Exception when validating node",
            str(error),
            {"exception_type": type(error).__name__, "traceback": []},
        )
        checker.checked[output_id] = (False, [reason])
        return False, [reason]
