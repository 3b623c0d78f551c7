"""The last picture of a clip."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.clips.drawing import draw_clip
from videogen.clips.last_frame import last_frame_png
from videogen.clips.probe import UndecodableClipError


def test_it_is_exactly_the_last_frame_that_decodes(tmp_path: Path) -> None:
    path = draw_clip(tmp_path / "clip.mp4", n_frames=7)
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))

    kept = np.asarray(Image.open(io.BytesIO(last_frame_png(path))))

    assert np.array_equal(kept, frames[-1].to_ndarray(format="rgb24"))
    assert not np.array_equal(kept, frames[-2].to_ndarray(format="rgb24"))


def test_a_file_without_a_frame_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"no clip")

    with pytest.raises(UndecodableClipError):
        last_frame_png(path)
