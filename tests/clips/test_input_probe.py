"""What a given file is, by its content and not by its name."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.clips import given_files
from tests.clips.drawing import draw_clip
from tests.clips.given_files import picture, song, turned_photo, voice, written
from videogen.clips import input_probe
from videogen.clips.input_probe import InputReading, mime_type_of, read_input
from videogen.domain.input_file import InputKind
from videogen.errors import InvalidInputError
from videogen.texts import error_hint, error_message


def _read(path: Path, kind: InputKind | None = None) -> InputReading:
    return read_input(path, kind=kind, field="image", name="given.png")


def _refusal(path: Path, kind: InputKind | None = None) -> InvalidInputError:
    """With sentences in both languages that name the slot and the file."""
    with pytest.raises(InvalidInputError) as refused:
        _read(path, kind)
    error = refused.value
    assert error.field == "image"
    for language in ("en", "th"):
        assert "given.png" in error_message(error, language)
        assert error_hint(error, language)
    return error


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_plain_picture_is_kept_as_it_is(tmp_path: Path, kind: str) -> None:
    reading = _read(written(tmp_path, picture(kind=kind), "odd.webm"))

    assert (reading.kind, reading.width_px, reading.height_px) == (InputKind.IMAGE, 96, 64)
    assert reading.rewritten is None
    assert mime_type_of(f"x{reading.suffix}") == f"image/{kind.lower()}"


def test_a_turned_photo_is_kept_upright(tmp_path: Path) -> None:
    lying = turned_photo()

    reading = _read(written(tmp_path, lying))

    assert (reading.width_px, reading.height_px, reading.suffix) == (64, 96, ".jpg")
    assert reading.rewritten is not None
    kept = Image.open(io.BytesIO(reading.rewritten))
    expected = Image.open(io.BytesIO(lying)).transpose(Image.Transpose.ROTATE_270)
    assert not kept.getexif()
    assert np.abs(np.asarray(kept, int) - np.asarray(expected, int)).mean() < 8


def test_a_photo_keeps_its_pixels_and_not_where_it_was_taken(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "somebody's telephone"
    exif.get_ifd(0x8825)[1] = "N"
    noted = picture(kind="JPEG", exif=exif, comment=b"for my eyes", icc_profile=b"a profile")

    reading = _read(written(tmp_path, noted))

    assert reading.rewritten is not None
    assert b"telephone" not in reading.rewritten
    assert b"my eyes" not in reading.rewritten
    kept = Image.open(io.BytesIO(reading.rewritten))
    assert np.array_equal(np.asarray(kept), np.asarray(Image.open(io.BytesIO(noted))))
    assert not kept.getexif()
    assert kept.info["icc_profile"] == b"a profile"  # what its colours mean stays


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_hangs_behind_a_picture_or_is_written_into_it_is_left_out(
    tmp_path: Path, kind: str
) -> None:
    plain = picture(kind=kind)
    exif = Image.Exif()
    exif[0x010F] = "somebody's telephone"

    reading = _read(written(tmp_path, picture(kind=kind, exif=exif) + b"PK\x03\x04<script>"))

    assert reading.rewritten == plain


def test_a_jpeg_of_filling_alone_is_refused_at_once(tmp_path: Path) -> None:
    filled = b"\xff\xd8" + b"\xff" * 18_000_000

    assert _refusal(written(tmp_path, filled)).problem == "input_damaged"


def test_an_mp4_of_countless_empty_boxes_is_refused_at_once(tmp_path: Path) -> None:
    boxes = b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0\0\0\x08free" * 100_000

    assert _refusal(written(tmp_path, boxes)).problem == "input_damaged"


def test_a_video_whose_header_names_no_codec_is_refused(tmp_path: Path) -> None:
    clip = written(tmp_path, b"", "clip.mp4")
    draw_clip(clip)
    content = clip.read_bytes()
    at = content.index(b"avc1", content.index(b"stsd"))
    strange = written(tmp_path, content[:at] + b"zzzz" + content[at + 4 :])

    assert _refusal(strange, InputKind.VIDEO).problem == "input_damaged"


def test_what_shows_through_is_kept_as_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (20, 10), (255, 0, 0, 0))
    clear.putpixel((3, 4), (0, 0, 255, 255))
    clear.save(tmp_path / "clear.png")

    reading = _read(tmp_path / "clear.png")

    assert reading.rewritten is not None
    kept = Image.open(io.BytesIO(reading.rewritten))
    assert kept.mode == "RGB"
    assert kept.getpixel((0, 0)) == (255, 255, 255)
    assert kept.getpixel((3, 4)) == (0, 0, 255)


@pytest.mark.parametrize("content", [picture(kind="WEBP"), picture("P"), picture("L")])
def test_what_some_back_end_cannot_read_becomes_a_png(tmp_path: Path, content: bytes) -> None:
    reading = _read(written(tmp_path, content))

    assert reading.suffix == ".png"
    assert Image.open(io.BytesIO(reading.rewritten or b"")).mode == "RGB"


def test_sixteen_bits_are_scaled_and_not_cut(tmp_path: Path) -> None:
    Image.fromarray(np.full((8, 8), 32_768, np.uint16)).save(tmp_path / "deep.png")

    reading = _read(tmp_path / "deep.png")

    assert Image.open(io.BytesIO(reading.rewritten or b"")).getpixel((0, 0)) == (128, 128, 128)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "input_empty"),
        (b"only words", "input_unknown_content"),
        (b"PK\x03\x04 an archive", "input_unknown_content"),
        (b"<?xml version='1.0'?><svg/>", "input_image_format"),
        (picture("CMYK", "TIFF"), "input_image_format"),
        (picture("CMYK", "JPEG"), "input_print_colours"),
        (given_files.moving_picture("GIF"), "input_image_format"),
        (given_files.moving_picture("WEBP"), "input_animated"),
        (given_files.moving_picture("PNG"), "input_animated"),
        (given_files.bomb(), "input_too_many_pixels"),
        (picture(size=(200, 200))[:9_000], "input_damaged"),
        (picture(kind="JPEG", size=(200, 200))[:5_000], "input_damaged"),
        (voice(0), "input_without_sound"),
        (voice()[:-4_000], "input_damaged"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00", "input_damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_clip_can_be_made_from_is_refused(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    assert _refusal(written(tmp_path, content)).problem == problem


def test_an_export_for_print_is_told_what_to_export(tmp_path: Path) -> None:
    error = _refusal(written(tmp_path, picture("CMYK", "TIFF")), InputKind.IMAGE)

    assert "TIFF" in error_message(error, "en")
    assert "RGB" in error_hint(error, "en")


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    assert _refusal(tmp_path / "none.png").problem == "input_not_found"
    assert _refusal(tmp_path).problem == "input_not_found"


@pytest.mark.parametrize("limit", ["MAX_IMAGE_BYTES", "MAX_BYTES"])
def test_a_file_over_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(input_probe, limit, 1_000)
    content = picture() if limit == "MAX_IMAGE_BYTES" else voice()

    assert _refusal(written(tmp_path, content)).problem == "input_too_large"


@pytest.mark.parametrize(
    ("make", "suffix"),
    [
        (voice, ".wav"),
        (lambda: song("mp3", "libmp3lame"), ".mp3"),
        (lambda: song("flac", "flac"), ".flac"),
        (lambda: song("ogg", "libopus"), ".ogg"),
        (lambda: song("ipod", "aac"), ".m4a"),
        (lambda: song("adts", "aac"), ".aac"),
        (lambda: song("webm", "libopus"), ".weba"),
    ],
)
def test_a_voice_has_the_length_that_is_heard(
    tmp_path: Path, make: Callable[[], bytes], suffix: str
) -> None:
    reading = _read(written(tmp_path, make()), InputKind.AUDIO)

    assert reading.suffix == suffix
    assert reading.duration_s == pytest.approx(1.0, abs=0.05)
    assert reading.width_px is None
    assert mime_type_of(f"x{suffix}").startswith("audio/")


def test_a_flac_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    whole = song("flac", "flac")

    assert _refusal(written(tmp_path, whole[: len(whole) // 2])).problem == "input_damaged"


def test_a_voice_longer_than_anybody_decodes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(input_probe, "MAX_DURATION_S", 0.5)

    assert _refusal(written(tmp_path, voice())).problem == "input_too_long"


@pytest.mark.parametrize("container", ["mp4", "matroska", "avi"])
def test_a_video_is_decoded_to_its_end(tmp_path: Path, container: str) -> None:
    path = draw_clip(tmp_path / "camera.bin", container=container)

    reading = _read(path, InputKind.VIDEO)

    assert (reading.width_px, reading.height_px, reading.n_frames) == (128, 96, 24)
    assert reading.fps == pytest.approx(16, rel=0.01)
    assert reading.duration_s == pytest.approx(1.5, rel=0.01)


def test_a_video_without_its_end_or_its_picture_is_refused(tmp_path: Path) -> None:
    whole = draw_clip(tmp_path / "whole.mp4").read_bytes()

    cut = _refusal(written(tmp_path, whole[:-200]), InputKind.VIDEO)
    silent = _refusal(written(tmp_path, song("ipod", "aac")), InputKind.VIDEO)

    assert (cut.problem, silent.problem) == ("input_damaged", "input_without_picture")


def test_a_file_of_another_kind_is_refused_whatever_its_name_says(tmp_path: Path) -> None:
    tune = written(tmp_path, song("mp3", "libmp3lame"), "cat.png")
    still = written(tmp_path, picture(), "voice.mp3")
    clip = draw_clip(tmp_path / "voice.wav", audio=True, container="mp4")

    assert _refusal(tune, InputKind.IMAGE).problem == "input_not_image"
    assert _refusal(still, InputKind.AUDIO).problem == "input_not_audio"
    assert _refusal(still, InputKind.VIDEO).problem == "input_not_video"
    assert _refusal(clip, InputKind.AUDIO).problem == "input_not_audio"
