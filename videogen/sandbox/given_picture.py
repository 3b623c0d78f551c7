"""Pictures that a clip is made from: decoded, and laid under what the sandbox draws."""

import io
from collections.abc import Sequence

import av
import numpy as np

from videogen.sandbox.clip_request import Plane, Planes

_READERS = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "png_pipe"),
    (b"\xff\xd8\xff", "image/jpeg", "jpeg_pipe"),
)


class BadPictureError(ValueError):
    """These bytes are no PNG or JPEG that decodes."""


def picture_type(content: bytes) -> str | None:
    """By its first bytes; None: neither PNG nor JPEG."""
    return next((kind for begin, kind, _ in _READERS if content.startswith(begin)), None)


def picture_frame(content: bytes) -> av.VideoFrame:
    """Raises: BadPictureError."""
    reader = next((name for begin, _, name in _READERS if content.startswith(begin)), None)
    if reader is None:
        raise BadPictureError("neither PNG nor JPEG")
    try:
        with av.open(io.BytesIO(content), "r", format=reader) as container:
            return next(container.decode(video=0))
    except (av.FFmpegError, StopIteration, ValueError) as error:
        raise BadPictureError(type(error).__name__) from error


def picture_planes(content: bytes, rows: int, columns: int) -> Planes:
    """The picture's middle at this size (even sides), without bending its proportions.

    Raises: BadPictureError.
    """
    frame = picture_frame(content)
    scale = max(rows / frame.height, columns / frame.width)
    height, width = _even(frame.height * scale, rows), _even(frame.width * scale, columns)
    scaled = frame.reformat(width=width, height=height, format="yuv420p").to_ndarray()
    n_luma, n_half = height * width, height * width // 4
    flat = np.asarray(scaled, np.uint8).reshape(-1)
    luma = flat[:n_luma].reshape(height, width)
    blue = flat[n_luma : n_luma + n_half].reshape(height // 2, width // 2)
    red = flat[n_luma + n_half :].reshape(height // 2, width // 2)
    top, left = (height - rows) // 4 * 2, (width - columns) // 4 * 2
    return (
        _cut(luma, top, left, rows, columns),
        _cut(blue, top // 2, left // 2, rows // 2, columns // 2),
        _cut(red, top // 2, left // 2, rows // 2, columns // 2),
    )


def between(fields: Sequence[Planes], share: float) -> Planes:
    """What lies under a frame: the first picture, turning into the second as `share` grows."""
    if len(fields) == 1 or share <= 0:
        return fields[0]
    mixed = [
        (first + (last.astype(np.float32) - first) * share).astype(np.uint8)
        for first, last in zip(fields[0], fields[1], strict=True)
    ]
    return mixed[0], mixed[1], mixed[2]


def _even(side: float, least: int) -> int:
    return max(least, (int(side) + 1) // 2 * 2)


def _cut(plane: Plane, top: int, left: int, rows: int, columns: int) -> Plane:
    return np.ascontiguousarray(plane[top : top + rows, left : left + columns])
