from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from tests.clips.drawing import draw_clip
from videogen.clips import accept_clip, form_for, make_rendition, make_renditions, pad_renditions
from videogen.domain.clip import Clip, ClipProbe, Rendition

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def _clip(folder: Path, name: str, size: tuple[int, int], n_frames: int, fps: int) -> Clip:
    source = draw_clip(
        folder / f"{name}.mp4",
        size=size,
        n_frames=n_frames,
        fps=fps,
        audio=name == "veo",
        comment="made by a secret model",
    )
    return accept_clip(source, clips_folder=folder, run_id=name, expected=None, now=NOW)


@pytest.fixture(name="clips")
def fixture_clips(tmp_path: Path) -> list[Clip]:
    return [
        _clip(tmp_path, "animatediff", (96, 96), 16, 8),
        _clip(tmp_path, "wan", (160, 96), 17, 16),
        _clip(tmp_path, "veo", (128, 80), 48, 24),
    ]


def _probe(width_px: int, height_px: int, fps: float) -> ClipProbe:
    return ClipProbe(
        width_px=width_px,
        height_px=height_px,
        n_frames=10,
        fps=fps,
        clip_duration_s=10 / fps,
        codec="h264",
        has_audio=False,
    )


def _top_boxes(path: Path) -> list[bytes]:
    content, at, kinds = path.read_bytes(), 0, []
    while at < len(content):
        kinds.append(content[at + 4 : at + 8])
        at += int.from_bytes(content[at : at + 4])
    return kinds


def _facts(folder: Path, rendition: Rendition) -> tuple[object, ...]:
    with av.open(str(folder / rendition.file)) as container:
        stream = container.streams.video[0]
        return (
            stream.width,
            stream.height,
            stream.average_rate,
            stream.codec_context.name,
            stream.codec_context.profile,
            stream.pix_fmt,
            len(container.streams),
            {key: value for key, value in container.metadata.items() if "brand" not in key},
        )


def test_renditions_of_different_conditions_have_one_form(
    clips: list[Clip], tmp_path: Path
) -> None:
    renditions = make_renditions(clips, clips_folder=tmp_path, campaign_id="campaign")

    facts = [_facts(tmp_path, rendition) for rendition in renditions]
    assert facts[0] == facts[1] == facts[2]
    assert facts[0][:3] == (160, 96, 48)
    assert facts[0][6] == 1  # no sound stream


def test_renditions_have_one_size_and_start_playing_at_once(
    clips: list[Clip], tmp_path: Path
) -> None:
    renditions = make_renditions(clips, clips_folder=tmp_path, campaign_id="campaign")

    sizes = {(tmp_path / rendition.file).stat().st_size for rendition in renditions}
    assert sizes == {renditions[0].size_bytes}
    for rendition in renditions:
        boxes = _top_boxes(tmp_path / rendition.file)
        assert boxes.index(b"moov") < boxes.index(b"mdat")
        assert boxes[-1] == b"free"


def test_a_rendition_names_neither_model_nor_condition(clips: list[Clip], tmp_path: Path) -> None:
    renditions = make_renditions(clips, clips_folder=tmp_path, campaign_id="campaign")

    for rendition in renditions:
        content = (tmp_path / rendition.file).read_bytes()
        assert b"secret model" not in content
        assert "wan" not in rendition.file


def test_frames_are_repeated_and_never_blended(clips: list[Clip], tmp_path: Path) -> None:
    renditions = make_renditions(clips, clips_folder=tmp_path, campaign_id="campaign")

    with av.open(str(tmp_path / renditions[0].file)) as container:
        lumas = [f.to_ndarray(format="gray").astype(int) for f in container.decode(video=0)]
    assert len(lumas) == 16 * 6  # 8 frames a second shown at 48
    steps = [np.abs(b - a).mean() for a, b in pairwise(lumas)]
    jumps = [index + 1 for index, step in enumerate(steps) if step > 1.0]
    assert jumps == list(range(6, 96, 6))


def _is_picture(folder: Path, rendition: Rendition) -> tuple[list[bool], list[bool]]:
    """For each column and each row of the first frame: is there more than flat grey?"""
    with av.open(str(folder / rendition.file)) as container:
        luma = next(container.decode(video=0)).to_ndarray(format="gray").astype(int)
    return (
        [bool(luma[:, column].std() > 3) for column in range(luma.shape[1])],
        [bool(luma[row].std() > 3) for row in range(luma.shape[0])],
    )


def test_a_picture_of_another_shape_stands_in_the_middle_of_grey(
    clips: list[Clip], tmp_path: Path
) -> None:
    rendition = make_renditions(clips, clips_folder=tmp_path, campaign_id="campaign")[0]

    columns, rows = _is_picture(tmp_path, rendition)

    assert not any(columns[:30] + columns[130:])
    assert all(columns[34:126])
    assert all(rows)


def test_every_picture_is_as_large_as_the_canvas_lets_it_be(tmp_path: Path) -> None:
    small = _clip(tmp_path, "animatediff", (80, 48), 8, 8)
    large = _clip(tmp_path, "veo", (160, 96), 24, 24)
    renditions = make_renditions([small, large], clips_folder=tmp_path, campaign_id="campaign")

    shown = [_is_picture(tmp_path, rendition) for rendition in renditions]

    assert shown[0] == shown[1]
    assert all(shown[0][0] + shown[0][1])


def test_a_clip_that_joins_later_makes_the_set_equal_again(
    clips: list[Clip], tmp_path: Path
) -> None:
    form = form_for([clip.probe for clip in clips])
    first = make_rendition(clips[0], clips_folder=tmp_path, campaign_id="c", form=form)
    bare_bytes = first.size_bytes
    once = pad_renditions([first], clips_folder=tmp_path)
    later = make_rendition(clips[2], clips_folder=tmp_path, campaign_id="c", form=form)

    both = pad_renditions([*once, later], clips_folder=tmp_path)

    assert len({(tmp_path / rendition.file).stat().st_size for rendition in both}) == 1
    assert _top_boxes(tmp_path / both[0].file).count(b"free") <= 2  # faststart may leave one
    assert bare_bytes < both[0].size_bytes


def test_originals_stay_untouched(clips: list[Clip], tmp_path: Path) -> None:
    before = [(tmp_path / clip.file).read_bytes() for clip in clips]

    make_renditions(clips, clips_folder=tmp_path, campaign_id="campaign")

    assert [(tmp_path / clip.file).read_bytes() for clip in clips] == before


@pytest.mark.parametrize(
    ("rates", "fps"), [([8, 16, 24], 48), ([16, 24], 48), ([24, 30], 30), ([24], 24), ([90], 60)]
)
def test_the_common_rate_is_reached_by_repeating(rates: list[float], fps: int) -> None:
    assert form_for([_probe(64, 64, rate) for rate in rates]).fps == fps


def test_the_canvas_holds_all_but_no_more_than_a_screen() -> None:
    form = form_for([_probe(512, 513, 8), _probe(3840, 480, 24)])

    assert (form.width_px, form.height_px) == (1920, 514)


def test_no_clips_make_no_renditions(tmp_path: Path) -> None:
    assert make_renditions([], clips_folder=tmp_path, campaign_id="campaign") == []


def test_a_clip_that_is_quicker_than_the_form_plays_no_slower(tmp_path: Path) -> None:
    clip = _clip(tmp_path, "anchor", (96, 96), 48, 24)

    made = make_rendition(
        clip,
        clips_folder=tmp_path,
        campaign_id="c1",
        form=form_for([_probe(96, 96, 16.0)]),
    )

    with av.open(str(tmp_path / made.file)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 32
