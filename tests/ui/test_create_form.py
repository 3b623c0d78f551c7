"""What the Create form offers follows from the conditions that there are, and nothing else."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from videogen.domain.condition import BackendKind, Condition, Purpose
from videogen.domain.input_file import InputKind, InputSlot
from videogen.ui import create_form, needs_form
from videogen.ui.campaign_plan import rivals

IMAGE = InputSlot(name="image", kind=InputKind.IMAGE)
LAST = InputSlot(name="last_frame", kind=InputKind.IMAGE, is_required=False)
SUBJECTS = tuple(
    InputSlot(name=f"subject_{place}", kind=InputKind.IMAGE, is_required=place == 1)
    for place in (1, 2, 3)
)


def condition(
    name: str,
    purpose: Purpose = Purpose.T2V,
    inputs: Sequence[InputSlot] = (),
    backend: BackendKind = BackendKind.COMFY,
) -> Condition:
    return Condition(
        name=name, backend=backend, model=name, workflow=None, width_px=512, height_px=512,
        n_frames=16, fps=8.0, purpose=purpose, inputs=tuple(inputs),
    )  # fmt: skip


WAN_I2V = condition("wan-i2v", Purpose.I2V, [IMAGE])
VEO_I2V = condition("veo-i2v", Purpose.I2V, [LAST, IMAGE], BackendKind.VERTEX)
PHANTOM = condition("phantom", Purpose.CHARACTER, SUBJECTS)
HYBRID = condition("hybrid", backend=BackendKind.ROUTED)


def names(slots: Sequence[InputSlot]) -> list[str]:
    return [slot.name for slot in slots]


def test_only_what_something_is_set_up_for_is_offered_and_text_always_is() -> None:
    assert create_form.purposes([HYBRID]) == (Purpose.T2V,)
    assert create_form.purposes([PHANTOM, WAN_I2V]) == (
        Purpose.T2V,
        Purpose.I2V,
        Purpose.CHARACTER,
    )


def test_slots_of_two_conditions_are_needed_where_both_need_them() -> None:
    one_of_them = create_form.slots([WAN_I2V, VEO_I2V])
    each = create_form.slots([WAN_I2V, condition("wan")], needed_by=any)

    assert [(slot.name, slot.is_required) for slot in one_of_them] == [
        ("image", True),
        ("last_frame", False),
    ]
    assert [(slot.name, slot.is_required) for slot in each] == [("image", True)]
    assert not create_form.slots([WAN_I2V, condition("wan")])[0].is_required


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ([], ["subject_1"]),
        (["subject_1"], ["subject_1", "subject_2"]),
        (["subject_1", "subject_3"], ["subject_1", "subject_2", "subject_3"]),
    ],
)
def test_one_empty_subject_stands_open_at_a_time(given: list[str], seen: list[str]) -> None:
    assert names(create_form.shown(SUBJECTS, given)) == seen


def test_an_end_is_asked_for_when_there_is_a_beginning() -> None:
    assert names(create_form.shown([IMAGE, LAST], [])) == ["image"]
    assert names(create_form.shown([IMAGE, LAST], ["image"])) == ["image", "last_frame"]


def test_what_is_missing_and_what_is_not_taken_is_named() -> None:
    assert names(create_form.missing(VEO_I2V.inputs, [])) == ["image"]
    assert create_form.not_taken(WAN_I2V, ["last_frame", "image"]) == ["last_frame"]


def test_a_strip_has_its_own_seed_and_those_after_it_or_eight_unlike_ones() -> None:
    assert create_form.seeds(3, 7) == [7, 8, 9]
    assert len(set(create_form.seeds(8, None))) == 8


def test_a_field_left_empty_sets_no_limit_and_money_is_exact() -> None:
    free = needs_form.request(Purpose.T2V, "", [], {})
    held = needs_form.request(
        Purpose.I2V,
        "A boat",
        ["image"],
        {needs_form.COST: 0.81, needs_form.MINUTES: 5.0, needs_form.LOCAL: True},
    )

    assert (free.max_cost_usd, free.duration_s, free.local_only) == (None, None, False)
    assert (held.max_cost_usd, held.max_wall_time_s) == (Decimal("0.81"), 300.0)
    assert (held.purpose, held.inputs) == (Purpose.I2V, frozenset({"image"}))


def test_a_candidate_is_set_against_what_is_made_from_the_same_things() -> None:
    usual = [condition("animatediff"), condition("veo-3.1-fast", backend=BackendKind.VERTEX)]
    known = {one.name: one for one in [*usual, WAN_I2V, VEO_I2V, HYBRID, condition("wan-1.3b")]}

    assert rivals(known["wan-1.3b"], known) == ["animatediff", "veo-3.1-fast"]
    assert rivals(WAN_I2V, known) == ["veo-i2v"]
    kin = condition("veo-3.1-fast-i2v", Purpose.I2V, [IMAGE], BackendKind.VERTEX)
    assert rivals(WAN_I2V, {**known, kin.name: kin}) == [kin.name]
    assert rivals(PHANTOM, known) == []
