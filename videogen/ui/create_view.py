"""Asking for clips: a prompt, what else they are made from, what makes them, how many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from videogen.domain.condition import Purpose
from videogen.domain.input_file import InputSlot
from videogen.errors import VideogenError
from videogen.routing import RouteRequest
from videogen.ui import (
    create_arrival,
    create_form,
    create_state,
    estimates,
    formats,
    hold_words,
    inputs_view,
    language,
    loaders,
    markup,
    needs_form,
    notices,
    plan_loaders,
    route_view,
)
from videogen.ui.create_state import AUTO, CONDITION, OWN, PROMPT, ROOM
from videogen.ui.language import t
from videogen.ui.plan_loaders import Choice, Order

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

PROMPT_HEIGHT_PX = 120
ICONS: Mapping[Purpose, str] = {
    Purpose.T2V: ":material/notes:",
    Purpose.I2V: ":material/image:",
    Purpose.LIPSYNC: ":material/record_voice_over:",
    Purpose.CHARACTER: ":material/group:",
    Purpose.CAMERA: ":material/videocam:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who is asked, and who would make it now: the same unless the rules choose."""

    asked: Choice
    by: Choice
    request: RouteRequest | None = None


def ask(choices: list[Choice]) -> None:
    """The form; a press queues the clips and puts them into the address."""
    _tell_unknown(create_state.follow_address())
    st.text_area(
        t("create.prompt"),
        key=PROMPT,
        height=PROMPT_HEIGHT_PX,
        placeholder=t("create.prompt_placeholder"),
        persist_state="session",
    )
    purpose = _ask_purpose(choices)
    troubles = _ask_inputs(choices, purpose)
    given = create_state.given(troubles)
    maker = _ask_maker(choices, purpose, given)
    n_clips, seed = _ask_count_and_seed()
    can_be = maker is not None and _say_what_does_not_fit(maker.by, given, troubles)
    if maker is not None:
        _tell_sum(maker.by, n_clips)
    # Above the button, where the eyes are when it is pressed.
    trouble = st.container()
    is_pressed = st.button(
        t("create.go_blocked") if maker is None else estimates.button(maker.by, n_clips),
        type="primary",
        icon=":material/movie:",
        key="go",
        disabled=not can_be,
    )
    create_arrival.show()
    if is_pressed and maker is not None:
        order = Order(
            choice=maker.asked,
            prompt_text=st.session_state[PROMPT],
            seeds=create_form.seeds(n_clips, seed),
            inputs=given,
            request=maker.request,
        )
        with trouble:
            _make(order)


def show_hint() -> None:
    st.html(f'<div class="vg vg-noclip vg-small">{markup.esc(t("create.hint"))}</div>')


def _tell_unknown(asked: str | None) -> None:
    if asked is not None:
        st.warning(
            markup.as_text(t("create.condition_unknown", condition=asked)),
            icon=":material/search_off:",
        )


def _ask_purpose(choices: Sequence[Choice]) -> Purpose:
    """From text until somebody wants more."""
    known = create_form.purposes(one.condition for one in choices)
    if len(known) == 1:
        return known[0]
    words = {one.value: f"{ICONS[one]} {t(f'create.from.{one.value}')}" for one in known}
    if st.session_state.get(create_state.FROM) not in words:
        st.session_state.pop(create_state.FROM, None)
    return Purpose(_ask_either(t("create.from"), words, create_state.FROM) or Purpose.T2V)


def _ask_inputs(choices: Sequence[Choice], purpose: Purpose) -> "dict[str, DeltaGenerator]":
    """By the slots that can be filled now: where to say what is wrong with the file."""
    offered = _slots(choices, purpose)
    shown = create_form.shown(offered, inputs_view.kept(ROOM))
    if not shown:
        return {}
    with st.grid(min(len(shown), 2), min_column_width=230):
        return {slot.name: inputs_view.ask(slot, ROOM) for slot in shown}


def _slots(choices: Sequence[Choice], purpose: Purpose) -> tuple[InputSlot, ...]:
    known = [one.condition for one in choices]
    return create_form.slots(create_form.serving(known, purpose))


def _ask_maker(choices: list[Choice], purpose: Purpose, given: Mapping[str, str]) -> Maker | None:
    """The rules' choice with its reason, or one's own; None while nothing can be made."""
    automatic = plan_loaders.automatic(choices)
    if automatic is not None:
        how = _ask_either(
            t("create.made_with"), {AUTO: t("create.auto"), OWN: t("create.own")}, create_state.HOW
        )
        if how == AUTO:
            return _ask_rules(automatic, _slots(choices, purpose), purpose, given)
    return _ask_own([one for one in choices if one.condition.purpose is purpose], given)


