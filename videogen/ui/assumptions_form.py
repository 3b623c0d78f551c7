"""What a month rests on beside measurements: said in the address or in the form beside a result."""

import contextlib
from collections.abc import Mapping

import streamlit as st

from videogen import texts
from videogen.errors import InvalidInputError
from videogen.evidence.assumptions import QUERY_NAMES, Assumptions, MachineBasis
from videogen.ui import language, markup
from videogen.ui.language import t

KEPT = "assumptions"  # the last valid ones, for every page of this visitor
REFUSED = "assumptions_refused"  # what the form was last sent with, while it cannot be used
EVERYWHERE = ("n_videos_month", "n_gpus", "utilisation", "fixed_usd_month")
OWNED = ("purchase_usd", "amortisation_months", "power_w", "electricity_usd_kwh")
EXAMPLES: Mapping[str, str] = {
    "purchase_usd": "2500 USD",
    "rent_usd_hour": "0.69 USD",
    "electricity_usd_kwh": "0.15 USD",
    "fixed_usd_month": "0 USD",
}


def current() -> Assumptions:
    """The address's, else what this visitor last entered, else the usual ones.

    An address that cannot be used changes nothing; the form says what is wrong with it.
    """
    asked = _asked()
    if asked:
        with contextlib.suppress(InvalidInputError):  # `problem` says it
            st.session_state[KEPT] = Assumptions.from_query(asked)
    kept = st.session_state.get(KEPT)
    return kept if isinstance(kept, Assumptions) else Assumptions()


def problem() -> InvalidInputError | None:
    """Why what was entered, or the address, cannot be used."""
    sent = st.session_state.get(REFUSED, _asked())
    try:
        Assumptions.from_query(sent)
    except InvalidInputError as error:
        return error
    return None


def refusal() -> str:
    """On a phone the form stands below: a link that cannot be used is said above its result too."""
    refused = problem()
    if refused is None:
        return ""
    said = t("costs.form.refused", field=t(f"field.{refused.field}"))
    return f'<p class="vg vg-small vg-fail">{markup.esc(said)}</p>'


def show() -> None:
    """The form; what it is sent with stands in the address, so that the result is a link."""
    refusal = problem()
    _fill(_asked() if refusal else {})
    with st.form("assumptions_form"):
        st.html(_heading("costs.form.title"))
        _fields(EVERYWHERE, refusal)
        _machine(refusal)
        st.html(_eyebrow("costs.form.owned"))
        _fields(OWNED, refusal)
        st.html(_eyebrow("costs.form.rented"))
        _field("rent_usd_hour", refusal)
        if refusal is not None:
            st.html(f'<p class="vg vg-small vg-soft">{markup.esc(t("costs.form.kept"))}</p>')
        with st.container(horizontal=True):
            st.form_submit_button(t("costs.form.apply"), type="primary", on_click=_apply)
            st.form_submit_button(t("costs.form.reset"), type="tertiary", on_click=_reset)
    st.caption(f"{t('costs.form.note')} {t('costs.form.share')}")


def _fields(names: tuple[str, ...], refusal: InvalidInputError | None) -> None:
    for start in range(0, len(names), 2):
        pair = names[start : start + 2]
        for name, place in zip(pair, st.columns(len(pair), vertical_alignment="top"), strict=True):
            with place:
                _field(name, refusal)


def _field(name: str, refusal: InvalidInputError | None) -> None:
    st.text_input(t(f"field.{name}"), key=_key(name), placeholder=_example(name), max_chars=60)
    _show_refusal(name, refusal)


def _machine(refusal: InvalidInputError | None) -> None:
    labels = {basis.value: t(f"costs.form.machine.{basis.value}") for basis in MachineBasis}
    st.radio(
        t("field.machine"),
        list(labels),
        format_func=labels.__getitem__,
        key=_key("machine"),
    )
    _show_refusal("machine", refusal)


def _show_refusal(name: str, refusal: InvalidInputError | None) -> None:
    if refusal is None or refusal.field != name:
        return
    spoken = language.current()
    said = texts.error_message(refusal, spoken).removeprefix(f"{name}: ")
    line = f"{said} {texts.error_hint(refusal, spoken)}"
    st.html(f'<p class="vg vg-small vg-fail" role="alert">{markup.esc(line)}</p>')


def _example(name: str) -> str:
    if name == "utilisation":
        return t("costs.form.share_example")
    return t("costs.form.as_measured") if name == "power_w" else EXAMPLES.get(name, "")


def _fill(refused: Mapping[str, str]) -> None:
    """The fields begin with what counts; an address that is refused stays to be mended."""
    chosen = current()
    for name, short in QUERY_NAMES.items():
        text = refused.get(short, chosen.text_of(name))
        if name == "machine" and text not in set(MachineBasis):
            text = chosen.machine.value
        st.session_state.setdefault(_key(name), text)


def _apply() -> None:
    sent = {
        short: str(st.session_state.get(_key(name)) or "") for name, short in QUERY_NAMES.items()
    }
    try:
        chosen = Assumptions.from_query(sent)
    except InvalidInputError:
        st.session_state[REFUSED] = sent
        return
    _keep(chosen)


def _reset() -> None:
    _keep(Assumptions())


def _keep(chosen: Assumptions) -> None:
    st.session_state.pop(REFUSED, None)
    st.session_state[KEPT] = chosen
    for name in QUERY_NAMES:
        st.session_state[_key(name)] = chosen.text_of(name)
    _write_address(chosen)


def keep_in_address() -> None:
    """Called by the page that shows the form: the address says what its figures rest on."""
    if problem() is None:
        _write_address(current())


def _write_address(chosen: Assumptions) -> None:
    said = chosen.as_query()
    for short in QUERY_NAMES.values():
        if short in said:
            if st.query_params.get(short) != said[short]:
                st.query_params[short] = said[short]
        else:
            st.query_params.pop(short, None)


def _asked() -> dict[str, str]:
    return {
        short: st.query_params[short] for short in QUERY_NAMES.values() if short in st.query_params
    }


def _key(name: str) -> str:
    return f"assume_{name}"


def _heading(key: str) -> str:
    return f'<p class="vg"><b>{markup.esc(t(key))}</b></p>'


def _eyebrow(key: str) -> str:
    return f'<p class="vg vg-eyebrow">{markup.esc(t(key))}</p>'
