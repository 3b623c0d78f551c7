"""What one session shows and in which order: a function of the clips' ids and the seed alone."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from videogen.domain.rating import PresentationKind
from videogen.rating.order import shuffled_apart

SESSION_PRESENTATIONS = 40  # in all: about 9 minutes at 8 s clips
MAX_TRAINING = 4
MAX_GOLD = 4
MAX_REPEATS = 3
TEST_PER_GOLD = 7
TEST_PER_REPEAT = 9
TRAP_FROM_TEST = 9  # a shorter session has no room to hide a trap in
REPEAT_APART = 6  # presentations between a clip and its repeat, so that it is judged anew
TEST_PRESENTATIONS = SESSION_PRESENTATIONS - MAX_TRAINING - MAX_GOLD - MAX_REPEATS - 1  # a trap
LAYOUTS = 24  # tries at places for gold and trap that also part neighbours of the same prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Clips whose score is known beforehand; training and gold with the score expected of them."""

    training: Mapping[str, int]
    gold: Mapping[str, int]
    traps: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    clip_id: str
    kind: PresentationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sizes:
    test: int
    gold: int
    repeats: int
    traps: int

    @property
    def total(self) -> int:
        return self.test + self.gold + self.repeats + self.traps


def plan_session(
    prompt_of: Mapping[str, Hashable], references: References, seed: int
) -> list[Showing]:
    """Training from worst to best, then test clips, repeats, gold and a trap among one another.

    Args: prompt_of: the prompt of every clip that the rater has not been asked for.
    Returns: nothing when there is no such clip, else at most `SESSION_PRESENTATIONS`.
    """
    if not prompt_of:
        return []
    random = Random(seed)  # noqa: S311 an order that must be repeatable, not a secret
    training = _spread(_by_score(references.training), MAX_TRAINING)
    sizes = _sizes(len(prompt_of), SESSION_PRESENTATIONS - len(training), references)
    known = _known(references, sizes, random)
    order = shuffled_apart(prompt_of, seed)[: sizes.test]
    asked = [Showing(clip_id=clip_id, kind=PresentationKind.TEST) for clip_id in order]
    for _ in range(sizes.repeats):
        asked = _with_a_repeat(asked, prompt_of, random)
    shown = _among(asked, known, prompt_of, random, n_before=len(training))
    return [Showing(clip_id=one, kind=PresentationKind.TRAINING) for one in training] + shown


def _sizes(n_available: int, n_places: int, references: References) -> _Sizes:
    """The most test clips that leave room for what belongs to them."""
    for n_test in range(min(n_available, n_places), 0, -1):
        sizes = _Sizes(
            test=n_test,
            gold=min(MAX_GOLD, len(references.gold), max(1, n_test // TEST_PER_GOLD)),
            repeats=min(MAX_REPEATS, n_test // TEST_PER_REPEAT),
            traps=1 if references.traps and n_test >= TRAP_FROM_TEST else 0,
        )
        if sizes.total <= n_places:
            return sizes
    raise ValueError("a session has no room for a single test clip")


def _known(references: References, sizes: _Sizes, random: Random) -> list[Showing]:
    """The session's gold clips in a random order, and its trap last."""
    ranked = _by_score(references.gold)
    bad, good = ranked[: len(ranked) // 2], ranked[len(ranked) // 2 :]
    random.shuffle(bad)
    random.shuffle(good)
    halves = [good, bad] if random.random() < 0.5 else [bad, good]
    # From both halves in turn: two bad anchors would say nothing of a rater who likes everything.
    gold = [half[i] for i in range(len(ranked)) for half in halves if i < len(half)][: sizes.gold]
    random.shuffle(gold)
    traps = random.sample(sorted(references.traps), sizes.traps)
    return [
        *(Showing(clip_id=one, kind=PresentationKind.GOLD) for one in gold),
        *(Showing(clip_id=one, kind=PresentationKind.TRAP) for one in traps),
    ]


def _with_a_repeat(
    asked: Sequence[Showing], prompt_of: Mapping[str, Hashable], random: Random
) -> list[Showing]:
    """One more clip is shown again: beside no other of its prompt, well after its first time."""
    again = {one.clip_id for one in asked if one.kind is PresentationKind.REPEAT}
    prompts = [prompt_of[one.clip_id] for one in asked]
    ranked = [
        ((_beside(prompts, place, prompts[at]), max(0, REPEAT_APART - (place - at))), at, place)
        for at, one in enumerate(asked)
        if one.clip_id not in again
        for place in range(at + 1, len(asked) + 1)
    ]
    best = min(cost for cost, _, _ in ranked)
    at, place = random.choice([(at, place) for cost, at, place in ranked if cost == best])
    repeat = Showing(clip_id=asked[at].clip_id, kind=PresentationKind.REPEAT)
    return [*asked[:place], repeat, *asked[place:]]


def _beside(prompts: Sequence[Hashable], place: int, prompt: Hashable) -> bool:
    return prompt in prompts[max(0, place - 1) : place + 1]


def _among(
    asked: Sequence[Showing],
    known: Sequence[Showing],
    prompt_of: Mapping[str, Hashable],
    random: Random,
    *,
    n_before: int,
) -> list[Showing]:
    """Gold spread out, the trap in the middle third, both used to part two of the same prompt."""
    layouts: list[list[Showing]] = []
    for number in range(LAYOUTS):
        # Well apart at first; where neighbours remain, any place of its part will do for gold.
        edge = 0.25 if 2 * number < LAYOUTS else 0.0
        layout = _laid_out(asked, known, random, n_before=n_before, edge=edge)
        layouts.append(layout)
        if not _n_alike(layout, prompt_of):
            return layout
    return min(layouts, key=lambda layout: _n_alike(layout, prompt_of))


def _laid_out(
    asked: Sequence[Showing],
    known: Sequence[Showing],
    random: Random,
    *,
    n_before: int,
    edge: float,
) -> list[Showing]:
    n_places = len(asked) + len(known)
    traps = [one for one in known if one.kind is PresentationKind.TRAP]
    gold = [one for one in known if one.kind is PresentationKind.GOLD]
    placed: dict[int, Showing] = {}
    for trap in traps:
        # The middle third of the whole session and of what follows the training.
        first = -(-n_places // 3)
        last = -(-2 * (n_before + n_places) // 3) - n_before - 1
        placed[random.randint(first, last)] = trap
    for number, one in enumerate(gold):
        zone = range(n_places * number // len(gold), n_places * (number + 1) // len(gold))
        margin = int(len(zone) * edge)
        free = [at for at in zone[margin : len(zone) - margin] if at not in placed]
        placed[random.choice(free)] = one
    rest = iter(asked)
    return [placed[at] if at in placed else next(rest) for at in range(n_places)]


def _n_alike(layout: Sequence[Showing], prompt_of: Mapping[str, Hashable]) -> int:
    """Neighbours of the same prompt; a reference clip has none."""
    prompts = [prompt_of.get(one.clip_id) for one in layout]
    return sum(left == right for left, right in pairwise(prompts) if left is not None)


def _by_score(expected: Mapping[str, int]) -> list[str]:
    return sorted(expected, key=lambda clip_id: (expected[clip_id], clip_id))


def _spread(ranked: Sequence[str], n_most: int) -> list[str]:
    """At most `n_most` of them, from the first to the last at even steps."""
    if len(ranked) <= n_most:
        return list(ranked)
    return [ranked[i * (len(ranked) - 1) // (n_most - 1)] for i in range(n_most)]
