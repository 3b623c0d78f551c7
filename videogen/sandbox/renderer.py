"""Draws the sandbox's clips: moving shapes over a panning field, marked in every frame."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from videogen.sandbox.clip_request import ClipRequest, Look, Plane, Planes
from videogen.sandbox.encoding import encode_clip
from videogen.sandbox.given_picture import between, picture_planes
from videogen.sandbox.watermark import watermark_luma

_MAX_PAN_PX = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    ripple: float  # amplitude of the field's fine lines in luma levels
    wave_px: float  # their distance
    edge_px: float  # softness of a shape's rim
    shapes: int


_STYLES: dict[Look, _Style] = {
    "solid": _Style(ripple=0, wave_px=1, edge_px=1.0, shapes=0),
    "soft": _Style(ripple=0, wave_px=1, edge_px=34.0, shapes=2),
    "clear": _Style(ripple=5, wave_px=26, edge_px=9.0, shapes=3),
    "crisp": _Style(ripple=9, wave_px=16, edge_px=2.5, shapes=5),
    "finest": _Style(ripple=11, wave_px=11, edge_px=1.2, shapes=6),
}
_CELL_PX = 150  # the field's colours change over this distance
_LUMA_RANGE = (60.0, 190.0)
_CHROMA_RANGE = (100.0, 156.0)  # muted, so that the shapes stand out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sprite:
    luma: Plane
    mask: NDArray[np.float32]
    chroma: tuple[int, int]
    centre: tuple[float, float]  # shares of height and width
    orbit: tuple[float, float]
    phase: float
    turns_per_s: float


def _margin_px(request: ClipRequest) -> int:
    """How much larger than the frame the field is drawn, so that a pan never wraps."""
    return max(32, min(_MAX_PAN_PX, min(request.width_px, request.height_px) // 5)) // 2 * 2


def _random(request: ClipRequest) -> np.random.Generator:
    facts = f"{request.prompt}\n{request.seed}\n{request.look}".encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(facts).digest()[:8]))


def _smooth_field(
    random: np.random.Generator, rows: int, columns: int, cell_px: int, span: tuple[float, float]
) -> NDArray[np.float64]:
    """A soft random relief, shape (rows, columns), between the two levels of `span`."""
    coarse = random.uniform(*span, (rows // cell_px + 2, columns // cell_px + 2))
    row_at = np.arange(rows) / cell_px
    column_at = np.arange(columns) / cell_px
    top, left = row_at.astype(int), column_at.astype(int)
    down = _ease(row_at - top)[:, None]
    right = _ease(column_at - left)[None, :]
    along = coarse[top] * (1 - down) + coarse[top + 1] * down
    return cast("NDArray[np.float64]", along[:, left] * (1 - right) + along[:, left + 1] * right)


def _ease(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Flat at both ends, so that no grid shows."""
    return share * share * (3 - 2 * share)


def _fields(request: ClipRequest, random: np.random.Generator) -> list[Planes]:
    """What lies under the shapes: the pictures that were given, or one of its own."""
    rows = request.height_px + 2 * _margin_px(request) + request.height_px % 2
    columns = request.width_px + 2 * _margin_px(request) + request.width_px % 2
    if request.pictures:
        return [picture_planes(content, rows, columns) for content in request.pictures]
    return [_field(request, random, rows, columns)]


