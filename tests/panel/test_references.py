"""Reference clips come in whole, once, and with a score that stays."""

import threading
from datetime import timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from tests.clips.drawing import draw_clip
from tests.panel.campaigns import NOW
from videogen.clips import clip_path
from videogen.domain.clip import CheckVerdict
from videogen.domain.rating import PresentationKind, ReferenceClip
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError, NotFoundError
from videogen.panel import (
    add_reference_clip,
    ensure_traps,
    references,
    restore_reference_clip,
    retire_reference_clip,
)
from videogen.store import Database, events_of, get_clip, reference_clips

LATER = NOW + timedelta(hours=1)


def _add(
    database: Database,
    source: Path,
    *,
    kind: PresentationKind = PresentationKind.GOLD,
    expected_score: int = 5,
    title: str = "A street, filmed",
    origin: Origin = Origin.LIVE,
    later: bool = False,
) -> ReferenceClip:
    return add_reference_clip(
        database,
        source,
        clips_folder=source.parent / "clips",
        kind=kind,
        expected_score=expected_score,
        title=title,
        origin=origin,
        who="somchai",
        now=LATER if later else NOW,
    )


def test_a_reference_clip_is_stored_with_its_file_and_a_clip_that_no_run_made(
    database: Database, tmp_path: Path
) -> None:
    source = draw_clip(tmp_path / "street.mp4")

    added = _add(database, source, title="  A street,\n filmed ")

    clip = get_clip(database, added.clip_id)
    assert clip.run_id is None
    assert clip.thumbnail is not None
    assert clip_path(tmp_path / "clips", clip.file).read_bytes() == source.read_bytes()
    assert reference_clips(database, Origin.LIVE) == [added]
    assert reference_clips(database, Origin.SANDBOX) == []
    assert added.title == "A street, filmed"
    (event,) = events_of(database, added.clip_id)
    assert (event.kind, event.data["who"]) == ("reference.added", "somchai")


@pytest.mark.parametrize("look", ["noise", "flicker", "frozen", "black"])
def test_a_known_bad_clip_may_break_the_guards_and_they_say_so(
    database: Database, tmp_path: Path, look: str
) -> None:
    added = _add(database, draw_clip(tmp_path / "bad.mp4", look), expected_score=1)

    checks = get_clip(database, added.clip_id).checks
    told = {check.name for check in checks if check.verdict is not CheckVerdict.PASS}
    assert {"black": "flat"}.get(look, look) in told


def test_the_same_clip_twice_is_one(database: Database, tmp_path: Path) -> None:
    first = _add(database, draw_clip(tmp_path / "a.mp4"))

    again = _add(database, draw_clip(tmp_path / "b.mp4"), title="Another name", later=True)

    assert again == first
    assert len(events_of(database, first.clip_id)) == 1


def test_the_same_clip_may_serve_as_training_and_as_gold(
    database: Database, tmp_path: Path
) -> None:
    source = draw_clip(tmp_path / "a.mp4")

    _add(database, source)
    _add(database, source, kind=PresentationKind.TRAINING)

    kinds = {one.kind for one in reference_clips(database, Origin.LIVE)}
    assert kinds == {PresentationKind.GOLD, PresentationKind.TRAINING}


def test_another_score_for_a_clip_in_use_is_refused_until_it_is_retired(
    database: Database, tmp_path: Path
) -> None:
    source = draw_clip(tmp_path / "a.mp4")
    first = _add(database, source, expected_score=5)

    with pytest.raises(InvalidInputError) as caught:
        _add(database, source, expected_score=4)
    retire_reference_clip(database, first.clip_id, who="malee", now=NOW)
    second = _add(database, source, expected_score=4)

    assert (caught.value.problem, caught.value.field) == ("reference_other_score", "expected_score")
    assert caught.value.facts["known"] == 5
    with pytest.raises(InvalidInputError):
        restore_reference_clip(database, first.clip_id, who="malee", now=NOW)
    assert reference_clips(database, Origin.LIVE) == [second]
    # What was rated against the old score still is.
    assert first.clip_id != second.clip_id


def test_a_retired_clip_leaves_the_list_and_comes_back(database: Database, tmp_path: Path) -> None:
    source = draw_clip(tmp_path / "a.mp4")
    added = _add(database, source)

    retired = retire_reference_clip(database, added.clip_id, who="malee", now=LATER)
    left = reference_clips(database, Origin.LIVE)
    restore_reference_clip(database, added.clip_id, who="malee", now=LATER)

    assert retired.retired_at == LATER
    assert left == []
    assert reference_clips(database, Origin.LIVE) == [added]
    kinds = [event.kind for event in events_of(database, added.clip_id)]
    assert sorted(kinds) == ["reference.added", "reference.restored", "reference.retired"]


def test_adding_a_retired_clip_again_brings_it_back(database: Database, tmp_path: Path) -> None:
    source = draw_clip(tmp_path / "a.mp4")
    added = _add(database, source)
    retire_reference_clip(database, added.clip_id, who="malee", now=NOW)

    again = _add(database, source, later=True)

    assert again == added


