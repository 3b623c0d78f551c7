"""A workflow beside its manifest: what may be set, within which limits, and what it needs."""

import copy
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from videogen.catalogue.graph_checks import is_link
from videogen.catalogue.graph_file import without_nodes
from videogen.catalogue.input_table import PlacedInput
from videogen.catalogue.manifest_checks import OTHER_SETTINGS, SIZE_FIELDS
from videogen.catalogue.manifest_file import Limit, Slot
from videogen.catalogue.parts import ModelPart, NodePack
from videogen.catalogue.smaller import smaller_condition
from videogen.domain.condition import BackendKind, Condition, Purpose
from videogen.domain.generation import InputPlace, Workflow
from videogen.domain.input_file import InputSlot
from videogen.domain.prompt import checked_prompt_text
from videogen.errors import InvalidInputError

NOT_SETTINGS = frozenset({*SIZE_FIELDS, "prompt", "negative_prompt", "seed"})  # fields of their own
COLOURS = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One workflow of the catalogue."""

    name: str
    title: str
    source: str
    licence: str
    model: str
    save_node: str
    sampler_node: str
    stall_s: float
    deadline_s: float
    slots: Mapping[str, Slot]
    limits: Mapping[str, Limit]
    defaults: Mapping[str, Any]
    settings: Mapping[str, Any]
    status: Mapping[str, str]  # value -> example, node or unproven
    less_memory: Mapping[str, float]  # what one more try after out_of_vram sets; may be empty
    note: str | None
    parts: tuple[ModelPart, ...]  # the model files that the graph names
    packs: Mapping[str, NodePack]  # node class -> where it comes from, ComfyUI's own included
    graph: Mapping[str, Any] = field(repr=False)
    purpose: Purpose = Purpose.T2V
    placed_inputs: Mapping[str, PlacedInput] = field(default_factory=dict)  # slot name -> place

    @property
    def inputs(self) -> tuple[InputSlot, ...]:
        return tuple(placed.slot(name) for name, placed in self.placed_inputs.items())

    @property
    def has_audio(self) -> bool:
        """Whether a sound track is joined to the frames: then some node takes one in."""
        return any(is_link(node["inputs"].get("audio")) for node in self.graph.values())

    def fill(
        self,
        condition: Condition,
        *,
        prompt_text: str,
        negative_prompt: str | None,
        seed: int,
        inputs: Collection[str] | None = None,
    ) -> Workflow:
        """The graph with every slot filled, without the branches of inputs that are not given.

        `inputs` are the given slots' names; None: all of them, to ask what a server lacks.
        Raises: InvalidInputError: a value outside this workflow's limits, named by its field; a
            required input that lacks, or one that this workflow does not take.
        """
        given = self._given(inputs)
        values: dict[str, Any] = {name: getattr(condition, name) for name in SIZE_FIELDS}
        values |= self._checked_settings(condition)
        values["seed"] = self._checked_seed(seed)
        for name, value in values.items():
            self._check(name, value)
        values["prompt"] = checked_prompt_text(prompt_text)
        values["negative_prompt"] = negative_prompt
        graph = copy.deepcopy(dict(self.graph))
        for name, slot in self.slots.items():
            if values.get(name) is not None:
                for place in slot.places:
                    graph[place.node]["inputs"][place.input] = _written(slot, name, values[name])
        for name in self.placed_inputs.keys() - given.keys():
            graph = without_nodes(graph, self.placed_inputs[name].branch)
        return Workflow(
            name=self.name,
            graph=graph,
            save_node=self.save_node,
            sampler_node=self.sampler_node,
            sha256=graph_sha256(graph),
            stall_s=self.stall_s,
            deadline_s=self.deadline_s,
            input_places={
                name: InputPlace(node=placed.node, input=placed.input)
                for name, placed in given.items()
            },
        )

    def default_condition(self, name: str | None = None) -> Condition:
        """The condition that this workflow's own defaults make."""
        return Condition(
            name=name or self.name,
            backend=BackendKind.COMFY,
            model=self.model,
            workflow=self.name,
            width_px=self.defaults.get("width_px"),
            height_px=self.defaults.get("height_px"),
            n_frames=self.defaults.get("n_frames"),
            fps=self.defaults.get("fps"),
            settings=dict(self.settings),
            has_audio=self.has_audio,
            purpose=self.purpose,
            inputs=self.inputs,
        )

    def check_defaults(self) -> None:
        """Raises: InvalidInputError: a default or setting outside this workflow's own limits."""
        for name, value in {**self.defaults, **self.settings}.items():
            self._check(name, value)

    def smaller(self, condition: Condition) -> Condition | None:
        """For one more try after out_of_vram; None when this workflow cannot go smaller."""
        return smaller_condition(condition, self.less_memory, self.defaults, self.limits)

    def _given(self, names: Collection[str] | None) -> dict[str, PlacedInput]:
        if names is None:
            return dict(self.placed_inputs)
        known = ", ".join(self.placed_inputs) or "-"
        for name in sorted(set(names) - self.placed_inputs.keys()):
            raise InvalidInputError("input_unknown", field=name, workflow=self.name, known=known)
        for name, placed in self.placed_inputs.items():
            if placed.required and name not in names:
                raise InvalidInputError("input_missing", field=name, workflow=self.name)
        return {name: placed for name, placed in self.placed_inputs.items() if name in names}

    def _checked_settings(self, condition: Condition) -> dict[str, Any]:
        # The manifest's own come first: its graph may be another workflow's, with other values.
        asked = {**self.settings, **condition.settings}
        settings = {name: value for name, value in asked.items() if name not in OTHER_SETTINGS}
        settable = set(self.slots) - NOT_SETTINGS
        for name, value in settings.items():
            if name not in settable:
                raise InvalidInputError(
                    "setting_unknown",
                    field=name,
                    value=value,
                    workflow=self.name,
                    known=", ".join(sorted(settable)),
                )
        return settings

    def _checked_seed(self, seed: int) -> int:
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise InvalidInputError("not_a_number", field="seed", value=seed)
        return seed

    def _check(self, name: str, value: Any) -> None:
        limit = self.limits.get(name)
        if limit is None or name not in self.slots:
            return
        check_limit(name, value, limit)


def check_limit(name: str, value: object, limit: Limit) -> None:
    """Raises: InvalidInputError: no number, out of range or between steps, with what is allowed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInputError("not_a_number", field=name, value=value)
    if not limit.min <= value <= limit.max:
        raise InvalidInputError(
            "out_of_range",
            field=name,
            value=value,
            minimum=_plain(limit.min),
            maximum=_plain(limit.max),
        )
    if limit.step is None or (value - limit.min) % limit.step == 0:
        return
    below = limit.min + (value - limit.min) // limit.step * limit.step
    nearest = [n for n in (below, below + limit.step) if limit.min <= n <= limit.max]
    raise InvalidInputError(
        "not_multiple",
        field=name,
        value=value,
        step=_plain(limit.step),
        nearest=" / ".join(str(_plain(n)) for n in nearest),
    )


def graph_sha256(graph: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(graph, sort_keys=True).encode()).hexdigest()


def _written(slot: Slot, name: str, value: Any) -> Any:
    if slot.type == "colour_of_seed":
        digest = hashlib.sha256(str(value).encode()).digest()
        return int.from_bytes(digest[:4], "big") % COLOURS
    expected = {"text": str, "int": int, "float": float, "choice": str}[slot.type]
    try:
        return expected(value)
    except (TypeError, ValueError):
        raise InvalidInputError("not_a_number", field=name, value=value) from None


def _plain(number: float) -> float:
    return int(number) if float(number).is_integer() else number
