"""A slot of a clip: the file in it, or the ways to fill it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from videogen.domain.input_file import InputFile, InputKind, InputSlot
from videogen.errors import InvalidInputError, VideogenError
from videogen.ui import formats, input_loaders, language, markup, media, notices, run_loaders
from videogen.ui.language import t

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

N_EARLIER = 6
LARGEST_MB = 100


def kept(room: str) -> dict[str, str]:
    """Slot name -> input_id of one form; `room` is the form."""
    known: dict[str, str] = st.session_state.get(f"{room}_inputs", {})
    return dict(known)


def fill(room: str, files: Mapping[str, str]) -> None:
    """These stand in the form from now on, and nothing else."""
    st.session_state[f"{room}_inputs"] = dict(files)
    st.session_state.pop(f"{room}_refused", None)


def refuse(room: str, slot: str, error: VideogenError) -> None:
    """Said beside the slot when the page is drawn next, by the slot's own word."""
    error.field = name_of(slot)
    st.session_state.setdefault(f"{room}_refused", {})[slot] = error


def ask(slot: InputSlot, room: str) -> "DeltaGenerator":
    """One slot; returns where to say what is wrong with its file."""
    input_id = kept(room).get(slot.name)
    file = None if input_id is None else input_loaders.find(input_id)
    with st.container(border=True, gap="small", height="stretch", key=f"{room}_slot_{slot.name}"):
        if file is None:
            _ask_file(slot, room)
        else:
            _show_file(slot, file, room)
        trouble = st.container()
    refused = st.session_state.get(f"{room}_refused", {}).get(slot.name)
    if refused is not None:
        with trouble:
            notices.show_error(refused, beside_field=True)
    return trouble


def name_of(slot: str) -> str:
    """A slot's word; one of somebody's own workflow keeps the name that its author gave it."""
    return language.t_or(f"slot.{slot}", slot)


def preview(file: InputFile, *, alt: str) -> str:
    """The picture, the sound or the film, by our own route."""
    source = markup.esc(input_loaders.url(file.input_id))
    said = markup.esc(alt)
    if file.kind is InputKind.IMAGE:
        return f'<img class="vg-input" loading="lazy" src="{source}" alt="{said}">'
    if file.kind is InputKind.AUDIO:
        return (
            f'<audio class="vg-input" controls preload="metadata" src="{source}" '
            f'aria-label="{said}"></audio>'
        )
    return (
        f'<video class="vg-input" controls muted playsinline preload="metadata" src="{source}" '
        f'aria-label="{said}"></video>'
    )


def facts(file: InputFile) -> str:
    """Such as "1024 x 576, 312 KB"."""
    parts = []
    if file.width_px is not None and file.height_px is not None:
        parts.append(f"{file.width_px} × {file.height_px}")
    if file.duration_s is not None:
        parts.append(formats.seconds(file.duration_s, language.current()))
    return " · ".join([*parts, formats.file_size(file.size_bytes)])


def used(inputs: Mapping[str, str]) -> str:
    """What a clip was made from besides its prompt; nothing for a clip from text."""
    figures = []
    for slot, input_id in inputs.items():
        file = input_loaders.find(input_id)
        if file is not None:
            word = name_of(slot)
            figures.append(
                f"<figure>{preview(file, alt=word)}<figcaption>{markup.esc(word)}</figcaption>"
                "</figure>"
            )
    return f'<div class="vg vg-used">{"".join(figures)}</div>' if figures else ""


def _ask_file(slot: InputSlot, room: str) -> None:
    st.html(_head(slot))
    key = _upload_key(room, slot.name)
    st.file_uploader(
        t("slot.upload", slot=name_of(slot.name)),
        label_visibility="collapsed",
        max_upload_size=LARGEST_MB,
        key=key,
        on_change=_take_upload,
        args=(slot, room, key),
    )
    _offer_earlier(slot, room)


