"""Who comes in: the sign-in page, the page of those who have no role yet, and each page's door."""

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from videogen.access import page_door
from videogen.domain.access import Person
from videogen.errors import SignInRequiredError
from videogen.ui import language, markup, sign_in, who
from videogen.ui.language import t

FIRST_PAGES = ("decision", "rate", "create")  # the first that opens is where somebody lands
LANDED = "landed"


def visitor() -> Person | None:
    """Whoever may come in; None: they were told why not, and the page ends with that."""
    try:
        person = who.person()
    except SignInRequiredError as error:
        said = sign_in.claims()
        if said is None:
            _ask_to_sign_in(has_ended=sign_in.said() is not None)
        else:
            _turn_away("closed" if error.field == "person" else "unknown", who.claimed_name())
        return None
    if not person.permissions:
        _turn_away("no_role", person.name)
        return None
    return person


def opens(name: str, person: Person | None) -> bool:
    return person is not None and page_door(name).is_open_to(person)


def enter(name: str, person: Person, pages: Mapping[str, StreamlitPage]) -> bool:
    """Whether the page may be drawn; whoever has just come is led to their first one instead."""
    is_new = not st.session_state.get(LANDED)
    st.session_state[LANDED] = True
    if opens(name, person):
        return True
    first = _first_page(person, pages)
    if is_new and name == markup.FIRST_SCREEN and first is not None:
        st.switch_page(first)
    _show_shut(name, first)
    return False


def _first_page(person: Person, pages: Mapping[str, StreamlitPage]) -> StreamlitPage | None:
    in_order = (*FIRST_PAGES, *pages)
    return next((pages[name] for name in in_order if name in pages and opens(name, person)), None)


def _show_shut(name: str, first: StreamlitPage | None) -> None:
    roles = ", ".join(t(f"role.{role.value}") for role in page_door(name).roles)
    _say(t("door.title", page=t(f"nav.{name}")), t("door.text", roles=roles))
    if first is not None:
        with _centred():
            st.page_link(first, label=t("door.back"), icon=":material/arrow_forward:")


def _ask_to_sign_in(*, has_ended: bool) -> None:
    _say(t("sign_in.title"), t("sign_in.ended" if has_ended else "sign_in.why"))
    with _centred():
        st.button(t("sign_in.button"), type="primary", key="sign_in", on_click=st.login)
    _offer_languages()


def _turn_away(why: str, name: str | None) -> None:
    claim = who.name_claim()
    _say(t(f"no_entry.{why}.title"), t(f"no_entry.{why}.text").format(claim=claim))
    seen, shown = markup.esc(t("no_entry.seen")), markup.esc(name or t("no_entry.nobody"))
    st.html(f'<p class="vg vg-centre">{seen}<br><b>{shown}</b></p>')
    with _centred():
        st.button(t("sign_in.out"), icon=":material/logout:", key="sign_out", on_click=st.logout)
    _offer_languages()


def _say(title: str, text: str) -> None:
    st.html(
        f'<div class="vg vg-empty">{markup.icon("person")}'
        f"<h1>{markup.esc(title)}</h1><p>{markup.esc(text)}</p></div>"
    )


def _offer_languages() -> None:
    st.space("medium")
    with _centred():
        language.switch()
    with st.container(key="vg_quiet"):
        language.remember()


def _centred() -> st.delta_generator.DeltaGenerator:
    return st.container(horizontal=True, horizontal_alignment="center")
