"""What a file that somebody gives is, by its content, and whether a clip can be made from it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from videogen.clips.boxes import top_boxes
from videogen.clips.file_content import AVI, FLAC, MOV, MP4, WAV, FileContent, content_of
from videogen.clips.input_picture import MAX_PIXELS, read_picture
from videogen.clips.probe import UndecodableClipError, decoded_frames
from videogen.domain.input_file import InputKind
from videogen.errors import InvalidInputError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

MB = 1_000_000
MAX_IMAGE_BYTES = 20 * MB  # Veo's and Omni's limit
MAX_BYTES = 100 * MB  # ComfyUI takes 100 MiB unless it is told otherwise
MAX_DURATION_S = 1800.0  # hours of silence fit into a small file, and every second is decoded
MAX_BOXES = 20_000  # a live recording of half an hour has two for each second
UNKNOWN_RIFF_SIZE = 2**32 - 1
AV_TIME_BASE = 1_000_000  # FFmpeg's ticks a second
_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".avi": "video/x-msvideo",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".m4a": "audio/mp4",
    ".weba": "audio/webm",
    ".mka": "audio/x-matroska",
}
_SOUND_ALONE = {".mp4": ".m4a", ".mov": ".m4a", ".webm": ".weba", ".mkv": ".mka"}


@dataclass(frozen=True, slots=True, kw_only=True)
class InputReading:
    """`rewritten` are the bytes to keep in the place of the file's own."""

    kind: InputKind
    suffix: str
    width_px: int | None = None
    height_px: int | None = None
    duration_s: float | None = None
    n_frames: int | None = None
    fps: float | None = None
    rewritten: bytes | None = None


def mime_type_of(file: str) -> str:
    """Of a kept file, whose ending we gave it ourselves."""
    return _TYPES[Path(file).suffix]


def read_input(path: Path, *, kind: InputKind | None, field: str, name: str) -> InputReading:
    """Decoded to its end; `kind` is what is wanted, None: whatever it is.

    Args: field: what to call it in an error. name: what its owner calls the file.
    Raises: InvalidInputError: not readable, empty, too large, of another kind, damaged, or
        nothing that a clip can be made from.
    """
    size_bytes = _size(path, field=field, name=name)
    content = content_of(path)
    if content is None:
        raise InvalidInputError("input_unknown_content", field=field, value=name)
    _check_size(size_bytes, is_picture=content.is_picture, field=field, name=name)
    if content.suffix is None:
        problem = "input_image_format" if content.is_picture else "input_unknown_content"
        raise InvalidInputError(problem, field=field, value=name, format=content.format)
    reading = _read(path, content, kind, field=field, name=name)
    _check_kind(reading.kind, kind, content, field=field, name=name)
    kept_bytes = size_bytes if reading.rewritten is None else len(reading.rewritten)
    _check_size(kept_bytes, is_picture=content.is_picture, field=field, name=name)
    return reading


def _size(path: Path, *, field: str, name: str) -> int:
    try:
        size_bytes = path.stat().st_size
        is_file = path.is_file()
    except OSError as error:
        raise InvalidInputError("input_not_found", field=field, value=name) from error
    if not is_file:
        raise InvalidInputError("input_not_found", field=field, value=name)
    if size_bytes == 0:
        raise InvalidInputError("input_empty", field=field, value=name)
    return size_bytes


def _check_size(size_bytes: int, *, is_picture: bool, field: str, name: str) -> None:
    limit_bytes = MAX_IMAGE_BYTES if is_picture else MAX_BYTES
    if size_bytes > limit_bytes:
        raise InvalidInputError(
            "input_too_large",
            field=field,
            value=name,
            size_mb=f"{size_bytes / MB:.1f}",
            limit_mb=limit_bytes // MB,
        )


def _check_kind(
    found: InputKind, wanted: InputKind | None, content: FileContent, *, field: str, name: str
) -> None:
    if wanted is not None and found is not wanted:
        raise InvalidInputError(
            f"input_not_{wanted.value}", field=field, value=name, format=content.format
        )


def _read(
    path: Path, content: FileContent, kind: InputKind | None, *, field: str, name: str
) -> InputReading:
    if not content.is_picture:
        return _read_media(path, content, kind, field=field, name=name)
    _check_kind(InputKind.IMAGE, kind, content, field=field, name=name)
    picture = read_picture(path, content, field=field, name=name)
    return InputReading(
        kind=InputKind.IMAGE,
        suffix=str(picture.content.suffix),
        width_px=picture.width_px,
        height_px=picture.height_px,
        rewritten=picture.rewritten,
    )


