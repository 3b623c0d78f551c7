"""What may be set in a graph that somebody brought: proposed, changed by them, then a manifest."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from videogen.catalogue.graph_checks import Graph
from videogen.catalogue.graph_tracing import is_a
from videogen.catalogue.manifest_file import Limit, Place
from videogen.catalogue.proposed_limits import REASONABLE, fitting
from videogen.domain.condition import Purpose
from videogen.domain.input_file import InputKind

SOURCE = "brought by a person; its values were not proven here"
LICENCE = "as its model files and node packs say"
STALL_S = 3600.0  # as patient as with the slowest shipped workflow
DEADLINE_S = 6 * 3600.0
UNPROVEN = "unproven"
KINDS: Mapping[str, type | tuple[type, ...]] = {
    "text": str,
    "choice": str,
    "int": int,
    "float": (int, float),
}
NUMBER = (int, float)
# What a person may point at where nothing was found; a seed is what every workflow needs.
SLOT_TYPES: Mapping[str, str] = {
    "prompt": "text",
    "negative_prompt": "text",
    "seed": "int",
    "width_px": "int",
    "height_px": "int",
    "n_frames": "int",
    "fps": "float",
    "steps": "int",
    "cfg": "float",
    "shift": "float",
    "sampler_name": "choice",
    "scheduler": "choice",
    "blocks_to_swap": "int",
}


class Confidence(StrEnum):
    SURE = "sure"
    LIKELY = "likely"
    GUESS = "guess"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedSlot:
    """Where one setting stands; `why` ends a key of texts (workflows.why.*)."""

    name: str
    node: str
    input: str
    type: str  # as in manifests: text, int, float, choice
    value: Any  # the graph's own
    confidence: Confidence
    why: str
    limit: Limit | None = None
    also: tuple[Place, ...] = ()  # the same value at other nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedInput:
    """A file that the clip is made from, and the loader that reads it."""

    name: str  # image, last_frame, audio, camera, subject_1 to subject_4
    kind: InputKind
    node: str
    input: str
    confidence: Confidence
    is_required: bool = True
    branch: tuple[str, ...] = ()  # what goes where it is not given; empty: nothing can go


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a person should know of the reading; `what` ends a key (workflows.note.*)."""

    what: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    graph: Graph = field(repr=False)
    save_node: str
    sampler_node: str
    purpose: Purpose
    slots: tuple[ProposedSlot, ...]
    inputs: tuple[ProposedInput, ...]
    notes: tuple[Note, ...]
    model: str  # the main files' names

    def slot(self, name: str) -> ProposedSlot | None:
        return next((slot for slot in self.slots if slot.name == name), None)

    def without_slot(self, name: str) -> "Proposal":
        """The value that stands in the graph then stays."""
        return replace(self, slots=tuple(slot for slot in self.slots if slot.name != name))

    def with_slot_at(self, name: str, place: Place) -> "Proposal":
        """A setting at the node that a person chose, whether or not it was found before."""
        value = self.graph[place.node]["inputs"][place.input]
        known = self.slot(name)
        chosen = ProposedSlot(
            name=name,
            node=place.node,
            input=place.input,
            type=known.type if known else SLOT_TYPES[name],
            value=value,
            confidence=Confidence.SURE,
            why="chosen",
            limit=_widened(known.limit if known else REASONABLE.get(name), value),
        )
        if known is None:
            return replace(self, slots=(*self.slots, chosen))
        moved = tuple(chosen if slot.name == name else slot for slot in self.slots)
        return replace(self, slots=moved)

    def with_purpose(self, purpose: Purpose) -> "Proposal":
        return replace(self, purpose=purpose)

    def with_required(self, name: str, *, is_required: bool) -> "Proposal":
        """An input without a branch stays required: the graph would not run without it."""
        inputs = tuple(
            replace(one, is_required=is_required or not one.branch) if one.name == name else one
            for one in self.inputs
        )
        return replace(self, inputs=inputs)

    def places_for(self, name: str) -> tuple[Place, ...]:
        """Every place in the graph whose value has this setting's type."""
        slot = self.slot(name)
        kind = KINDS[slot.type if slot else SLOT_TYPES[name]]
        return tuple(
            Place(node=node_id, input=input_name)
            for node_id, node in self.graph.items()
            for input_name, value in node["inputs"].items()
            if is_a(value, kind)
        )

    def manifest(self, title: str) -> dict[str, Any]:
        """As the TOML beside a shipped graph has it."""
        limited = [slot for slot in self.slots if slot.limit is not None]
        return {
            "title": title,
            "source": SOURCE,
            "licence": LICENCE,
            "model": self.model,
            "save_node": self.save_node,
            "sampler_node": self.sampler_node,
            "stall_s": STALL_S,
            "deadline_s": DEADLINE_S,
            "purpose": self.purpose.value,
            "slots": {slot.name: _slot_table(slot) for slot in self.slots},
            "limits": {
                slot.name: slot.limit.model_dump(exclude_none=True)
                for slot in limited
                if slot.limit is not None
            },
            "defaults": {slot.name: slot.value for slot in limited if slot.name != "seed"},
            "status": {slot.name: UNPROVEN for slot in limited if slot.name != "seed"},
            "inputs": {one.name: _input_table(one) for one in self.inputs},
            "needs_prompt": self.slot("prompt") is not None,
        }


def _slot_table(slot: ProposedSlot) -> dict[str, Any]:
    table: dict[str, Any] = {"node": slot.node, "input": slot.input, "type": slot.type}
    if slot.also:
        table["also"] = [one.model_dump() for one in slot.also]
    return table


def _input_table(one: ProposedInput) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "node": one.node,
        "input": one.input,
        "required": one.is_required,
        "branch": [] if one.is_required else list(one.branch),
    }


def _widened(limit: Limit | None, value: Any) -> Limit | None:
    """With room for the value that stands there, which the server took."""
    if limit is None or not is_a(value, NUMBER):
        return limit
    return fitting(value, limit.min, limit.max, limit.step)
