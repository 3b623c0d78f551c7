"""What a manifest's TOML may hold."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from videogen.catalogue.input_table import PlacedInput
from videogen.catalogue.toml_file import FromFile
from videogen.domain.condition import Purpose

# What a row, a form and an address of a page can name.
SlotName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
MAX_SLOTS = 200  # each is a field of a form; the largest of ours has 17
MAX_INPUTS = 16
LONGEST_S = 7 * 24 * 3600.0  # a run that hangs must end some day


class Place(FromFile):
    """An input of a node of the graph."""

    node: str
    input: str


class Slot(Place):
    """Where a value goes; `type` says how it is written there."""

    type: Literal["text", "int", "float", "choice", "colour_of_seed"]
    also: tuple[Place, ...] = ()  # the same value at other nodes, as a size is told to several

    @property
    def places(self) -> Iterator[Place]:
        yield self
        yield from self.also


class Limit(FromFile):
    """Allowed values: min, min + step, ..., max; without a step everything between."""

    min: float
    max: float
    step: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _has_room(self) -> "Limit":
        if self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}")
        return self


class ManifestFile(FromFile):
    """A whole manifest, what it extends already worked in."""

    title: str
    source: str
    licence: str
    model: str
    save_node: str
    sampler_node: str
    stall_s: float = Field(gt=0, le=LONGEST_S)
    deadline_s: float = Field(gt=0, le=LONGEST_S)
    slots: dict[SlotName, Slot] = Field(max_length=MAX_SLOTS)
    limits: dict[str, Limit]
    defaults: dict[str, Any]
    settings: dict[str, str | int | float | bool] = Field(default_factory=dict)
    status: dict[str, Literal["example", "node", "unproven"]] = Field(default_factory=dict)
    smaller: dict[str, int | float] = Field(default_factory=dict)
    note: str | None = None
    purpose: Purpose = Purpose.T2V
    inputs: dict[SlotName, PlacedInput] = Field(default_factory=dict, max_length=MAX_INPUTS)
    needs_prompt: bool = True  # False: no text goes into the graph, as the server check's
