"""A picture that somebody gives: whole, still, upright, opaque RGB, or refused with the fix."""

import io
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from videogen.clips.file_content import JPEG, PNG, FileContent
from videogen.errors import InvalidInputError

if TYPE_CHECKING:
    from PIL.Image import Image

# 50 million pixels are a good camera's; a few kilobytes can claim billions, which nobody decodes.
MAX_PIXELS = 50_000_000
JPEG_QUALITY = 95
_ORIENTATION = 0x0112  # EXIF 2.32, table 4; 1 is upright
_PRINT_MODES = frozenset({"CMYK", "YCCK", "LAB"})
_SOS, _APP2 = 0xDA, 0xE2
_NOTES = frozenset({0xE1, 0xED, 0xFE})  # APP1: EXIF and XMP; APP13: IPTC; COM
_PAPER = (255, 255, 255)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureReading:
    width_px: int
    height_px: int
    content: FileContent
    rewritten: bytes | None = None  # None: its own bytes are fit to be sent


def read_picture(path: Path, content: FileContent, *, field: str, name: str) -> PictureReading:
    """Back ends disagree on what they ignore of a file, so it is settled here once.

    Turned by its EXIF: turned upright. Transparent: laid on white. WebP, grey, palette or 16 bit:
    written as 8-bit RGB PNG, which every back end reads. A JPEG's notes are left out. No other
    pixel is touched.
    Raises: InvalidInputError.
    """
    from PIL import Image

    try:
        with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as image:
            _check(image, content, field=field, name=name)
            image.load()
            return _settled(image, content, path)
    except InvalidInputError:
        raise
    except Image.DecompressionBombError as error:
        said = re.search(r"\d+", str(error))  # Pillow looks at the header first, and stops there
        pixels = said[0] if said else None
        raise InvalidInputError(
            "input_too_many_pixels", field=field, value=name, pixels=pixels, limit=MAX_PIXELS
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error) as error:
        # All that Pillow is known to raise for damaged files.
        raise InvalidInputError("input_damaged", field=field, value=name) from error


def _check(image: "Image", content: FileContent, *, field: str, name: str) -> None:
    """From the header alone, before any pixel is decoded."""
    n_pixels = image.width * image.height
    if n_pixels > MAX_PIXELS:
        raise InvalidInputError(
            "input_too_many_pixels",
            field=field,
            value=name,
            pixels=f"{image.width} x {image.height}",
            limit=MAX_PIXELS,
        )
    # Telephones write further pictures behind a JPEG (MPO); those do not move.
    if content is not JPEG and getattr(image, "n_frames", 1) > 1:
        raise InvalidInputError("input_animated", field=field, value=name)
    if image.mode in _PRINT_MODES:
        raise InvalidInputError("input_print_colours", field=field, value=name, mode=image.mode)


def _settled(image: "Image", content: FileContent, path: Path) -> PictureReading:
    from PIL import ImageOps

    is_turned = image.getexif().get(_ORIENTATION, 1) != 1
    is_plain = image.mode == "RGB" and "transparency" not in image.info
    if content in (PNG, JPEG) and is_plain and not is_turned:
        original = path.read_bytes()
        kept = without_notes(original) if content is JPEG else original
        return PictureReading(
            width_px=image.width,
            height_px=image.height,
            content=content,
            rewritten=None if kept == original else kept,
        )
    upright = ImageOps.exif_transpose(image)
    opaque = _opaque(upright)
    form = JPEG if content is JPEG else PNG
    return PictureReading(
        width_px=opaque.width,
        height_px=opaque.height,
        content=form,
        rewritten=_written(opaque, form, image.info.get("icc_profile")),
    )


def without_notes(jpeg: bytes) -> bytes:
    """The same picture without its EXIF, XMP, IPTC and further pictures.

    A photo tells where and by whom it was taken, and a vendor gets all that is kept.
    Segments of ITU-T T.81, section B.1.1.4; the picture's own begin with SOS.
    """
    kept, at = bytearray(jpeg[:2]), 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != _SOS:
        if jpeg[at + 1] == 0xFF:  # a fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        is_index = jpeg[at + 1] == _APP2 and jpeg[at + 4 : at + 8] == b"MPF\0"
        if jpeg[at + 1] not in _NOTES and not is_index:
            kept += jpeg[at:end]
        at = end
    return bytes(kept + jpeg[at:])


def _opaque(image: "Image") -> "Image":
    """8-bit RGB; what shows through shows white, as on a page."""
    from PIL import Image

    if image.mode.startswith("I;16") or image.mode == "I":
        high = np.clip(np.asarray(image, dtype=np.int64) >> 8, 0, 255).astype(np.uint8)
        return Image.fromarray(high).convert("RGB")
    if image.mode not in ("RGBA", "LA", "PA") and "transparency" not in image.info:
        return image.convert("RGB")
    over = image.convert("RGBA")
    paper = Image.new("RGBA", over.size, (*_PAPER, 255))
    return Image.alpha_composite(paper, over).convert("RGB")


def _written(image: "Image", kept: FileContent, icc_profile: bytes | None) -> bytes:
    target = io.BytesIO()
    options: dict[str, Any] = {"quality": JPEG_QUALITY} if kept is JPEG else {"compress_level": 6}
    image.save(target, format="JPEG" if kept is JPEG else "PNG", **options, icc_profile=icc_profile)
    return target.getvalue()
