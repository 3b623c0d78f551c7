"""What may be sent, field by field; what is not named here is refused by its name."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from videogen.bootstrap.campaign_orders import Plan
from videogen.domain.prompt import MAX_PROMPT_CHARACTERS
from videogen.routing.exchange import MOST
from videogen.runs.plan_checks import (
    MAX_CAP_USD,
    MAX_RATERS,
    MAX_RUNS_PER_CAMPAIGN,
    MAX_SEED,
)

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
Inputs = Annotated[dict[Name, Name], Field(max_length=1000)]  # of each prompt, at most
Names = Annotated[list[Name], Field(max_length=50)]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED)]
Seeds = Annotated[list[Seed], Field(max_length=1000)]
Settings = Annotated[dict[Name, Scalar], Field(max_length=50)]


STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)


def shown_as(example: dict[str, Any]) -> ConfigDict:
    """The rules of every body, and what one looks like."""
    return ConfigDict(**STRICT, json_schema_extra={"examples": [example]})


class Sendable(BaseModel):
    """Strict: "1" is no number, true is none either, and nothing unforeseen comes along."""

    model_config = STRICT

    def sent(self) -> dict[str, Any]:
        """What was sent, without what was left out or null."""
        return self.model_dump(mode="json", exclude_none=True)


class RouteNeeds(Sendable):
    """What is asked of the router; what is absent or null sets no limit."""

    model_config = shown_as(
        {"purpose": "t2v", "min_height_px": 480, "max_cost_usd": 0.5, "local_only": False}
    )

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

    model_config = shown_as(
        {"condition": "wan-1.3b", "prompt": "A paper boat drifts down a rain gutter", "seed": 7}
    )

    condition: Name = Field(description="A condition's name, or its id", examples=["wan-1.3b"])
    prompt: Text = Field(examples=["A paper boat drifts down a rain gutter"])
    seed: int | None = Field(default=None, ge=0, le=MAX_SEED, description="Absent: a random one")
    inputs: Inputs = Field(default_factory=dict, description="Slot name -> input_id")
    settings: Settings = Field(
        default_factory=dict, description="As `generate --set`: what is to be otherwise"
    )
    needs: RouteNeeds | None = Field(default=None, description="For a routed condition alone")


class CampaignPlan(Sendable):
    """As `campaigns create` takes it."""

    model_config = shown_as(
        {
            "name": "Spring comparison",
            "candidates": ["wan-1.3b", "veo-3.1-fast"],
            "baselines": ["animatediff"],
            "n_prompts": 30,
            "cap_usd": 50,
        }
    )

    name: Name = Field(examples=["Spring comparison"])
    candidates: Names = Field(min_length=1, examples=[["wan-1.3b", "veo-3.1-fast"]])
    baselines: Names = Field(default_factory=list, examples=[["animatediff"]])
    suite: Name = Field(default="core", description="A suite's name, or its id")
    n_prompts: int = Field(default=30, ge=1, le=MAX_RUNS_PER_CAMPAIGN)
    seeds: Seeds = Field(default_factory=lambda: [1])
    rated_seeds: Seeds | None = Field(default=None, description="Absent: the first seed")
    planned_n_raters: int = Field(default=6, ge=1, le=MAX_RATERS)
    cap_usd: float | None = Field(
        default=None,
        ge=0,
        le=float(MAX_CAP_USD),
        allow_inf_nan=False,
        description="Of its paid calls together",
    )
    inputs: Annotated[dict[Name, Inputs], Field(max_length=20)] = Field(
        default_factory=dict, description='Slot name -> prompt_id or "*" -> input_id'
    )
    dry_run: bool = Field(default=False, description="Tell what it would take; store nothing")

    def plan(self) -> Plan:
        wanted = self.sent()
        del wanted["dry_run"]
        if self.cap_usd is not None:
            wanted["cap_usd"] = Decimal(str(self.cap_usd))
        return Plan(**wanted)


class EstimateOrder(Sendable):
    """What a run would take, before it is asked for."""

    model_config = shown_as({"condition": "wan-1.3b", "settings": {"steps": 20}})

    condition: Name = Field(examples=["wan-1.3b"])
    settings: Settings = Field(default_factory=dict, description="What is to be otherwise")
