"""One click says one thing: the other stays, and a campaign's clip is left to its panel."""

import pytest

from tests.evidence.records import NOON, clip, run
from videogen import store
from videogen.domain.feedback import Thumb
from videogen.errors import InvalidInputError, NotFoundError
from videogen.panel.feedback import own_feedback, say_thumb, say_would_use
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
