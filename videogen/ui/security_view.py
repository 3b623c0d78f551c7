"""Who changed money, thresholds, roles, decisions and the like: a log that nobody edits."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from videogen import store
from videogen.domain import strict_csv
from videogen.domain.access import Permission
from videogen.domain.event import Event
from videogen.ui import formats, language, loaders, markup, who
from videogen.ui.language import t, t_or

PER_PAGE = 50
MOST_ROWS = 100_000  # a file for a spreadsheet, which takes no more than a million
EVERYTHING = "all"
ROOM, SHOWN = "audit_room", "audit_shown"
HEADS = ("when", "what", "about", "who", "change")
BESIDE = frozenset({"who", "before", "after"})
LONGEST_CHARACTERS = 160


def is_open() -> bool:
    return who.may(Permission.ADMINISTER)


def show() -> None:
    st.header(t("log.title"))
    st.caption(t("log.note"))
    rooms = [EVERYTHING, *store.AUDITED_ROOMS]
    labels = {room: t(f"log.room.{room}") for room in rooms}
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit_controls"):
        room = st.selectbox(
            t("log.filter"), rooms, format_func=labels.__getitem__, key=ROOM, on_change=_from_top
        )
        st.download_button(
            t("log.download"),
            lambda: as_csv(_events(_wanted(room), MOST_ROWS)),
            file_name="audit-log.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
            key="audit_download",
        )
    _show_events(_wanted(room))


def _show_events(kinds: Sequence[str] | None) -> None:
    n_shown = int(st.session_state.get(SHOWN, PER_PAGE))
    found = _events(kinds, n_shown + 1)
    if not found:
        st.info(t("log.empty"))
        return
    heads = [t(f"log.{name}") for name in HEADS]
    st.html(markup.table(heads, [_row(event) for event in found[:n_shown]]))
    if len(found) > n_shown and st.button(t("log.older"), key="audit_older"):
        st.session_state[SHOWN] = n_shown + PER_PAGE
        st.rerun()


def _from_top() -> None:
    st.session_state.pop(SHOWN, None)


def _wanted(room: str) -> list[str] | None:
    return None if room == EVERYTHING else [room]


def _events(kinds: Sequence[str] | None, limit: int) -> list[Event]:
    return store.audit_events(loaders.application().database, kinds=kinds, limit=limit)


def _row(event: Event) -> list[str]:
    soft = '<span class="sub wrap">{}</span>'
    who = event.data.get("who")
    return [
        markup.esc(formats.moment(event.at, language.current(), language.zone())),
        markup.esc(t_or(f"log.kind.{event.kind}", event.kind)),
        soft.format(markup.esc(_short(event.subject_id))),
        f'<span class="wrap">{markup.esc(_short(who) if who else t("log.program"))}</span>',
        soft.format(markup.esc(_change(event.data))),
    ]


def _change(data: Mapping[str, Any]) -> str:
    """Before and after where there are both, then everything else that was kept."""
    told = []
    if "before" in data or "after" in data:
        told.append(f"{_short(data.get('before'))} → {_short(data.get('after'))}")
    told += [
        f"{name}: {_short(value)}"
        for name, value in data.items()
        if name not in BESIDE and value is not None
    ]
    return " · ".join(told)


def _short(value: object) -> str:
    said = _plain(value)
    return said if len(said) <= LONGEST_CHARACTERS else f"{said[:LONGEST_CHARACTERS]}…"


def _plain(value: object) -> str:
    if value is None or value == []:
        return formats.UNKNOWN
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(inner) for inner in value)
    return str(value)


def as_csv(events: Iterable[Event]) -> bytes:
    """Every change as a line, in English names, for whoever audits elsewhere."""
    lines: list[list[object]] = [["at", "kind", "subject_id", "who", "data"]]
    lines += [
        [
            event.at.isoformat(),
            event.kind,
            event.subject_id,
            event.data.get("who"),
            json.dumps(event.data, ensure_ascii=False),
        ]
        for event in events
    ]
    return strict_csv.table(lines).encode("utf-8-sig")
