"""The order of a session: random, and the same prompt never twice in a row where that can be."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from random import Random


def shuffled_apart(prompt_of: Mapping[str, Hashable], seed: int) -> list[str]:
    """The clip ids in a random order that is a function of the ids and the seed alone."""
    random = Random(seed)  # noqa: S311 an order that must be repeatable, not a secret
    waiting: dict[Hashable, list[str]] = defaultdict(list)
    for clip_id in sorted(prompt_of):
        waiting[prompt_of[clip_id]].append(clip_id)
    for clips in waiting.values():
        random.shuffle(clips)

    order: list[str] = []
    left = Counter({prompt: len(clips) for prompt, clips in waiting.items()})
    last: Hashable = None
    while left.total():
        last = _next_prompt(left, last, random)
        order.append(waiting[last].pop())
        left[last] -= 1
    return order


def _next_prompt(left: Counter[Hashable], last: Hashable, random: Random) -> Hashable:
    """Any other prompt, weighted by what is left; the fullest when it can wait no longer."""
    fullest, n_fullest = left.most_common(1)[0]
    if fullest != last and 2 * n_fullest > left.total():
        return fullest
    others = [(prompt, n) for prompt, n in left.items() if n and prompt != last]
    if not others:
        return fullest
    prompts, weights = zip(*others, strict=True)
    chosen: Hashable = random.choices(prompts, weights=weights)[0]
    return chosen
