from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.sandbox.decoding import decode_lumas, open_clip, video_facts
from videogen.sandbox.clip_request import ClipRequest, Look
from videogen.sandbox.renderer import render_clip
from videogen.sandbox.watermark import watermark_luma


def _request(**changes: Any) -> ClipRequest:
    facts: dict[str, Any] = {
        "width_px": 320,
        "height_px": 192,
        "frames": 24,
        "fps": Fraction(16),
        "prompt": "a red panda",
        "seed": 3,
    }
    return ClipRequest(**(facts | changes))


def _render(tmp_path: Path, **changes: Any) -> NDArray[np.float32]:
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.mp4"
    render_clip(_request(**changes), path)
    return decode_lumas(path)


@pytest.mark.parametrize(
    ("width_px", "height_px", "frames", "fps"),
    [
        (832, 480, 81, Fraction(16)),
        (512, 512, 16, Fraction(8)),
        (320, 192, 5, Fraction(24000, 1001)),
    ],
)
def test_a_clip_has_the_exact_size_rate_and_frame_count(
    tmp_path: Path, width_px: int, height_px: int, frames: int, fps: Fraction
) -> None:
    path = tmp_path / "clip.mp4"

    render_clip(_request(width_px=width_px, height_px=height_px, frames=frames, fps=fps), path)

    with open_clip(path) as container:
        video = container.streams.video[0]
        assert (video.codec.name, video.pix_fmt) == ("h264", "yuv420p")
    assert video_facts(path) == (width_px, height_px, float(fps), frames)


@pytest.mark.parametrize("look", ["soft", "clear", "crisp", "finest"])
def test_a_clip_moves_has_contrast_and_neither_flickers_nor_cuts(
    tmp_path: Path, look: Look
) -> None:
    lumas = _render(tmp_path, look=look, frames=40)

    motion = np.abs(np.diff(lumas, axis=0)).mean(axis=(1, 2))
    brightness = lumas.mean(axis=(1, 2))
    assert motion.min() > 0.5
    assert motion.max() < 30  # a cut changes half of everything
    assert lumas.std(axis=(1, 2)).min() > 10
    assert np.abs(np.diff(brightness)).max() < 2


def test_prompt_seed_and_look_each_change_the_picture(tmp_path: Path) -> None:
    first = _render(tmp_path)

    for changes in ({"prompt": "a blue whale"}, {"seed": 4}, {"look": "crisp"}):
        other = _render(tmp_path, **changes)
        assert np.abs(first[0] - other[0]).mean() > 5


def test_the_same_request_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        render_clip(_request(), tmp_path / f"{name}.mp4")

    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_a_better_look_has_more_fine_detail(tmp_path: Path) -> None:
    soft, crisp, finest = (
        np.abs(np.diff(_render(tmp_path, look=look), axis=2)).mean()
        for look in ("soft", "crisp", "finest")
    )

    assert min(crisp, finest) > 1.4 * soft


def test_every_frame_is_marked(tmp_path: Path) -> None:
    lumas = _render(tmp_path)
    patch = watermark_luma(320, 192).astype(np.float32)
    rows, columns = patch.shape
    row = (192 - rows - 192 // 30) // 2 * 2
    column = 320 // 60 * 2

    shown = lumas[:, row : row + rows, column : column + columns]

    for frame in shown:
        assert np.corrcoef(frame.ravel(), patch.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("motion", ["frozen", "black"])
def test_a_frozen_or_black_clip_does_not_move(tmp_path: Path, motion: str) -> None:
    lumas = _render(tmp_path, motion=motion)

    assert np.abs(np.diff(lumas, axis=0)).mean() < 0.5


def test_a_solid_clip_shows_its_colour(tmp_path: Path) -> None:
    path = tmp_path / "solid.mp4"
    render_clip(_request(look="solid", colour=0xFF0000), path)

    with open_clip(path) as container:
        frame = next(container.decode(video=0)).to_ndarray(format="rgb24")

    red, green, blue = frame[:40].reshape(-1, 3).mean(axis=0)
    assert red > 240
    assert green < 15
    assert blue < 15


def test_a_frame_of_odd_size_is_kept(tmp_path: Path) -> None:
    assert _render(tmp_path, width_px=101, height_px=77, frames=3).shape == (3, 77, 101)


def test_a_clip_without_frames_is_refused() -> None:
    with pytest.raises(ValueError, match="a clip needs"):
        _request(frames=0)
