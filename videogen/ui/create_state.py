"""What stands in the Create form of this visitor, and what fills it from elsewhere."""

from collections.abc import Mapping, Sequence

import streamlit as st

from videogen.domain.condition import Condition, Purpose
from videogen.domain.run import Run
from videogen.errors import VideogenError
from videogen.ui import (
    create_arrival,
    create_form,
    input_loaders,
    inputs_view,
    loaders,
    needs_form,
    plan_loaders,
)

ROOM = "create"
PROMPT = "create_prompt"
FROM = "create_from"
HOW = "create_how"
CONDITION = "create_condition"
SEED_MODE, SEED = "create_seed_mode", "create_seed"
COUNT_MODE, COUNT = "create_count_mode", "create_count"
AUTO, OWN = "auto", "own"
RANDOM = "random"
ONE, STRIP, SOME = "1", str(create_form.USUAL_STRIP), "n"


def follow_address() -> str | None:
    """`?condition=` chooses for the visitor, once; returns a name that nothing here has."""
    asked = st.query_params.get("condition")
    condition = None if asked is None else plan_loaders.condition_named(asked)
    if condition is None:
        return asked
    # Out of the address, so that the same link chooses again whenever it is followed.
    st.query_params.pop("condition")
    _choose(condition)
    return None


def refill(run: Run, prompt_text: str) -> None:
    """Everything of a run goes back into the form, for one change."""
    st.session_state[PROMPT] = prompt_text
    condition = loaders.conditions()[run.condition_id]
    _choose(condition)
    if plan_loaders.is_routed(condition):
        st.session_state[FROM] = needs_form.purpose_of(run.needs).value
    needs_form.refill(run.needs)
    inputs_view.fill(ROOM, dict(run.inputs))
    st.session_state[COUNT_MODE] = ONE
    st.session_state[SEED_MODE] = OWN
    st.session_state[SEED] = run.seed
    create_arrival.announce(create_arrival.REFILLED)


def continue_from(clip_id: str, prompt_text: str) -> None:
    """The clip's last frame becomes the start image of the next one, which tells on from there."""
    st.session_state[PROMPT] = prompt_text
    st.session_state[FROM] = Purpose.I2V.value
    st.session_state[HOW] = AUTO
    try:
        file = input_loaders.last_frame(clip_id)
    except VideogenError as error:
        inputs_view.refuse(ROOM, "image", error)
        create_arrival.announce(create_arrival.UNREADABLE)
        return
    inputs_view.fill(ROOM, {"image": file.input_id})
    create_arrival.announce(create_arrival.CONTINUED)


def go_to(runs: Sequence[Run]) -> None:
    """The clips in hand stand in the address: a reload finds them."""
    for name in ("run", "strip", "condition"):
        st.query_params.pop(name, None)
    strip_id = runs[0].strip_id
    if strip_id is not None and len(runs) > 1:
        st.query_params["strip"] = strip_id
    else:
        st.query_params["run"] = runs[0].run_id


def n_clips(mode: str | None, own: int | None) -> int:
    if mode == SOME:
        return own or 1
    return int(mode or ONE)


def given(offered: Mapping[str, object]) -> dict[str, str]:
    """What stands in those slots that are offered now; the rest waits for another purpose."""
    kept = inputs_view.kept(ROOM)
    return {name: input_id for name, input_id in kept.items() if name in offered}


def _choose(condition: Condition) -> None:
    is_routed = plan_loaders.is_routed(condition)
    st.session_state[HOW] = AUTO if is_routed else OWN
    if not is_routed:
        st.session_state[FROM] = condition.purpose.value
        st.session_state[CONDITION] = condition.condition_id
