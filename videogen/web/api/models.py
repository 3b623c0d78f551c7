"""What may be sent, field by field; what is not named here is refused by its name."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from videogen.domain.prompt import MAX_PROMPT_CHARACTERS
from videogen.routing.exchange import MOST
from videogen.runs.plan_checks import MAX_SEED

MAX_NAME = 200
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # all but tab and line break


def _without_controls(text: str) -> str:
    if CONTROL.search(text):
        raise PydanticCustomError("control_character", "control character")
    return text


Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_without_controls)]
Text = Annotated[
    str,
    Field(min_length=1, max_length=4 * MAX_PROMPT_CHARACTERS),
    AfterValidator(_without_controls),
]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-MOST, le=MOST)]
Scalar = bool | int | Number | Annotated[str, Field(max_length=MAX_PROMPT_CHARACTERS)]
Inputs = Annotated[dict[Name, Name], Field(max_length=20)]


class Sendable(BaseModel):
    """Strict: "1" is no number, true is none either, and nothing unforeseen comes along."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    def sent(self) -> dict[str, Any]:
        """What was sent, without what was left out or null."""
        return self.model_dump(mode="json", exclude_none=True)


class RouteNeeds(Sendable):
    """What is asked of the router; what is absent or null sets no limit."""

    prompt: Text | None = None
    purpose: Literal["t2v", "i2v", "lipsync", "character", "camera"] | None = Field(
        default=None, description="What the clip is made from and for; t2v where it is absent"
    )
    inputs: list[Name] | None = Field(default=None, max_length=20, description="Names of slots")
    motion: Literal["low", "mid", "high"] | None = None
    min_height_px: int | None = Field(default=None, ge=1, le=int(MOST))
    duration_s: float | None = Field(default=None, gt=0, le=MOST, allow_inf_nan=False)
    max_cost_usd: float | None = Field(default=None, ge=0, le=MOST, allow_inf_nan=False)
    max_wall_time_s: float | None = Field(default=None, gt=0, le=MOST, allow_inf_nan=False)
    local_only: bool | None = None
    quality_min: float | None = Field(default=None, ge=1, le=5, description="On the MOS scale")


class RunOrder(Sendable):
    """One clip that is asked for."""

    condition: Name = Field(description="A condition's name, or its id", examples=["wan-1.3b"])
    prompt: Text = Field(examples=["A paper boat drifts down a rain gutter"])
    seed: int | None = Field(default=None, ge=0, le=MAX_SEED, description="Absent: a random one")
    inputs: Inputs = Field(default_factory=dict, description="Slot name -> input_id")
    settings: dict[Name, Scalar] = Field(
        default_factory=dict, max_length=50, description="As `generate --set`: what is otherwise"
    )
    needs: RouteNeeds | None = Field(default=None, description="For a routed condition alone")
