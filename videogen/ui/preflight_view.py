"""Whether the servers have every node and model file, and how to get what they lack."""

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from videogen.runs.preflight import ServerPreflight
from videogen.ui import formats, loaders, markup, notices, system_loaders
from videogen.ui.language import t

FOUND = "preflight_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One missing file, or one pack with its missing nodes."""

    what: str
    where: str | None
    size_bytes: int | None
    how: str | None


def show() -> None:
    """A look on request: it asks each server for every part of every workflow."""
    st.caption(t("parts.text"))
    if st.button(t("parts.check"), icon=":material/fact_check:", key="preflight_go"):
        with st.spinner(t("parts.checking")):
            st.session_state[FOUND] = system_loaders.preflight()
    found: tuple[ServerPreflight, ...] | None = st.session_state.get(FOUND)
    if found is None:
        return
    if not found:
        st.caption(t("parts.none"))
    for server in found:
        _show(server)


def _show(server: ServerPreflight) -> None:
    st.html(f'<p class="vg"><b>{markup.esc(server.backend)}</b></p>')
    if server.error is not None:
        notices.show_error(server.error)
        return
    lacking = [name for name, lacks in server.conditions.items() if not lacks.is_complete]
    if not lacking:
        st.success(t("parts.complete"), icon=":material/check_circle:")
        return
    st.html(_conditions(server))
    needed = _needed(server)
    heads = [t(f"parts.{name}") for name in ("what", "where", "size", "for")]
    st.html(markup.table(heads, [_row(part, names) for part, names in needed.items()]))
    commands = list(dict.fromkeys(part.how for part in needed if part.how))
    if commands:
        st.caption(t("parts.how"))
        st.code("\n".join(commands), language="bash", wrap_lines=True)


def _conditions(server: ServerPreflight) -> str:
    """Which can run, which cannot yet."""
    chips = "".join(
        markup.chip(loaders.name_label(name), "pass" if lacks.is_complete else "fail")
        for name, lacks in server.conditions.items()
    )
    n_lacking = sum(not lacks.is_complete for lacks in server.conditions.values())
    said = t("parts.some_missing", n=n_lacking, total=len(server.conditions))
    return f'<div class="vg"><p>{markup.esc(said)}</p><p class="vg-chips">{chips}</p></div>'


def _needed(server: ServerPreflight) -> dict[Part, list[str]]:
    """Every missing part once, with the conditions that wait for it."""
    needed: dict[Part, list[str]] = {}
    for name, part in _parts(server):
        needed.setdefault(part, []).append(name)
    return needed


def _parts(server: ServerPreflight) -> Iterator[tuple[str, Part]]:
    for name, lacks in server.conditions.items():
        packs = {node.pack or node.node_class: node.how for node in lacks.nodes}
        for pack, how in packs.items():
            yield name, Part(what=pack, where="custom_nodes", size_bytes=None, how=how)
        for model in lacks.models:
            yield (
                name,
                Part(
                    what=model.file,
                    where=model.folder,
                    size_bytes=model.size_bytes,
                    how=model.how,
                ),
            )


def _row(part: Part, names: list[str]) -> tuple[str, ...]:
    labels = ", ".join(loaders.name_label(name) for name in names)
    size = formats.UNKNOWN if part.size_bytes is None else formats.file_size(part.size_bytes)
    return (
        markup.esc(part.what),
        markup.esc(part.where or formats.UNKNOWN),
        size,
        f'<span class="sub">{markup.esc(labels)}</span>',
    )
