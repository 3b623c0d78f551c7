"""Records cannot hold nonsense."""

import dataclasses
from datetime import UTC, datetime

import pytest

from videogen.domain.campaign import Campaign
from videogen.domain.condition import BackendKind, Condition, Location
from videogen.domain.prompt import MAX_PROMPT_CHARACTERS, Prompt, PromptSuite, checked_prompt_text
from videogen.domain.rating import Dimension, Rating
from videogen.domain.run import AttemptState, RunStatus
from videogen.errors import InvalidInputError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WAN = Condition(
    name="wan-1.3b",
    backend=BackendKind.COMFY,
    model="wan",
    workflow="wan-1.3b",
    width_px=832,
    height_px=480,
    n_frames=81,
    fps=16.0,
)
CAMPAIGN = Campaign(
    campaign_id="c",
    name="c",
    candidates=("a",),
    baselines=("b",),
    suite_id="s",
    prompt_ids=("p1", "p2"),
    seeds=(1, 2),
    rated_seeds=(1,),
    planned_n_raters=4,
    criteria_version=1,
    owner="o",
    created_at=NOON,
)


def test_other_settings_make_another_condition_of_the_same_name() -> None:
    swapped = dataclasses.replace(WAN, settings={"blocks_to_swap": 20})

    assert swapped.name == WAN.name
    assert swapped.condition_id != WAN.condition_id
    assert dataclasses.replace(WAN).condition_id == WAN.condition_id


def test_a_condition_knows_where_it_runs_and_how_long_its_clips_are() -> None:
    assert WAN.location is Location.LOCAL
    assert WAN.clip_duration_s == pytest.approx(5.0625)
    assert dataclasses.replace(WAN, n_frames=None).clip_duration_s is None


@pytest.mark.parametrize("field", ["width_px", "height_px", "n_frames", "fps"])
def test_a_condition_has_no_size_of_zero(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        dataclasses.replace(WAN, **{field: 0})  # type: ignore[arg-type]


def test_a_campaign_counts_its_runs_per_condition() -> None:
    assert CAMPAIGN.planned_n_runs == 4
    assert CAMPAIGN.condition_ids == ("a", "b")


def test_a_campaign_rates_only_seeds_that_it_makes() -> None:
    with pytest.raises(ValueError, match="rated_seeds"):
        dataclasses.replace(CAMPAIGN, rated_seeds=(3,))


def test_a_condition_is_a_candidate_or_a_baseline() -> None:
    with pytest.raises(ValueError, match="not both"):
        dataclasses.replace(CAMPAIGN, baselines=("a",))


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_off_the_scale_is_refused_by_its_field(score: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Rating(
            rating_id="r",
            presentation_id="p",
            dimension=Dimension.OVERALL,
            score=score,
            rated_at=NOON,
        )

    assert (refused.value.field, refused.value.value) == ("score", score)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (MAX_PROMPT_CHARACTERS + 1)])
def test_a_prompt_that_is_empty_or_endless_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked_prompt_text(text)

    assert refused.value.field == "prompt"


def test_a_prompt_loses_the_blanks_around_it() -> None:
    assert checked_prompt_text("  a cat\n") == "a cat"


def test_a_suites_digest_follows_every_prompt() -> None:
    suite = PromptSuite(
        suite_id="s", name="s", version="1", prompts=(Prompt(prompt_id="1", text="a"),)
    )
    other = dataclasses.replace(suite, prompts=(Prompt(prompt_id="1", text="b"),))

    assert suite.content_sha256 != other.content_sha256


def test_every_final_status_is_a_final_state_of_an_attempt() -> None:
    final = {status.value for status in RunStatus if status.is_final}

    assert final == {state.value for state in AttemptState if state.is_final}
    assert final == {"succeeded", "failed", "cancelled", "lost", "uncertain"}
