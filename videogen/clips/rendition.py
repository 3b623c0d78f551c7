"""Blind copies for raters: nothing in the file's form tells one condition from another (ADR 7)."""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from videogen.clips.files import clip_path, disk_full_named, keep_whole
from videogen.clips.samples import (
    common_sizes,
    fill_samples,
    is_filled,
    least_sizes,
    sample_sizes,
)
from videogen.domain.clip import Clip, ClipProbe, Rendition
from videogen.domain.stopping import IsStopping, go_on, never

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_LARGEST_CANVAS = (1920, 1080)  # what a rater's screen shows without scaling
_FASTEST_FPS = 60
_GREY_LUMA, _NEUTRAL_CHROMA = 126, 128  # mid grey (BT.500's surround) in limited range
_CODEC = {"preset": "veryfast", "crf": "17", "threads": "1"}
# Every clip gets the same kinds of frames at the same places, whatever is to be seen in it.
_STRUCTURE = "bframes=0:scenecut=0:open-gop=0:ref=1:weightp=0:cabac=1:8x8dct=1"
_KEY_FRAME_EVERY_S = 2
# A frame of one clip makes that frame of all clips as large. Ordinary clips stay far below these;
# noise does not, and is coded more coarsely.
_LARGEST_FRAME_BITS_PER_PX = 2.0
_LARGEST_RATE_BITS_PER_PX_S = 16.0  # 15 Mbit/s at 1280x720
_PADDING_STEP_BYTES = 64 * 1024
_BOXES_BYTES_MAX, _TABLE_BYTES_PER_SAMPLE_MAX = 4096, 32
FORM_VERSION = 3  # of what makes copies alike; those of another version are made again
_FOLDER = f"renditions/{FORM_VERSION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenditionForm:
    """What all renditions of one campaign share."""

    width_px: int
    height_px: int
    fps: int


def form_for(probes: Sequence[ClipProbe]) -> RenditionForm:
    """A canvas that need not shrink any clip, and a rate that each reaches by repeating frames.

    Raises: ValueError: there is no clip.
    """
    if not probes:
        raise ValueError("a form needs at least one clip")
    width_px = min(max(probe.width_px for probe in probes), _LARGEST_CANVAS[0])
    height_px = min(max(probe.height_px for probe in probes), _LARGEST_CANVAS[1])
    rates = [max(1, round(probe.fps)) for probe in probes]
    fps = math.lcm(*rates)
    return RenditionForm(
        width_px=width_px + width_px % 2,
        height_px=height_px + height_px % 2,
        fps=fps if fps <= _FASTEST_FPS else min(max(rates), _FASTEST_FPS),
    )


def rendition_file(clip: Clip, campaign_id: str, form: RenditionForm) -> str:
    """Where the copy of a clip in this form stands, relative to the clips folder."""
    named = f"{campaign_id}/{clip.clip_id}/{form.width_px}x{form.height_px}@{form.fps}"
    name = hashlib.sha256(named.encode()).hexdigest()[:32]
    return f"{_FOLDER}/{name[:2]}/{name}.mp4"


def is_current(rendition: Rendition) -> bool:
    """Whether a copy was made by the rules of today."""
    return is_copy_of_today(rendition.file)


def is_copy_of_today(path: str) -> bool:
    """Args: path: relative to the clips folder."""
    return path.startswith(f"{_FOLDER}/")


def make_rendition(
    clip: Clip,
    *,
    clips_folder: Path,
    campaign_id: str,
    form: RenditionForm,
    is_stopping: IsStopping = never,
) -> Rendition:
    """Write one rendition, not yet padded: `pad_renditions` makes the set equal in size.

    Raises: StoppedError: at the next frame; nothing of it is left.
    """
    file = rendition_file(clip, campaign_id, form)
    final = clips_folder / file
    final.parent.mkdir(parents=True, exist_ok=True)
    coded = final.with_name(f"{final.stem}.coding.part")
    try:
        with disk_full_named("clips"):
            _encode(clip_path(clips_folder, clip.file), coded, form, is_stopping)
            keep_whole(coded, final)
    finally:
        coded.unlink(missing_ok=True)
    return Rendition(
        clip_id=clip.clip_id,
        campaign_id=campaign_id,
        file=file,
        size_bytes=final.stat().st_size,
    )


def pad_renditions(
    renditions: Sequence[Rendition], *, clips_folder: Path, is_stopping: IsStopping = never
) -> list[Rendition]:
    """Make a set equal in every frame's size and in the files' size; may be repeated.

    Files that are so already are not touched; the others are replaced one by one, each when it is
    whole. Raises: StoppedError: between two files.
    """
    paths = [clip_path(clips_folder, rendition.file) for rendition in renditions]
    if not paths:
        return []
    found = {path: sample_sizes(path) for path in paths}
    common = common_sizes(_sizes_wanted(path, sizes) for path, sizes in found.items())
    size_bytes = _padded_size(common)
    with disk_full_named("clips"):
        for path, sizes in sorted(found.items()):  # by names that say nothing, should a crash come
            go_on(is_stopping)
            if sizes != common[: len(sizes)] or path.stat().st_size != size_bytes:
                fill_samples(path, common, size_bytes)
    return [replace(rendition, size_bytes=size_bytes) for rendition in renditions]


