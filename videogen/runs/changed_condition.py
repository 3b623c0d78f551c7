"""A condition with something otherwise, which is another condition."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from videogen.catalogue import Manifest
from videogen.domain.condition import Condition
from videogen.errors import InvalidInputError

SIZES = frozenset({"width_px", "height_px", "n_frames", "fps"})


def changed_condition(
    condition: Condition,
    values: Mapping[str, Any],
    manifests: Mapping[str, Manifest],
    *,
    prompt_text: str,
    seed: int,
    inputs: Collection[str] | None = None,
) -> Condition:
    """The condition as it was when nothing is set; its workflow has judged every value.

    Raises: InvalidInputError: a condition without a workflow, or what the workflow does not take.
    """
    if not values:
        return condition
    manifest = manifests.get(condition.workflow or "")
    if manifest is None:
        raise InvalidInputError("set_without_workflow", field="set", value=condition.name)
    sizes = {name: _size(name, value) for name, value in values.items() if name in SIZES}
    others = {name: value for name, value in values.items() if name not in SIZES}
    changed = replace(condition, settings={**condition.settings, **others}, **sizes)
    manifest.fill(
        changed,
        prompt_text=prompt_text,
        negative_prompt=changed.settings.get("negative_prompt"),
        seed=seed,
        inputs=inputs,
    )
    return changed


def _size(name: str, value: Any) -> Any:
    """Numbers of pictures and pixels are whole; pictures a second need not be."""
    kinds = (int, float) if name == "fps" else (int,)
    if type(value) not in kinds:
        raise InvalidInputError("not_a_number", field=name, value=value)
    if not 0 < value < float("inf"):
        raise InvalidInputError("not_above_zero", field=name, value=value)
    return float(value) if name == "fps" else value
