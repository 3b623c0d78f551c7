"""The attention check: a clip that asks, in Thai and in English, for one given score."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from videogen.texts import t

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

Luma = NDArray[np.uint8]

WIDTH_PX, HEIGHT_PX = 1280, 720
FPS = 24
N_FRAMES = 4 * FPS
FONT_PACKAGE = "fontpkg_noto_sans_thai"  # Latin letters and digits too

_NIGHT = (44, 52, 84)  # behind the card
_DARK_LUMA, _LIGHT_LUMA = 34, 88  # the bands that drift over it
_BAND_PX = 420  # from band to band
_DRIFT_PX = 6  # a frame; much slower, and the guard against frozen clips would see a still
_PAPER, _INK, _QUIET, _ACCENT = (248, 248, 245), (26, 29, 38), (92, 98, 114), (28, 92, 190)
_CARD = (120, 96, 1160, 624)  # left, top, right, bottom
_CORNER_PX = 28
_TEXT_LEFT_PX = 500
_BADGE_CENTRE = (310, 360)
_BADGE_RADIUS_PX = 128
_CODEC = {"preset": "ultrafast", "crf": "16"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    key: str
    language: str
    size_px: int
    weight: int
    top_px: int
    colour: tuple[int, int, int]


# Leading is generous: Thai stacks a vowel and a tone mark above a letter.
_LINES = (
    _Line(key="check", language="th", size_px=34, weight=600, top_px=148, colour=_ACCENT),
    _Line(key="ask", language="th", size_px=58, weight=700, top_px=206, colour=_INK),
    _Line(key="score", language="th", size_px=40, weight=400, top_px=300, colour=_QUIET),
    _Line(key="check", language="en", size_px=28, weight=600, top_px=398, colour=_ACCENT),
    _Line(key="ask", language="en", size_px=46, weight=700, top_px=446, colour=_INK),
    _Line(key="score", language="en", size_px=34, weight=400, top_px=520, colour=_QUIET),
)


def render_trap(path: Path, *, score: int) -> None:
    """Write a clip of four seconds that asks to be rated `score`; the words stand all the time."""
    import av
    from av.video.frame import VideoFrame

    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        stream.options = dict(_CODEC)
        for index, planes in enumerate(_frames(score)):
            frame = VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _frames(score: int) -> Iterator[NDArray[np.uint8]]:
    """The planes of each frame, as PyAV stacks yuv420p: only the luma around the card changes."""
    still, around = _card(score)
    bands = _bands(WIDTH_PX + _DRIFT_PX * N_FRAMES)
    for index in range(N_FRAMES):
        planes = still.copy()
        start = _DRIFT_PX * index
        np.copyto(planes[:HEIGHT_PX], bands[:, start : start + WIDTH_PX], where=around)
        yield planes


def _bands(width_px: int) -> Luma:
    """Soft diagonal light; it drifts, so that a player that hangs is seen to hang."""
    across = np.arange(width_px, dtype=np.float32)[None, :]
    down = np.arange(HEIGHT_PX, dtype=np.float32)[:, None]
    share = 0.5 + 0.5 * np.sin(2 * np.pi * (across + 0.6 * down) / _BAND_PX)
    return (_DARK_LUMA + (_LIGHT_LUMA - _DARK_LUMA) * share).astype(np.uint8)


def _card(score: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The stacked planes of the card, and where it does not cover the bands."""
    from av.video.frame import VideoFrame
    from PIL import Image, ImageDraw

    canvas = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), _NIGHT)
    draw = ImageDraw.Draw(canvas)
    draw.rounded_rectangle(_CARD, radius=_CORNER_PX, fill=_PAPER)
    _draw_badge(draw, score)
    for line in _LINES:
        said = t(f"trap.{line.key}", line.language, score=score, word=_word(score, line.language))
        draw.text(
            (_TEXT_LEFT_PX, line.top_px),
            said,
            font=_font(line.size_px, line.weight),
            fill=line.colour,
            anchor="la",
            **_shaping(line.language),
        )
    around = Image.new("1", (WIDTH_PX, HEIGHT_PX), 1)
    ImageDraw.Draw(around).rounded_rectangle(_CARD, radius=_CORNER_PX, fill=0)
    frame = VideoFrame.from_ndarray(np.asarray(canvas), format="rgb24")
    planes = np.asarray(frame.reformat(format="yuv420p").to_ndarray(), np.uint8)
    return planes, np.asarray(around, np.bool_)


def _draw_badge(draw: "ImageDraw", score: int) -> None:
    across, down = _BADGE_CENTRE
    box = (
        across - _BADGE_RADIUS_PX,
        down - _BADGE_RADIUS_PX,
        across + _BADGE_RADIUS_PX,
        down + _BADGE_RADIUS_PX,
    )
    draw.ellipse(box, fill=_ACCENT)
    font = _font(176, 700)
    left, top, right, bottom = font.getbbox(str(score))  # of the ink: digits have no descender
    corner = (across - (left + right) / 2, down - (top + bottom) / 2)
    draw.text(corner, str(score), font=font, fill=_PAPER)


def _word(score: int, language: str) -> str:
    return t(f"rate.score_{score}", language)


def _font(size_px: int, weight: int) -> "FreeTypeFont":
    """Noto Sans Thai from its package; one variable file holds every weight."""
    from PIL import ImageFont

    file = files(FONT_PACKAGE) / "files" / "NotoSansThai[wdth,wght].ttf"
    font = ImageFont.truetype(str(file), size_px, layout_engine=_layout())
    font.set_variation_by_axes([weight, 100])
    return font


def _layout() -> Any:
    """Raqm places Thai marks by the font's own rules.

    Without it each mark falls on its usual place: right for the words of this clip, which stack
    no tone mark on a vowel.
    """
    from PIL import ImageFont, features

    return ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC


def _shaping(language: str) -> dict[str, Any]:
    """Pillow takes a language only where Raqm lays the letters out."""
    from PIL import features

    return {"language": language} if features.check("raqm") else {}
