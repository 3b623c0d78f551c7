import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.clips.drawing import draw_clip
from videogen.clips.checks import ExpectedClip, judge
from videogen.clips.probe import read_clip
from videogen.domain.clip import CheckVerdict, ClipCheck

EXPECTED = ExpectedClip(width_px=128, height_px=96, n_frames=24, fps=16.0)


def _checks(path: Path, expected: ExpectedClip | None = EXPECTED) -> dict[str, ClipCheck]:
    reading = read_clip(path)
    return {check.name: check for check in judge(reading.probe, reading.measures, expected)}


def test_a_moving_clip_passes_every_guard(tmp_path: Path) -> None:
    checks = _checks(draw_clip(tmp_path / "a.mp4"))

    assert {check.verdict for check in checks.values()} == {CheckVerdict.PASS}
    assert list(checks) == [
        "decodes", "duration", "fps", "size", "flat", "frozen", "noise", "flicker", "cut",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("look", "guard", "verdict"),
    [
        ("frozen", "frozen", "fail"),
        ("stutter", "frozen", "warn"),
        ("black", "flat", "fail"),
        ("flash", "flat", "fail"),
        ("noise", "noise", "fail"),
        ("flicker", "flicker", "warn"),
        ("cut", "cut", "warn"),
    ],
)
def test_a_broken_look_is_named_by_its_guard(
    tmp_path: Path, look: str, guard: str, verdict: str
) -> None:
    checks = _checks(draw_clip(tmp_path / "a.mp4", look))

    assert checks[guard].verdict == verdict


@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({"n_frames": 26}, "duration"),
        ({"fps": 16.2}, "fps"),
        ({"width_px": 130}, "size"),
    ],
)
def test_a_clip_that_was_not_asked_for_fails(
    tmp_path: Path, changes: dict[str, float], guard: str
) -> None:
    expected = replace(EXPECTED, **changes)  # type: ignore[arg-type]

    checks = _checks(draw_clip(tmp_path / "a.mp4"), expected)

    failed = [name for name, check in checks.items() if check.verdict is CheckVerdict.FAIL]
    assert failed == [guard]


def test_one_frame_and_one_hundredth_of_the_rate_are_forgiven(tmp_path: Path) -> None:
    expected = replace(EXPECTED, n_frames=25, fps=16.1)

    checks = _checks(draw_clip(tmp_path / "a.mp4"), expected)

    assert {check.verdict for check in checks.values()} == {CheckVerdict.PASS}


def test_a_server_checks_single_colour_passes_where_it_was_asked_for(tmp_path: Path) -> None:
    path = draw_clip(tmp_path / "a.mp4", "black")

    checks = _checks(path, replace(EXPECTED, allow_flat=True))

    assert {check.verdict for check in checks.values()} == {CheckVerdict.PASS}
    assert checks["flat"].value == 1.0  # measured all the same


def test_without_an_expectation_only_the_pictures_are_judged(tmp_path: Path) -> None:
    checks = _checks(draw_clip(tmp_path / "a.mp4"), None)

    assert not {"duration", "fps", "size"} & set(checks)


def test_a_single_frame_has_no_motion_to_judge(tmp_path: Path) -> None:
    checks = _checks(draw_clip(tmp_path / "a.mp4", n_frames=1), None)

    assert checks["frozen"].value is None
    assert checks["flicker"].value is None
    assert checks["cut"].value is None


def test_a_wan_sized_clip_is_read_within_half_a_second(tmp_path: Path) -> None:
    path = draw_clip(tmp_path / "a.mp4", size=(832, 480), n_frames=81)
    began = time.process_time()

    read_clip(path)

    assert time.process_time() - began <= 0.5


def test_a_clip_in_the_shape_of_its_image_is_not_judged_by_its_size(tmp_path: Path) -> None:
    path = draw_clip(tmp_path / "a.mp4")
    other = replace(EXPECTED, width_px=832, height_px=480)

    asked, kept = _checks(path, other), _checks(path, replace(other, keeps_image_shape=True))

    assert asked["size"].verdict is CheckVerdict.FAIL
    assert "size" not in kept
    assert {check.verdict for check in kept.values()} == {CheckVerdict.PASS}


def test_a_clip_as_long_as_its_voice_may_be_shorter_but_not_longer_than_asked_for(
    tmp_path: Path,
) -> None:
    path = draw_clip(tmp_path / "a.mp4")
    spoken = replace(EXPECTED, is_as_long_as_its_voice=True)

    shorter = _checks(path, replace(spoken, n_frames=100))
    longer = _checks(path, replace(spoken, n_frames=10))

    assert shorter["duration"].verdict is CheckVerdict.PASS
    assert longer["duration"].verdict is CheckVerdict.FAIL


def test_a_clip_goes_on_after_its_voice_to_the_end_of_the_window_and_no_further(
    tmp_path: Path,
) -> None:
    path = draw_clip(tmp_path / "a.mp4", n_frames=33)
    spoken = replace(EXPECTED, is_as_long_as_its_voice=True, n_frames=10)

    in_one = _checks(path, replace(spoken, window_frames=33))
    in_less = _checks(path, replace(spoken, window_frames=17))

    assert in_one["duration"].verdict is CheckVerdict.PASS
    assert in_less["duration"].verdict is CheckVerdict.FAIL


def test_noise_that_is_allowed_is_told_all_the_same(tmp_path: Path) -> None:
    path = draw_clip(tmp_path / "a.mp4", "noise")

    checks = _checks(path, replace(EXPECTED, allow_noise=True))

    assert checks["noise"].verdict is CheckVerdict.WARN
