"""One pass over a file: every packet decoded, facts, guard figures and a thumbnail taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from videogen.clips.boxes import top_boxes
from videogen.clips.measures import Luma, Measures
from videogen.domain.clip import ClipProbe

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

THUMBNAIL_WIDTH_PX = 320
_LUMA_FIRST = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"})


class UndecodableClipError(Exception):
    """The file holds no video that decodes whole; the text says what was met."""


class NoPictureError(UndecodableClipError):
    """An mp4 of sound alone."""


class TooLongError(Exception):
    """The clip plays longer than the caller wants to decode; `seconds` is what is known of it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"{seconds:.1f} s")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipReading:
    probe: ClipProbe
    measures: Measures
    thumbnail_jpeg: bytes


def read_clip(path: Path, *, longest_s: float | None = None) -> ClipReading:
    """Raises: UndecodableClipError: no clip, a broken one, or one that ends too early.

    TooLongError: more than `longest_s`, told before all of it is decoded.
    """
    import av

    try:
        with av.open(str(path), metadata_errors="replace") as container:
            _refuse_other_files(container, path)
            announced_s = (container.duration or 0) / av.time_base
            _refuse_longer(announced_s, longest_s)
            return _read(container, longest_s)
    except (av.FFmpegError, ValueError, OSError) as error:
        raise UndecodableClipError(_plain(error)) from error


def _refuse_other_files(container: "InputContainer", path: Path) -> None:
    if "mp4" not in container.format.name:
        raise UndecodableClipError(f"{container.format.name} is not mp4")
    # The last bytes may be missing and every frame still decode: the copy was not whole.
    file_bytes = path.stat().st_size
    if any(box.end > file_bytes for box in top_boxes(path)):
        raise UndecodableClipError("cut off")
    if not container.streams.video:
        raise NoPictureError("no video stream")


def _refuse_longer(seconds: float, longest_s: float | None) -> None:
    if longest_s is not None and seconds > longest_s:
        raise TooLongError(seconds)


def _read(container: "InputContainer", longest_s: float | None) -> ClipReading:
    stream = container.streams.video[0]
    walk = _Walk(stream)
    for frame in decoded_frames(container, stream):
        walk.take(frame)
        _refuse_longer(walk.elapsed_s, longest_s)  # what a header announces may be wrong
    if not walk.measures.n_frames:
        raise UndecodableClipError("no frame")
    if walk.measures.n_frames < stream.frames:
        raise UndecodableClipError(f"{walk.measures.n_frames} of {stream.frames} frames")
    return ClipReading(
        probe=walk.probe(has_audio=bool(container.streams.audio)),
        measures=walk.measures,
        thumbnail_jpeg=walk.thumbnail(),
    )


def decoded_frames(container: "InputContainer", stream: "VideoStream") -> "Iterator[VideoFrame]":
    """To the end. Raises: UndecodableClipError: a damaged packet or frame; av.FFmpegError."""
    # FFmpeg would paint over damage and go on; a painted-over frame is no measurement.
    stream.codec_context.options = {"err_detect": "explode"}
    stream.thread_type = "AUTO"
    for packet in container.demux(stream):
        if packet.is_corrupt:
            raise UndecodableClipError("a damaged packet")
        for frame in packet.decode():
            if frame.is_corrupt:
                raise UndecodableClipError("a damaged frame")
            yield frame


class _Walk:
    """What is kept while frames pass by: never more than two of them."""

    def __init__(self, stream: "VideoStream") -> None:
        self.measures = Measures()
        self._stream = stream
        self._middle_at = stream.frames // 2 if stream.frames else None
        self._middle: VideoFrame | None = None
        self._first_s: Fraction | None = None
        self._last_s: Fraction | None = None

    def take(self, frame: "VideoFrame") -> None:
        index = self.measures.n_frames
        # A file that does not announce its length: the last power of two lies past its middle.
        wanted = index & (index - 1) == 0 if self._middle_at is None else index == self._middle_at
        if wanted or self._middle is None:
            self._middle = frame
        if frame.pts is not None and frame.time_base is not None:
            self._last_s = frame.pts * frame.time_base
            self._first_s = self._last_s if self._first_s is None else self._first_s
        self.measures.add(_luma(frame))

    @property
    def elapsed_s(self) -> float:
        """From the first frame to the latest."""
        if self._first_s is None or self._last_s is None:
            return 0.0
        return float(self._last_s - self._first_s)

    def probe(self, *, has_audio: bool) -> ClipProbe:
        fps = self._fps()
        if fps is None or fps <= 0:
            raise UndecodableClipError("no frame rate")
        return ClipProbe(
            width_px=self._stream.codec_context.width,
            height_px=self._stream.codec_context.height,
            n_frames=self.measures.n_frames,
            fps=float(fps),
            clip_duration_s=float(self.measures.n_frames / fps),
            codec=self._stream.codec_context.name,
            has_audio=has_audio,
        )

    def thumbnail(self) -> bytes:
        if self._middle is None:
            raise UndecodableClipError("no frame")
        return _jpeg(self._middle)

    def _fps(self) -> Fraction | None:
        """From the frames' own times: headers are often wrong."""
        if self._first_s is not None and self._last_s is not None and self._last_s > self._first_s:
            exact = (self.measures.n_frames - 1) / (self._last_s - self._first_s)
            return exact.limit_denominator(1001)
        return self._stream.average_rate


def _luma(frame: "VideoFrame") -> Luma:
    if frame.format.name not in _LUMA_FIRST:
        frame = frame.reformat(format="gray")
    plane = frame.planes[0]
    rows = np.frombuffer(cast("Any", plane), np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def _jpeg(frame: "VideoFrame") -> bytes:
    import av

    width_px = min(THUMBNAIL_WIDTH_PX, frame.width)
    height_px = max(1, round(frame.height * width_px / frame.width))
    small = frame.reformat(width=width_px, height=height_px, format="yuvj420p")
    small.pts = None
    codec = av.CodecContext.create("mjpeg", "w")
    codec.width, codec.height, codec.pix_fmt = width_px, height_px, "yuvj420p"
    codec.time_base = Fraction(1, 25)
    return b"".join(bytes(packet) for packet in [*codec.encode(small), *codec.encode(None)])


def _plain(error: Exception) -> str:
    """Without the path: the text stands in rows and on pages."""
    return str(getattr(error, "strerror", None) or error)
