import io
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray


def open_clip(source: Path | bytes) -> InputContainer:
    return av.open(str(source) if isinstance(source, Path) else io.BytesIO(source), "r")


def decode_lumas(source: Path | bytes) -> NDArray[np.float32]:
    """Decoded luma, shape (frames, rows, columns)."""
    with open_clip(source) as container:
        planes = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    return np.stack(planes).astype(np.float32)


def video_facts(source: Path | bytes) -> tuple[int, int, float, int]:
    """Width, height, frames per second, frames."""
    with open_clip(source) as container:
        video = container.streams.video[0]
        rate = float(video.average_rate or 0)
        return video.width, video.height, rate, sum(1 for _ in container.decode(video))


def n_audio_streams(source: Path | bytes) -> int:
    with open_clip(source) as container:
        return len(container.streams.audio)
