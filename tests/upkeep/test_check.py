"""A check names every disagreement between rows and files; mending never touches a row."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.records import make_rating, make_rendition, make_reservation, make_run
from tests.upkeep.folder import LATER, content_of, put
from videogen.clips.rendition import FORM_VERSION, is_copy_of_today
from videogen.domain.run import RunStatus
from videogen.store import Database, save
from videogen.upkeep import CheckReport, FindingKind, check_data, mend

OLD_S = (LATER - timedelta(days=1)).timestamp()


@pytest.fixture
def data_dir(database: Database) -> Path:
    return database.path.parent


def kinds_of(report: CheckReport) -> list[FindingKind]:
    return [one.kind for one in report.findings]


def old_file(path: Path, content: bytes = b"?") -> Path:
    put(path, content)
    os.utime(path, (OLD_S, OLD_S))
    return path


def test_what_agrees_is_clean_by_its_sizes_and_by_its_hashes(
    database: Database, data_dir: Path
) -> None:
    (data_dir / "decisions" / "d1.zip").unlink()  # no row names it

    report = check_data(database, data_dir, LATER, with_hashes=True)

    assert report.findings == ()
    assert report.is_clean
    assert report.n_files == 5  # two clips, their thumbnails, an input


def test_each_kind_of_disagreement_is_named(database: Database, data_dir: Path) -> None:
    a, b = sorted((data_dir / "clips").rglob("*.mp4"))
    a.unlink()
    b.write_bytes(b"x" * b.stat().st_size)
    b.with_suffix(".jpg").unlink()
    (photo,) = (data_dir / "inputs").rglob("*.png")
    photo.write_bytes(b"shorter")
    (data_dir / "decisions" / "d1.zip").unlink()
    old_file(data_dir / "clips" / "zz" / "nobodys.mp4")
    old_file(data_dir / "clips" / "zz" / "half.mp4.12.part")
    old_file(data_dir / "clips" / "incoming" / "attempt-gone.mp4")
    save(database, make_rendition("clip-a", "c1"))

    fast = check_data(database, data_dir, LATER)
    full = check_data(database, data_dir, LATER, with_hashes=True)

    files = {
        FindingKind.FILE_MISSING: 1,
        FindingKind.THUMBNAIL_MISSING: 1,
        FindingKind.RENDITION_MISSING: 1,
        FindingKind.FILE_SIZE: 1,
        FindingKind.FILE_ORPHAN: 1,
        FindingKind.FILE_UNFINISHED: 2,
        FindingKind.REFERENCE: 1,  # the copy's campaign
    }
    assert {kind: kinds_of(fast).count(kind) for kind in kinds_of(fast)} == files
    assert kinds_of(full).count(FindingKind.FILE_HASH) == 1


def test_work_in_progress_is_no_finding(database: Database, data_dir: Path) -> None:
    (data_dir / "decisions" / "d1.zip").unlink()
    young = data_dir / "clips" / "zz" / "coming.mp4"
    put(young, b"its row comes in a moment")
    os.utime(young, (LATER.timestamp(), LATER.timestamp()))

    assert check_data(database, data_dir, LATER).is_clean


def test_a_blind_copy_may_wait_days_for_the_rest_of_its_set(
    database: Database, data_dir: Path
) -> None:
    (data_dir / "decisions" / "d1.zip").unlink()
    waiting = f"renditions/{FORM_VERSION}/ab/waiting.mp4"
    assert is_copy_of_today(waiting)
    put(data_dir / "clips" / waiting, b"padded once all are there")
    made = LATER - timedelta(days=2)
    os.utime(data_dir / "clips" / waiting, (made.timestamp(), made.timestamp()))

    assert check_data(database, data_dir, LATER).is_clean
    assert not check_data(database, data_dir, LATER + timedelta(days=6)).is_clean


def test_rows_that_contradict_each_other_are_told_by_rule(
    database: Database, data_dir: Path
) -> None:
    save(
        database,
        make_run("ended", status=RunStatus.FAILED, campaign_id=None, prompt_id="nobody's"),
        make_reservation("attempt-a", "1.00"),
        make_rating("r1", "shown-to-nobody", 4),
        make_rating("r2", "shown-to-nobody", 5),
    )

    findings = check_data(database, data_dir, LATER).findings

    told = {one.subject: one.detail for one in findings if one.kind is not FindingKind.FILE_ORPHAN}
    assert told["run.prompt_id"] == "nobody's"
    assert told["run_without_end"] == "ended"
    assert told["money_held_for_finished_call"] == "attempt-a"
    assert told["rating.presentation_id"] == "shown-to-nobody"
    assert told["two_ratings_of_one_question"] == "shown-to-nobody overall"


def test_mending_moves_what_is_nobodys_and_leaves_rows_alone(
    database: Database, data_dir: Path
) -> None:
    orphan = old_file(data_dir / "clips" / "zz" / "nobodys.mp4", content_of("c"))
    half = old_file(data_dir / "inputs" / "half.part")
    lost = min((data_dir / "clips").rglob("*.mp4"))
    lost.unlink()
    asked: list[str] = []
    (data_dir / "decisions" / "d1.zip").unlink()
    save(database, make_rendition("clip-a", "c1"))
    version = database.version

    report = mend(
        database,
        data_dir,
        check_data(database, data_dir, LATER),
        remake_renditions=lambda: asked.append("renditions"),
    )

    moved = list((data_dir / "lost+found").rglob("nobodys.mp4"))
    assert [one.read_bytes() for one in moved] == [content_of("c")]
    assert not orphan.exists()
    assert not half.exists()
    assert asked == ["renditions"]
    assert database.version == version
    mended = {one.kind for one in report.findings if one.is_mended}
    assert mended == {FindingKind.FILE_ORPHAN, FindingKind.FILE_UNFINISHED}
    assert not report.is_clean  # the lost clip stays lost, and said


def test_a_blind_copy_that_is_made_anew_under_another_name_is_mended(
    database: Database, data_dir: Path
) -> None:
    save(database, replace(make_rendition("clip-a", "c1"), file="r/old-form.mp4"))

    def remake() -> None:
        old_file(data_dir / "clips" / "r" / "new-form.mp4", content_of("d"))
        save(database, replace(make_rendition("clip-a", "c1"), file="r/new-form.mp4"))

    found = check_data(database, data_dir, LATER)
    report = mend(database, data_dir, found, remake_renditions=remake)

    (copy,) = (one for one in report.findings if one.kind is FindingKind.RENDITION_MISSING)
    assert copy.is_mended
