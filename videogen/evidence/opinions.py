"""What a campaign's panel thinks: the opinions that the gate counts, seen from every side.

Means and intervals come of the same blocks and the same functions as the decision's.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from videogen import store
from videogen.analysis import OpinionSummary, PanelMean
from videogen.analysis.agreement import Icc, icc2k, krippendorff_alpha
from videogen.analysis.bt500 import bt500_rejected, p913_rejected
from videogen.analysis.holm import holm
from videogen.analysis.opinion import summarise_opinions
from videogen.analysis.p910 import fit_p910
from videogen.analysis.paired import PairedDifference
from videogen.analysis.panel_mean import mean_of_cells
from videogen.analysis.sos import sos_parameter
from videogen.domain.rating import Dimension
from videogen.evidence import gate
from videogen.evidence.counted_opinions import (
    CountedPanel,
    counted_opinions,
    counted_panels,
    counting,
    difference_between,
    flags,
    kept_of_all,
    of_condition,
)
from videogen.evidence.loading import CampaignEvidence
from videogen.evidence.origins import kept_origins
from videogen.store import Database, GateOpinions

if TYPE_CHECKING:
    from videogen.analysis.score_matrix import Matrix

CELLS_MAX = 20_000_000  # of clips x raters: a few copies of them fit in a gigabyte


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionOpinions:
    """`panel` is what the decision judges; the parts are of the same raters."""

    name: str  # as the evidence calls it
    condition_id: str
    is_candidate: bool
    panel: PanelMean | None  # None: nobody rated it
    raters_left_out: tuple[str, ...]  # who rated too few of its clips
    n_clips: int  # rated by at least one of the raters who count
    n_by_score: tuple[int, int, int, int, int]  # from 1 to 5
    by_category: Mapping[str, PanelMean] = field(default_factory=dict)
    by_dimension: Mapping[Dimension, PanelMean] = field(default_factory=dict)

    @property
    def n_ratings(self) -> int:
        return sum(self.n_by_score)


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterOpinion:
    """How one rater leans beside the others; None: it cannot be told."""

    name: str
    n_ratings: int
    bias: float | None  # ITU-T P.910's subject model, in scores
    inconsistency: float | None
    is_rejected_bt500: bool | None  # information: neither rule leaves anybody out here
    is_rejected_p913: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    alpha: float | None
    icc: Icc | None
    sos_parameter: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedConditions:
    first: str
    second: str
    difference: PairedDifference
    p_adjusted: float  # Holm over all pairs with a candidate in them


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignOpinions:
    conditions: tuple[ConditionOpinions, ...]
    raters: tuple[RaterOpinion, ...]
    agreement: Agreement
    pairs: tuple[PairedConditions, ...]
    clips: Mapping[str, OpinionSummary]  # by clip_id, those that were rated

    @property
    def n_raters(self) -> int:
        return len(self.raters)


def campaign_opinions(database: Database, found: CampaignEvidence) -> CampaignOpinions:
    """Of the ratings that `found`'s decision rests on, and the other dimensions of their raters.

    It holds arrays, no object for a rating: a million of them take seconds.
    """
    with database.snapshot():
        counted = counted_opinions(database, found)
        details = _details(database, found, counted)
        waiting = _unrated_clips(database, found)
        tags = {
            one.prompt_id: one.tags
            for one in store.prompts(database, found.campaign.prompt_ids).values()
        }
    panels = counted_panels(found, counted)
    categories = {prompt_id: one[0] for prompt_id, one in tags.items() if one}
    conditions = tuple(
        _of_condition(found, one, details, _Categories(categories, one, waiting)) for one in panels
    )
    kept = kept_of_all(panels, counted)
    matrix = _matrix(kept)
    return CampaignOpinions(
        conditions=conditions,
        raters=tuple(_raters(kept, matrix)),
        agreement=Agreement(
            alpha=None if matrix is None else krippendorff_alpha(matrix),
            icc=None if matrix is None else icc2k(matrix),
            sos_parameter=None if matrix is None else sos_parameter(matrix),
        ),
        pairs=_pairs(conditions, panels),
        clips={
            kept.clips[place].clip_id: one
            for place, one in summarise_opinions(kept.clip, kept.score).items()
        },
    )


def _of_condition(
    found: CampaignEvidence,
    panel: CountedPanel,
    details: Mapping[Dimension, GateOpinions],
    categories: "_Categories",
) -> ConditionOpinions:
    import numpy as np

    overall = {} if panel.mean is None else {Dimension.OVERALL: panel.mean}
    dimensions = {
        dimension: mean
        for dimension, opinions in details.items()
        if (mean := _dimension_mean(panel, opinions)) is not None
    }
    bad, poor, fair, good, excellent = np.bincount(panel.kept.score, minlength=6)[1:].tolist()
    return ConditionOpinions(
        name=panel.name,
        condition_id=panel.condition_id,
        is_candidate=panel.name in found.evidence.candidates,
        panel=panel.mean,
        raters_left_out=panel.left_out,
        n_clips=int(np.unique(panel.kept.clip).size),
        n_by_score=(bad, poor, fair, good, excellent),
        by_category=dict(categories.means()),
        by_dimension=overall | dimensions,
    )


class _Categories:
    """A condition's opinions by the category of the prompt.

    Args: waiting: clips that nobody rated, by condition_id, prompt_id and seed: they count to a
        rater's share, unless another clip of that prompt and seed was rated.
    """

    def __init__(
        self,
        category_of: Mapping[str, str],
        panel: CountedPanel,
        waiting: Mapping[tuple[str, str, int], int],
    ) -> None:
        import numpy as np

        self._panel = panel
        self._category_of = category_of
        self._rated = [panel.shown.clips[place] for place in np.unique(panel.shown.clip)]
        cells = {(one.prompt_id, one.seed) for one in self._rated}
        self._n_clips = Counter(category_of.get(one.prompt_id) for one in self._rated)
        for (condition_id, prompt_id, seed), n_clips in waiting.items():
            if condition_id == panel.condition_id and (prompt_id, seed) not in cells:
                self._n_clips[category_of.get(prompt_id)] += n_clips

    def means(self) -> Iterator[tuple[str, PanelMean]]:
        """In the order of the prompts."""
        import numpy as np

        kept = self._panel.kept
        of_clip = [self._category_of.get(one.prompt_id) for one in kept.clips]
        raters = np.unique(kept.rater)
        names = dict.fromkeys(self._category_of.get(one.prompt_id) for one in self._rated)
        for name in names:
            own = kept.where(flags(one == name for one in of_clip)[kept.clip])
            if name is not None and own.score.size:
                n_unrated = self._n_clips[name] - np.unique(own.clip).size
                mean = mean_of_cells(gate.cells(own, n_unrated, raters))
                if mean is not None:
                    yield name, mean


def _unrated_clips(
    database: Database, found: CampaignEvidence
) -> Mapping[tuple[str, str, int], int]:
    """By condition_id, prompt_id and seed, the clips of the rated seeds, rated or not."""
    origins = {one.origin for one in store.run_origins(database, found.campaign.campaign_id)}
    offered = store.rated_seed_clips(
        database,
        found.campaign,
        found.origin,
        takes_unknown=None in kept_origins(origins, found.origin),
    )
    return {(one.condition_id, one.prompt_id, one.seed): one.n_clips for one in offered}


def _details(
    database: Database, found: CampaignEvidence, counted: GateOpinions
) -> Mapping[Dimension, GateOpinions]:
    """Of the other dimensions, by raters who count."""
    campaign_id = found.campaign.campaign_id
    rated = store.rated_details(database)
    return {
        dimension: counting(store.detail_opinions(database, campaign_id, dimension, counted), found)
        for dimension in Dimension
        if dimension in rated
    }


def _dimension_mean(panel: CountedPanel, opinions: GateOpinions) -> PanelMean | None:
    """Of the clips that were rated so, by the raters who count for the condition."""
    import numpy as np

    is_kept = np.zeros(len(opinions.raters), dtype=np.bool_)
    is_kept[panel.kept.rater] = True
    own = of_condition(opinions.where(is_kept[opinions.rater]), panel.condition_id)
    return mean_of_cells(gate.cells(own, 0)) if own.score.size else None


def _matrix(opinions: GateOpinions) -> "Matrix | None":
    """Clips x raters, in the order of both; None: it would be too large to hold."""
    import numpy as np

    raters = gate.who_rated(opinions)
    if np.unique(opinions.clip).size * len(raters) > CELLS_MAX:
        return None
    return gate.score_matrix(opinions, [opinions.raters[place].rater_id for place in raters])


def _raters(opinions: GateOpinions, matrix: "Matrix | None") -> Iterator[RaterOpinion]:
    """By name."""
    import numpy as np

    places, counts = np.unique(opinions.rater, return_counts=True)
    if not places.size:
        return
    nothing: Sequence[float | None] = (None,) * len(places)
    fit = None if matrix is None else fit_p910(matrix)
    by_bt500 = None if matrix is None else set(bt500_rejected(matrix, "ours"))
    by_p913 = None if matrix is None else set(p913_rejected(matrix, "ours"))
    names = [opinions.raters[place].name for place in places]
    for column in sorted(range(len(names)), key=names.__getitem__):
        yield RaterOpinion(
            name=names[column],
            n_ratings=int(counts[column]),
            bias=(nothing if fit is None else fit.bias)[column],
            inconsistency=(nothing if fit is None else fit.inconsistency)[column],
            is_rejected_bt500=None if by_bt500 is None else column in by_bt500,
            is_rejected_p913=None if by_p913 is None else column in by_p913,
        )


def _pairs(
    conditions: Sequence[ConditionOpinions], panels: Sequence[CountedPanel]
) -> tuple[PairedConditions, ...]:
    """Every pair with a candidate in it, the candidate first: those are what is to be claimed."""
    compared: list[tuple[str, str, PairedDifference]] = []
    kept = {one.name: one.kept for one in panels}
    for first, second in itertools.combinations(conditions, 2):
        if not first.is_candidate:
            continue
        difference = difference_between(kept[first.name], kept[second.name])
        if difference is not None:
            compared.append((first.name, second.name, difference))
    adjusted = holm([_p(one) for _, _, one in compared])
    return tuple(
        PairedConditions(first=first, second=second, difference=difference, p_adjusted=p)
        for (first, second, difference), p in zip(compared, adjusted, strict=True)
    )


def _p(difference: PairedDifference) -> float:
    return difference.sign_flip_p if difference.t_p is None else difference.t_p
