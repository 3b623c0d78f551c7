"""The last picture of a clip, for the next one to begin with."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from videogen.clips.probe import UndecodableClipError, decoded_frames

if TYPE_CHECKING:
    from av.video.frame import VideoFrame


def last_frame_png(path: Path) -> bytes:
    """Exactly the last frame that decodes, at the clip's own size.

    Raises: UndecodableClipError: there is none.
    """
    import av

    last: VideoFrame | None = None
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            for frame in decoded_frames(container, container.streams.video[0]):
                last = frame
    except (av.FFmpegError, ValueError, OSError, IndexError) as error:
        raise UndecodableClipError(type(error).__name__) from error
    if last is None:
        raise UndecodableClipError("no frame")
    return _png(last)


def _png(frame: "VideoFrame") -> bytes:
    import av

    picture = frame.reformat(format="rgb24")
    picture.pts = None
    codec = av.CodecContext.create("png", "w")
    codec.width, codec.height, codec.pix_fmt = frame.width, frame.height, "rgb24"
    codec.time_base = Fraction(1, 1)
    return b"".join(bytes(packet) for packet in [*codec.encode(picture), *codec.encode(None)])
