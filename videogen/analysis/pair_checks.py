"""What pair votes tell before any model: who beat whom, and whether the voters hold together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from videogen.analysis.bradley_terry import Choice, PairOpinion
from videogen.analysis.success import success_bounds

SWAPPED = {Choice.LEFT: Choice.RIGHT, Choice.RIGHT: Choice.LEFT, Choice.TIE: Choice.TIE}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadToHead:
    """Two conditions against each other, the one that was preferred more often first."""

    first: str
    second: str
    n_first: int
    n_second: int
    n_ties: int

    @property
    def n_votes(self) -> int:
        return self.n_first + self.n_second + self.n_ties

    @property
    def share_first(self) -> float:
        """In 0..1, a tie counted as half a win for each."""
        return (self.n_first + self.n_ties / 2) / self.n_votes


@dataclass(frozen=True, slots=True, kw_only=True)
class SidePreference:
    """How often the left clip was preferred; bounds are two-sided 95 % (Clopper-Pearson)."""

    n_left: int
    n_right: int
    ci95_low: float
    ci95_high: float

    @property
    def n_votes(self) -> int:
        """Ties say nothing of a side."""
        return self.n_left + self.n_right

    @property
    def share_left(self) -> float:
        return self.n_left / self.n_votes

    @property
    def is_suspicious(self) -> bool:
        """Sides are drawn by dice, so that an even half is expected whatever the clips are."""
        return not self.ci95_low <= 0.5 <= self.ci95_high


def head_to_heads(votes: Sequence[PairOpinion]) -> tuple[HeadToHead, ...]:
    """Every two conditions that met."""
    met = sorted({(min(v.left, v.right), max(v.left, v.right)) for v in votes})
    return tuple(_between(votes, *two) for two in met)


def side_preference(choices: Sequence[Choice]) -> SidePreference | None:
    """None when every vote was a tie, or there is none."""
    n_left, n_right = choices.count(Choice.LEFT), choices.count(Choice.RIGHT)
    if not n_left + n_right:
        return None
    low, high = success_bounds(n_left, n_left + n_right, alpha=0.025)
    return SidePreference(n_left=n_left, n_right=n_right, ci95_low=low, ci95_high=high)


def n_consistent(first: Mapping[str, Choice], again: Mapping[str, Choice]) -> tuple[int, int]:
    """How many repeats agree with the first vote, and how many could be compared.

    Args: first: by a key of the question; again: the same question with its sides swapped.
    """
    both = first.keys() & again.keys()
    return sum(first[key] is SWAPPED[again[key]] for key in both), len(both)


def _between(votes: Sequence[PairOpinion], one: str, other: str) -> HeadToHead:
    won = {one: 0, other: 0}
    n_ties = 0
    for vote in votes:
        if {vote.left, vote.right} != {one, other}:
            continue
        if vote.choice is Choice.TIE:
            n_ties += 1
        else:
            won[vote.left if vote.choice is Choice.LEFT else vote.right] += 1
    first, second = sorted((one, other), key=lambda name: (-won[name], name))
    return HeadToHead(
        first=first, second=second, n_first=won[first], n_second=won[second], n_ties=n_ties
    )
