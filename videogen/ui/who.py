"""Who am I: whoever signed in, or without sign-in the name that was typed; what I may do."""

import streamlit as st

from videogen.access import require
from videogen.domain.access import Permission, Person
from videogen.errors import SignInRequiredError
from videogen.ui import loaders, markup, remembered, sign_in
from videogen.ui.language import t

KEY = "who"
MAX_CHARACTERS = 60
NOBODY = "guest"


def person() -> Person:
    """Asked anew at each rerun, so that a lost role or a closed account counts at once.

    Raises: SignInRequiredError: people sign in here, and this one has not or no longer is.
    """
    people = loaders.application().people
    if not has_sign_in():
        return people.local(_typed())
    said = sign_in.claims()
    if said is None:
        raise SignInRequiredError(field="person")
    return people.by_claims(said, loaders.now())


def may(permission: Permission) -> bool:
    """For what a page shows; what it writes asks `acting`."""
    return person().may(permission)


def acting(permission: Permission) -> str:
    """The name under which something is done that takes the permission.

    Raises: NotAllowedError, SignInRequiredError.
    """
    one = person()
    require(one, permission)
    return one.name


def has_sign_in() -> bool:
    return loaders.application().settings.has_sign_in


def name() -> str:
    """What goes into a row as its owner."""
    return person().name if has_sign_in() else _typed() or NOBODY


def typed() -> str:
    """The name that somebody gave, nothing where nobody did: a person may be called NOBODY too.

    Whoever is signed in has given theirs.
    """
    return person().name if has_sign_in() else _typed()


def _typed() -> str:
    return str(st.session_state.get(KEY) or remembered.value(KEY) or "").strip()


def become(chosen: str) -> None:
    """Whoever began to rate under a name is that name everywhere; called from a callback only."""
    if chosen.strip() and not has_sign_in():
        st.session_state[KEY] = chosen.strip()


def ask() -> None:
    known = _typed()
    with st.popover(
        markup.as_text(known) if known else t("who.unnamed"),
        icon=":material/person:",
        type="tertiary",
    ):
        st.session_state.setdefault(KEY, known)
        st.text_input(
            t("who.label"),
            key=KEY,
            max_chars=MAX_CHARACTERS,
            placeholder=t("who.placeholder"),
            help=t("who.help"),
            persist_state="session",
        )


def remember() -> None:
    """The name stays with the browser."""
    remembered.keep(KEY, _typed())
