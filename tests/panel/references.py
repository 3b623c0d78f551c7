"""Reference clips in rows only, where no file is asked for."""

from dataclasses import replace
from datetime import UTC, datetime

from videogen.domain.clip import Clip, ClipProbe
from videogen.domain.rating import PresentationKind, ReferenceClip
from videogen.domain.run import Origin
from videogen.store import Database, save

ADDED_AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
KINDS = {
    PresentationKind.TRAINING: (1, 2, 4, 5),
    PresentationKind.GOLD: (1, 2, 4, 5),
    PresentationKind.TRAP: (2, 3, 4),
}


def add_references(
    database: Database, *, origin: Origin = Origin.SANDBOX, traps: bool = True
) -> list[ReferenceClip]:
    """Four of each kind from worst to best, and three traps."""
    known = [
        ReferenceClip(
            clip_id=f"{origin.value}-{kind.value}-{score}",
            kind=kind,
            expected_score=score,
            title=f"{kind.value} {score}",
            origin=origin,
            added_by="operator",
            added_at=ADDED_AT,
        )
        for kind, scores in KINDS.items()
        if traps or kind is not PresentationKind.TRAP
        for score in scores
    ]
    save(database, *known, *(_clip(one) for one in known))
    return known


def retire_all(database: Database, *, origin: Origin = Origin.SANDBOX) -> None:
    """Somebody has chosen to rate without reference clips: none are drawn for the campaign."""
    known = add_references(database, origin=origin, traps=False)
    save(database, *(replace(one, retired_at=ADDED_AT) for one in known))


def _clip(reference: ReferenceClip) -> Clip:
    return Clip(
        clip_id=reference.clip_id,
        run_id=None,
        sha256=reference.clip_id,
        file=f"references/{reference.clip_id}.mp4",
        size_bytes=1000,
        probe=ClipProbe(
            width_px=640,
            height_px=360,
            n_frames=96,
            fps=24.0,
            clip_duration_s=4.0,
            codec="h264",
            has_audio=False,
        ),
        checks=(),
        thumbnail=None,
        created_at=ADDED_AT,
    )
