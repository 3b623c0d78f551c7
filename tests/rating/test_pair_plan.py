from collections import Counter
from itertools import pairwise

import pytest

from videogen.rating.pair_plan import ComparedClip, PlannedPair, plan_pairs

CONDITIONS = ("animatediff", "veo", "wan-14b", "wan-1.3b")


def _clips(n_prompts: int, n_conditions: int = 2, n_seeds: int = 1) -> list[ComparedClip]:
    return [
        ComparedClip(
            clip_id=f"{condition}-{prompt}-{seed}",
            condition_id=condition,
            prompt_id=f"p{prompt}",
        )
        for condition in CONDITIONS[:n_conditions]
        for prompt in range(n_prompts)
        for seed in range(n_seeds)
    ]


def _asked(plan: list[PlannedPair]) -> list[PlannedPair]:
    return [pair for pair in plan if not pair.is_repeat]


def _condition(clip_id: str) -> str:
    return clip_id.rsplit("-", 2)[0]


@pytest.mark.parametrize(("n_conditions", "n_pairs"), [(2, 10), (3, 30), (4, 60)])
def test_each_prompt_is_asked_once_for_every_two_conditions(
    n_conditions: int, n_pairs: int
) -> None:
    asked = _asked(plan_pairs(_clips(10, n_conditions), seed=1))

    questions = {
        (one.prompt_id, frozenset(map(_condition, (one.left_clip_id, one.right_clip_id))))
        for one in asked
    }
    assert len(asked) == len(questions) == n_pairs
    assert all(one.prompt_id == f"p{one.left_clip_id.split('-')[-2]}" for one in asked)
    assert all(one.prompt_id == f"p{one.right_clip_id.split('-')[-2]}" for one in asked)


def test_the_plan_is_a_function_of_the_clips_and_the_seed() -> None:
    clips = _clips(12, 3)

    plan = plan_pairs(clips, seed=5)

    assert plan_pairs(list(reversed(clips)), seed=5) == plan
    assert plan_pairs(clips, seed=6) != plan


@pytest.mark.parametrize("seed", range(20))
def test_each_condition_stands_as_often_left_as_right(seed: int) -> None:
    asked = _asked(plan_pairs(_clips(21), seed=seed))

    left = Counter(_condition(one.left_clip_id) for one in asked)
    assert sorted(left.values()) == [10, 11]


def test_which_condition_stands_left_more_often_is_left_to_the_dice() -> None:
    more_often = {
        Counter(
            _condition(one.left_clip_id) for one in _asked(plan_pairs(_clips(3), seed=seed))
        ).most_common(1)[0][0]
        for seed in range(20)
    }

    assert more_often == {"animatediff", "veo"}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("n_prompts", "n_conditions"), [(40, 2), (30, 3), (8, 4), (10, 2)])
def test_a_fifth_comes_again_with_its_sides_swapped_and_well_apart(
    n_prompts: int, n_conditions: int, seed: int
) -> None:
    plan = plan_pairs(_clips(n_prompts, n_conditions), seed=seed)

    asked = _asked(plan)
    repeats = [one for one in plan if one.is_repeat]
    place = {(one.left_clip_id, one.right_clip_id): at for at, one in enumerate(plan)}
    distances = [
        place[one.left_clip_id, one.right_clip_id] - place[one.right_clip_id, one.left_clip_id]
        for one in repeats
    ]
    assert len(repeats) == len({(one.left_clip_id, one.right_clip_id) for one in repeats})
    assert len(repeats) == round(0.2 * len(asked))
    assert min(distances) >= min(12, len(asked) // 2)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("n_prompts", "n_conditions"), [(40, 2), (30, 3), (8, 4), (3, 3)])
def test_the_same_prompt_never_comes_twice_in_a_row(
    n_prompts: int, n_conditions: int, seed: int
) -> None:
    plan = plan_pairs(_clips(n_prompts, n_conditions), seed=seed)

    assert all(one.prompt_id != after.prompt_id for one, after in pairwise(plan))


def test_one_prompt_alone_is_asked_all_the_same() -> None:
    assert len(plan_pairs(_clips(1), seed=1)) == 1
    assert len(plan_pairs(_clips(1, 4), seed=1)) == 7  # six pairs, and one of them again


def test_of_several_seeds_one_clip_stands_for_its_prompt() -> None:
    asked = _asked(plan_pairs(_clips(30, n_seeds=3), seed=1))

    assert len(asked) == 30
    assert {one.left_clip_id.split("-")[-1] for one in asked} == {"0", "1", "2"}


def test_a_prompt_that_one_condition_failed_at_is_not_asked() -> None:
    clips = [one for one in _clips(5) if one.clip_id != "veo-2-0"]

    assert {one.prompt_id for one in plan_pairs(clips, seed=1)} == {"p0", "p1", "p3", "p4"}


def test_what_was_asked_before_is_left_out() -> None:
    before = {("p0", frozenset(("animatediff", "veo"))), ("p1", frozenset(("veo", "animatediff")))}

    plan = plan_pairs(_clips(4), seed=1, without=before)

    assert {one.prompt_id for one in plan} == {"p2", "p3"}


def test_nothing_to_compare_gives_no_pairs() -> None:
    assert plan_pairs([], seed=1) == []
    assert plan_pairs(_clips(5, n_conditions=1), seed=1) == []
