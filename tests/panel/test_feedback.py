"""One click says one thing: the other stays, and a campaign's clip is left to its panel."""

import pytest

from tests.evidence.records import NOON, clip, run
from videogen import store
from videogen.domain.feedback import Thumb
from videogen.errors import InvalidInputError, NotFoundError
from videogen.panel.feedback import own_feedback, say_best, say_thumb, say_would_use
from videogen.store import Database


def test_a_thumb_keeps_what_was_said_of_using_and_is_taken_back_alone(database: Database) -> None:
    store.save(database, run("r", campaign_id=None), clip("k", "r"))

    say_would_use(database, "k", "Nok", would_use=False, now=NOON)
    say_thumb(database, "k", "Nok", Thumb.UP, NOON)
    both = own_feedback(database, "k", "Nok")
    say_thumb(database, "k", "Nok", None, NOON)
    left = own_feedback(database, "k", "Nok")

    assert both is not None
    assert (both.thumb, both.would_use) == (Thumb.UP, False)
    assert left is not None
    assert (left.thumb, left.would_use) == (None, False)
    assert own_feedback(database, "k", "Chai") is None


def test_a_campaigns_clip_takes_no_feedback(database: Database) -> None:
    store.save(database, run("r"), clip("k", "r"))

    with pytest.raises(InvalidInputError) as refused:
        say_thumb(database, "k", "Nok", Thumb.UP, NOON)
    with pytest.raises(NotFoundError):
        say_thumb(database, "nothing", "Nok", Thumb.UP, NOON)

    assert refused.value.problem == "feedback_of_campaign"


def test_one_clip_of_a_strip_is_kept_and_another_takes_its_place(database: Database) -> None:
    for name in ("a", "b"):
        store.save(database, run(name, campaign_id=None, strip_id="s"), clip(f"clip-{name}", name))
    say_thumb(database, "clip-a", "Nok", Thumb.UP, NOON)

    say_best(database, "clip-a", "Nok", NOON, is_best=True)
    say_best(database, "clip-b", "Chai", NOON, is_best=True)
    say_best(database, "clip-b", "Nok", NOON, is_best=True)

    best = {one.who: one.clip_id for one in store.best_of_strip(database, "s")}
    left = own_feedback(database, "clip-a", "Nok")
    assert best == {"Nok": "clip-b", "Chai": "clip-b"}
    assert left is not None
    assert (left.thumb, left.is_best) == (Thumb.UP, None)
    say_best(database, "clip-b", "Nok", NOON, is_best=False)
    assert [one.who for one in store.best_of_strip(database, "s")] == ["Chai"]
    (counted,) = store.feedback_summary(database)
    assert (counted.n, counted.n_up) == (1, 1)  # to keep a clip is no word on it


def test_a_clip_made_alone_is_the_best_of_nothing(database: Database) -> None:
    store.save(database, run("r", campaign_id=None), clip("k", "r"))

    with pytest.raises(InvalidInputError) as refused:
        say_best(database, "k", "Nok", NOON, is_best=True)

    assert refused.value.problem == "feedback_alone"
