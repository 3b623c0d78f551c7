"""The rules as data: when each fits, and what it prefers; one file for each version of them."""

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from videogen.domain.condition import Purpose
from videogen.errors import InvalidInputError
from videogen.routing.records import RouteRequest


class _FromFile(BaseModel):
    """A misspelt condition of a rule is an error: ignored, the rule would fit everything."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


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

    @cached_property
    def reason_key(self) -> str:
        return f"routing.reason.{self.reason}"

    def fits_at_some_budget(self, request: RouteRequest, *, has_local: bool) -> bool:
        """All but `cost_usd_to`. `has_local`: something on the own machine could be asked."""
        return (
            (not self.purposes or request.purpose in self.purposes)
            and (not self.motions or request.motion in self.motions)
            and not (self.without_local and has_local)
            and _reaches(request.quality_min, self.quality_from)
            and _reaches(request.min_height_px, self.height_px_from)
            and _stays_under(request.max_wall_time_s, self.wall_time_s_to)
        )


class RoutingRules(_FromFile):
    """One version of the rules."""

    version: str = Field(min_length=1)
    source: str
    last: str  # the end of every chain of fallbacks
    keeps_quality: bool = False  # more money never buys less of it
    by_measurements: bool = False  # what is cheaper and rated better here, or fails, goes its way
    same_model: Mapping[str, str] = Field(default_factory=dict)  # a name -> whose claims hold too
    quality_claimed: Mapping[str, float] = Field(default_factory=dict)  # condition name -> MOS
    rule: tuple[RoutingRule, ...] = Field(min_length=1)

    def claimed_quality(self, name: str) -> float | None:
        known = self.quality_claimed.get(name)
        return self.quality_claimed.get(self.same_model.get(name, "")) if known is None else known


def load_rules(path: Path) -> RoutingRules:
    """One version from its file.

    Raises: InvalidInputError: names the file and the first field that does not fit.
    """
    try:
        return RoutingRules.model_validate(_parsed(path))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInputError(
            "rules_unreadable", field=where, value=path.name, detail=first["msg"]
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidInputError(
            "rules_unreadable", field="file", value=path.name, detail=type(error).__name__
        ) from None


def rule_versions(folder: Path) -> tuple[str, ...]:
    """The versions that the folder keeps, by name; each is a file of its name."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def rules_of(folder: Path, version: str) -> RoutingRules:
    """Raises: InvalidInputError: there is no such version; it names those that there are."""
    known = rule_versions(folder)
    if version not in known:
        raise InvalidInputError(
            "rules_version", field="rules", value=version, known=", ".join(known)
        )
    return load_rules(folder / f"{version}.toml")


def active_rules(data: Path) -> RoutingRules:
    """What `routing.toml` of the data folder names, from the folder `routing` beside it.

    Raises: InvalidInputError: as `load_rules` and `rules_of`.
    """
    path = data / "routing.toml"
    try:
        active = str(_parsed(path)["active"])
    except (OSError, ValueError, KeyError, RecursionError) as error:
        raise InvalidInputError(
            "rules_unreadable", field="active", value=path.name, detail=type(error).__name__
        ) from None
    return rules_of(data / "routing", active)


def _parsed(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _reaches(asked: float | None, at_least: float | None) -> bool:
    return at_least is None or (asked is not None and asked >= at_least)


def _stays_under(asked: float | None, at_most: float | None) -> bool:
    return at_most is None or (asked is not None and asked <= at_most)
