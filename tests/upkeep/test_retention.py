"""Old clips go only when nothing needs them; rows, measurements and thumbnails stay."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.records import NOON, make_campaign, make_clip, make_run, rated_clip
from tests.upkeep.folder import LATER, content_of, put_clip
from videogen.domain.event import FrozenDecision
from videogen.domain.feedback import ClipFeedback
from videogen.domain.input_file import InputFile, InputKind
from videogen.domain.rating import PairChoice, PairVote
from videogen.domain.run import RunStatus
from videogen.store import Database, events_of, get_clip, save
from videogen.store.retention import NeededFor
from videogen.upkeep import FindingKind, apply_retention, check_data, plan_retention

LONG_AFTER = LATER + timedelta(days=200)


@pytest.fixture
def data_dir(database: Database) -> Path:
    return database.path.parent


def needed(database: Database) -> dict[NeededFor, int]:
    plan = plan_retention(database, 90, LONG_AFTER)
    return {reason: share.n_clips for reason, share in plan.kept.items()}


def test_a_young_clip_is_not_spoken_of(database: Database) -> None:
    plan = plan_retention(database, 90, LATER)

    assert plan.removable.n_clips == 0
    assert plan.kept == {}


def test_every_reason_keeps_its_clip(database: Database, data_dir: Path) -> None:
    save(database, make_campaign(), make_campaign("decided", rated_seeds=()))
    runs: dict[str, dict[str, Any]] = {
        "rated-seed": {"campaign_id": "c1", "seed": 1},
        "timed-only": {"campaign_id": "c1", "seed": 9},
        "decided": {"campaign_id": "decided"},
        "best": {},
        "no-longer-best": {},
        "input": {},
        "compared": {},
    }
    for name, of_run in runs.items():
        put_clip(database, data_dir, name, **of_run)
    save(database, *rated_clip("watched", "ann"))
    save(
        database,
        FrozenDecision(
            decision_id="d1",
            campaign_id="decided",
            frozen_at=NOON,
            who="ann",
            why="enough",
            verdict="go",
            evidence={},
        ),
        best("clip-best", is_best=True),
        best("clip-no-longer-best", is_best=True),
        best("clip-no-longer-best", is_best=False, minutes=1),
        InputFile(
            input_id="i1",
            kind=InputKind.IMAGE,
            file="i/i1.png",
            name="last.png",
            size_bytes=1,
            added_at=NOON,
            added_by="ann",
            from_clip_id="clip-input",
        ),
        vote("clip-compared"),
    )

    kept = needed(database)

    assert kept == {
        NeededFor.SESSION: 1,
        NeededFor.RATING: 1,
        NeededFor.DECISION: 1,
        NeededFor.CAMPAIGN: 1,
        NeededFor.BEST: 1,
        NeededFor.INPUT: 1,
    }
    plan = plan_retention(database, 90, LONG_AFTER)
    assert plan.removable.n_clips == 4  # a, b, timed-only, no-longer-best


def test_a_dry_run_changes_nothing_and_applying_keeps_the_rows(
    database: Database, data_dir: Path
) -> None:
    (data_dir / "decisions" / "d1.zip").unlink()
    plan = plan_retention(database, 90, LONG_AFTER)
    assert plan.removable.size_bytes == len(content_of("a")) + len(content_of("b"))
    assert len(list((data_dir / "clips").rglob("*.mp4"))) == 2

    removal = apply_retention(database, data_dir / "clips", 90, who="ann", now=LONG_AFTER)

    assert (removal.n_clips, removal.size_bytes) == (2, plan.removable.size_bytes)
    assert list((data_dir / "clips").rglob("*.mp4")) == []
    assert len(list((data_dir / "clips").rglob("*.jpg"))) == 2
    assert get_clip(database, "clip-a").file_removed_at == LONG_AFTER
    (event,) = events_of(database, "clip-a")
    assert (event.kind, event.data["who"]) == ("clip.removed", "ann")
    assert check_data(database, data_dir, LONG_AFTER).is_clean


def test_a_file_that_two_clips_share_goes_with_the_last_of_them(
    database: Database, data_dir: Path
) -> None:
    put_clip(database, data_dir, "best")
    original = get_clip(database, "clip-best")
    twin = make_clip("twin", "run-twin", file=original.file, sha256=original.sha256, size_bytes=1)
    save(
        database,
        make_run("run-twin", campaign_id=None, status=RunStatus.SUCCEEDED, clip_id="twin"),
        twin,
        best("twin", is_best=True),
    )

    assert needed(database) == {NeededFor.BEST: 1, NeededFor.SHARED: 1}
    apply_retention(database, data_dir / "clips", 90, who="ann", now=LONG_AFTER)

    assert (data_dir / "clips" / original.file).is_file()


def test_a_crash_between_marking_and_removing_is_found_by_a_check(
    database: Database, data_dir: Path
) -> None:
    content = content_of("a")
    sha256 = hashlib.sha256(content).hexdigest()
    apply_retention(database, data_dir / "clips", 90, who="ann", now=LONG_AFTER)
    (data_dir / "clips" / sha256[:2] / f"{sha256}.mp4").write_bytes(content)

    kinds = {one.kind for one in check_data(database, data_dir, LONG_AFTER).findings}

    assert FindingKind.FILE_LEFT in kinds
    assert FindingKind.FILE_MISSING not in kinds


def best(clip_id: str, *, is_best: bool, minutes: int = 0) -> ClipFeedback:
    return ClipFeedback(
        feedback_id=f"{clip_id}-{minutes}",
        clip_id=clip_id,
        who="ann",
        given_at=NOON + timedelta(minutes=minutes),
        is_best=is_best,
    )


def vote(clip_id: str) -> PairVote:
    return PairVote(
        vote_id="v1",
        campaign_id="c1",
        rater_id="ann",
        left_clip_id=clip_id,
        right_clip_id="clip-elsewhere",
        choice=PairChoice.LEFT,
        is_repeat=False,
        voted_at=NOON,
    )
