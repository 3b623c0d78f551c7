"""Opinions that reach the gate, as arrays: whose count, and what a condition's panel said."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from videogen.domain.campaign import Campaign
from videogen.domain.decision import OpinionCells
from videogen.domain.rating import RaterKind
from videogen.domain.run import Origin
from videogen.store import ClipsOfCell, GateOpinions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def of_origin(opinions: GateOpinions, origin: Origin) -> GateOpinions:
    """Of clips of one origin; simulated raters count for sandbox clips only."""
    is_clip = _flags(one.origin is origin for one in opinions.clips)
    is_rater = _flags(
        origin is Origin.SANDBOX or one.kind is RaterKind.HUMAN for one in opinions.raters
    )
    return opinions.where(is_clip[opinions.clip] & is_rater[opinions.rater])


def without(opinions: GateOpinions, rater_ids: Collection[str]) -> GateOpinions:
    is_kept = _flags(one.rater_id not in rater_ids for one in opinions.raters)
    return opinions.where(is_kept[opinions.rater])


def who_rated(opinions: GateOpinions) -> list[int]:
    """Places in `raters`, in their order."""
    import numpy as np

    return [int(place) for place in np.unique(opinions.rater)]


def score_matrix(opinions: GateOpinions, rater_ids: Sequence[str]) -> "NDArray[np.float64]":
    """Clips x raters, in the order of `rater_ids`; a clip that none of them rated has no row."""
    import numpy as np

    place_of = {rater_id: place for place, rater_id in enumerate(rater_ids)}
    column = np.array([place_of.get(one.rater_id, -1) for one in opinions.raters], dtype=np.int64)
    of_them = column[opinions.rater] >= 0
    rated, row = np.unique(opinions.clip[of_them], return_inverse=True)
    scores = np.full((len(rated), len(rater_ids)), np.nan)
    scores[row, column[opinions.rater[of_them]]] = opinions.score[of_them]
    return scores


def cells_by_condition(
    campaign: Campaign, opinions: GateOpinions, offered: Iterable[ClipsOfCell]
) -> Mapping[str, OpinionCells]:
    """By condition_id, of those that somebody rated.

    Args: offered: clips of the rated seeds; those that nobody rated count to a rater's share.
    """
    condition_ids = [one.condition_id for one in opinions.clips]
    waiting = n_unrated(opinions, offered)
    found = {}
    for condition_id in campaign.condition_ids:
        own = opinions.where(_flags(one == condition_id for one in condition_ids)[opinions.clip])
        if own.score.size:
            found[condition_id] = cells(own, waiting.get(condition_id, 0))
    return found


def n_unrated(opinions: GateOpinions, offered: Iterable[ClipsOfCell]) -> Mapping[str, int]:
    """By condition_id. Where one clip of a prompt and seed was rated, another is not asked for."""
    import numpy as np

    rated = [opinions.clips[place] for place in np.unique(opinions.clip)]
    cells = {(one.condition_id, one.prompt_id, one.seed) for one in rated}
    waiting: dict[str, int] = {}
    for one in offered:
        if (one.condition_id, one.prompt_id, one.seed) not in cells:
            waiting[one.condition_id] = waiting.get(one.condition_id, 0) + one.n_clips
    return waiting


def cells(
    own: GateOpinions, n_unrated: int, raters: "NDArray[np.int64] | None" = None
) -> OpinionCells:
    """Of one condition, whose clips that nobody rated are `n_unrated`.

    Args: raters: places of all columns, sorted; None: of who rated.
    """
    import numpy as np

    prompts = [one.prompt_id for one in own.clips]
    places, clip_no = np.unique(own.clip, return_inverse=True)
    prompt_ids, prompt_of_clip = np.unique(
        np.array([prompts[place] for place in places]), return_inverse=True
    )
    if raters is None:
        raters = np.unique(own.rater)
    column = np.searchsorted(raters, own.rater)
    shape = (len(prompt_ids), len(raters))
    cell = prompt_of_clip[clip_no] * len(raters) + column
    counts = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    sums = np.bincount(cell, weights=own.score, minlength=shape[0] * shape[1]).reshape(shape)
    return OpinionCells(
        means=np.where(counts > 0, sums / np.maximum(counts, 1), np.nan),
        prompt_ids=tuple(prompt_ids.tolist()),
        rater_names=tuple(own.raters[place].name for place in raters),
        n_clips=len(places) + n_unrated,
        n_rated=tuple(np.bincount(column, minlength=len(raters)).tolist()),
    )


def _flags(values: Iterable[bool]) -> "NDArray[np.bool_]":
    import numpy as np

    return np.fromiter(values, dtype=np.bool_)
