"""Makers' words on their own clips: the newest counts, sandbox apart from live, campaigns out."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.records import NOON, make_clip, make_run
from videogen import store
from videogen.domain.feedback import ClipFeedback, Thumb
from videogen.domain.run import Origin, RunStatus
from videogen.store import Database, FeedbackSummary


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "data" / "videogen.duckdb") as opened:
        yield opened


def made(database: Database, name: str, **changes: Any) -> None:
    fields = {"campaign_id": None, "status": RunStatus.SUCCEEDED, "origin": Origin.LIVE, **changes}
    store.save(database, make_run(f"run-{name}", **fields), make_clip(name, f"run-{name}"))


def says(database: Database, clip_id: str, who: str, minute: int = 0, **said: Any) -> None:
    one = ClipFeedback(
        feedback_id=f"{clip_id}-{who}-{minute}",
        clip_id=clip_id,
        who=who,
        given_at=NOON + timedelta(minutes=minute),
        **said,
    )
    store.save(database, one)


def counts(one: FeedbackSummary) -> tuple[int, int, int, int, int]:
    return one.n, one.n_up, one.n_down, one.n_would_use, one.n_would_not


def test_the_newest_word_of_a_person_counts_and_one_taken_back_counts_as_none(
    database: Database,
) -> None:
    made(database, "k1")
    says(database, "k1", "Nok", 0, thumb=Thumb.UP, would_use=True)
    says(database, "k1", "Nok", 1, thumb=Thumb.DOWN, would_use=True)
    says(database, "k1", "Chai", 0, thumb=Thumb.UP)
    says(database, "k1", "Chai", 1)

    (found,) = store.feedback_summary(database)
    standing = {one.who: one.thumb for one in store.feedback_of_clip(database, "k1")}

    assert counts(found) == (1, 0, 1, 1, 0)
    assert standing == {"Nok": Thumb.DOWN, "Chai": None}


def test_sandbox_and_live_clips_are_counted_apart_and_a_campaigns_not_at_all(
    database: Database,
) -> None:
    made(database, "live")
    made(database, "played", origin=Origin.SANDBOX)
    made(database, "planned", campaign_id="c1")
    for clip_id in ("live", "played", "planned"):
        says(database, clip_id, "Nok", thumb=Thumb.UP, would_use=False)

    found = store.feedback_summary(database)
    (live,) = store.feedback_summary(database, Origin.LIVE)

    assert [(one.origin, counts(one)) for one in found] == [
        (Origin.LIVE, (1, 1, 0, 0, 1)),
        (Origin.SANDBOX, (1, 1, 0, 0, 1)),
    ]
    assert live == found[0]


def test_a_routed_clip_counts_for_the_condition_that_made_it(database: Database) -> None:
    made(database, "k1", condition_id="hybrid@1", routed_to="wan@1")
    says(database, "k1", "Nok", thumb=Thumb.DOWN)

    (found,) = store.feedback_summary(database)

    assert found.condition_id == "wan@1"
    assert found.n_answers == 0


def test_only_words_since_a_moment_can_be_asked_for(database: Database) -> None:
    made(database, "k1")
    says(database, "k1", "Nok", 0, thumb=Thumb.UP)
    says(database, "k1", "Chai", 5, thumb=Thumb.UP)

    (found,) = store.feedback_summary(database, since=NOON + timedelta(minutes=3))

    assert found.n == 1
