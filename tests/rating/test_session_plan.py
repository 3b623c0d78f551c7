from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from videogen.domain.rating import PresentationKind
from videogen.rating.session_plan import References, Showing, plan_session

TEST, REPEAT = PresentationKind.TEST, PresentationKind.REPEAT
GOLD, TRAP, TRAINING = PresentationKind.GOLD, PresentationKind.TRAP, PresentationKind.TRAINING

NO_REFERENCES = References(training={}, gold={}, traps=())
REFERENCES = References(
    training={"t-good": 4, "t-worst": 1, "t-best": 5, "t-poor": 2},
    gold={"g-worst": 1, "g-poor": 2, "g-good": 4, "g-best": 5},
    traps=("trap-2", "trap-4"),
)


def _clips(n_clips: int, n_conditions: int) -> dict[str, str]:
    """As many prompts as it takes, each made by every condition."""
    return {f"c{i}": f"p{i // n_conditions}" for i in range(n_clips)}


def _kinds(shown: list[Showing]) -> Counter[PresentationKind]:
    return Counter(one.kind for one in shown)


def _neighbours_alike(shown: list[Showing], prompt_of: dict[str, str]) -> int:
    prompts = [prompt_of.get(one.clip_id, one.clip_id) for one in shown]
    return sum(left == right for left, right in pairwise(prompts))


def _campaigns() -> list[tuple[int, int, int]]:
    random = Random(20261122)
    sizes = [(n, k) for n in (1, 2, 3, 8, 9, 10, 28, 29, 40, 200, 300) for k in (1, 2, 3, 4, 5)]
    sizes += [(random.randint(1, 300), random.randint(1, 5)) for _ in range(120)]
    return [(n, k, random.getrandbits(31)) for n, k in sizes]


CAMPAIGNS = _campaigns()


def test_a_session_has_forty_presentations_of_the_kinds_that_the_protocol_names() -> None:
    shown = plan_session(_clips(200, 5), REFERENCES, 1)

    assert len(shown) == 40
    assert _kinds(shown) == {TRAINING: 4, GOLD: 4, REPEAT: 3, TRAP: 1, TEST: 28}


def test_training_comes_first_from_worst_to_best() -> None:
    shown = plan_session(_clips(200, 5), REFERENCES, 1)

    assert [one.clip_id for one in shown[:4]] == ["t-worst", "t-poor", "t-good", "t-best"]
    assert TRAINING not in {one.kind for one in shown[4:]}


def test_without_references_the_session_is_filled_with_test_clips_and_repeats() -> None:
    shown = plan_session(_clips(200, 5), NO_REFERENCES, 1)

    assert _kinds(shown) == {REPEAT: 3, TEST: 37}


@pytest.mark.parametrize(
    ("n_clips", "expected"),
    [
        (1, {TRAINING: 4, GOLD: 1, TEST: 1}),
        (8, {TRAINING: 4, GOLD: 1, TEST: 8}),
        (9, {TRAINING: 4, GOLD: 1, TRAP: 1, REPEAT: 1, TEST: 9}),
        (14, {TRAINING: 4, GOLD: 2, TRAP: 1, REPEAT: 1, TEST: 14}),
        (27, {TRAINING: 4, GOLD: 3, TRAP: 1, REPEAT: 3, TEST: 27}),
    ],
)
def test_a_small_campaign_has_fewer_gold_clips_and_repeats(
    n_clips: int, expected: dict[PresentationKind, int]
) -> None:
    assert _kinds(plan_session(_clips(n_clips, 3), REFERENCES, 4)) == expected


def test_no_clip_left_is_no_session_even_with_references() -> None:
    assert plan_session({}, REFERENCES, 1) == []


@pytest.mark.parametrize("references", [REFERENCES, NO_REFERENCES], ids=["anchored", "bare"])
def test_no_test_clip_is_shown_twice_but_as_its_repeat(references: References) -> None:
    for n_clips, n_conditions, seed in CAMPAIGNS:
        prompt_of = _clips(n_clips, n_conditions)

        shown = plan_session(prompt_of, references, seed)

        test = [one.clip_id for one in shown if one.kind is TEST]
        repeats = [one.clip_id for one in shown if one.kind is REPEAT]
        others = [one.clip_id for one in shown if one.kind not in (TEST, REPEAT)]
        assert len(set(test)) == len(test)
        assert len(set(repeats)) == len(repeats)
        assert set(repeats) <= set(test) <= prompt_of.keys()
        assert len(set(others)) == len(others)
        assert len(shown) <= 40
        assert len(shown) >= 39 or len(test) == n_clips


