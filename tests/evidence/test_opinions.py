"""Opinions seen from every side are the opinions that the decision rests on."""

import random
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest

from tests.evidence.records import NOON, PROMPTS, VEO, WAN, grid, panel, plan, stock
from videogen.analysis import decide, panel_mean, summarise_opinion
from videogen.analysis.agreement import icc2k, krippendorff_alpha
from videogen.analysis.p910 import fit_p910
from videogen.analysis.paired import paired_difference
from videogen.domain.decision import CriterionName
from videogen.domain.prompt import Prompt
from videogen.domain.rating import Dimension, Rating
from videogen.evidence import load_evidence
from videogen.evidence import opinions as opinions_module
from videogen.evidence.counted_opinions import baseline_differences
from videogen.evidence.opinions import CampaignOpinions, campaign_opinions
from videogen.evidence.rows import counted_ratings, load_rows
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
    stock(database, *prompts, *grid(WAN), *grid(VEO), *panel(LIKED), *panel(LESS_LIKED, VEO))
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


def test_clips_that_nobody_rated_lessen_a_raters_share_of_their_category_alone(
    database: Database,
) -> None:
    plan(database)
    tags = ["animals"] * 8 + ["people"] * 12
    prompts = [
        Prompt(prompt_id=one, text=one, tags=(tag,)) for one, tag in zip(PROMPTS, tags, strict=True)
    ]
    stock(database, *prompts, *grid(WAN), *panel(LIKED, n_clips=10))

    wan, _ = _opinions(database).conditions

    assert {name: one.n_raters for name, one in wan.by_category.items()} == {
        "animals": 4,
        "people": 0,  # two of twelve clips
    }


def test_other_dimensions_stand_beside_the_overall_and_never_enter_it(rated: Database) -> None:
    stock(rated, *_details(Dimension.MOTION, 2))

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
    stock(rated, *panel({"evening": 1}, n_clips=5))

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
    stock(database, *(Prompt(prompt_id=one, text=one) for one in PROMPTS), *grid(WAN))

    opinions = _opinions(database)

    assert opinions.n_raters == 0
    assert opinions.pairs == ()
    assert opinions.agreement.alpha is None
    assert {one.panel for one in opinions.conditions} == {None}


def test_a_rater_who_rated_one_condition_alone_makes_no_pair(database: Database) -> None:
    plan(database)
    prompts = [Prompt(prompt_id=one, text=one) for one in PROMPTS]
    others = {f"{name}s": score for name, score in LESS_LIKED.items()}
    stock(database, *prompts, *grid(WAN), *grid(VEO), *panel(LIKED), *panel(others, VEO))

    assert _opinions(database).pairs == ()


def _scattered(database: Database, seed: int) -> None:
    """Four raters with a score of their own for nearly every clip of both conditions."""
    dice = random.Random(seed)
    plan(database)
    prompts = [
        Prompt(prompt_id=one, text=one, tags=(dice.choice(("animals", "people")),))
        for one in PROMPTS
    ]
    stock(database, *prompts, *grid(WAN), *grid(VEO))
    for condition in (WAN, VEO):
        for one in panel(LIKED, condition):
            if not isinstance(one, Rating):
                save(database, one)
            elif dice.random() < 0.93:
                save(database, replace(one, score=dice.randint(1, 5)))


@pytest.mark.parametrize("seed", [1, 2])
def test_counted_as_arrays_opinions_are_what_their_rows_are(database: Database, seed: int) -> None:
    _scattered(database, seed)
    found = load_evidence(database, "c1")

    ours = campaign_opinions(database, found)

    scores: dict[str, dict[str, dict[str, float]]] = {WAN.condition_id: {}, VEO.condition_id: {}}
    for rating in counted_ratings(database, found):
        clip = scores[rating.condition_id].setdefault(rating.clip_id, {})
        clip[rating.rater_id] = float(rating.score)
    clips = {clip_id: clip for own in scores.values() for clip_id, clip in own.items()}
    raw = [[clip.get(rater) for rater in sorted(LIKED)] for clip in clips.values()]
    fit = fit_p910(raw)
    assert [one.bias for one in ours.raters] == pytest.approx(list(fit.bias), abs=1e-12)
    assert ours.agreement.alpha == pytest.approx(krippendorff_alpha(raw), abs=1e-12)
    icc = icc2k(raw)
    assert icc is not None
    assert ours.agreement.icc is not None
    assert asdict(ours.agreement.icc) == pytest.approx(asdict(icc), abs=1e-12)
    assert ours.clips == {
        clip_id: summarise_opinion(list(clip.values())) for clip_id, clip in clips.items()
    }
    for one, rows in zip(ours.conditions, load_rows(database, found).conditions, strict=True):
        assert rows.ratings is not None
        assert one.panel == panel_mean(rows.ratings.raw, rows.ratings.prompt_ids)
        assert one.n_ratings == sum(len(clip) for clip in scores[one.condition_id].values())
    wan, veo = (
        [
            [scores[one.condition_id][f"clip-{one.name}-{p}-1-live"].get(r) for r in LIKED]
            for p in PROMPTS
        ]
        for one in (WAN, VEO)
    )
    by_rows = paired_difference(wan, veo, PROMPTS)
    assert by_rows is not None
    assert asdict(ours.pairs[0].difference) == pytest.approx(asdict(by_rows), abs=1e-12)


def test_the_risks_difference_is_the_one_of_the_whole(database: Database) -> None:
    _scattered(database, 3)
    found = load_evidence(database, "c1")

    alone = baseline_differences(database, found, VEO.name)

    (pair,) = campaign_opinions(database, found).pairs
    assert alone == {WAN.name: pair.difference}


def test_what_would_need_too_large_a_matrix_is_left_unknown(
    rated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opinions_module, "CELLS_MAX", 159)

    found = _opinions(rated)

    assert (found.agreement.alpha, found.agreement.icc) == (None, None)
    assert {(one.n_ratings, one.bias, one.is_rejected_bt500) for one in found.raters} == {
        (40, None, None)
    }
    assert len(found.pairs) == 1
