"""What the System page knows of reference clips, and what it does with them."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import streamlit as st

from videogen import store
from videogen.domain.access import Permission
from videogen.domain.clip import CheckVerdict, Clip, ClipCheck
from videogen.domain.rating import PresentationKind, ReferenceClip
from videogen.domain.run import Origin
from videogen.panel import references
from videogen.ui import loaders, who


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReference:
    reference: ReferenceClip
    clip: Clip

    @property
    def noted(self) -> tuple[ClipCheck, ...]:
        """What would have failed or been doubtful in a run's clip."""
        return tuple(one for one in self.clip.checks if one.verdict is not CheckVerdict.PASS)

    @property
    def is_retired(self) -> bool:
        return self.reference.retired_at is not None

    @property
    def is_trap(self) -> bool:
        return self.reference.kind is PresentationKind.TRAP


class Upload(Protocol):
    """The part of Streamlit's uploaded file that is needed here."""

    name: str

    def getbuffer(self) -> memoryview: ...


def listed(origin: Origin) -> list[ShownReference]:
    """Of one origin, retired ones too: anchors, training, attention checks, worst first."""
    return list(_listed(loaders.snapshot(), origin.value))


def add(
    upload: Upload, *, kind: PresentationKind, expected_score: int, title: str
) -> tuple[ReferenceClip, str]:
    """The clip, and what came of it: added, restored or known.

    Raises: InvalidInputError, DiskFullError.
    """
    running = loaders.application()
    now = loaders.now()
    retired = {one.reference.clip_id for one in listed(Origin.LIVE) if one.is_retired}
    with tempfile.TemporaryDirectory(prefix="videogen-upload-") as folder:
        source = Path(folder) / "upload.mp4"  # a person's own name may be too long for a disk
        source.write_bytes(upload.getbuffer())
        added = references.add_reference_clip(
            running.database,
            source,
            clips_folder=running.clips_folder,
            kind=kind,
            expected_score=expected_score,
            title=title,
            origin=Origin.LIVE,
            who=who.acting(Permission.OPERATE),
            now=now,
            file_name=upload.name,
        )
    if added.added_at == now:
        return added, "added"
    return added, "restored" if added.clip_id in retired else "known"


def retire(clip_id: str) -> None:
    """Raises: NotFoundError."""
    database = loaders.application().database
    references.retire_reference_clip(
        database, clip_id, who=who.acting(Permission.OPERATE), now=loaders.now()
    )


def restore(clip_id: str) -> None:
    """Raises: NotFoundError."""
    database = loaders.application().database
    references.restore_reference_clip(
        database, clip_id, who=who.acting(Permission.OPERATE), now=loaders.now()
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _listed(key: loaders.Snapshot, origin: str) -> tuple[ShownReference, ...]:  # noqa: ARG001 the cache's key
    database = loaders.application().database
    found = store.reference_clips(database, Origin(origin), retired=True)
    order = [PresentationKind.GOLD, PresentationKind.TRAINING, PresentationKind.TRAP]
    found.sort(key=lambda one: (order.index(one.kind), one.expected_score))
    return tuple(
        ShownReference(reference=one, clip=store.get_clip(database, one.clip_id)) for one in found
    )