@pytest.mark.parametrize("references", [REFERENCES, NO_REFERENCES], ids=["anchored", "bare"])
def test_the_same_prompt_is_never_shown_twice_in_a_row_where_that_can_be(
    references: References,
) -> None:
    for n_clips, n_conditions, seed in CAMPAIGNS:
        prompt_of = _clips(n_clips, n_conditions)

        shown = plan_session(prompt_of, references, seed)

        prompts = Counter(prompt_of[one.clip_id] for one in shown if one.clip_id in prompt_of)
        n_fullest = max(prompts.values())
        n_others = len(shown) - _kinds(shown)[TRAINING] - n_fullest
        if len(prompts) > 1:
            assert _neighbours_alike(shown, prompt_of) <= max(0, n_fullest - n_others - 1)


@pytest.mark.parametrize("references", [REFERENCES, NO_REFERENCES], ids=["anchored", "bare"])
def test_a_repeat_comes_well_after_its_clip(references: References) -> None:
    for n_clips, n_conditions, seed in CAMPAIGNS:
        if -(-n_clips // n_conditions) < 3:
            continue  # with two prompts in turn a repeat may have one place alone

        shown = plan_session(_clips(n_clips, n_conditions), references, seed)

        first = {one.clip_id: at for at, one in enumerate(shown) if one.kind is TEST}
        apart = [at - first[one.clip_id] for at, one in enumerate(shown) if one.kind is REPEAT]
        assert all(n >= 6 for n in apart)


def test_the_trap_stands_in_the_middle_third_and_gold_is_spread_out() -> None:
    for n_clips, n_conditions, seed in CAMPAIGNS:
        shown = plan_session(_clips(n_clips, n_conditions), REFERENCES, seed)

        traps = [at for at, one in enumerate(shown) if one.kind is TRAP]
        gold = [at for at, one in enumerate(shown) if one.kind is GOLD]
        assert len(traps) == (n_clips >= 9)
        assert all(len(shown) / 3 <= at < 2 * len(shown) / 3 for at in traps)
        assert all(right - left >= 3 for left, right in pairwise(gold))


def test_the_plan_is_a_function_of_the_ids_and_the_seed_alone() -> None:
    prompt_of = _clips(60, 3)
    turned = References(
        training=dict(sorted(REFERENCES.training.items(), reverse=True)),
        gold=dict(sorted(REFERENCES.gold.items(), reverse=True)),
        traps=("trap-4", "trap-2"),
    )

    shown = plan_session(prompt_of, REFERENCES, 5)

    assert plan_session(dict(reversed(prompt_of.items())), turned, 5) == shown
    assert plan_session(prompt_of, REFERENCES, 6) != shown


def test_of_many_references_training_spans_the_scale_and_gold_has_both_ends() -> None:
    many = References(
        training={f"t{i}": 1 + i // 2 for i in range(10)},
        gold={f"g{i}": 1 + i // 2 for i in range(10)},
        traps=(),
    )

    for seed in range(50):
        shown = plan_session(_clips(100, 4), many, seed)

        training = [many.training[one.clip_id] for one in shown if one.kind is TRAINING]
        gold = [many.gold[one.clip_id] for one in shown if one.kind is GOLD]
        assert (training[0], training[-1], len(training)) == (1, 5, 4)
        assert training == sorted(training)
        assert (min(gold) <= 3, max(gold) >= 3, len(gold)) == (True, True, 4)


def test_where_a_clip_stands_tells_nothing_of_its_kind_or_condition() -> None:
    prompt_of = {f"{condition}-{p}": f"p{p}" for condition in "abc" for p in range(40)}
    first_after_training = Counter(
        plan_session(prompt_of, REFERENCES, seed)[4].clip_id[0] for seed in range(900)
    )

    assert all(220 < first_after_training[condition] < 380 for condition in "abc")  # 300 +- 5 sd
