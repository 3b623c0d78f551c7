"""Opinions seen from every side are the opinions that the decision rests on."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.evidence.records import NOON, PROMPTS, VEO, WAN, grid, panel, plan
from videogen.analysis import decide
from videogen.domain.decision import CriterionName
from videogen.domain.prompt import Prompt
from videogen.domain.rating import Dimension, Rating
from videogen.evidence import load_evidence
from videogen.evidence.opinions import CampaignOpinions, campaign_opinions
from videogen.store import Database, save

# Three of four scores as they stand here, one of four a point lower.
LIKED = {"anan": 5, "beam": 5, "chai": 5, "dao": 5}
LESS_LIKED = {"anan": 4, "beam": 4, "chai": 4, "dao": 4}


@pytest.fixture
def rated(database: Database) -> Database:
    plan(database)
    prompts = [
        Prompt(prompt_id=prompt_id, text=prompt_id, tags=("animals" if i < 8 else "people", "low"))
        for i, prompt_id in enumerate(PROMPTS)
    ]
    save(database, *prompts, *grid(WAN), *grid(VEO), *panel(LIKED), *panel(LESS_LIKED, VEO))
    return database


def _opinions(database: Database) -> CampaignOpinions:
    return campaign_opinions(database, load_evidence(database, "c1"))


def _details(dimension: Dimension, score: int) -> Iterator[Rating]:
    """Every rater's, of every clip of WAN that they rated."""
    for rater in LIKED:
        for prompt_id in PROMPTS:
            shown = f"session-{rater}-{WAN.name}-live-{prompt_id}"
            yield Rating(
                rating_id=f"{dimension.value}-{shown}",
                presentation_id=shown,
                dimension=dimension,
                score=score,
                rated_at=NOON,
            )


def test_mean_and_interval_are_the_decisions_own(rated: Database) -> None:
    found = load_evidence(rated, "c1")

    opinions = campaign_opinions(rated, found)

    judged = {
        one.name: one.criteria[CriterionName.QUALITY] for one in decide(found.evidence).conditions
    }
    for one in opinions.conditions:
        assert one.panel is not None
        assert one.panel.mean == judged[one.name].estimate
        assert one.panel.bounds(0.90) == (judged[one.name].low, judged[one.name].high)


def test_scores_are_counted_by_their_value(rated: Database) -> None:
    wan, veo = _opinions(rated).conditions

    assert wan.n_by_score == (0, 0, 0, 20, 60)
    assert veo.n_by_score == (0, 0, 20, 60, 0)
    assert (wan.n_clips, wan.n_ratings) == (20, 80)


def test_categories_are_the_prompts_first_tags(rated: Database) -> None:
    wan, _ = _opinions(rated).conditions

    assert list(wan.by_category) == ["animals", "people"]
    assert wan.by_category["animals"].n_prompts == 8
    assert wan.by_category["animals"].mean == pytest.approx(4.75)


def test_other_dimensions_stand_beside_the_overall_and_never_enter_it(rated: Database) -> None:
    save(rated, *_details(Dimension.MOTION, 2))

    wan, veo = _opinions(rated).conditions

    assert wan.by_dimension[Dimension.MOTION].mean == 2.0
    assert wan.by_dimension[Dimension.MOTION].is_unanimous
    assert wan.by_dimension[Dimension.OVERALL].mean == pytest.approx(4.75)
    assert Dimension.MOTION not in veo.by_dimension


def test_a_pair_is_the_candidate_less_the_other_by_the_same_raters(rated: Database) -> None:
    (pair,) = _opinions(rated).pairs

    assert (pair.first, pair.second) == (WAN.name, VEO.name)
    assert pair.difference.difference == pytest.approx(1.0)
    assert (pair.difference.n_prompts, pair.difference.n_raters) == (20, 4)
    assert pair.difference.ci95_low is None  # every difference is 1: no width to show
    assert pair.p_adjusted == pair.difference.sign_flip_p


def test_who_rated_too_few_clips_is_named_and_counts_nowhere(rated: Database) -> None:
    save(rated, *panel({"evening": 1}, n_clips=5))

    opinions = _opinions(rated)

    wan = opinions.conditions[0]
    assert wan.raters_left_out == ("Evening",)
    assert wan.n_by_score == (0, 0, 0, 20, 60)
    assert [one.name for one in opinions.raters] == ["Anan", "Beam", "Chai", "Dao"]


def test_nobody_leans_where_all_rate_alike(rated: Database) -> None:
    opinions = _opinions(rated)

    biases: list[Any] = [one.bias for one in opinions.raters]
    assert biases == pytest.approx([0.0] * 4, abs=1e-6)
    assert opinions.agreement.alpha is not None
    assert not any(one.is_rejected_bt500 for one in opinions.raters)


def test_each_clip_has_its_own_mean(rated: Database) -> None:
    clips = _opinions(rated).clips

    first = clips[f"clip-{WAN.name}-p00-1-live"]
    assert first.mos == pytest.approx((4 + 4 + 4 + 5) / 4)
    assert first.n_ratings == 4
    assert clips[f"clip-{WAN.name}-p01-1-live"].is_unanimous


def test_a_campaign_without_ratings_has_no_opinions_and_no_zeros(database: Database) -> None:
    plan(database)
    save(database, *(Prompt(prompt_id=one, text=one) for one in PROMPTS), *grid(WAN))

    opinions = _opinions(database)

    assert opinions.n_raters == 0
    assert opinions.pairs == ()
    assert opinions.agreement.alpha is None
    assert {one.panel for one in opinions.conditions} == {None}


def test_a_rater_who_rated_one_condition_alone_makes_no_pair(database: Database) -> None:
    plan(database)
    prompts = [Prompt(prompt_id=one, text=one) for one in PROMPTS]
    others = {f"{name}s": score for name, score in LESS_LIKED.items()}
    save(database, *prompts, *grid(WAN), *grid(VEO), *panel(LIKED), *panel(others, VEO))

    assert _opinions(database).pairs == ()
