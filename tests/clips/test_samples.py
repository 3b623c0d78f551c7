from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.web.adversary import boxes_of
from videogen.clips import RenditionForm, accept_clip, make_rendition, pad_renditions
from videogen.clips.samples import common_sizes, fill_samples, least_sizes, sample_sizes
from videogen.domain.clip import Clip, Rendition
from videogen.sandbox.clip_request import ClipRequest, Look
from videogen.sandbox.renderer import render_clip

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FORM = RenditionForm(width_px=192, height_px=112, fps=48)
SEI, SLICE, KEY_SLICE = 6, 1, 5


def _clip(folder: Path, name: str, look: Look, fps: int, size: tuple[int, int]) -> Clip:
    source = folder / f"{name}.mp4"
    asked = ClipRequest(
        width_px=size[0],
        height_px=size[1],
        frames=fps,
        fps=Fraction(fps),
        prompt=name,
        look=look,
    )
    render_clip(asked, source)
    return accept_clip(source, clips_folder=folder, run_id=name, expected=None, now=NOW)


@pytest.fixture(name="coded")
def fixture_coded(tmp_path: Path) -> list[Rendition]:
    """Two copies as the encoder left them: a slow soft clip and a fast crisp one."""
    clips = [
        _clip(tmp_path, "soft", "soft", 8, (96, 96)),
        _clip(tmp_path, "crisp", "finest", 24, (192, 112)),
    ]
    return [_made(tmp_path, clip) for clip in clips]


def _made(folder: Path, clip: Clip) -> Rendition:
    return make_rendition(clip, clips_folder=folder, campaign_id="c", form=FORM)


def _pictures(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]


def _units(path: Path) -> list[list[int]]:
    """The kinds of the NAL units of each sample."""
    with av.open(str(path)) as container:
        samples = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    found = []
    for sample in samples:
        at, kinds = 0, []
        while at < len(sample):
            kinds.append(sample[at + 4] & 31)
            at += 4 + int.from_bytes(sample[at : at + 4])
        found.append(kinds)
    return found


def test_every_frame_of_every_copy_has_the_size_that_belongs_to_its_place(
    coded: list[Rendition], tmp_path: Path
) -> None:
    before = [sample_sizes(tmp_path / one.file) for one in coded]

    pad_renditions(coded, clips_folder=tmp_path)

    after = [sample_sizes(tmp_path / one.file) for one in coded]
    assert before[0] != before[1]
    assert after[0] == after[1]


def test_equal_sizes_change_no_pixel(coded: list[Rendition], tmp_path: Path) -> None:
    before = [_pictures(tmp_path / one.file) for one in coded]

    pad_renditions(coded, clips_folder=tmp_path)

    assert [_pictures(tmp_path / one.file) for one in coded] == before
    assert len(before[0]) == len(before[1]) == 48


def test_all_copies_have_the_same_kinds_of_frames_at_the_same_places(
    coded: list[Rendition], tmp_path: Path
) -> None:
    pad_renditions(coded, clips_folder=tmp_path)

    first, second = (_units(tmp_path / one.file) for one in coded)
    assert first == second
    assert first[0] == [SEI, SEI, KEY_SLICE]
    assert set(map(tuple, first[1:])) == {(SEI, SEI, SLICE)}


def test_the_filling_is_as_the_standard_wants_it(coded: list[Rendition], tmp_path: Path) -> None:
    (one, *_) = pad_renditions(coded, clips_folder=tmp_path)

    with av.open(str(tmp_path / one.file)) as container:
        samples = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    for sample in samples:
        unit = sample[4 : 4 + int.from_bytes(sample[:4])]
        assert not any(bytes([0, 0, low]) in unit for low in range(4))  # nothing to be escaped
        at, body = 0, unit[1:-1]
        while at < len(body):
            kind, payload_bytes = body[at], body[at + 1]
            assert kind == 5
            assert 16 <= payload_bytes < 255
            at += 2 + payload_bytes
        assert (at, unit[-1]) == (len(body), 0x80)


