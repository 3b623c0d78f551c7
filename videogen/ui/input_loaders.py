"""Files that clips are made from: keeping one, finding earlier ones, a clip's last frame."""

import tempfile
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from videogen import store
from videogen.domain.access import Permission
from videogen.domain.input_file import InputFile, InputKind, InputSlot
from videogen.errors import NotFoundError
from videogen.runs import inputs
from videogen.ui import loaders, who
from videogen.ui.loaders import Snapshot


def keep(upload: UploadedFile, slot: InputSlot) -> InputFile:
    """Raises: InvalidInputError: names the slot, the file and what is wrong with it."""
    running = loaders.application()
    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder) / "upload"
        content.write_bytes(upload.getbuffer())
        return inputs.keep_input(
            running.database,
            running.inputs_folder,
            content=content,
            name=upload.name,
            kind=slot.kind,
            field=slot.name,
            who=who.acting(Permission.GENERATE),
            now=loaders.now(),
        )


def last_frame(clip_id: str) -> InputFile:
    """Raises: NotFoundError, InvalidInputError: the clip's file cannot be read."""
    running = loaders.application()
    return inputs.last_frame_of(
        running.database,
        running.clips_folder,
        running.inputs_folder,
        clip_id,
        who=who.acting(Permission.GENERATE),
        now=loaders.now(),
    )


def check_fits(slot: InputSlot, file: InputFile) -> None:
    """Raises: InvalidInputError: names the slot, the value and the limit."""
    inputs.check_fits(slot, file)


def find(input_id: str) -> InputFile | None:
    return _find(loaders.snapshot(), input_id)


def earlier(kind: InputKind, limit: int) -> list[InputFile]:
    """The last ones first."""
    return list(_earlier(loaders.snapshot(), kind, limit))


def url(input_id: str) -> str:
    return loaders.application().input_url(input_id)


@st.cache_resource(max_entries=64, show_spinner=False)
def _find(key: Snapshot, input_id: str) -> InputFile | None:  # noqa: ARG001 the cache's key
    try:
        return store.get_input(loaders.application().database, input_id)
    except NotFoundError:
        return None


@st.cache_resource(max_entries=16, show_spinner=False)
def _earlier(key: Snapshot, kind: InputKind, limit: int) -> tuple[InputFile, ...]:  # noqa: ARG001 the cache's key
    return tuple(store.input_files(loaders.application().database, kind=kind, limit=limit))
