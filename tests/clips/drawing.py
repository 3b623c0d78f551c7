"""Real mp4 files with a known look, drawn in memory and encoded with x264."""

from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]


def frames_of(look: str, width_px: int, height_px: int, n_frames: int) -> Iterator[Luma]:
    random = np.random.default_rng(7)
    field = _relief(random, width_px + 2 * n_frames, height_px)
    dark = _relief(random, width_px + 2 * n_frames, height_px) // 4

    def at(relief: Luma, step: int) -> Luma:
        return relief[:, 2 * step : 2 * step + width_px]

    def shade(luma: int) -> Luma:
        return np.full((height_px, width_px), luma, np.uint8)

    def static() -> Luma:
        return random.integers(16, 236, (height_px, width_px), dtype=np.uint8)

    looks: dict[str, Callable[[int], Luma]] = {
        "pan": lambda i: at(field, i),
        "frozen": lambda _: at(field, 0),
        "stutter": lambda i: at(field, i // 2),
        "black": lambda _: shade(16),
        "flash": lambda i: at(field, i) if i % 10 else shade(235),
        "noise": lambda _: static(),
        "flicker": lambda i: at(field, i) // 2 + np.uint8(100 * (i % 2)),
        "cut": lambda i: at(field if i < n_frames // 2 else dark, i),
    }
    for index in range(n_frames):
        yield looks[look](index)


def draw_clip(
    path: Path,
    look: str = "pan",
    *,
    size: tuple[int, int] = (128, 96),
    n_frames: int = 24,
    fps: int = 16,
    audio: bool = False,
    movflags: str | None = None,
    comment: str | None = None,
    container: str = "mp4",
) -> Path:
    options = {"movflags": movflags} if movflags else {}
    with av.open(str(path), "w", format=container, options=options) as out:
        if comment:
            out.metadata["comment"] = comment
        stream = out.add_stream("libx264", rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "10", "threads": "1"}
        sound = out.add_stream("aac", rate=48_000) if audio else None
        for luma in frames_of(look, *size, n_frames):
            neutral = np.full((size[1] // 2, size[0]), 128, np.uint8)
            frame = av.VideoFrame.from_ndarray(np.concatenate([luma, neutral]), format="yuv420p")
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if sound is not None:
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            silence.sample_rate = 48_000
            out.mux(sound.encode(silence))
            out.mux(sound.encode(None))
    return path


def _relief(random: np.random.Generator, width_px: int, height_px: int) -> Luma:
    coarse = random.integers(40, 216, (height_px // 16 + 2, width_px // 16 + 2), dtype=np.uint8)
    return coarse.repeat(16, 0).repeat(16, 1)[:height_px, :width_px]
