"""Which two clips stand side by side, on which side, and in which order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random

from videogen.rating.order import shuffled_apart

MIN_CONDITIONS, MAX_CONDITIONS = 2, 4
REPEAT_SHARE = 0.2
REPEAT_APART = 12  # pairs between the two showings, where the round is long enough


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedClip:
    clip_id: str
    condition_id: str
    prompt_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPair:
    prompt_id: str
    left_clip_id: str
    right_clip_id: str
    is_repeat: bool = False


def plan_pairs(
    clips: Collection[ComparedClip],
    seed: int,
    *,
    without: Collection[tuple[str, frozenset[str]]] = (),
) -> list[PlannedPair]:
    """One pair per prompt and two conditions, a fifth of them again with their sides swapped.

    Each condition stands as often left as right of another, give or take one. A prompt with
    several clips of a condition (several seeds) is compared by one of them.
    Args: without: prompt and pair of conditions that the rater has been asked before.
    Returns: in the order of showing; a function of the ids and the seed alone.
    """
    random = Random(seed)  # noqa: S311 an order that must be repeatable, not a secret
    chosen = _one_clip_each(clips, random)
    asked: dict[str, PlannedPair] = {}
    for conditions in combinations(sorted({condition for condition, _ in chosen}), 2):
        prompts = sorted(
            prompt
            for condition, prompt in chosen
            if condition == conditions[0]
            and (conditions[1], prompt) in chosen
            and (prompt, frozenset(conditions)) not in without
        )
        for prompt, is_swapped in zip(prompts, _sides(len(prompts), random), strict=True):
            left, right = reversed(conditions) if is_swapped else conditions
            asked[f"{prompt}/{left}/{right}"] = PlannedPair(
                prompt_id=prompt,
                left_clip_id=chosen[left, prompt],
                right_clip_id=chosen[right, prompt],
            )
    order = shuffled_apart({key: pair.prompt_id for key, pair in asked.items()}, seed)
    return _with_repeats([asked[key] for key in order], random)


def _one_clip_each(
    clips: Collection[ComparedClip], random: Random
) -> Mapping[tuple[str, str], str]:
    """By condition and prompt."""
    found: dict[tuple[str, str], list[str]] = {}
    for clip in sorted(clips, key=lambda one: one.clip_id):
        found.setdefault((clip.condition_id, clip.prompt_id), []).append(clip.clip_id)
    return {place: random.choice(found[place]) for place in sorted(found)}


def _sides(n_pairs: int, random: Random) -> list[bool]:
    """Half of them True; which half gets the odd one is left to the dice."""
    sides = [place % 2 == 0 for place in range(n_pairs + random.randrange(2))][-n_pairs:]
    random.shuffle(sides)
    return sides if n_pairs else []


def _with_repeats(pairs: Sequence[PlannedPair], random: Random) -> list[PlannedPair]:
    """Only what comes early is repeated, so that the second time can be well after the first."""
    apart = min(REPEAT_APART, len(pairs) // 2)
    early = list(pairs[: len(pairs) - apart + 1])
    order = list(pairs)
    for pair in random.sample(early, min(len(early), round(REPEAT_SHARE * len(pairs)))):
        order.insert(_place_of_repeat(order, pair, apart, random), _swapped(pair))
    return order


def _place_of_repeat(
    order: Sequence[PlannedPair], pair: PlannedPair, apart: int, random: Random
) -> int:
    """Any place far enough behind where no neighbour has the prompt; else the best there is."""
    first = order.index(pair)
    places = range(min(first + apart, len(order)), len(order) + 1)
    free = [place for place in places if not _is_beside_its_prompt(order, place, pair)]
    return random.choice(free or [len(order)])


def _is_beside_its_prompt(order: Sequence[PlannedPair], place: int, pair: PlannedPair) -> bool:
    return any(one.prompt_id == pair.prompt_id for one in order[max(0, place - 1) : place + 1])


def _swapped(pair: PlannedPair) -> PlannedPair:
    return replace(
        pair, left_clip_id=pair.right_clip_id, right_clip_id=pair.left_clip_id, is_repeat=True
    )
