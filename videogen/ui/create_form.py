"""What the Create form offers, without a widget: what a clip may be made from, slots, seeds."""

import secrets
from collections.abc import Callable, Collection, Iterable, Sequence

from videogen.domain.condition import BackendKind, Condition, Purpose
from videogen.domain.input_file import InputSlot

MAX_CLIPS = 8
USUAL_STRIP = 4
RANDOM_SEEDS = 2**31
SERIES = "subject_"  # slots that are filled one after the other
AFTERTHOUGHT = {"last_frame": "image"}  # a slot that means nothing without another
FIRST = ("image", "audio", "camera")


def purposes(conditions: Iterable[Condition]) -> tuple[Purpose, ...]:
    """Those that a condition serves; text first, which is always there."""
    served = {one.purpose for one in conditions if one.backend is not BackendKind.ROUTED}
    return tuple(one for one in Purpose if one in served or one is Purpose.T2V)


def serving(conditions: Iterable[Condition], purpose: Purpose) -> list[Condition]:
    """What makes clips for this purpose; a routed one is asked by name, not found by purpose."""
    return [
        one
        for one in conditions
        if one.purpose is purpose and one.backend is not BackendKind.ROUTED
    ]


def slots(
    conditions: Iterable[Condition], *, needed_by: Callable[[Iterable[bool]], bool] = all
) -> tuple[InputSlot, ...]:
    """Of several conditions together, without their limits, which differ.

    Args: needed_by: `all` where one of them will make the clip, `any` where each of them will.
    """
    each = [{slot.name: slot for slot in condition.inputs} for condition in conditions]
    known = {name: slot for own in each for name, slot in own.items()}
    return tuple(
        InputSlot(
            name=name,
            kind=known[name].kind,
            is_required=needed_by(name in own and own[name].is_required for own in each),
        )
        for name in sorted(known, key=_place)
    )


def shown(offered: Sequence[InputSlot], given: Collection[str]) -> list[InputSlot]:
    """One empty slot of a series at a time, and an end only where there is a beginning."""
    found: list[InputSlot] = []
    is_series_open = False
    for slot in offered:
        needed = AFTERTHOUGHT.get(slot.name)
        if needed is not None and not {slot.name, needed} & set(given):
            continue
        if slot.name.startswith(SERIES) and slot.name not in given:
            if is_series_open:
                continue
            is_series_open = True
        found.append(slot)
    return found


def missing(offered: Iterable[InputSlot], given: Collection[str]) -> list[InputSlot]:
    """What has to be given before anything can be made."""
    return [slot for slot in offered if slot.is_required and slot.name not in given]


def not_taken(condition: Condition, given: Iterable[str]) -> list[str]:
    """Given, and nothing that this condition could be made from."""
    taken = {slot.name for slot in condition.inputs}
    return sorted(set(given) - taken, key=_place)


def slot_of(condition: Condition, name: str) -> InputSlot | None:
    return next((slot for slot in condition.inputs if slot.name == name), None)


def seeds(n_clips: int, first: int | None) -> list[int]:
    """One's own seed and those after it; None: as many that nobody has chosen, no two the same."""
    if first is not None:
        return [first + place for place in range(n_clips)]
    drawn: dict[int, None] = {}
    while len(drawn) < n_clips:
        drawn[secrets.randbelow(RANDOM_SEEDS)] = None
    return list(drawn)


def _place(name: str) -> tuple[int, str]:
    if name in FIRST:
        return FIRST.index(name), name
    return (len(FIRST) + 1, name) if name in AFTERTHOUGHT else (len(FIRST), name)
