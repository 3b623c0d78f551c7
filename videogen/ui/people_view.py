"""For administrators: who has been here, with which roles, and whom the door is closed to."""

from collections.abc import Sequence

import streamlit as st

from videogen import store
from videogen.access import RoleFile
from videogen.domain.access import KnownPerson, Permission, Role
from videogen.ui import formats, language, loaders, markup, who
from videogen.ui.language import t


def show() -> None:
    """Nothing for whoever does not administer, nor where nobody signs in."""
    if not (who.has_sign_in() and who.may(Permission.ADMINISTER)):
        return
    st.header(t("people.title"))
    people = loaders.application().people
    path, claim = people.role_file_path, people.settings.oidc_roles_claim
    roles = people.role_file
    counts = {"n_people": len(roles.people), "n_claims": len(roles.claims)}
    state = (
        t("people.file_read", claim=claim, **counts)
        if path.exists()
        else t("people.file_absent", file=path.name, claim=claim)
    )
    st.caption(markup.as_text(f"{t('people.why', file=path.name)} {state}"))
    known = _known()
    if not known:
        st.html(f'<p class="vg vg-soft">{markup.esc(t("people.none"))}</p>')
        return
    heads = [t(f"people.head_{name}") for name in ("name", "roles", "from", "seen", "access")]
    st.html(markup.table(heads, [_row(one, roles) for one in known]))
    _offer_to_close([one for one in known if one.name != who.name()])


def _known() -> list[KnownPerson]:
    return store.known_people(loaders.application().database)


def _row(person: KnownPerson, file: RoleFile) -> list[str]:
    by_file = file.roles_by_name(person.name)
    roles = frozenset(person.roles) if by_file is None else by_file
    said = ", ".join(t(f"role.{role.value}") for role in Role if role in roles)
    called = f'<span class="sub">{markup.esc(person.display_name or "")}</span>'
    seen = formats.moment(person.last_seen_at, language.current(), language.zone())
    state = "closed" if person.is_disabled else "open"
    return [
        f"{markup.esc(person.name)}{called}",
        markup.esc(said or t("people.no_role")),
        markup.esc(t("people.from_claims" if by_file is None else "people.from_file")),
        markup.esc(seen),
        markup.chip(t(f"people.is_{state}"), "fail" if person.is_disabled else "pass"),
    ]


def _offer_to_close(others: Sequence[KnownPerson]) -> None:
    """Nobody shuts themselves out."""
    if not others:
        return
    states = {one.name: one.is_disabled for one in others}
    with st.container(horizontal=True, vertical_alignment="bottom", key="people_controls"):
        chosen = st.selectbox(t("people.choose"), list(states), width=320, key="person_chosen")
        is_closed = states[chosen or others[0].name]
        if st.button(
            t("people.open" if is_closed else "people.close"),
            help=None if is_closed else t("people.close_help"),
            key="person_turn",
        ):
            loaders.application().people.disable(
                who.person(), chosen or others[0].name, loaders.now(), is_disabled=not is_closed
            )
            st.rerun()
