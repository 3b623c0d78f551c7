"""Clips whose score is known beforehand, unwatchable to flawless: for training and as anchors."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np

from videogen.sandbox.clip_request import ClipRequest, Look, Plane, Planes
from videogen.sandbox.encoding import encode_clip
from videogen.sandbox.renderer import draw_frames, marked

_WIDTH_PX, _HEIGHT_PX = 640, 360
_FPS = Fraction(16)
_FRAMES = 64  # four seconds
# Finer grain would fill ten times the bytes, and every rater's copy is as large as the largest.
_GRAIN_PX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaws:
    """What is wrong with a clip; nothing by default."""

    noise: int = 0  # largest change of a pixel's luma either way
    tile_px: int = 1  # squares of one colour
    flicker: int = 0  # luma levels by which every other frame is brighter
    held_frames: int = 1  # how long each frame stands


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceDrawing:
    name: str
    kind: Literal["training", "gold"]
    expected_score: int  # 1 bad .. 5 excellent
    title: str
    look: Look
    flaws: Flaws = field(default_factory=Flaws)


DRAWINGS = (
    ReferenceDrawing(
        name="training-1",
        kind="training",
        expected_score=1,
        title="Noise, flicker and tiles",
        look="soft",
        flaws=Flaws(noise=70, tile_px=16, flicker=40, held_frames=3),
    ),
    ReferenceDrawing(
        name="training-2",
        kind="training",
        expected_score=2,
        title="Coarse and jerky",
        look="soft",
        flaws=Flaws(noise=14, tile_px=10, held_frames=4),
    ),
    ReferenceDrawing(
        name="training-4",
        kind="training",
        expected_score=4,
        title="Clear, with a little grain",
        look="clear",
        flaws=Flaws(noise=6),
    ),
    ReferenceDrawing(
        name="training-5",
        kind="training",
        expected_score=5,
        title="Sharp and smooth",
        look="finest",
    ),
    ReferenceDrawing(
        name="gold-1",
        kind="gold",
        expected_score=1,
        title="Tiles, noise and flicker",
        look="clear",
        flaws=Flaws(noise=60, tile_px=20, flicker=46, held_frames=4),
    ),
    ReferenceDrawing(
        name="gold-2",
        kind="gold",
        expected_score=2,
        title="Jerky and coarse",
        look="soft",
        flaws=Flaws(noise=18, tile_px=12, held_frames=5),
    ),
    ReferenceDrawing(
        name="gold-4",
        kind="gold",
        expected_score=4,
        title="Crisp, with a little grain",
        look="crisp",
        flaws=Flaws(noise=5),
    ),
    ReferenceDrawing(
        name="gold-5",
        kind="gold",
        expected_score=5,
        title="Flawless",
        look="finest",
    ),
)


def draw_reference_clips(folder: Path) -> list[dict[str, str | int]]:
    """Write them all; returns what each is: file, kind, expected_score, title."""
    return [_draw(drawing, folder) for drawing in DRAWINGS]


def _draw(drawing: ReferenceDrawing, folder: Path) -> dict[str, str | int]:
    request = ClipRequest(
        width_px=_WIDTH_PX,
        height_px=_HEIGHT_PX,
        frames=_FRAMES,
        fps=_FPS,
        prompt=drawing.name,
        look=drawing.look,
    )
    path = folder / f"{drawing.name}.mp4"
    frames = marked(_flawed(draw_frames(request), drawing.flaws))
    encode_clip(request, frames, path, "sandbox")
    facts = asdict(drawing)
    return {"file": path.name} | {key: facts[key] for key in ("kind", "expected_score", "title")}


def _flawed(frames: Iterator[Planes], flaws: Flaws) -> Iterator[Planes]:
    random = np.random.default_rng(1)  # the same bytes every time: the app knows a clip by them
    shown: Planes | None = None
    for index, drawn in enumerate(frames):
        if shown is None or index % flaws.held_frames == 0:
            luma, blue, red = _tiled(drawn, flaws.tile_px)
            shown = _grainy(luma, flaws.noise, random), blue, red
        luma, blue, red = (plane.copy() for plane in shown)
        yield (_brighter(luma, flaws.flicker) if index % 2 else luma), blue, red


def _tiled(planes: Planes, tile_px: int) -> Planes:
    if tile_px == 1:
        return planes
    luma, blue, red = planes
    return _coarse(luma, tile_px), _coarse(blue, tile_px // 2), _coarse(red, tile_px // 2)


def _coarse(plane: Plane, tile_px: int) -> Plane:
    rows, columns = plane.shape
    corners = plane[::tile_px, ::tile_px]
    coarse: Plane = corners.repeat(tile_px, 0).repeat(tile_px, 1)[:rows, :columns]
    return coarse


def _grainy(luma: Plane, noise: int, random: np.random.Generator) -> Plane:
    if not noise:
        return luma
    rows, columns = luma.shape
    size = (rows // _GRAIN_PX + 1, columns // _GRAIN_PX + 1)
    grains = random.integers(-noise, noise + 1, size, dtype=np.int16)
    change = grains.repeat(_GRAIN_PX, 0).repeat(_GRAIN_PX, 1)[:rows, :columns]
    grainy: Plane = np.clip(luma + change, 16, 235).astype(np.uint8)
    return grainy


def _brighter(luma: Plane, levels: int) -> Plane:
    return np.clip(luma.astype(np.int16) + levels, 16, 235).astype(np.uint8)
