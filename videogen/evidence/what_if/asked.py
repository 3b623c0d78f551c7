"""What was, or might be, asked of the router: requests with how often each comes."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from videogen import store
from videogen.catalogue.toml_file import FromFile, parsed, read_toml
from videogen.domain.prompt import Prompt
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError
from videogen.routing import RouteRequest, motion_of, request_from_json
from videogen.store import Database

MAX_REPLAYED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One kind of request; `weight` counts them, or is the share that somebody expects."""

    request: RouteRequest
    weight: float
    name: str | None = None  # of a kind in `request_mix.toml`: a part of a key of texts


def recent_requests(database: Database, n: int, origin: Origin) -> tuple[Asked, ...]:
    """The last `n` clips that were asked for, alike ones together, the most frequent first.

    A clip that was asked for without the router has needs too: its prompt's motion, its inputs.
    Raises: InvalidInputError: `n` is out of range.
    """
    if not 1 <= n <= MAX_REPLAYED:
        raise InvalidInputError(
            "out_of_range", field="n_requests", value=n, minimum=1, maximum=MAX_REPLAYED
        )
    counted = Counter(_request(row) for row in store.recent_needs(database, n, origin))
    return tuple(Asked(request=one, weight=times) for one, times in counted.most_common())


def _request(row: store.NeededRun) -> RouteRequest:
    """Without its text, which no rule reads: requests that differ in it alone are one kind."""
    motion = motion_of(Prompt(prompt_id=row.prompt_id, text=row.text, tags=row.tags))
    inputs = frozenset(row.inputs)
    if not row.needs:
        return RouteRequest(purpose=row.purpose, motion=motion, inputs=inputs)
    asked = request_from_json(dict(row.needs))
    return dataclasses.replace(asked, prompt=None, inputs=inputs, motion=asked.motion or motion)


class _Kind(FromFile):
    name: str = Field(pattern=r"^[a-z_]+$")
    share: float = Field(ge=0, le=1)
    request: dict[str, Any]


class _MixFile(FromFile):
    source: str
    kind: tuple[_Kind, ...] = Field(min_length=1)


def stated_mix(path: Path, shares: Mapping[str, float] | None = None) -> tuple[Asked, ...]:
    """The kinds in the file with the shares given, else the file's own.

    Raises: InvalidInputError: an unreadable file, or shares that are nothing together.
    """
    kinds = parsed(_MixFile, path, read_toml(path)).kind
    weights = [(shares or {}).get(kind.name, kind.share) for kind in kinds]
    if not sum(weights) > 0:
        raise InvalidInputError("mix_empty", field="share", value=0)
    return tuple(
        Asked(request=request_from_json(kind.request), weight=weight, name=kind.name)
        for kind, weight in zip(kinds, weights, strict=True)
    )


def normalised(asked: Sequence[Asked]) -> tuple[Asked, ...]:
    """Weights as shares of 1; kinds that never come are left out."""
    total = sum(one.weight for one in asked)
    return tuple(
        dataclasses.replace(one, weight=one.weight / total) for one in asked if one.weight > 0
    )
