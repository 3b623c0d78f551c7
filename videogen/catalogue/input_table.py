"""The `[inputs.<slot>]` tables of manifests and conditions: which files a clip is made from."""

from pydantic import Field

from videogen.catalogue.toml_file import FromFile
from videogen.domain.input_file import InputKind, InputSlot


class InputTable(FromFile):
    """What the file has to be; a limit left out is one that nobody knows."""

    kind: InputKind
    required: bool = True
    max_bytes: int | None = Field(default=None, gt=0)
    min_side_px: int | None = Field(default=None, gt=0)
    max_side_px: int | None = Field(default=None, gt=0)
    min_duration_s: float | None = Field(default=None, ge=0)
    max_duration_s: float | None = Field(default=None, gt=0)

    def slot(self, name: str) -> InputSlot:
        return InputSlot(
            name=name,
            kind=self.kind,
            is_required=self.required,
            max_bytes=self.max_bytes,
            min_side_px=self.min_side_px,
            max_side_px=self.max_side_px,
            min_duration_s=self.min_duration_s,
            max_duration_s=self.max_duration_s,
        )


class PlacedInput(InputTable):
    """An input with its place in the graph."""

    node: str
    input: str
    branch: tuple[str, ...] = ()  # the nodes that go when this optional input is not given
