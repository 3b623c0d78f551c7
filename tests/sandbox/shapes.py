"""Compares a played answer with a recorded one: keys, types, and values where they are fixed."""

from typing import Any

# Times and what a test node of the recording said about its tensors cannot be equal.
_ONLY_TYPES = frozenset(
    {"timestamp", "create_time", "execution_start_time", "execution_end_time", "current_inputs"}
)
_ONLY_LISTS = frozenset({"traceback"})  # of another program's lines
_SETS = frozenset({"nodes", "executed", "current_outputs", "dependent_outputs"})
_LEFT_OUT = frozenset({"tooltip", "output_tooltips", "description", "api_node"})  # of object_info
_UUID_LENGTH = 36


def _differ_dicts(recorded: dict[str, Any], played: dict[str, Any], at: str) -> list[str]:
    wanted = {key for key in recorded if key not in _LEFT_OUT}
    found = [f"{at}: no key {key}" for key in sorted(wanted - played.keys())]
    found += [f"{at}: unknown key {key}" for key in sorted(played.keys() - recorded.keys())]
    for key in sorted(wanted & played.keys()):
        found += _differ_entry(key, recorded[key], played[key], f"{at}.{key}")
    return found


def _differ_entry(key: str, recorded: object, played: object, at: str) -> list[str]:
    if key in _ONLY_TYPES or key in _ONLY_LISTS:
        return _differ_types(recorded, played, at)
    if key in _SETS and isinstance(recorded, list) and isinstance(played, list):
        return [] if set(recorded) == set(played) else [f"{at}: {recorded} became {played}"]
    return differences(recorded, played, at)


def _differ_types(recorded: object, played: object, at: str) -> list[str]:
    if type(recorded) is type(played):
        return []
    return [f"{at}: {type(recorded).__name__} became {type(played).__name__}"]


def differences(recorded: object, played: object, at: str = "") -> list[str]:
    """Every difference as a sentence with its place; empty when the shapes agree."""
    if isinstance(recorded, dict) and isinstance(played, dict):
        return _differ_dicts(recorded, played, at)
    if isinstance(recorded, list) and isinstance(played, list):
        if len(recorded) != len(played):
            return [f"{at}: {len(recorded)} entries became {len(played)}"]
        pairs = zip(recorded, played, strict=True)
        return [
            sentence
            for index, (one, other) in enumerate(pairs)
            for sentence in differences(one, other, f"{at}[{index}]")
        ]
    if type(recorded) is not type(played) or recorded != played:
        return [f"{at}: {recorded!r} became {played!r}"]
    return []


def outline(value: object) -> object:
    """Keys and types only: lists by their first entry, ids and names of nodes as one key."""
    if isinstance(value, dict):
        keys = {"<id>" if len(str(key)) == _UUID_LENGTH else key: key for key in value}
        return {name: outline(value[key]) for name, key in keys.items()}
    if isinstance(value, list):
        return [outline(value[0])] if value else []
    return type(value).__name__
