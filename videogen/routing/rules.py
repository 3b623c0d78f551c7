"""The rules as data: when each fits, and what it prefers."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from videogen.domain.condition import Purpose
from videogen.errors import InvalidInputError
from videogen.routing.records import RouteRequest


class _FromFile(BaseModel):
    """A misspelt condition of a rule is an error: ignored, the rule would fit everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RoutingRule(_FromFile):
    """Fits when everything that it names holds; one that names nothing always fits."""

    reason: str = Field(pattern=r"^[a-z_]+$")  # routing.reason.<reason> in texts
    prefer: tuple[str, ...] = Field(min_length=1)
    purposes: frozenset[Purpose] = frozenset()
    motions: frozenset[str] = frozenset()
    quality_from: float | None = None
    height_px_from: int | None = None
    wall_time_s_to: float | None = None
    cost_usd_to: float | None = None
    without_local: bool = False

    def fits(self, request: RouteRequest, *, has_local: bool) -> bool:
        """`has_local`: something on the own machine could be asked at all."""
        named = (
            (not self.purposes or request.purpose in self.purposes),
            (not self.motions or request.motion in self.motions),
            not (self.without_local and has_local),
            _reaches(request.quality_min, self.quality_from),
            _reaches(request.min_height_px, self.height_px_from),
            _stays_under(request.max_wall_time_s, self.wall_time_s_to),
            _stays_under(
                None if request.max_cost_usd is None else float(request.max_cost_usd),
                self.cost_usd_to,
            ),
        )
        return all(named)


class RoutingRules(_FromFile):
    """One version of the rules."""

    version: str = Field(min_length=1)
    source: str
    last: str  # the end of every chain of fallbacks
    quality_claimed: Mapping[str, float] = Field(default_factory=dict)  # condition name -> MOS
    rule: tuple[RoutingRule, ...] = Field(min_length=1)


def load_rules(path: Path) -> RoutingRules:
    """Raises: InvalidInputError: names the file and the first field that does not fit."""
    try:
        return RoutingRules.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInputError(
            "rules_unreadable", field=where, value=path.name, detail=first["msg"]
        ) from None
    except (OSError, ValueError) as error:
        raise InvalidInputError(
            "rules_unreadable", field="file", value=path.name, detail=type(error).__name__
        ) from None


def _reaches(asked: float | None, at_least: float | None) -> bool:
    return at_least is None or (asked is not None and asked >= at_least)


def _stays_under(asked: float | None, at_most: float | None) -> bool:
    return at_most is None or (asked is not None and asked <= at_most)
