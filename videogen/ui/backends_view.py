"""Back ends on the System page: how each is, and what a person may do with it."""

from collections.abc import Callable

import streamlit as st

from videogen.domain.condition import BackendKind
from videogen.domain.generation import BackendLight, BackendStatus
from videogen.domain.run import Origin
from videogen.domain.server import BackendHold
from videogen.errors import VideogenError
from videogen.ui import (
    formats,
    hold_words,
    language,
    loaders,
    markup,
    notices,
    parts,
    system_loaders,
)
from videogen.ui.language import t

REFRESH_S = 5
SAID = "backends_said"


def show() -> None:
    """One row a back end: its state drawn anew by itself, what can be done behind one button."""
    said = st.session_state.pop(SAID, None)
    if said:
        st.success(markup.as_text(said), icon=":material/check_circle:")
    statuses = loaders.header_state().statuses
    if not statuses:
        st.html(f'<p class="vg vg-soft">{markup.esc(t("system.backends_empty"))}</p>')
    for status in statuses:
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"backend_{status.name}", border=True
        ):
            with st.container(width="stretch"):
                _facts(status.name)
            with st.popover(t("backends.manage"), width="content"):
                _manage(status)


@parts.fragment(run_every=REFRESH_S)
def _facts(name: str) -> None:
    known = {status.name: status for status in loaders.header_state().statuses}
    if name in known:
        st.html(_summary(known[name], system_loaders.holds().get(name)))


def _summary(status: BackendStatus, hold: BackendHold | None) -> str:
    title = language.t_or(f"backend.{status.kind}", status.kind)
    details = [status.version, status.device, _memory(status), _load(status)]
    said = " · ".join(markup.esc(one) for one in details if one)
    origin = ""
    if status.origin is Origin.SANDBOX:
        origin = f' <span class="vg-chip vg-sandbox">{markup.esc(t("origin.sandbox"))}</span>'
    blocking = loaders.holds().get(status.name)
    state = hold_words.state(status, blocking)
    dot = "held" if hold_words.is_shown(status, blocking) else status.light.value
    return (
        f'<div class="vg vg-backend"><p><span class="vg-light">'
        f'<i class="vg-dot vg-dot-{dot}"></i><b>{markup.esc(title)}</b></span> '
        f'<span class="vg-soft">{markup.esc(state)}</span>{origin}</p>'
        f'<p class="vg-small vg-soft">{markup.esc(status.name)}{" · " if said else ""}{said}</p>'
        f"{_held(hold, is_said=dot == 'held')}</div>"
    )


def _held(hold: BackendHold | None, *, is_said: bool) -> str:
    """Why it takes nothing new, who said so, and when it goes on by itself."""
    if hold is None:
        return ""
    spoken, zone = language.current(), language.zone()
    since = formats.moment(hold.since, spoken, zone)
    said = [t("hold.by", who=hold.who, since=since) if hold.who else t("hold.since", since=since)]
    said.append(hold_words.reason(hold))
    if hold.until is not None:
        said.append(t("hold.until", until=formats.clock(hold.until, zone)))
    chip = markup.chip(t(f"hold.{hold.kind.value}"), "uncertain", icon_name="warn")
    if is_said:  # one line above, by the name
        chip = ""
    words = markup.esc(" · ".join(one for one in said if one))
    return f'<p class="vg-small">{chip} <span class="vg-soft">{words}</span></p>'


def _manage(status: BackendStatus) -> None:
    """Pause stands last: what takes its place moves nothing under the pointer."""
    if status.kind == BackendKind.COMFY.value:
        _ask_free(status)
        _ask_remove(status)
    if system_loaders.holds().get(status.name) is None:
        _ask_pause(status.name)
    elif st.button(t("backends.resume"), icon=":material/play_arrow:", key=f"resume_{status.name}"):
        system_loaders.resume(status.name)
        st.rerun()


