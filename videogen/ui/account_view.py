"""Who am I here, for how long, and what may I do."""

from datetime import timedelta

import streamlit as st

from videogen.access.sign_ins import began_at
from videogen.domain.access import Permission, Person, Role
from videogen.ui import formats, language, loaders, markup, sign_in, who
from videogen.ui.language import t


def show() -> None:
    person = who.person()
    st.html(markup.facts(_facts(person)))
    if not person.is_signed_in:
        st.caption(t("account.local"))
    with st.expander(t("account.may")):
        allowed = [one for one in Permission if person.may(one)]
        items = "".join(f"<li>{markup.esc(t(f'permission.{one.value}'))}</li>" for one in allowed)
        st.html(f'<ul class="vg vg-plainlist">{items}</ul>')


def _facts(person: Person) -> list[tuple[str, str, str | None]]:
    facts: list[tuple[str, str, str | None]] = [(t("account.name"), person.name, None)]
    if who.display_name() != person.name:
        facts.append((t("account.display_name"), who.display_name(), None))
    roles = ", ".join(t(f"role.{role.value}") for role in Role if role in person.roles)
    facts.append((t("account.roles"), roles, None))
    began = began_at(sign_in.claims() or {})
    if began is not None:
        until = began + timedelta(hours=loaders.application().settings.sign_in_hours)
        said = formats.moment(until, language.current(), language.zone())
        facts.append((t("account.until"), said, None))
    return facts
