"""The same condition with less memory: for one more try after the GPU ran out of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from videogen.domain.condition import Condition

SCALE = "scale"  # of both sides, so that the picture keeps its shape


class _Raster(Protocol):
    @property
    def min(self) -> float: ...
    @property
    def step(self) -> float | None: ...


def smaller_condition(
    condition: Condition,
    smaller: Mapping[str, Any],
    defaults: Mapping[str, Any],
    limits: Mapping[str, _Raster],
) -> Condition | None:
    """None when nothing would change: a second try would end like the first.

    A value goes the way that the manifest's own differs from its default, and never back: a
    condition that already swaps more blocks than `smaller` names keeps doing so.
    """
    sizes: dict[str, Any] = {}
    settings = dict(condition.settings)
    for name, value in smaller.items():
        if name == SCALE:
            sizes |= _scaled(condition, float(value), limits)
        elif name == "n_frames":
            sizes[name] = min(value, condition.n_frames or value)
        else:
            settings[name] = _further(value, settings.get(name, defaults[name]), defaults[name])
    found = replace(condition, settings=settings, **sizes)
    return None if found.condition_id == condition.condition_id else found


def _further(value: Any, current: Any, default: Any) -> Any:
    return max(value, current) if value > default else min(value, current)


def _scaled(condition: Condition, scale: float, limits: Mapping[str, _Raster]) -> dict[str, int]:
    sides = {"width_px": condition.width_px, "height_px": condition.height_px}
    return {
        name: _on_raster(side_px * scale, limits[name])
        for name, side_px in sides.items()
        if side_px is not None
    }


def _on_raster(side_px: float, limit: _Raster) -> int:
    step = limit.step or 1
    return int(max(limit.min, limit.min + (side_px - limit.min) // step * step))