def _ask_pause(name: str) -> None:
    why = st.text_input(
        t("backends.pause_why"),
        key=f"pause_why_{name}",
        placeholder=t("backends.pause_why_placeholder"),
        max_chars=120,
    )
    if st.button(
        t("backends.pause"),
        icon=":material/pause:",
        help=t("backends.pause_help"),
        key=f"pause_{name}",
    ):
        system_loaders.pause(name, why)
        st.rerun()


def _ask_free(status: BackendStatus) -> None:
    is_busy = status.light is not BackendLight.UP
    if st.button(
        t("backends.free"),
        icon=":material/memory:",
        help=t("backends.free_busy") if is_busy else t("backends.free_help"),
        disabled=is_busy,
        key=f"free_{status.name}",
    ):
        _do(t("backends.freed"), lambda: system_loaders.free_memory(status.name))


def _ask_remove(status: BackendStatus) -> None:
    name = status.name
    server = system_loaders.added_servers().get(name)
    if server is None:
        is_own = status.origin is Origin.SANDBOX and not system_loaders.is_configured(name)
        st.caption(t("backends.own_sandbox" if is_own else "backends.from_settings"))
        return
    added_on = formats.day(server.added_at, language.current())
    st.caption(markup.as_text(t("backends.added_by", who=server.added_by, date=added_on)))
    if st.button(
        t("backends.remove"),
        icon=":material/delete:",
        help=t("backends.remove_help"),
        key=f"remove_{name}",
    ):
        _do(None, lambda: system_loaders.remove_server(name))


def _do(said: str | None, act: Callable[[], None]) -> None:
    try:
        act()
    except VideogenError as error:
        notices.show_error(error)
        return
    if said:
        st.session_state[SAID] = said
    st.rerun()


def ask_server() -> None:
    """One address: test it, or add it for everybody."""
    with st.form("add_server", border=False):
        address, test, add = st.columns([6, 1, 1], vertical_alignment="bottom")
        url = address.text_input(
            t("system.test_label"), key="server_url", placeholder=t("system.test_placeholder")
        )
        is_test = test.form_submit_button(t("system.test"), width="stretch")
        is_add = add.form_submit_button(
            t("backends.add"), type="primary", width="stretch", help=t("backends.add_help")
        )
    if is_test:
        _test(url)
    if is_add:
        _do(None, lambda: _add(url))
    st.caption(t("backends.google_text"))
    st.caption(t("backends.replicate_text"))


def _add(url: str) -> None:
    status = system_loaders.add_server(url)
    st.session_state[SAID] = t("backends.added", name=status.name)


def _test(url: str) -> None:
    try:
        status = system_loaders.test_server(url)
    except VideogenError as error:
        notices.show_error(error)
        return
    if status.light in (BackendLight.UP, BackendLight.BUSY):
        device = t(
            "system.test_device",
            device=status.device or formats.UNKNOWN,
            memory=formats.memory(status.memory_total_mib),
        )
        st.success(
            markup.as_text(device),
            title=markup.as_text(t("system.test_ok", version=status.version or formats.UNKNOWN)),
            icon=":material/check_circle:",
        )
        return
    code = status.reason or "server_down"
    said = notices.sentence(f"error.{code}.message", backend=url)
    happened = f"{t('field.url')}: {language.t_or(f'system.test_{code}', said, url=url)}"
    st.error(
        markup.as_text(notices.sentence(f"error.{code}.hint", backend=url)),
        title=markup.as_text(happened),
        icon=":material/error:",
    )


def _memory(status: BackendStatus) -> str | None:
    if status.memory_total_mib is None:
        return None
    total = formats.memory(status.memory_total_mib)
    if status.memory_used_mib is None:
        return total
    return t("system.memory_used", used=formats.memory(status.memory_used_mib), total=total)


def _load(status: BackendStatus) -> str | None:
    """Only where the server says what waits in its own queue."""
    if status.n_running is None and status.n_pending is None:
        return None
    return t("backends.load", n_running=status.n_running or 0, n_pending=status.n_pending or 0)
