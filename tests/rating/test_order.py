from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from videogen.rating.order import shuffled_apart


def _neighbours_alike(prompts: list[str]) -> int:
    return sum(left == right for left, right in pairwise(prompts))


@pytest.mark.parametrize("seed", range(150))
def test_the_same_prompt_is_never_shown_twice_in_a_row_where_that_can_be(seed: int) -> None:
    random = Random(seed)
    counts = [random.randint(1, 9) for _ in range(random.randint(2, 12))]
    prompt_of = {f"{p}-{i}": f"p{p}" for p, n in enumerate(counts) for i in range(n)}

    order = shuffled_apart(prompt_of, seed)

    unavoidable = max(0, 2 * max(counts) - sum(counts) - 1)
    assert sorted(order) == sorted(prompt_of)
    assert _neighbours_alike([prompt_of[clip] for clip in order]) == unavoidable


def test_one_seed_gives_one_order_whatever_order_the_clips_came_in() -> None:
    prompt_of = {f"c{i}": f"p{i % 7}" for i in range(35)}

    assert shuffled_apart(prompt_of, 5) == shuffled_apart(dict(reversed(prompt_of.items())), 5)
    assert shuffled_apart(prompt_of, 5) != shuffled_apart(prompt_of, 6)


def test_every_condition_has_the_same_chance_of_coming_first() -> None:
    prompt_of = {f"{condition}-{p}": f"p{p}" for condition in "abc" for p in range(5)}

    first = Counter(shuffled_apart(prompt_of, seed)[0][0] for seed in range(1200))

    assert all(320 < first[condition] < 480 for condition in "abc")  # 400 +- 5 sd


def test_nothing_to_show_is_an_empty_order() -> None:
    assert shuffled_apart({}, 1) == []