def _ask_rules(
    automatic: Choice, slots: Sequence[InputSlot], purpose: Purpose, given: Mapping[str, str]
) -> Maker | None:
    answer = st.container()
    request = needs_form.ask(purpose, st.session_state[PROMPT], given)
    with answer:
        if _ask_first(slots, given):
            return None
        made_by = route_view.show(automatic, request)
        _tell_held_gpu()
    if made_by is None:
        return None
    return Maker(asked=automatic, by=made_by, request=request)


def _ask_own(choices: Sequence[Choice], given: Mapping[str, str]) -> Maker | None:
    able, unable = {}, []
    for one in choices:
        condition = one.condition
        foreign = create_form.not_taken(condition, given)
        if plan_loaders.is_routed(condition):
            continue
        if one.origin is None:
            unable.append((condition, t(one.reason_key)))
        elif foreign:
            names = ", ".join(inputs_view.name_of(name) for name in foreign)
            unable.append((condition, t("create.reason.not_taken", slots=names)))
        else:
            able[condition.condition_id] = one
    chosen = able[_ask_condition(able)] if able else None
    if chosen is not None:
        _warn_of_retirement(chosen)
    listed = route_view.unfit(unable)
    if listed:
        st.html(listed)
    if chosen is None or _ask_first(chosen.condition.inputs, given):
        return None
    return Maker(asked=chosen, by=chosen)


def _ask_first(slots: Sequence[InputSlot], given: Mapping[str, str]) -> bool:
    lacking = create_form.missing(slots, given)
    if lacking:
        route_view.ask_first(inputs_view.name_of(slot.name) for slot in lacking)
    return bool(lacking)


def _tell_held_gpu() -> None:
    """Why the rules send everything to the cloud; whoever chooses reads it at each choice."""
    held = hold_words.own_gpu()
    if held:
        st.caption(markup.as_text(held))


def _ask_condition(able: Mapping[str, Choice]) -> str:
    if st.session_state.get(CONDITION) not in able:
        st.session_state[CONDITION] = next(iter(able))
    chosen = st.radio(
        t("create.made_with"),
        list(able),
        label_visibility="collapsed",
        key=CONDITION,
        format_func=lambda key: loaders.condition_label(able[key].condition),
        captions=[estimates.line(one) for one in able.values()],
        width="stretch",
        persist_state="session",
    )
    return chosen or next(iter(able))


def _warn_of_retirement(choice: Choice) -> None:
    warning = plan_loaders.retirement(choice)
    if warning is None:
        return
    said = t(
        warning.message_key,
        model=loaders.condition_label(choice.condition),
        date=formats.day(warning.earliest_on, language.current()),
    )
    st.caption(markup.as_text(said))


def _ask_count_and_seed() -> tuple[int, int | None]:
    """How many clips, and one's own first seed; None: random ones."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        own = {create_state.SOME: t("strip.own_n")}
        counts = {create_state.ONE: create_state.ONE, create_state.STRIP: create_state.STRIP}
        mode = _ask_either(t("strip.how_many"), counts | own, create_state.COUNT_MODE)
        n_own = None
        if mode == create_state.SOME:
            n_own = st.number_input(
                t("strip.n"),
                min_value=2,
                max_value=create_form.MAX_CLIPS,
                key=create_state.COUNT,
                width=120,
            )
        modes = {create_state.RANDOM: t("create.seed_random"), OWN: t("create.seed_own")}
        how = _ask_either(t("create.seed"), modes, create_state.SEED_MODE)
        seed = None
        if how == OWN:
            seed = st.number_input(
                t("create.seed_value"), min_value=0, step=1, key=create_state.SEED, width=180
            )
    n_clips = create_state.n_clips(mode, n_own)
    if seed is not None and n_clips > 1:
        st.caption(t("strip.seeds", first=seed, last=seed + n_clips - 1))
    return n_clips, seed


def _say_what_does_not_fit(
    by: Choice, given: Mapping[str, str], troubles: "Mapping[str, DeltaGenerator]"
) -> bool:
    """Beside the slot, before the button; true when everything fits."""
    fits = True
    for name in given:
        slot = create_form.slot_of(by.condition, name)
        error = None if slot is None else inputs_view.check(slot, ROOM)
        if error is not None:
            fits = False
            with troubles[name]:
                notices.show_error(error, beside_field=True)
    return fits


def _tell_sum(by: Choice, n_clips: int) -> None:
    said = estimates.in_all(by, n_clips, plan_loaders.n_at_once(by)) if n_clips > 1 else None
    if said:
        st.caption(markup.as_text(said))


def _ask_either(label: str, names: Mapping[str, str], key: str) -> str | None:
    """The first of `names` until somebody chooses."""
    return st.segmented_control(
        label,
        list(names),
        default=next(iter(names)) if key not in st.session_state else None,
        format_func=names.__getitem__,
        key=key,
        required=True,
        wrap=True,
    )


def _make(order: Order) -> None:
    try:
        runs = plan_loaders.make(order)
    except VideogenError as error:
        notices.show_error(error)
        return
    create_state.go_to(runs)
    st.rerun()