def _read_media(
    path: Path, content: FileContent, kind: InputKind | None, *, field: str, name: str
) -> InputReading:
    import av

    try:
        _refuse_cut_off(path, content)
        with path.open("rb") as file, av.open(file, "r", format=content.reader) as container:
            moving = _moving_picture(container)
            if moving is not None:
                _check_kind(InputKind.VIDEO, kind, content, field=field, name=name)
                return _video(container, moving, content)
            if kind is InputKind.VIDEO:
                raise InvalidInputError("input_without_picture", field=field, value=name)
            _check_kind(InputKind.AUDIO, kind, content, field=field, name=name)
            return _audio(container, content)
    except _TooLongError as error:
        raise InvalidInputError(
            "input_too_long", field=field, value=name, limit_s=f"{MAX_DURATION_S:g}"
        ) from error
    except _UnusableError as error:
        raise InvalidInputError(str(error), field=field, value=name) from error
    except (av.FFmpegError, UndecodableClipError, ValueError, OSError, EOFError) as error:
        raise InvalidInputError("input_damaged", field=field, value=name) from error


class _UnusableError(Exception):
    """It reads, but there is nothing in it; the text is the problem's name."""


class _TooLongError(Exception):
    pass


def _refuse_cut_off(path: Path, content: FileContent) -> None:
    """The last bytes may be missing and every frame still decode."""
    file_bytes = path.stat().st_size
    if content in (MP4, MOV):
        for n, box in enumerate(top_boxes(path)):
            if box.end > file_bytes or n > MAX_BOXES:
                raise UndecodableClipError("cut off, or no program's work")
    if content in (WAV, AVI) and _announced_bytes(path) > file_bytes:
        raise UndecodableClipError("cut off")


def _announced_bytes(path: Path) -> int:
    """0 where a RIFF file was written as it came and leaves its size open."""
    with path.open("rb") as file:
        head = file.read(8)
    size_bytes = int.from_bytes(head[4:], "little")
    is_open = head[:4] != b"RIFF" or size_bytes == UNKNOWN_RIFF_SIZE
    return 0 if is_open else size_bytes + 8


def _moving_picture(container: "InputContainer") -> "VideoStream | None":
    """A song's cover is a video stream too, of one picture that is no frame."""
    from av.stream import Disposition

    streams = container.streams.video
    return next((s for s in streams if not s.disposition & Disposition.attached_pic), None)


def _video(
    container: "InputContainer", stream: "VideoStream", content: FileContent
) -> InputReading:
    n_frames, width_px, height_px = 0, 0, 0
    first_s = last_s = None
    _refuse_unknown_codec(stream)
    if stream.codec_context.width * stream.codec_context.height > MAX_PIXELS:
        raise _UnusableError("input_frames_too_large")
    for frame in decoded_frames(container, stream):
        n_frames += 1
        if n_frames == 1:
            is_on_its_side = frame.rotation % 180 == 90
            sides = (frame.width, frame.height)
            width_px, height_px = sides[::-1] if is_on_its_side else sides
        if frame.pts is not None and frame.time_base is not None:
            last_s = float(frame.pts * frame.time_base)
            first_s = last_s if first_s is None else first_s
            _refuse_longer(last_s - first_s)
    if not n_frames or n_frames < stream.frames:
        raise _UnusableError("input_without_frames" if not n_frames else "input_damaged")
    fps = _fps(n_frames, first_s, last_s, stream)
    return InputReading(
        kind=InputKind.VIDEO,
        suffix=str(content.suffix),
        width_px=width_px,
        height_px=height_px,
        duration_s=n_frames / fps,
        n_frames=n_frames,
        fps=fps,
    )


def _fps(n_frames: int, first_s: float | None, last_s: float | None, stream: Any) -> float:
    """From the frames' own times: headers are often wrong."""
    if first_s is not None and last_s is not None and last_s > first_s:
        return (n_frames - 1) / (last_s - first_s)
    announced = float(stream.average_rate or math.nan)
    if not math.isfinite(announced) or announced <= 0:
        raise _UnusableError("input_without_rate")
    return announced


def _audio(container: "InputContainer", content: FileContent) -> InputReading:
    if not container.streams.audio:
        raise _UnusableError("input_without_sound")
    played = Fraction(0)
    for piece in _sound(container):
        played += piece
        _refuse_longer(float(played))
    if played <= 0:
        raise _UnusableError("input_without_sound")
    announced_s = (container.duration or 0) / AV_TIME_BASE
    if content is FLAC and announced_s > float(played) + 0.1:  # the others only estimate it
        raise _UnusableError("input_damaged")
    suffix = str(content.suffix)
    return InputReading(
        kind=InputKind.AUDIO, suffix=_SOUND_ALONE.get(suffix, suffix), duration_s=float(played)
    )


def _sound(container: "InputContainer") -> Iterator[Fraction]:
    """The seconds of each decoded piece: what a header announces may be no number at all."""
    stream = container.streams.audio[0]
    _refuse_unknown_codec(stream)
    for frame in container.decode(stream):
        if frame.sample_rate > 0:
            yield Fraction(frame.samples, frame.sample_rate)


def _refuse_unknown_codec(stream: Any) -> None:
    """A damaged header may name a codec that nobody has."""
    if stream.codec_context is None:
        raise _UnusableError("input_damaged")


def _refuse_longer(seconds: float) -> None:
    if seconds > MAX_DURATION_S:
        raise _TooLongError
