"""A request as JSON: what `route` and the API read."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from videogen.domain.condition import Purpose
from videogen.domain.prompt import checked_prompt_text
from videogen.errors import InvalidInputError
from videogen.routing.records import RouteRequest

FIELDS = (
    "prompt",
    "purpose",
    "inputs",
    "motion",
    "min_height_px",
    "duration_s",
    "max_cost_usd",
    "max_wall_time_s",
    "local_only",
    "quality_min",
)
MOTIONS = ("low", "mid", "high")
MOST = 1e9  # larger than any clip, wait or price; keeps comparisons finite


def request_from_json(data: object) -> RouteRequest:
    """A request from parsed JSON; a field that is absent or null sets no limit.

    Raises: InvalidInputError: names the field. A misspelt one too: an ignored limit is no limit.
    """
    if not isinstance(data, dict):
        raise InvalidInputError("route_type", field="request", value=_shown(data), wanted="{...}")
    for name in data:
        if name not in FIELDS:
            raise InvalidInputError(
                "route_field",
                field=_shown(str(name)),
                value=_shown(data[name]),
                known=", ".join(FIELDS),
            )
    height_px = _number(data, "min_height_px", 1, whole=True)
    cost_usd = _number(data, "max_cost_usd", 0)
    return RouteRequest(
        prompt=_prompt(data),
        purpose=_purpose(data),
        inputs=_inputs(data),
        motion=_motion(data),
        min_height_px=None if height_px is None else int(height_px),
        duration_s=_number(data, "duration_s", 0, above=True),
        max_cost_usd=None if cost_usd is None else Decimal(str(cost_usd)),
        max_wall_time_s=_number(data, "max_wall_time_s", 0, above=True),
        local_only=_flag(data, "local_only"),
        quality_min=_number(data, "quality_min", 1, most=5),
    )


def request_as_json(request: RouteRequest) -> dict[str, Any]:
    """What `request_from_json` reads back; what sets no limit is left out."""
    told: dict[str, Any] = {
        "purpose": request.purpose.value,
        "prompt": request.prompt,
        "inputs": None if request.inputs is None else sorted(request.inputs),
        "motion": request.motion,
        "min_height_px": request.min_height_px,
        "duration_s": request.duration_s,
        "max_cost_usd": None if request.max_cost_usd is None else float(request.max_cost_usd),
        "max_wall_time_s": request.max_wall_time_s,
        "local_only": request.local_only or None,
        "quality_min": request.quality_min,
    }
    return {name: value for name, value in told.items() if value is not None}


def _prompt(data: Mapping[str, Any]) -> str | None:
    text = data.get("prompt")
    if text is None:
        return None
    if not isinstance(text, str):
        raise InvalidInputError("route_type", field="prompt", value=_shown(text), wanted='"..."')
    return checked_prompt_text(text)


def _purpose(data: Mapping[str, Any]) -> Purpose:
    word = data.get("purpose")
    if word is None:
        return Purpose.T2V
    if not isinstance(word, str) or word not in list(Purpose):
        raise InvalidInputError(
            "route_purpose", field="purpose", value=_shown(word), known=", ".join(Purpose)
        )
    return Purpose(word)


def _inputs(data: Mapping[str, Any]) -> frozenset[str] | None:
    names = data.get("inputs")
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidInputError(
            "route_type", field="inputs", value=_shown(names), wanted='["image"]'
        )
    return frozenset(names)


def _motion(data: Mapping[str, Any]) -> str | None:
    word = data.get("motion")
    if word is None:
        return None
    if word not in MOTIONS:
        raise InvalidInputError(
            "route_motion", field="motion", value=_shown(word), known=", ".join(MOTIONS)
        )
    return str(word)


def _flag(data: Mapping[str, Any], field: str) -> bool:
    value = data.get(field)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise InvalidInputError(
            "route_type", field=field, value=_shown(value), wanted="true | false"
        )
    return value


def _number(
    data: Mapping[str, Any],
    field: str,
    least: float,
    *,
    most: float = MOST,
    above: bool = False,
    whole: bool = False,
) -> float | None:
    value = data.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or _is_nan(value):
        raise InvalidInputError("route_number", field=field, value=_shown(value))
    if not least <= value <= most or (above and value == least):
        raise InvalidInputError(
            "route_range", field=field, value=_shown(value), minimum=least, maximum=f"{most:.0f}"
        )
    if whole and value != int(value):
        raise InvalidInputError("route_whole", field=field, value=_shown(value))
    return value


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _shown(value: object) -> Any:
    """Short enough for one line, and printable as JSON again whatever it was."""
    if value is None or (isinstance(value, bool | int) and abs(value) <= MOST):
        return value
    text = str(value).encode("utf-8", "replace").decode()
    return text if len(text) <= 60 else f"{text[:59]}…"
