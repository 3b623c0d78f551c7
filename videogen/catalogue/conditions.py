"""The conditions that a new installation starts with."""

from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from videogen.catalogue.toml_file import FromFile, parsed, read_toml
from videogen.domain.condition import BackendKind, Condition


class _ConditionFile(FromFile):
    name: str = Field(min_length=1)
    backend: BackendKind
    model: str
    workflow: str | None = None
    width_px: int | None = Field(default=None, gt=0)  # None: its members have sizes, it has none
    height_px: int | None = Field(default=None, gt=0)
    n_frames: int | None = Field(default=None, gt=0)
    fps: float | None = Field(default=None, gt=0)
    has_audio: bool = False
    settings: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_a_size_unless_routed(self) -> "_ConditionFile":
        sizes = (self.width_px, self.height_px, self.n_frames, self.fps)
        if self.backend is not BackendKind.ROUTED and None in sizes:
            raise ValueError(f"{self.name} needs width_px, height_px, n_frames and fps")
        return self


class _ConditionsFile(FromFile):
    condition: tuple[_ConditionFile, ...] = Field(min_length=1)


def default_conditions(data_folder: Path) -> tuple[Condition, ...]:
    """What `conditions.toml` lists, in its order. Raises: InvalidInputError."""
    path = data_folder / "conditions.toml"
    content = parsed(_ConditionsFile, path, read_toml(path))
    return tuple(
        Condition(
            name=row.name,
            backend=row.backend,
            model=row.model,
            workflow=row.workflow,
            width_px=row.width_px,
            height_px=row.height_px,
            n_frames=row.n_frames,
            fps=row.fps,
            settings=row.settings,
            has_audio=row.has_audio,
        )
        for row in content.condition
    )
