"""Holm's step-down: several tests at once, the chance of any false claim held at 5 % in all."""

from collections.abc import Mapping, Sequence

from videogen.analysis.success import ALPHA, ROUNDING


def holm_levels(p_values: Mapping[str, float]) -> Mapping[str, float]:
    """The level that each must meet: 0.05/m for the smallest p, 0.05/(m-1) for the next, ...

    Once one misses its level the rest keep that level: they are not tested at an easier one.
    """
    names = sorted(p_values, key=lambda name: p_values[name])
    levels: dict[str, float] = {}
    level, has_stopped = ALPHA / max(1, len(names)), False
    for rank, name in enumerate(names):
        if not has_stopped:
            level = ALPHA / (len(names) - rank)
        levels[name] = level
        has_stopped = has_stopped or p_values[name] > level + ROUNDING
    return levels


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The same as adjusted p-values, in the order given: at most 0.05 means a claim may stand.

    Source: Holm 1979, A simple sequentially rejective multiple test procedure.
    """
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = largest
    return tuple(adjusted)
