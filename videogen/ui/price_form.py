"""Dated prices: what stands, and one row more; nothing that runs rest on is ever changed."""

from collections.abc import Mapping

import streamlit as st

from videogen.domain.access import Permission
from videogen.domain.money import Price
from videogen.errors import InvalidInputError
from videogen.evidence.assumptions import read_usd
from videogen.pricing import PricedThing
from videogen.ui import allowed, costs_loaders, formats, language, loaders, markup, notices
from videogen.ui.language import t

REFUSED = "price_refused"
ADDED = "price_added"
FIELDS = ("price_amount", "price_source")
HEADS = ("price_subject", "price", "price_date", "price_kind", "price_source")


def show() -> None:
    with st.expander(t("costs.prices.title"), expanded=REFUSED in st.session_state):
        st.caption(t("costs.prices.note"))
        if allowed.offers(Permission.OPERATE):
            _form(costs_loaders.things())
        st.html(_history())


def _form(things: Mapping[str, PricedThing]) -> None:
    labels = {key: _label(thing) for key, thing in things.items()}
    with st.form("price_form"):
        st.selectbox(
            t("field.price_subject"),
            list(labels),
            format_func=labels.__getitem__,
            key="price_subject",
        )
        amount, day = st.columns(2)
        with amount:
            st.text_input(
                t("field.price_amount"), key="price_amount", placeholder="0.50 USD", max_chars=40
            )
        with day:
            st.date_input(
                t("field.price_as_of"),
                value=loaders.now().date(),
                max_value=loaders.now().date(),
                key="price_as_of",
            )
        st.text_input(
            t("field.price_source"),
            key="price_source",
            placeholder=t("costs.prices.source_example"),
            max_chars=300,
        )
        st.form_submit_button(t("costs.prices.add"), on_click=_add)
    refused = st.session_state.get(REFUSED)
    if isinstance(refused, InvalidInputError):
        notices.show_error(refused)
    elif st.session_state.pop(ADDED, False):
        st.success(t("costs.prices.added"), icon=":material/check:")


def _add() -> None:
    state = st.session_state
    state.pop(REFUSED, None)
    try:
        thing = costs_loaders.things()[state["price_subject"]]
        amount_usd = read_usd(state["price_amount"], field="price_amount")
        costs_loaders.add_price(thing, amount_usd, state["price_as_of"], state["price_source"])
    except InvalidInputError as error:
        state[REFUSED] = error
        return
    state[ADDED] = True
    for name in FIELDS:
        state[name] = ""


def _history() -> str:
    """Every row with its day, kind and source, the newest of a subject first."""
    spoken = language.current()
    rows = [
        [
            markup.esc(_label_of(price.subject, price.resolution)),
            _amount(price),
            formats.day(price.as_of, spoken),
            markup.esc(language.t_or(f"system.kind.{price.kind}", price.kind)),
            _source(price),
        ]
        for price in costs_loaders.prices()
    ]
    return markup.table([t(f"system.{name}") for name in HEADS], rows)


def _amount(price: Price) -> str:
    unit = markup.esc(t(f"system.unit.{price.unit.value}"))
    return f'<b>{formats.unit_price(price.amount_usd)}</b><span class="sub">{unit}</span>'


def _source(price: Price) -> str:
    # Addresses and file names have no place to break, and a phone has little room.
    style = "overflow-wrap:anywhere"
    return f'<span class="sub vg-source" style="{style}">{markup.esc(price.source)}</span>'


def _label(thing: PricedThing) -> str:
    unit = t(f"system.unit.{thing.unit.value}")
    return f"{_label_of(thing.subject, thing.resolution)} · {unit}"


def _label_of(subject: str, resolution: str | None) -> str:
    name = language.t_or(f"costs.prices.subject.{subject}", subject)
    return f"{name} {resolution}" if resolution else name
