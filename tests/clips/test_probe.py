import io
from pathlib import Path

import av
import numpy as np
import pytest

from tests.clips.drawing import draw_clip
from videogen.clips.measures import _median_of_nine
from videogen.clips.probe import UndecodableClipError, read_clip


def test_a_probe_says_what_the_file_holds(tmp_path: Path) -> None:
    probe = read_clip(draw_clip(tmp_path / "a.mp4", n_frames=24, fps=16)).probe

    assert (probe.width_px, probe.height_px) == (128, 96)
    assert probe.n_frames == 24
    assert probe.fps == 16.0
    assert probe.clip_duration_s == 1.5
    assert probe.codec == "h264"
    assert not probe.has_audio


def test_sound_is_noticed(tmp_path: Path) -> None:
    assert read_clip(draw_clip(tmp_path / "a.mp4", audio=True)).probe.has_audio


def test_the_thumbnail_is_the_middle_frame_320_wide(tmp_path: Path) -> None:
    path = draw_clip(tmp_path / "a.mp4", "cut", size=(640, 360), n_frames=10)

    jpeg = read_clip(path).thumbnail_jpeg

    with av.open(io.BytesIO(jpeg), "r", format="mjpeg") as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (320, 180)
    assert frame.to_ndarray(format="gray").mean() < 60  # the dark half begins at frame 5


def test_a_fragmented_file_that_does_not_announce_its_frames_is_read(tmp_path: Path) -> None:
    path = draw_clip(tmp_path / "a.mp4", "cut", n_frames=24, movflags="frag_keyframe+empty_moov")

    reading = read_clip(path)

    assert reading.probe.n_frames == 24
    with av.open(io.BytesIO(reading.thumbnail_jpeg), "r", format="mjpeg") as container:
        assert next(container.decode(video=0)).to_ndarray(format="gray").mean() < 60


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 4096, b'{"error": "no such file"}', b"<html><body>502</body></html>"],
    ids=["empty", "zeros", "json", "html"],
)
def test_what_is_no_clip_is_undecodable_and_its_path_is_not_told(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)

    with pytest.raises(UndecodableClipError) as caught:
        read_clip(path)

    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("movflags", ["+faststart", None], ids=["index_first", "index_last"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95, 0.999])
def test_a_truncated_clip_is_undecodable(
    tmp_path: Path, movflags: str | None, share: float
) -> None:
    whole = draw_clip(tmp_path / "whole.mp4", movflags=movflags).read_bytes()
    path = tmp_path / "a.mp4"
    path.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(UndecodableClipError):
        read_clip(path)


def test_damaged_bytes_in_the_middle_are_undecodable(tmp_path: Path) -> None:
    whole = bytearray(draw_clip(tmp_path / "whole.mp4", size=(320, 240)).read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 3000] = b"\xff" * 3000
    path = tmp_path / "a.mp4"
    path.write_bytes(whole)

    with pytest.raises(UndecodableClipError):
        read_clip(path)


def test_another_container_is_no_clip(tmp_path: Path) -> None:
    path = draw_clip(tmp_path / "a.mkv", container="matroska")

    with pytest.raises(UndecodableClipError, match="not mp4"):
        read_clip(path)


def test_the_fast_median_equals_the_sorted_one() -> None:
    values = np.random.default_rng(1).integers(0, 256, (9, 40, 50), dtype=np.uint8)

    assert np.array_equal(_median_of_nine(list(values)), np.sort(values, axis=0)[4])