def test_retiring_an_unknown_clip_says_so(database: Database) -> None:
    with pytest.raises(NotFoundError):
        retire_reference_clip(database, "nothing", who="malee", now=NOW)


def _sound_only(path: Path) -> Path:
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=48_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate = 48_000
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_what_is_no_usable_video_is_refused_by_name_and_leaves_nothing(
    database: Database, tmp_path: Path
) -> None:
    whole = draw_clip(tmp_path / "whole.mp4").read_bytes()
    cases = {
        "reference_no_video": [
            _bytes(tmp_path / "empty.mp4", b""),
            _bytes(tmp_path / "page.mp4", b"<html></html>"),
            _bytes(tmp_path / "cut.mp4", whole[: len(whole) // 2]),
            draw_clip(tmp_path / "film.mkv", container="matroska"),
        ],
        "reference_sound_only": [_sound_only(tmp_path / "voice.mp4")],
        "reference_too_short": [draw_clip(tmp_path / "still.mp4", n_frames=1)],
    }

    for problem, sources in cases.items():
        for source in sources:
            with pytest.raises(InvalidInputError) as caught:
                _add(database, source)
            assert (caught.value.problem, caught.value.field) == (problem, "file"), source.name
            assert caught.value.value == source.name
    assert reference_clips(database, Origin.LIVE) == []
    assert not list((tmp_path / "clips").rglob("*.*"))


def test_a_clip_that_is_too_long_is_refused_with_its_length(
    database: Database, tmp_path: Path
) -> None:
    source = draw_clip(tmp_path / "long.mp4", n_frames=61, fps=1, size=(32, 32))

    with pytest.raises(InvalidInputError) as caught:
        _add(database, source)

    assert caught.value.problem == "reference_too_long"
    assert caught.value.facts == {"seconds": "61", "limit": "60"}


def test_a_file_beyond_the_size_limit_is_not_even_read(database: Database, tmp_path: Path) -> None:
    source = tmp_path / "huge.mp4"
    with source.open("wb") as file:
        file.truncate(references.LARGEST_MB * references.MEGABYTE + 1)  # sparse: no disk is used

    with pytest.raises(InvalidInputError) as caught:
        _add(database, source)

    assert (caught.value.problem, caught.value.facts["limit"]) == ("reference_too_large", 200)


def test_an_upload_is_named_as_its_owner_calls_it(database: Database, tmp_path: Path) -> None:
    name = "คลิปจากกล้องหน้ารถ" * 20 + ".mp4"  # longer than a file's name may be

    with pytest.raises(InvalidInputError) as caught:
        add_reference_clip(
            database,
            _bytes(tmp_path / "upload.mp4", b"no video"),
            clips_folder=tmp_path / "clips",
            kind=PresentationKind.GOLD,
            expected_score=5,
            title="Dash cam",
            origin=Origin.LIVE,
            who="malee",
            now=NOW,
            file_name=name,
        )

    assert caught.value.value == name


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_off_the_scale_is_refused(database: Database, tmp_path: Path, score: int) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _add(database, draw_clip(tmp_path / "a.mp4"), expected_score=score)

    assert (caught.value.problem, caught.value.value) == ("expected_score_out_of_range", score)


@pytest.mark.parametrize("title", ["", " \n ", "x" * 81])
def test_a_title_is_needed_and_short(database: Database, tmp_path: Path, title: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _add(database, draw_clip(tmp_path / "a.mp4"), title=title)

    problem = "reference_title" if title.strip() else "reference_title_missing"
    assert (caught.value.problem, caught.value.field) == (problem, "title")


def test_a_kind_that_is_no_reference_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _add(database, draw_clip(tmp_path / "a.mp4"), kind=PresentationKind.TEST)

    assert caught.value.problem == "reference_kind"


def test_traps_are_made_once_even_when_two_raters_start_together(
    database: Database, tmp_path: Path
) -> None:
    made: list[tuple[ReferenceClip, ...]] = []

    def start() -> None:
        made.append(ensure_traps(database, tmp_path / "clips", Origin.SANDBOX, NOW))

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made[0] == made[1] == made[2]
    traps = reference_clips(database, Origin.SANDBOX)
    assert [one.expected_score for one in traps] == [2, 3, 4]
    assert {one.kind for one in traps} == {PresentationKind.TRAP}
    for one in traps:
        clip_path(tmp_path / "clips", get_clip(database, one.clip_id).file)


def test_a_retired_trap_is_not_made_again(database: Database, tmp_path: Path) -> None:
    first, *others = ensure_traps(database, tmp_path / "clips", Origin.LIVE, NOW)
    retire_reference_clip(database, first.clip_id, who="malee", now=NOW)

    left = ensure_traps(database, tmp_path / "clips", Origin.LIVE, LATER)

    assert left == tuple(others)
