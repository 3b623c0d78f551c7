"""What must the clip be? Limits that the rules hold every back end to before they choose."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import streamlit as st

from videogen.domain.condition import Purpose
from videogen.routing import RouteRequest
from videogen.ui.language import t

DURATION, HEIGHT, COST, MINUTES = (
    "needs_duration_s",
    "needs_height_px",
    "needs_cost_usd",
    "needs_minutes",
)
LOCAL, QUALITY = "needs_local_only", "needs_quality"
HEIGHTS_PX = (480, 720, 1080)
QUALITIES = (3.0, 3.5, 4.0, 4.5)
S_PER_MINUTE = 60
FIELDS = {"duration_s": DURATION, "min_height_px": HEIGHT, "quality_min": QUALITY}


def ask(purpose: Purpose, prompt_text: str, given: Collection[str]) -> RouteRequest:
    """Folded up; says how many limits are set."""
    n_set = _n_set()
    label = t("needs.title_set", n=n_set) if n_set else t("needs.title")
    with st.expander(label, key="needs", icon=":material/straighten:"):
        with st.grid(3, min_column_width=150):
            _number(DURATION, "needs.duration", step=1.0)
            _one_of(HEIGHT, "needs.height", {px: f"{px} px" for px in HEIGHTS_PX})
            _number(COST, "needs.cost", step=0.5, most=10_000.0)
            _number(MINUTES, "needs.minutes", step=5.0)
            _one_of(QUALITY, "needs.quality", {one: f"{one:.1f}" for one in QUALITIES})
            st.toggle(t("needs.local"), key=LOCAL, persist_state="session")
        st.caption(t("needs.note"))
    state = {str(key): value for key, value in st.session_state.items()}
    return request(purpose, prompt_text, given, state)


def request(
    purpose: Purpose, prompt_text: str, given: Collection[str], state: Mapping[str, Any]
) -> RouteRequest:
    """Of the form's state; a field that was left empty sets no limit."""
    cost, minutes = state.get(COST), state.get(MINUTES)
    return RouteRequest(
        purpose=purpose,
        inputs=frozenset(given),
        prompt=prompt_text or None,
        duration_s=state.get(DURATION) or None,
        min_height_px=state.get(HEIGHT),
        max_cost_usd=None if cost is None else Decimal(f"{cost:.2f}"),
        max_wall_time_s=minutes * S_PER_MINUTE if minutes else None,
        local_only=bool(state.get(LOCAL)),
        quality_min=state.get(QUALITY),
    )


def refill(needs: Mapping[str, Any]) -> None:
    """As a run was asked for: the limits of its request, and no others."""
    for field, key in FIELDS.items():
        st.session_state[key] = needs.get(field)
    cost, wall_time_s = needs.get("max_cost_usd"), needs.get("max_wall_time_s")
    st.session_state[COST] = None if cost is None else float(cost)
    st.session_state[MINUTES] = None if wall_time_s is None else wall_time_s / S_PER_MINUTE
    st.session_state[LOCAL] = bool(needs.get("local_only"))


def purpose_of(needs: Mapping[str, Any]) -> Purpose:
    """What a routed run was asked to be."""
    return Purpose(needs.get("purpose") or Purpose.T2V)


def _n_set() -> int:
    keys = (DURATION, HEIGHT, COST, MINUTES, QUALITY)
    n_set = sum(st.session_state.get(key) is not None for key in keys)
    return n_set + bool(st.session_state.get(LOCAL))


def _number(key: str, text_key: str, *, step: float, most: float = 600.0) -> None:
    st.number_input(
        t(text_key),
        min_value=0.0,
        max_value=most,
        value=None,
        step=step,
        format="%g",
        placeholder=t("needs.any"),
        key=key,
        persist_state="session",
    )


def _one_of(key: str, text_key: str, words: Mapping[Any, str]) -> None:
    st.selectbox(
        t(text_key),
        list(words),
        index=None,
        format_func=words.__getitem__,
        placeholder=t("needs.any"),
        key=key,
        persist_state="session",
    )
