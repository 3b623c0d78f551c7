"""`--set NAME=VALUE`: a condition with something otherwise, which is another condition."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from videogen.catalogue import Manifest
from videogen.domain.condition import Condition
from videogen.errors import InvalidInputError

SIZES = {"width_px": int, "height_px": int, "n_frames": int, "fps": float}
TEXTS = frozenset({"negative_prompt"})  # whatever it looks like
WORDS = {"true": True, "false": False}


def changed_condition(
    condition: Condition,
    texts: Sequence[str],
    manifests: Mapping[str, Manifest],
    *,
    prompt_text: str,
    seed: int,
    inputs: Collection[str] | None = None,
) -> Condition:
    """The condition as it was when nothing is set; its workflow has judged every value.

    Raises: InvalidInputError: no NAME=VALUE, twice the same name, a condition without a workflow,
        or what the workflow does not take.
    """
    if not texts:
        return condition
    manifest = manifests.get(condition.workflow or "")
    if manifest is None:
        raise InvalidInputError("set_without_workflow", field="set", value=condition.name)
    sizes: dict[str, Any] = {}
    settings = dict(condition.settings)
    for name, text in _read(texts).items():
        if name in SIZES:
            sizes[name] = _size(name, text)
        else:
            settings[name] = text if name in TEXTS else _setting(text)
    changed = replace(condition, settings=settings, **sizes)
    manifest.fill(
        changed,
        prompt_text=prompt_text,
        negative_prompt=settings.get("negative_prompt"),
        seed=seed,
        inputs=inputs,
    )
    return changed


def _read(texts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise InvalidInputError("set_option", field="set", value=text)
        if name in found:
            raise InvalidInputError("set_twice", field=name, value=value)
        found[name] = value
    return found


def _size(name: str, text: str) -> float:
    try:
        number: float = SIZES[name](text)
    except ValueError:
        raise InvalidInputError("not_a_number", field=name, value=text) from None
    if not 0 < number < float("inf"):
        raise InvalidInputError("not_above_zero", field=name, value=text)
    return number


def _setting(text: str) -> Any:
    if text in WORDS:
        return WORDS[text]
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
