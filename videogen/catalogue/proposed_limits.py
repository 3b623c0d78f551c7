"""Which values a slot of somebody's own graph may take: the server's word within reason."""

import math
from collections.abc import Mapping
from typing import Any

from videogen.catalogue.manifest_file import Limit, Place

# What no clip here needs to pass; a server often allows far more than any card holds.
REASONABLE: Mapping[str, Limit] = {
    "seed": Limit(min=0, max=4_294_967_295, step=1),
    "width_px": Limit(min=64, max=2048, step=8),
    "height_px": Limit(min=64, max=2048, step=8),
    "n_frames": Limit(min=1, max=1025, step=1),
    "fps": Limit(min=1, max=60),
    "steps": Limit(min=1, max=100, step=1),
    "cfg": Limit(min=0, max=30),
    "shift": Limit(min=0, max=100),
    "blocks_to_swap": Limit(min=0, max=40, step=1),
    "lora_strength": Limit(min=0, max=2),
}
WAN_SIDE_STEP = 16
WAN_FRAME_STEP = 4  # 4n + 1
SIDES = ("width_px", "height_px")


def proposed_limit(
    name: str,
    value: float,
    place: Place,
    graph: Mapping[str, Any],
    object_info: Mapping[str, Any],
    *,
    is_wan: bool,
) -> Limit | None:
    """None for what has no numeric limits. The graph's own value always fits."""
    reasonable = REASONABLE.get(name.rstrip("_0123456789"))
    if reasonable is None or name == "seed":  # a server takes larger seeds than other back ends
        return reasonable
    said = _said(graph, place, object_info)
    low = max(reasonable.min, said.get("min", reasonable.min))
    high = min(reasonable.max, said.get("max", reasonable.max))
    step = _step(name, reasonable, said, is_wan=is_wan)
    if is_wan and name in SIDES and step is not None:
        low = math.ceil(low / step) * step
    return fitting(value, min(low, high), max(low, high), step)


def _step(name: str, reasonable: Limit, said: Mapping[str, float], *, is_wan: bool) -> float | None:
    if is_wan and name in SIDES:
        return WAN_SIDE_STEP
    if is_wan and name == "n_frames":
        return WAN_FRAME_STEP
    if reasonable.step is None:
        return None
    return max(reasonable.step, said.get("step", reasonable.step))


def fitting(value: float, low: float, high: float, step: float | None) -> Limit:
    """The server took the value, so a rule that refuses it is none of this workflow's."""
    if step is not None and low <= value and (value - low) % step != 0:
        step = None
    if value < low:
        step = None
    return Limit(min=min(low, value), max=max(high, value), step=step)


def _said(
    graph: Mapping[str, Any], place: Place, object_info: Mapping[str, Any]
) -> dict[str, float]:
    """min, max and step of an input by the server's own description; empty where it says none."""
    description = described(object_info, graph[place.node]["class_type"]).get(place.input)
    options = description[1] if isinstance(description, list) and len(description) > 1 else None
    if not isinstance(options, Mapping):
        return {}
    return {
        name: float(options[name])
        for name in ("min", "max", "step")
        if isinstance(options.get(name), int | float) and math.isfinite(options[name])
    }


def described(object_info: Mapping[str, Any], class_type: str) -> dict[str, Any]:
    """Input name -> the server's description, the required and the optional ones."""
    spec = object_info.get(class_type)
    groups = spec.get("input") if isinstance(spec, Mapping) else None
    if not isinstance(groups, Mapping):
        return {}
    found: dict[str, Any] = {}
    for group in ("required", "optional"):
        entries = groups.get(group)
        found |= entries if isinstance(entries, Mapping) else {}
    return found