def _show_file(slot: InputSlot, file: InputFile, room: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        word = name_of(slot.name)
        st.html(
            f'<div class="vg vg-filled">{preview(file, alt=word)}<div>{_head(slot)}'
            f'<p class="vg-small">{markup.esc(file.name)}</p>'
            f'<p class="vg-small vg-soft">{markup.esc(facts(file))}</p></div></div>'
        )
        st.button(
            t("slot.remove"),
            icon=":material/close:",
            type="tertiary",
            key=f"{room}_remove_{slot.name}",
            help=t("slot.remove_help", slot=word),
            on_click=_remove,
            args=(room, slot.name),
        )


def _head(slot: InputSlot) -> str:
    word = (
        ""
        if slot.is_required
        else f' <span class="vg-soft">{markup.esc(t("slot.optional"))}</span>'
    )
    about = language.t_or(f"slot.{slot.name}.about", "")
    told = f'<p class="vg-small vg-soft">{markup.esc(about)}</p>' if about else ""
    name = markup.esc(name_of(slot.name))
    return f'<div class="vg"><p class="vg-slot"><b>{name}</b>{word}</p>{told}</div>'


def _offer_earlier(slot: InputSlot, room: str) -> None:
    files = input_loaders.earlier(slot.kind, N_EARLIER)
    clips = run_loaders.own_clips(N_EARLIER) if slot.kind is InputKind.IMAGE else []
    if not files and not clips:
        return
    with st.popover(t("slot.earlier"), icon=":material/history:", type="tertiary"):
        if files:
            st.caption(t("slot.used_before"))
            with st.grid(3, min_column_width=120):
                for file in files:
                    _offer_file(slot, file, room)
        if clips:
            st.caption(t("slot.last_frames"))
            with st.grid(3, min_column_width=120):
                for row in clips:
                    _offer_last_frame(slot, row, room)


def _offer_file(slot: InputSlot, file: InputFile, room: str) -> None:
    with st.container(gap="xsmall"):
        st.html(f'<div class="vg vg-offer">{preview(file, alt=file.name)}</div>')
        st.button(
            markup.as_text(_short(file.name)),
            key=f"{room}_use_{slot.name}_{file.input_id[:12]}",
            width="stretch",
            help=t("slot.use_help", name=markup.as_text(file.name)),
            on_click=_put,
            args=(room, slot.name, file.input_id),
        )


def _offer_last_frame(slot: InputSlot, row: run_loaders.RunRow, room: str) -> None:
    with st.container(gap="xsmall"):
        picture = media.thumbnail(row.run.clip_id, alt=row.prompt.text)
        st.html(f'<div class="vg vg-offer">{picture}</div>')
        st.button(
            markup.as_text(_short(row.prompt.text)),
            key=f"{room}_frame_{slot.name}_{row.run.run_id[:12]}",
            width="stretch",
            help=t("slot.last_frame_help"),
            on_click=_put_last_frame,
            args=(room, slot.name, str(row.run.clip_id)),
        )


def _take_upload(slot: InputSlot, room: str, key: str) -> None:
    """Kept at once, whole or not at all; the field is a fresh one afterwards."""
    upload = st.session_state.get(key)
    if upload is None:
        return
    st.session_state[f"{room}_n_{slot.name}"] = st.session_state.get(f"{room}_n_{slot.name}", 0) + 1
    try:
        file = input_loaders.keep(upload, slot)
    except VideogenError as error:
        refuse(room, slot.name, error)
        return
    _put(room, slot.name, file.input_id)


def _put_last_frame(room: str, slot: str, clip_id: str) -> None:
    try:
        file = input_loaders.last_frame(clip_id)
    except VideogenError as error:
        refuse(room, slot, error)
        return
    _put(room, slot, file.input_id)


def _put(room: str, slot: str, input_id: str) -> None:
    st.session_state[f"{room}_inputs"] = {**kept(room), slot: input_id}
    st.session_state.get(f"{room}_refused", {}).pop(slot, None)


def _remove(room: str, slot: str) -> None:
    files = kept(room)
    files.pop(slot, None)
    st.session_state[f"{room}_inputs"] = files


def check(slot: InputSlot, room: str) -> VideogenError | None:
    """What keeps the file in a slot of a chosen condition from being taken; None: nothing does."""
    input_id = kept(room).get(slot.name)
    file = None if input_id is None else input_loaders.find(input_id)
    if file is None:
        return None
    try:
        input_loaders.check_fits(slot, file)
    except InvalidInputError as error:
        error.field = name_of(slot.name)
        return error
    return None


def _upload_key(room: str, slot: str) -> str:
    return f"{room}_upload_{slot}_{st.session_state.get(f'{room}_n_{slot}', 0)}"


def _short(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:17]}…"
