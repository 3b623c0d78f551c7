"""The sandbox's reference clips differ as their scores say, and every one carries the mark."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.sandbox.decoding import decode_lumas, video_facts
from videogen.sandbox.watermark import watermark_luma

ROOT = Path(__file__).resolve().parents[2]


def _draw(folder: Path, *command: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", *command, "--reference-clips", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    clips = json.loads(done.stdout.splitlines()[-1])["clips"]
    assert isinstance(clips, list)
    return clips


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("references") / "new folder"
    return folder, _draw(folder, "videogen.sandbox")


def test_training_goes_from_the_worst_to_the_best_and_two_anchors_are_good_two_bad(
    drawn: tuple[Path, list[dict[str, Any]]],
) -> None:
    _, clips = drawn

    training = [one["expected_score"] for one in clips if one["kind"] == "training"]
    gold = [one["expected_score"] for one in clips if one["kind"] == "gold"]
    assert training == sorted(training)
    assert (training[0], training[-1], len(training)) == (1, 5, 4)
    assert sorted(gold) == [1, 2, 4, 5]


def test_every_clip_is_whole_and_carries_the_mark_in_spite_of_its_flaws(
    drawn: tuple[Path, list[dict[str, Any]]],
) -> None:
    folder, clips = drawn
    patch = watermark_luma(640, 360).astype(np.float32)

    for clip in clips:
        frame = decode_lumas(folder / clip["file"])[30]
        top = (360 - patch.shape[0] - 12) // 2 * 2
        left = 640 // 60 * 2
        shown = frame[top : top + patch.shape[0], left : left + patch.shape[1]]
        assert video_facts(folder / clip["file"]) == (640, 360, 16.0, 64)
        assert np.corrcoef(shown.ravel(), patch.ravel())[0, 1] > 0.9, clip["file"]


def test_the_bad_ones_are_noisy_and_jerky_and_the_good_ones_are_neither(
    drawn: tuple[Path, list[dict[str, Any]]],
) -> None:
    folder, clips = drawn
    evenness, roughness = {}, {}
    for clip in clips:
        lumas = decode_lumas(folder / clip["file"])
        steady = lumas - lumas.mean(axis=(1, 2), keepdims=True)  # without the flicker
        steps = np.abs(np.diff(steady, axis=0)).mean(axis=(1, 2))
        evenness[clip["file"]] = np.quantile(steps, 0.3) / np.quantile(steps, 0.95)
        roughness[clip["file"]] = np.abs(np.diff(lumas[10], n=2, axis=1)).mean()

    bad = [one["file"] for one in clips if one["expected_score"] <= 2]
    good = [one["file"] for one in clips if one["expected_score"] >= 4]
    assert max(evenness[name] for name in bad) < 0.3
    assert min(evenness[name] for name in good) > 0.6
    assert min(roughness[name] for name in bad) > max(roughness[name] for name in good)


def test_the_same_clips_are_drawn_every_time_by_either_command(
    drawn: tuple[Path, list[dict[str, Any]]], tmp_path: Path
) -> None:
    folder, clips = drawn

    again = _draw(tmp_path, "videogen", "sandbox")

    assert again == clips
    for clip in clips:
        assert (tmp_path / clip["file"]).read_bytes() == (folder / clip["file"]).read_bytes()
