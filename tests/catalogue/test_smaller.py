from dataclasses import replace
from pathlib import Path

import pytest

from videogen.catalogue import default_conditions, load_manifests
from videogen.domain.condition import Condition

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = load_manifests(ROOT / "workflows")
CONDITIONS = {c.name: c for c in default_conditions(ROOT / "data", MANIFESTS)}
COMFY = [c for c in CONDITIONS.values() if c.workflow is not None]


def _smaller(condition: Condition) -> Condition | None:
    return MANIFESTS[condition.workflow or ""].smaller(condition)


def test_the_14b_model_swaps_all_its_blocks_and_keeps_everything_else() -> None:
    found = _smaller(CONDITIONS["wan-14b"])

    assert found == replace(CONDITIONS["wan-14b"], settings={"blocks_to_swap": 40})


def test_the_small_model_makes_fewer_frames() -> None:
    found = _smaller(CONDITIONS["wan-1.3b"])

    assert found is not None
    assert (found.n_frames, found.fps, found.width_px) == (49, 16.0, 832)


def test_animatediff_makes_a_smaller_picture_of_the_same_shape() -> None:
    found = _smaller(replace(CONDITIONS["animatediff"], width_px=768))

    assert found is not None
    assert (found.width_px, found.height_px) == (576, 384)


@pytest.mark.parametrize("condition", COMFY, ids=lambda c: c.name)
def test_a_smaller_condition_is_another_one_of_the_same_name_that_its_workflow_takes(
    condition: Condition,
) -> None:
    found = _smaller(condition)

    assert found is not None
    assert found.name == condition.name
    assert found.condition_id != condition.condition_id
    MANIFESTS[condition.workflow or ""].fill(
        found, prompt_text="a kite", negative_prompt=None, seed=1
    )


@pytest.mark.parametrize("condition", COMFY, ids=lambda c: c.name)
def test_what_is_as_small_as_it_gets_has_no_smaller_one(condition: Condition) -> None:
    once = _smaller(replace(condition, width_px=64, height_px=64))

    assert once is None or _smaller(once) is None


def test_a_condition_already_smaller_than_that_is_never_made_larger() -> None:
    assert _smaller(replace(CONDITIONS["wan-1.3b"], n_frames=33)) is None


def test_the_server_check_has_no_smaller_one() -> None:
    assert _smaller(MANIFESTS["server_check"].default_condition()) is None
