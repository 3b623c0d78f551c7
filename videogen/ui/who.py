"""Who am I: whoever signed in, or without sign-in the name that was typed; what I may do."""

import json
from pathlib import Path

import streamlit as st

from videogen.access import require, require_for_run
from videogen.domain.access import Permission, Person
from videogen.errors import NotAllowedError, SignInRequiredError
from videogen.ui import loaders, markup, remembered, sign_in
from videogen.ui.language import t
from videogen.ui.loaders import Snapshot

KEY = "who"
MAX_CHARACTERS = 60
NOBODY = "guest"
ACCOUNT_PAGE = Path(__file__).resolve().parents[2] / "pages" / "11_account.py"


def person() -> Person:
    """Asked anew at each rerun, so that a lost role or a closed account counts at once.

    Raises: SignInRequiredError: people sign in here, and this one has not or no longer is.
    """
    people = loaders.application().people
    if not has_sign_in():
        return people.local(_typed())
    claims = sign_in.claims()
    if claims is None:
        raise SignInRequiredError(field="person")
    return _recognised(loaders.snapshot(), _state_of(people.role_file_path), json.dumps(claims))


@st.cache_resource(max_entries=512, show_spinner=False, ttl="1h")  # who was here is kept hourly
def _recognised(key: Snapshot, role_file: tuple[int, int] | None, claims: str) -> Person:  # noqa: ARG001 the cache's key
    return loaders.application().people.by_claims(json.loads(claims), loaders.now())


def _state_of(file: Path) -> tuple[int, int] | None:
    """Another one as soon as somebody saves the file."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def claimed_name() -> str | None:
    """What the provider calls whoever signed in, known here or not."""
    claims = sign_in.said() or {}
    return str(claims.get(name_claim()) or claims.get("name") or "") or None


def name_claim() -> str:
    return loaders.application().settings.oidc_name_claim


def display_name() -> str:
    """For the header: what the provider calls this person, else the name that stands in rows."""
    said = (sign_in.said() or {}).get("name") if has_sign_in() else None
    return str(said or name())


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


def signature(permission: Permission, typed: str) -> str:
    """Who signs what takes the permission: whoever is signed in, else the name that was typed.

    Raises: NotAllowedError, SignInRequiredError.
    """
    acted = acting(permission)
    return acted if has_sign_in() else typed


def acting_on_run(owner: str) -> str:
    """As `acting`, for ending or repeating a run of this owner."""
    one = person()
    require_for_run(one, owner)
    return one.name


def may_act_on_run(owner: str) -> bool:
    try:
        acting_on_run(owner)
    except NotAllowedError:
        return False
    return True


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


def show() -> None:
    """Who is signed in and what they may open; without sign-in the box for a name."""
    if not has_sign_in():
        _ask()
        return
    called = display_name()
    with st.popover(markup.as_text(called), icon=":material/person:", type="tertiary"):
        one = person()
        roles = ", ".join(t(f"role.{role.value}") for role in sorted(one.roles))
        st.html(
            f'<p class="vg"><b>{markup.esc(one.name)}</b><br>'
            f'<span class="vg-soft vg-small">{markup.esc(roles)}</span></p>'
        )
        _link_to_account()
        st.button(
            t("sign_in.out"),
            type="tertiary",
            icon=":material/logout:",
            key="sign_out",
            on_click=st.logout,
        )


def _link_to_account() -> None:
    st.page_link(ACCOUNT_PAGE, label=t("account.open"), icon=":material/key:")


def _ask() -> None:
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
        _link_to_account()


def remember() -> None:
    """The name stays with the browser."""
    remembered.keep(KEY, _typed())
