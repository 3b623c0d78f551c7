"""One's tokens for programs: make one, whose text is shown once, and take one back."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from videogen.bootstrap.people import MAX_LABEL_CHARACTERS
from videogen.domain.access import AccessToken, Permission
from videogen.errors import VideogenError
from videogen.ui import formats, language, loaders, markup, notices, who
from videogen.ui.language import t

LIVES_DAYS = (7, 30, 90, 365)
USUAL_DAYS = 30
NEW = "token_new"  # the text of the one just made, until it was noted


def show() -> None:
    st.caption(t("tokens.why"))
    _show_new()
    found = loaders.application().people.tokens(who.person())
    if found:
        st.html(_table(found))
    else:
        st.html(f'<p class="vg vg-soft">{markup.esc(t("tokens.none"))}</p>')
    with st.container(horizontal=True, vertical_alignment="bottom", key="token_controls"):
        # Another key for each token: the box closes, and the next one begins empty.
        room = f"token_{len(found)}"
        with st.popover(t("tokens.new"), icon=":material/add:", type="primary", key=room):
            _ask(room)
        _offer_to_revoke([one for one in found if _is_good(one)])


def _ask(room: str) -> None:
    allowed = {t(f"permission.{one.value}"): one for one in Permission if who.may(one)}
    with st.form(f"{room}_form", border=False):
        label = st.text_input(
            t("tokens.label"),
            max_chars=MAX_LABEL_CHARACTERS,
            placeholder=t("tokens.label_example"),
            key=f"{room}_label",
        )
        scopes = st.multiselect(
            t("tokens.scopes"),
            list(allowed),
            placeholder=t("tokens.choose_scopes"),
            key=f"{room}_scopes",
        )
        named = {days: t("tokens.days_count", n=days) for days in LIVES_DAYS}
        days = st.segmented_control(
            t("tokens.days"),
            LIVES_DAYS,
            default=USUAL_DAYS,
            format_func=named.__getitem__,
            required=True,
            key=f"{room}_days",
        )
        is_asked = st.form_submit_button(t("tokens.make"), type="primary")
    if is_asked:
        _make(label, [allowed[one] for one in scopes], int(days or USUAL_DAYS))


def _make(label: str, scopes: Sequence[Permission], days: int) -> None:
    people = loaders.application().people
    try:
        token, text = people.issue(
            who.person(), label=label, scopes=scopes, days=days, now=loaders.now()
        )
    except VideogenError as error:
        notices.show_error(error, beside_field=True)
        return
    st.session_state[NEW] = (token.label, text)
    st.rerun()


def _show_new() -> None:
    """Kept in this visit's memory alone until the person says that they have it."""
    made = st.session_state.get(NEW)
    if made is None:
        return
    label, text = made
    with st.container(border=True):
        st.markdown(f"**{markup.as_text(t('tokens.made', label=label))}**")
        st.code(text, language=None)
        st.button(t("tokens.noted"), key="token_noted", on_click=_forget)


def _forget() -> None:
    st.session_state.pop(NEW, None)


def _offer_to_revoke(good: Sequence[AccessToken]) -> None:
    if not good:
        return
    labels = {one.token_id: f"{one.label} · {one.token_id}" for one in good}
    with st.popover(t("tokens.revoke"), icon=":material/key_off:"):
        chosen = st.selectbox(
            t("tokens.choose"), list(labels), format_func=labels.__getitem__, key="token_chosen"
        )
        if st.button(t("tokens.revoke"), key="token_revoke") and chosen:
            loaders.application().people.revoke(who.person(), chosen, loaders.now())
            st.rerun()


def _is_good(token: AccessToken) -> bool:
    return token.revoked_at is None and token.expires_at > loaders.now()


def _table(tokens: Sequence[AccessToken]) -> str:
    names = ("label", "owner", "scopes", "used", "ends")
    has_others = any(one.owner != who.name() for one in tokens)
    shown = [name for name in names if name != "owner" or has_others]
    rows = [[cells[name] for name in shown] for cells in map(_cells, tokens)]
    return markup.table([t(f"tokens.head_{name}") for name in shown], rows)


def _cells(token: AccessToken) -> dict[str, str]:
    may = " · ".join(t(f"permission.{one.value}") for one in token.scopes)
    used = token.last_used_at
    shown_id = f'<span class="sub">vgn_{markup.esc(token.token_id)}_…</span>'
    return {
        "label": f"{markup.esc(token.label)}{shown_id}",
        "owner": markup.esc(token.owner),
        "scopes": f'<div class="wrap">{markup.esc(may)}</div>',
        "used": markup.esc(_day(used) if used else t("tokens.never_used")),
        "ends": markup.esc(_end(token)),
    }


def _end(token: AccessToken) -> str:
    if token.revoked_at is not None:
        return t("tokens.revoked")
    return _day(token.expires_at) if _is_good(token) else t("tokens.ended")


def _day(moment: datetime) -> str:
    return formats.moment(moment, language.current(), language.zone())
