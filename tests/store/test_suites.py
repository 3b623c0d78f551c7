"""A suite may be mended until a campaign uses it; from then on it stays as it is."""

import dataclasses

import pytest

from tests.panel.campaigns import make_panel
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.errors import InvalidInputError
from videogen.store import Database, get_suite, save


def _suite(text: str = "a kite", *, training: tuple[Prompt, ...] = ()) -> PromptSuite:
    prompts = (Prompt(prompt_id="k1", text=text),)
    return PromptSuite(
        suite_id="mine@1", name="mine", version="1", prompts=prompts, training=training
    )


def test_an_unused_suite_may_be_mended(database: Database) -> None:
    save(database, _suite())

    save(database, _suite("a red kite"))

    assert get_suite(database, "mine@1").prompts[0].text == "a red kite"


def test_a_suite_that_a_campaign_uses_takes_no_other_content(database: Database) -> None:
    panel = make_panel(database)
    used = get_suite(database, panel.campaign.suite_id)
    extra = Prompt(prompt_id="new", text="something else")

    for changed in (
        dataclasses.replace(used, prompts=(*used.prompts, extra)),
        dataclasses.replace(used, training=(extra,)),
        # The same prompts with another one for training have the same digest.
        dataclasses.replace(used, prompts=used.prompts[:-1], training=used.prompts[-1:]),
    ):
        with pytest.raises(InvalidInputError) as caught:
            save(database, changed)
        assert (caught.value.problem, caught.value.field) == ("suite_in_use", "version")
    assert get_suite(database, used.suite_id) == used


def test_the_same_content_again_is_fine(database: Database) -> None:
    panel = make_panel(database)
    used = get_suite(database, panel.campaign.suite_id)

    save(database, used)

    assert get_suite(database, used.suite_id) == used
