"""The conditions that a new installation starts with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from videogen.catalogue.input_table import InputTable
from videogen.catalogue.manifest import Manifest
from videogen.catalogue.toml_file import FromFile, parsed, read_toml
from videogen.domain.condition import BackendKind, Condition, Purpose
from videogen.errors import InvalidInputError


class _ConditionFile(FromFile):
    name: str = Field(min_length=1)
    backend: BackendKind
    model: str | None = None  # None, and no size: the workflow's own
    workflow: str | None = None
    width_px: int | None = Field(default=None, gt=0)  # None: its members have sizes, it has none
    height_px: int | None = Field(default=None, gt=0)
    n_frames: int | None = Field(default=None, gt=0)
    fps: float | None = Field(default=None, gt=0)
    has_audio: bool = False
    settings: dict[str, Any] = Field(default_factory=dict)
    purpose: Purpose = Purpose.T2V  # this and the inputs: of cloud models, for want of a manifest
    inputs: dict[str, InputTable] = Field(default_factory=dict)

    @property
    def is_the_workflows_own(self) -> bool:
        own = (self.model, self.width_px, self.height_px, self.n_frames, self.fps)
        return self.workflow is not None and own == (None,) * len(own) and not self.settings

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> "_ConditionFile":
        if self.is_the_workflows_own:
            return self
        if self.model is None:
            raise ValueError(f"{self.name} needs a model")
        sizes = (self.width_px, self.height_px, self.n_frames, self.fps)
        if self.backend is not BackendKind.ROUTED and None in sizes:
            raise ValueError(f"{self.name} needs width_px, height_px, n_frames and fps")
        return self


class _ConditionsFile(FromFile):
    condition: tuple[_ConditionFile, ...] = Field(min_length=1)


def default_conditions(
    data_folder: Path, manifests: Mapping[str, Manifest]
) -> tuple[Condition, ...]:
    """What `conditions.toml` lists, in its order; a workflow's manifest says what it takes.

    Raises: InvalidInputError: unreadable, or a workflow that there is no manifest of.
    """
    path = data_folder / "conditions.toml"
    content = parsed(_ConditionsFile, path, read_toml(path))
    return tuple(_condition(path, row, manifests) for row in content.condition)


def _condition(path: Path, row: _ConditionFile, manifests: Mapping[str, Manifest]) -> Condition:
    if row.workflow is not None and row.workflow not in manifests:
        raise InvalidInputError(
            "file_content",
            field="workflow",
            value=path.name,
            detail=f"{row.name} names {row.workflow}, and there is no such workflow",
        )
    manifest = manifests[row.workflow] if row.workflow is not None else None
    if manifest is not None and row.is_the_workflows_own:
        return manifest.default_condition(row.name)
    own = tuple(table.slot(name) for name, table in row.inputs.items())
    return Condition(
        name=row.name,
        backend=row.backend,
        model=row.model or "",
        workflow=row.workflow,
        width_px=row.width_px,
        height_px=row.height_px,
        n_frames=row.n_frames,
        fps=row.fps,
        settings=row.settings,
        has_audio=row.has_audio,
        purpose=row.purpose if manifest is None else manifest.purpose,
        inputs=own if manifest is None else manifest.inputs,
    )