def _sizes_wanted(path: Path, sizes: Sequence[int]) -> Sequence[int]:
    return sizes if is_filled(path) else least_sizes(sizes)


def make_renditions(
    clips: Sequence[Clip], *, clips_folder: Path, campaign_id: str
) -> list[Rendition]:
    """The whole set of a campaign: one form, one size."""
    if not clips:
        return []
    form = form_for([clip.probe for clip in clips])
    made = [
        make_rendition(clip, clips_folder=clips_folder, campaign_id=campaign_id, form=form)
        for clip in clips
    ]
    return pad_renditions(made, clips_folder=clips_folder)


def _encode(source: Path, target: Path, form: RenditionForm, is_stopping: IsStopping) -> None:
    import av

    # No metadata goes over; "bitexact" leaves out the writer's version as well.
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with (
        av.open(str(source)) as bytes_in,
        av.open(str(target), "w", format="mp4", options=options) as bytes_out,
    ):
        stream = _stream(bytes_out, form)
        shown = 0
        for frame, end_s in _with_ends(bytes_in.decode(video=0)):
            go_on(is_stopping)
            copy = _on_canvas(frame, form)
            # Repeated as long as it stands on the screen, never blended; left out where the form
            # is slower than the clip, which would play in slow motion else.
            for _ in range(max(0 if shown else 1, round(end_s * form.fps) - shown)):
                copy.pts, copy.time_base = shown, Fraction(1, form.fps)
                bytes_out.mux(stream.encode(copy))
                shown += 1
        bytes_out.mux(stream.encode(None))


def _stream(container: "OutputContainer", form: RenditionForm) -> "VideoStream":
    stream = container.add_stream("libx264", rate=form.fps)
    stream.width, stream.height, stream.pix_fmt = form.width_px, form.height_px, "yuv420p"
    stream.time_base = Fraction(1, form.fps)
    pixels = form.width_px * form.height_px
    limits = {
        "keyint": _KEY_FRAME_EVERY_S * form.fps,
        "min-keyint": _KEY_FRAME_EVERY_S * form.fps,
        "vbv-bufsize": math.ceil(pixels * _LARGEST_FRAME_BITS_PER_PX / 1000),  # kbit
        "vbv-maxrate": math.ceil(pixels * _LARGEST_RATE_BITS_PER_PX_S / 1000),  # kbit/s
    }
    structure = ":".join([_STRUCTURE, *(f"{name}={value}" for name, value in limits.items())])
    stream.options = {**_CODEC, "x264-params": structure}
    return stream


def _with_ends(frames: "Iterator[VideoFrame]") -> "Iterator[tuple[VideoFrame, Fraction]]":
    """(frame, when it ends, in seconds); the last one lasts as long as the one before."""
    before: VideoFrame | None = None
    start = Fraction(0)
    lasting = Fraction(0)
    for frame in frames:
        at_s = Fraction(frame.pts or 0) * (frame.time_base or Fraction(1))
        if before is None:
            start = at_s
        else:
            end = at_s - start
            lasting = end - _begin(before, start)
            yield before, end
        before = frame
    if before is not None:
        yield before, _begin(before, start) + lasting


def _begin(frame: "VideoFrame", start: Fraction) -> Fraction:
    return Fraction(frame.pts or 0) * (frame.time_base or Fraction(1)) - start


def _on_canvas(frame: "VideoFrame", form: RenditionForm) -> "VideoFrame":
    from av.video.frame import VideoFrame as Frame

    # As large as it can be shown: a picture's size would tell the condition, and please by itself.
    scale = min(form.width_px / frame.width, form.height_px / frame.height)
    width_px = int(frame.width * scale) // 2 * 2
    height_px = int(frame.height * scale) // 2 * 2
    fitted = frame.reformat(
        width=width_px, height=height_px, format="yuv420p", interpolation="BICUBIC"
    )
    left = (form.width_px - width_px) // 4 * 2
    top = (form.height_px - height_px) // 4 * 2
    canvas = Frame(form.width_px, form.height_px, "yuv420p")
    for index, (plane, grey) in enumerate(
        zip(canvas.planes, (_GREY_LUMA, _NEUTRAL_CHROMA, _NEUTRAL_CHROMA), strict=True)
    ):
        part = 1 if index == 0 else 2  # chroma planes have half the size both ways
        picture = _rows(fitted.planes[index])
        rows = np.full((plane.height, plane.line_size), grey, np.uint8)
        at = (
            slice(top // part, top // part + picture.shape[0]),
            slice(left // part, left // part + picture.shape[1]),
        )
        rows[at] = picture
        plane.update(rows.tobytes())
    return canvas


def _rows(plane: Any) -> NDArray[np.uint8]:
    return np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]


def _padded_size(sizes: Sequence[int]) -> int:
    """Of the longest file, up to a step; what its boxes take is bounded, not measured."""
    bytes_at_most = sum(sizes) + _BOXES_BYTES_MAX + _TABLE_BYTES_PER_SAMPLE_MAX * len(sizes)
    return math.ceil(bytes_at_most / _PADDING_STEP_BYTES) * _PADDING_STEP_BYTES
