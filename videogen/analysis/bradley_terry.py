"""Bradley-Terry: the strength of each condition from votes on pairs."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from videogen.analysis.opinion import student_t_quantile
from videogen.analysis.score_matrix import Matrix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

N_RESAMPLES = 1_000
MOST_AT_ONCE = 1_000_000  # draws, so that a large round does not fill the memory
SEED = 20_260_101
TOLERANCE = 1e-9
MAX_ITERATIONS = 10_000
MAX_STEPS = 50
VIRTUAL_WIN = 0.5  # each way, once for every pair that met


class Choice(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOpinion:
    """One rater's choice between two conditions' clips of one prompt."""

    left: str
    right: str
    choice: Choice
    prompt_id: str
    rater_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """Natural logarithm of a condition's strength; all of them average to 0.

    The difference of two is the log odds that the one is preferred. Bounds are 95 %, None where
    no interval can be known.
    """

    condition: str
    strength: float
    ci95_low: float | None
    ci95_high: float | None
    n_votes: int
    n_won: int
    n_lost: int
    n_tied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BradleyTerry:
    """Strengths, the best first.

    `is_regularised`: some condition or group never won or never lost against the rest, which
    puts it infinitely far off; a virtual tie for every pair that met keeps it finite.
    """

    strengths: tuple[Strength, ...]
    is_regularised: bool
    n_votes: int
    n_prompts: int
    n_raters: int


def fit_bradley_terry(votes: Sequence[PairOpinion], seed: int = SEED) -> BradleyTerry | None:
    """Strengths from blind votes, a tie being half a win each way.

    Returns:
        None when there is no vote, or when the conditions fall into groups that never met, so
        that nothing can be said of one against the other.

    The intervals hold for other prompts and other raters: the spread of the strengths over
    resampled prompts plus that over resampled raters, less that over resampled votes, which both
    contain (Cameron, Gelbach, Miller 2011; resampling both at once counts the votes' own noise
    three times). Student's t with Satterthwaite's degrees of freedom as in `panel_mean`. None
    below 2 prompts or 2 raters, where a virtual tie was needed, and where every vote says the same:
    agreement is no certainty.

    Source: Bradley & Terry 1952; fitted by evalica (Newman 2023); Ford 1957 for when it is finite.
    """
    if not votes:
        return None
    conditions = sorted({vote.left for vote in votes} | {vote.right for vote in votes})
    wins_by_vote = _wins_by_vote(votes, conditions)
    wins = wins_by_vote.sum(axis=0)
    if not _is_connected(wins + wins.T):
        return None
    strengths = _fit(_bounded(wins, _has_met(wins)))
    is_bounded = bool(_is_connected(wins))
    half = _half_widths(votes, wins_by_vote, strengths, seed) if is_bounded else None
    counts = _counts(votes, conditions)
    ranked = sorted(range(len(conditions)), key=lambda i: (-strengths[i], conditions[i]))
    return BradleyTerry(
        strengths=tuple(
            Strength(
                condition=conditions[i],
                strength=float(strengths[i]),
                ci95_low=None if half is None else float(strengths[i] - half[i]),
                ci95_high=None if half is None else float(strengths[i] + half[i]),
                n_votes=sum(counts[i]),
                n_won=counts[i][0],
                n_lost=counts[i][1],
                n_tied=counts[i][2],
            )
            for i in ranked
        ),
        is_regularised=not is_bounded,
        n_votes=len(votes),
        n_prompts=len({vote.prompt_id for vote in votes}),
        n_raters=len({vote.rater_id for vote in votes}),
    )


def _wins_by_vote(votes: Sequence[PairOpinion], conditions: Sequence[str]) -> Matrix:
    """Shape (n_votes, n_conditions, n_conditions): i over j."""
    import numpy as np

    place = {condition: i for i, condition in enumerate(conditions)}
    share = {Choice.LEFT: 1.0, Choice.TIE: 0.5, Choice.RIGHT: 0.0}
    left = np.array([place[vote.left] for vote in votes])
    right = np.array([place[vote.right] for vote in votes])
    won = np.array([share[Choice(vote.choice)] for vote in votes])
    wins = np.zeros((len(votes), len(conditions), len(conditions)))
    each = np.arange(len(votes))
    wins[each, left, right] = won
    wins[each, right, left] = 1 - won
    return wins


def _counts(votes: Sequence[PairOpinion], conditions: Sequence[str]) -> list[tuple[int, int, int]]:
    """Won, lost, tied, by condition."""
    found = {condition: [0, 0, 0] for condition in conditions}
    for vote in votes:
        for condition, own in ((vote.left, Choice.LEFT), (vote.right, Choice.RIGHT)):
            outcome = 2 if vote.choice == Choice.TIE else int(vote.choice != own)
            found[condition][outcome] += 1
    return [(won, lost, tied) for won, lost, tied in found.values()]


def _is_connected(edges: Matrix) -> "NDArray[np.bool_]":
    """Of each matrix (..., n, n): whether every condition reaches every other along entries > 0."""
    import numpy as np

    n = edges.shape[-1]
    reached = ((edges > 0) | np.eye(n, dtype=bool)).astype(np.float64)
    for _ in range(n.bit_length()):  # each round doubles the length of the paths
        reached = (reached @ reached > 0).astype(np.float64)
    return np.asarray((reached > 0).all(axis=(-1, -2)))


def _bounded(wins: Matrix, has_met: Matrix) -> Matrix:
    """Wins whose likelihood has a maximum: no group stays without a win or a loss outside."""
    import numpy as np

    return np.where(_is_connected(wins)[..., None, None], wins, wins + VIRTUAL_WIN * has_met)


def _fit(wins: Matrix) -> Matrix:
    """Centred log strengths of one connected table."""
    import evalica
    import numpy as np

    winners, losers = np.nonzero(wins)
    fitted = evalica.bradley_terry(
        winners.tolist(),
        losers.tolist(),
        [evalica.Winner.X] * len(winners),
        weights=wins[winners, losers].tolist(),
        tolerance=TOLERANCE,
        limit=MAX_ITERATIONS,
    )
    strengths = np.log([float(fitted.scores[i]) for i in range(len(wins))])
    return np.asarray(strengths - strengths.mean(), dtype=np.float64)


def _fit_many(wins: Matrix, start: Matrix) -> Matrix:
    """The same for tables (n, k, k) at once, by Newton's method: evalica takes a second for them.

    Steps are held to 1, since the first ones from a good `start` may still go too far.
    """
    import numpy as np

    met = wins + wins.transpose(0, 2, 1)
    strengths = np.repeat(start[None, :], len(wins), axis=0)
    for _ in range(MAX_STEPS):
        chance = 1 / (1 + np.exp(strengths[:, None, :] - strengths[:, :, None]))
        slope = (wins - met * chance).sum(axis=2)
        bend = -met * chance * (1 - chance)
        bend[:, range(len(start)), range(len(start))] = -bend.sum(axis=2)
        # One added to every entry fixes the sum, which no vote tells anything about.
        step = np.clip(np.linalg.solve(bend + 1.0, slope[..., None])[..., 0], -1.0, 1.0)
        strengths = strengths + step
        if np.abs(step).max() < TOLERANCE:
            break
    return np.asarray(strengths - strengths.mean(axis=1, keepdims=True), dtype=np.float64)


def _half_widths(
    votes: Sequence[PairOpinion], wins_by_vote: Matrix, strengths: Matrix, seed: int
) -> tuple[float, ...] | None:
    import numpy as np

    prompts, n_prompts = _groups([vote.prompt_id for vote in votes])
    raters, n_raters = _groups([vote.rater_id for vote in votes])
    if n_prompts < 2 or n_raters < 2:
        return None
    cells, _ = _groups(list(zip(prompts, raters, strict=True)))
    draw = np.random.default_rng(seed)
    by_prompt = _spread(wins_by_vote, prompts, strengths, draw)
    by_rater = _spread(wins_by_vote, raters, strengths, draw)
    by_cell = _spread(wins_by_vote, cells, strengths, draw)
    variance = np.maximum(by_prompt + by_rater - by_cell, np.maximum(by_prompt, by_rater))
    weight = by_prompt**2 / (n_prompts - 1) + by_rater**2 / (n_raters - 1)
    df = np.maximum(min(n_prompts, n_raters) - 1, variance**2 / np.maximum(weight, 1e-300))
    if not (variance > 1e-12).all():
        return None
    t = np.array([student_t_quantile(0.975, float(each)) for each in df])
    return tuple((t * np.sqrt(variance)).tolist())


def _groups(labels: Sequence[Hashable]) -> tuple[list[int], int]:
    """The number of each vote's group, and how many groups there are."""
    place = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    return [place[label] for label in labels], len(place)


def _spread(
    wins_by_vote: Matrix, groups: Sequence[int], strengths: Matrix, draw: "np.random.Generator"
) -> Matrix:
    """Variance of each strength, were other groups drawn: by resampling them with replacement."""
    import numpy as np

    n_groups = max(groups) + 1
    wins = np.zeros((n_groups, *wins_by_vote.shape[1:]))
    np.add.at(wins, np.array(groups), wins_by_vote)
    rows = max(1, MOST_AT_ONCE // n_groups)
    sizes = [min(rows, N_RESAMPLES - done) for done in range(0, N_RESAMPLES, rows)]
    even = np.full(n_groups, 1 / n_groups)
    resampled = np.concatenate(
        [np.tensordot(draw.multinomial(n_groups, even, size), wins, axes=1) for size in sizes]
    )
    fitted = _fit_many(_bounded(resampled, _has_met(wins_by_vote.sum(axis=0))), strengths)
    # A sample of n groups varies by (n - 1)/n less than the population that they stand for.
    return np.asarray(fitted.var(axis=0) * n_groups / (n_groups - 1), dtype=np.float64)


def _has_met(wins: Matrix) -> Matrix:
    return (wins + wins.T > 0).astype(float)