def test_a_set_that_is_alike_is_not_written_again(coded: list[Rendition], tmp_path: Path) -> None:
    once = pad_renditions(coded, clips_folder=tmp_path)
    before = [(tmp_path / one.file).read_bytes() for one in once]

    again = pad_renditions(once, clips_folder=tmp_path)

    assert again == once
    assert [(tmp_path / one.file).read_bytes() for one in again] == before


def test_a_larger_clip_that_joins_raises_the_others_and_changes_no_pixel_of_them(
    coded: list[Rendition], tmp_path: Path
) -> None:
    soft, crisp = coded
    pictures = _pictures(tmp_path / soft.file)
    (alone,) = pad_renditions([soft], clips_folder=tmp_path)
    low = sample_sizes(tmp_path / alone.file)

    pad_renditions([alone, crisp], clips_folder=tmp_path)

    high = sample_sizes(tmp_path / alone.file)
    assert high == sample_sizes(tmp_path / crisp.file)
    assert sum(high) > sum(low)
    assert _pictures(tmp_path / alone.file) == pictures


def test_a_longer_clip_differs_from_a_shorter_one_in_its_tail_alone(tmp_path: Path) -> None:
    long = _clip(tmp_path, "long", "clear", 24, (192, 112))
    short = _clip(tmp_path, "short", "clear", 12, (192, 112))
    half = RenditionForm(width_px=192, height_px=112, fps=24)
    made = [
        make_rendition(clip, clips_folder=tmp_path, campaign_id="c", form=form)
        for clip, form in ((long, FORM), (short, half))
    ]

    padded = pad_renditions(made, clips_folder=tmp_path)

    sizes = [sample_sizes(tmp_path / one.file) for one in padded]
    assert (len(sizes[0]), len(sizes[1])) == (48, 24)
    assert sizes[0][:24] == sizes[1]
    assert len({(tmp_path / one.file).stat().st_size for one in padded}) == 1


def test_a_crash_while_filling_leaves_the_copy_as_it_was(
    coded: list[Rendition], tmp_path: Path
) -> None:
    path = tmp_path / coded[0].file
    before = path.read_bytes()

    with pytest.raises(ValueError, match="no SEI unit"):
        fill_samples(path, [1] * 48, 10**6)

    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_noise_is_coded_more_coarsely_before_it_makes_every_clip_large(tmp_path: Path) -> None:
    grain = np.random.default_rng(1)
    source = tmp_path / "grain.mp4"
    with av.open(str(source), "w") as out:
        stream = out.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 192, 112, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "5"}
        for _ in range(48):
            noise = (128 + grain.normal(0, 12, (168, 192))).clip(0, 255).astype(np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(noise, format="yuv420p")))
        out.mux(stream.encode(None))
    clip = accept_clip(source, clips_folder=tmp_path, run_id="g", expected=None, now=NOW)

    rendition = _made(tmp_path, clip)

    sizes = sample_sizes(tmp_path / rendition.file)
    pixels = FORM.width_px * FORM.height_px
    assert max(sizes) * 8 <= 2.5 * pixels
    assert sum(sizes) * 8 <= 2 * 16 * pixels * 1.25  # two seconds
    assert clip.size_bytes > 2 * sum(sizes)


def test_sizes_stay_as_they_are_when_asked_again() -> None:
    once = common_sizes([least_sizes([1000, 20]), least_sizes([30, 50, 7000])])

    assert common_sizes([once, once[:2]]) == once
    assert once[0] >= 1000 + 1000 // 6
    assert len(once) == 3


def test_a_file_without_samples_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.write_bytes(b"\0\0\0\x08free")

    with pytest.raises(ValueError, match="lists no samples"):
        sample_sizes(path)
    assert [kind for kind, _ in boxes_of(path.read_bytes())] == [b"free"]
