"""Two to four clips in step, under one set of controls; what it shows is handed in whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from videogen.domain.clip import Clip
from videogen.ui import language, loaders
from videogen.ui.inline_component import inline_component
from videogen.ui.language import t

SCRIPTS = (  # one module in the browser
    "player/mounting.js",
    "sync_player/following.js",
    "sync_player/sync_player.js",
)
SENTENCES = (
    "play", "pause", "back", "forth", "bar", "speed", "loop", "sound", "keys", "time", "ended",
    "loading", "controls", "clip_failed", "clip_failed_text", "play_help", "back_help",
    "forth_help",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    word: str
    tone: str = "plain"  # plain, wait, sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Why there is no clip, and where to go."""

    title: str
    text: str
    href: str | None = None
    label: str | None = None
    is_failure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One clip with its label, or the reason for there being none; all texts are plain."""

    cell_id: str
    title: str
    href: str | None = None
    chips: Sequence[Chip] = ()
    facts: Sequence[str] = ()
    notes: Sequence[str] = ()
    clip: Clip | None = None
    clip_label: str = ""  # what a screen reader says of the video
    missing: Missing | None = field(default=None)


def show(cells: Sequence[Cell], *, key: str) -> None:
    _component()(
        data={
            "language": language.current(),
            "texts": {name: t(f"compare.player.{name}") for name in SENTENCES},
            "cells": [_written(cell) for cell in cells],
        },
        key=key,
    )


def _written(cell: Cell) -> dict[str, Any]:
    return {
        "id": cell.cell_id,
        "title": cell.title,
        "href": cell.href,
        "chips": [{"word": chip.word, "tone": chip.tone} for chip in cell.chips],
        "facts": list(cell.facts),
        "notes": list(cell.notes),
        "clip": _clip(cell.clip, cell.clip_label) if cell.clip else None,
        "missing": _missing(cell.missing) if cell.missing else None,
    }


def _clip(clip: Clip, label: str) -> dict[str, Any]:
    probe = clip.probe
    return {
        "id": clip.clip_id,
        "src": loaders.clip_url(clip.clip_id),
        "fps": probe.fps,
        "duration_s": probe.clip_duration_s,
        "has_audio": probe.has_audio,
        "label": label,
    }


def _missing(missing: Missing) -> dict[str, Any]:
    return {
        "title": missing.title,
        "text": missing.text,
        "href": missing.href,
        "label": missing.label,
        "tone": "fail" if missing.is_failure else "plain",
    }


def _component() -> Any:
    return inline_component(
        "videogen_sync_player",
        html="sync_player/sync_player.html",
        css=("sync_player/sync_player.css",),
        scripts=SCRIPTS,
    )
