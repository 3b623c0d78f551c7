"""A picture that somebody gives: whole, still, upright, opaque RGB, or refused with the fix."""

import io
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from videogen.clips.file_content import JPEG, PNG, FileContent
from videogen.clips.picture_notes import jpeg_without_notes, png_without_notes
from videogen.errors import InvalidInputError

if TYPE_CHECKING:
    from PIL.Image import Image

# 50 million pixels are a good camera's; a few kilobytes can claim billions, which nobody decodes.
MAX_PIXELS = 50_000_000
JPEG_QUALITY = 95
_ORIENTATION = 0x0112  # EXIF 2.32, table 4; 1 is upright
_PRINT_MODES = frozenset({"CMYK", "YCCK", "LAB"})
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
    written as 8-bit RGB PNG, which every back end reads. Notes, and what follows the picture's end,
    are left out. No other pixel is touched.
    Raises: InvalidInputError.
    """
    from PIL import Image

    try:
        if content is JPEG:
            jpeg_without_notes(path.read_bytes())  # Pillow reads filling byte by byte, for minutes
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
        kept = _without_notes(original, content)
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
    return _without_notes(target.getvalue(), kept)


def _without_notes(picture: bytes, content: FileContent) -> bytes:
    return jpeg_without_notes(picture) if content is JPEG else png_without_notes(picture)
