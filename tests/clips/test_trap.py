"""The attention check is a clip like any other that says what it wants."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import features

from videogen.clips import trap
from videogen.clips.checks import first_failure, judge
from videogen.clips.probe import read_clip
from videogen.clips.trap import render_trap
from videogen.texts import LANGUAGES, t


def _frame(path: Path, wanted: int) -> NDArray[np.uint8]:
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index == wanted:
                return np.asarray(frame.to_ndarray(format="gray"), np.uint8)
    raise AssertionError("the clip is shorter")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("traps")
    paths = {score: folder / f"{score}.mp4" for score in (2, 3)}
    for score, path in paths.items():
        render_trap(path, score=score)
    return paths


def test_a_trap_lasts_four_seconds_in_full_size(clips: dict[int, Path]) -> None:
    probe = read_clip(clips[2]).probe

    assert (probe.width_px, probe.height_px) == (1280, 720)
    assert probe.clip_duration_s == pytest.approx(4.0)
    assert probe.codec == "h264"
    assert not probe.has_audio


def test_a_trap_passes_every_guard_like_a_clip_that_moves(clips: dict[int, Path]) -> None:
    reading = read_clip(clips[2])

    checks = judge(reading.probe, reading.measures, None, allow_flat=False)

    assert first_failure(checks) is None


def test_traps_for_different_scores_differ_on_the_card_alone(clips: dict[int, Path]) -> None:
    two, three = _frame(clips[2], 40), _frame(clips[3], 40)

    differing = np.abs(two.astype(int) - three.astype(int)) > 60
    rows, columns = np.nonzero(differing)
    assert rows.size > 1000  # the badge's digit alone has more
    assert 96 <= rows.min() <= rows.max() <= 624
    assert 120 <= columns.min() <= columns.max() <= 1160


def test_the_words_stand_still_from_the_first_frame_to_the_last(clips: dict[int, Path]) -> None:
    card = (slice(120, 600), slice(150, 1130))

    difference = np.abs(_frame(clips[2], 0)[card].astype(int) - _frame(clips[2], 95)[card])

    assert difference.mean() < 2


def test_a_trap_says_the_score_in_both_languages() -> None:
    for language in LANGUAGES:
        assert "3" in t("trap.ask", language, score=3, word="")


@contextmanager
def _without_raqm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr(features, "check", lambda _: False)
        yield


def test_a_machine_without_raqm_draws_it_too(
    tmp_path: Path, clips: dict[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with _without_raqm(monkeypatch):
        render_trap(tmp_path / "plain.mp4", score=2)

    words = (slice(120, 600), slice(490, 1150))
    inked = [(_frame(path, 40)[words] < 128).sum() for path in (tmp_path / "plain.mp4", clips[2])]
    assert inked[0] == pytest.approx(inked[1], rel=0.03)  # letters move by pixels, none is missing


def test_the_thai_words_stack_no_two_marks_on_one_letter() -> None:
    """Without Raqm a tone mark would fall onto the vowel above the letter."""
    above, tones = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47", "\u0e48\u0e49\u0e4a\u0e4b\u0e4c"
    said = "".join(
        t(f"trap.{line.key}", "th", score=score, word=t(f"rate.score_{score}", "th"))
        for line in trap._LINES
        for score in (2, 3, 4)
    )

    stacked = [pair for pair in pairwise(said) if pair[0] in above and pair[1] in tones]
    assert stacked == []