def _field(request: ClipRequest, random: np.random.Generator, rows: int, columns: int) -> Planes:
    style = _STYLES[request.look]
    cell_px = min(_CELL_PX, max(16, request.height_px // 2))
    luma = _smooth_field(random, rows, columns, cell_px, _LUMA_RANGE)
    if style.ripple:
        # Lines along the relief's own contours look like drawn detail, not like noise.
        luma += style.ripple * np.sin(luma * (1.3 * np.pi * cell_px / style.wave_px / 65))
    half = (rows // 2, columns // 2, cell_px // 2, _CHROMA_RANGE)
    blue, red = _smooth_field(random, *half), _smooth_field(random, *half)
    return luma.astype(np.uint8), blue.astype(np.uint8), red.astype(np.uint8)


def _sprite(request: ClipRequest, random: np.random.Generator) -> _Sprite:
    style = _STYLES[request.look]
    radius = float(min(request.width_px, request.height_px) * random.uniform(0.08, 0.16))
    side = max(8, int(2 * radius + 2 * style.edge_px) // 2 * 2)
    axis = np.arange(side) - (side - 1) / 2
    down, right = axis[:, None], axis[None, :]
    if random.random() < 0.5:
        distance = np.hypot(down, right) - radius
    else:
        distance = np.maximum(np.abs(down), np.abs(right)) - radius * 0.85
    mask = np.clip(0.5 - distance / style.edge_px, 0, 1).astype(np.float32)
    base = random.uniform(40, 215)
    shading = np.clip(base + 35 * (down + right) / (side or 1), 16, 235)
    return _Sprite(
        luma=shading.astype(np.uint8),
        mask=mask,
        chroma=(int(random.integers(50, 206)), int(random.integers(50, 206))),
        centre=(float(random.uniform(0.35, 0.65)), float(random.uniform(0.3, 0.7))),
        orbit=(float(random.uniform(0.1, 0.28)), float(random.uniform(0.15, 0.32))),
        phase=float(random.uniform(0, 2 * np.pi)),
        turns_per_s=float(random.uniform(0.12, 0.3) * random.choice([-1, 1])),
    )


def _blend(
    target: Plane, source: Plane | int, mask: NDArray[np.float32], row: int, column: int
) -> None:
    """Lay `source` over `target` at a corner that may lie outside the frame."""
    top, left = max(row, 0), max(column, 0)
    bottom = min(row + mask.shape[0], target.shape[0])
    right = min(column + mask.shape[1], target.shape[1])
    if bottom <= top or right <= left:
        return
    cut = (slice(top - row, bottom - row), slice(left - column, right - column))
    part = target[top:bottom, left:right]
    ink = source if isinstance(source, int) else source[cut]
    part[:] = (part + (ink - part.astype(np.float32)) * mask[cut]).astype(np.uint8)


def _draw_sprite(planes: Planes, sprite: _Sprite, time_s: float) -> None:
    luma, blue, red = planes
    rows, columns = luma.shape
    angle = sprite.phase + 2 * np.pi * sprite.turns_per_s * time_s
    row = (
        int((sprite.centre[0] + sprite.orbit[0] * np.sin(angle)) * rows) - sprite.mask.shape[0] // 2
    )
    column = int((sprite.centre[1] + sprite.orbit[1] * np.cos(angle)) * columns)
    row, column = row // 2 * 2, (column - sprite.mask.shape[1] // 2) // 2 * 2
    _blend(luma, sprite.luma, sprite.mask, row, column)
    small = sprite.mask[::2, ::2]
    _blend(blue, sprite.chroma[0], small, row // 2, column // 2)
    _blend(red, sprite.chroma[1], small, row // 2, column // 2)


def marked(frames: Iterator[Planes]) -> Iterator[Planes]:
    """Every frame with the sandbox's mark laid over it."""
    for planes in frames:
        _mark(planes)
        yield planes


def _mark(planes: Planes) -> None:
    luma, blue, red = planes
    patch = watermark_luma(luma.shape[1], luma.shape[0])
    row = max(0, (luma.shape[0] - patch.shape[0] - luma.shape[0] // 30) // 2 * 2)
    column = min(luma.shape[1] // 60 * 2, luma.shape[1] - patch.shape[1])
    luma[row : row + patch.shape[0], column : column + patch.shape[1]] = patch
    half = (
        slice(row // 2, (row + patch.shape[0]) // 2),
        slice(column // 2, (column + patch.shape[1]) // 2),
    )
    blue[half] = 128
    red[half] = 128


def _solid(request: ClipRequest) -> Planes:
    colour = 0 if request.motion == "black" else request.colour
    red, green, blue = (colour >> 16) & 255, (colour >> 8) & 255, colour & 255
    # BT.601, limited range: what libswscale does with an RGB frame of this size.
    luma = 16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256
    chroma_blue = 128 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256
    chroma_red = 128 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256
    rows, columns = (
        request.height_px + request.height_px % 2,
        request.width_px + request.width_px % 2,
    )
    return (
        np.full((rows, columns), round(luma), np.uint8),
        np.full((rows // 2, columns // 2), round(chroma_blue), np.uint8),
        np.full((rows // 2, columns // 2), round(chroma_red), np.uint8),
    )


def _pan(margin_px: int, time_s: float, phase: float, turn_per_s: float) -> tuple[int, int]:
    """Even offsets that run in a circle within the margin: always moving, never a jump."""
    angle = phase + turn_per_s * time_s
    down = int(margin_px * (1 + np.sin(angle))) // 2 * 2
    return down, int(margin_px * (1 + np.cos(angle))) // 2 * 2


def _draw_subject(planes: Planes, subject: Planes, across: float, time_s: float) -> None:
    """A picture that sways up and down at its place across the frame."""
    rows, columns = planes[0].shape
    high, wide = subject[0].shape
    sway = 0.5 + 0.25 * np.sin(2.0 * time_s + 6.0 * across)
    row = int((rows - high) * sway) // 2 * 2
    column = int((columns - wide) * across) // 2 * 2
    for plane, picture, step in zip(planes, subject, (1, 2, 2), strict=True):
        top, left = row // step, column // step
        target = plane[top : top + picture.shape[0], left : left + picture.shape[1]]
        target[:] = picture[: target.shape[0], : target.shape[1]]


def draw_frames(request: ClipRequest) -> Iterator[Planes]:
    """Not marked yet."""
    is_plain = request.look == "solid" and not request.pictures
    if is_plain or request.motion == "black":
        planes = _solid(request)
        for _ in range(request.frames):
            yield planes
        return
    random = _random(request)
    fields = _fields(request, random)
    sprites = [_sprite(request, random) for _ in range(_STYLES[request.look].shapes)]
    side_px = max(16, min(request.height_px, request.width_px) // 3 // 2 * 2)
    subjects = [picture_planes(content, side_px, side_px) for content in request.subjects]
    phase, turn_per_s = random.uniform(0, 2 * np.pi), random.uniform(0.8, 1.2)
    rows, columns = (
        request.height_px + request.height_px % 2,
        request.width_px + request.width_px % 2,
    )
    for index in range(request.frames):
        time_s = 0.0 if request.motion == "frozen" else index / float(request.fps)
        luma, blue, red = between(fields, index / max(1, request.frames - 1))
        down, right = _pan(_margin_px(request), time_s, phase, turn_per_s)
        planes = (
            luma[down : down + rows, right : right + columns].copy(),
            blue[down // 2 : (down + rows) // 2, right // 2 : (right + columns) // 2].copy(),
            red[down // 2 : (down + rows) // 2, right // 2 : (right + columns) // 2].copy(),
        )
        for sprite in sprites:
            _draw_sprite(planes, sprite, time_s)
        for place, subject in enumerate(subjects):
            _draw_subject(planes, subject, (place + 0.5) / len(subjects), time_s)
        yield planes


def render_clip(request: ClipRequest, path: Path, comment: str = "") -> None:
    """Write the clip as H.264 mp4 (yuv420p, the exact size, fps and frame count)."""
    encode_clip(request, marked(draw_frames(request)), path, comment)
