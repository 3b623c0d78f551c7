"""The trial's campaign finds its training clips and anchors ready."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from videogen.bootstrap.sandbox_references import N_CLIPS, add_sandbox_references
from videogen.clips import clip_path
from videogen.domain.rating import PresentationKind
from videogen.domain.run import Origin
from videogen.panel import retire_reference_clip
from videogen.store import Database, get_clip, reference_clips

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "videogen.duckdb") as opened:
        yield opened


def test_the_sandbox_brings_its_own_reference_clips_once(
    database: Database, tmp_path: Path
) -> None:
    add_sandbox_references(database, tmp_path / "clips", NOW)
    first = reference_clips(database, Origin.SANDBOX)
    add_sandbox_references(database, tmp_path / "clips", NOW)

    assert reference_clips(database, Origin.SANDBOX) == first
    own = [one for one in first if one.added_by == "sandbox"]
    traps = [one.expected_score for one in first if one.kind is PresentationKind.TRAP]
    assert len(own) == N_CLIPS
    assert traps == [2, 3, 4]
    training = [o.expected_score for o in first if o.kind is PresentationKind.TRAINING]
    assert training == [1, 2, 4, 5]
    assert reference_clips(database, Origin.LIVE) == []
    for one in first:
        clip_path(tmp_path / "clips", get_clip(database, one.clip_id).file)


def test_one_that_was_retired_does_not_come_back_by_itself(
    database: Database, tmp_path: Path
) -> None:
    add_sandbox_references(database, tmp_path / "clips", NOW)
    retired = reference_clips(database, Origin.SANDBOX)[0]
    retire_reference_clip(database, retired.clip_id, who="malee", now=NOW)

    add_sandbox_references(database, tmp_path / "clips", NOW)

    left = reference_clips(database, Origin.SANDBOX)
    assert retired.clip_id not in {one.clip_id for one in left}
    assert len(left) == N_CLIPS - 1 + 3
