"""What a campaign's panel thinks: the opinions that the gate counts, seen from every side.

Means and intervals come of the same blocks and the same functions as the decision's.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from videogen import store
from videogen.analysis import OpinionSummary, PanelMean, panel_mean, summarise_opinion
from videogen.analysis.agreement import Icc, icc2k, krippendorff_alpha
from videogen.analysis.bt500 import bt500_rejected, p913_rejected
from videogen.analysis.holm import holm
from videogen.analysis.p910 import fit_p910
from videogen.analysis.paired import PairedDifference, paired_difference
from videogen.analysis.sos import sos_parameter
from videogen.domain.decision import ConditionRows, RatingBlock
from videogen.domain.rating import Dimension, PresentationKind
from videogen.evidence.loading import CampaignEvidence, counted_ratings, load_rows
from videogen.store import Database, GateRating, PanelOpinion

SCORES = (1, 2, 3, 4, 5)
Cell = tuple[str, str, int, str]  # condition_id, prompt_id, seed, clip_id


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
    is_rejected_bt500: bool  # information: neither rule leaves anybody out here
    is_rejected_p913: bool


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
    """Of the ratings that `found`'s decision rests on, and the other dimensions of their raters."""
    prompt_tags = {
        prompt_id: store.get_prompt(database, prompt_id).tags
        for prompt_id in found.campaign.prompt_ids
    }

    def category(prompt_id: str) -> str | None:
        tags = prompt_tags.get(prompt_id, ())
        return tags[0] if tags else None

    counted = counted_ratings(database, found)
    details = _details(database, found, {rating.rater_id for rating in counted})
    conditions = tuple(
        _of_condition(found, one, details, category)
        for one in load_rows(database, found).conditions
    )
    matrix = _Matrix(counted, _names(database), conditions)
    return CampaignOpinions(
        conditions=conditions,
        raters=tuple(_raters(matrix)),
        agreement=Agreement(
            alpha=krippendorff_alpha(matrix.raw),
            icc=icc2k(matrix.raw),
            sos_parameter=sos_parameter(matrix.raw),
        ),
        pairs=_pairs(conditions, matrix),
        clips=matrix.clips(),
    )


def _of_condition(
    found: CampaignEvidence,
    one: ConditionRows,
    details: Sequence[PanelOpinion],
    category: Callable[[str], str | None],
) -> ConditionOpinions:
    condition_id = found.conditions[one.name].condition_id
    block = one.ratings
    panel = None if block is None else panel_mean(block.raw, block.prompt_ids)
    kept = _kept(block, panel) if block is not None and panel is not None else _NOBODY
    own = [opinion for opinion in details if opinion.condition_id == condition_id]
    dimensions = {
        dimension: mean
        for dimension in Dimension
        if dimension is not Dimension.OVERALL
        and (mean := _dimension_mean(own, dimension, kept.rater_names)) is not None
    }
    overall = {} if panel is None else {Dimension.OVERALL: panel}
    scores = Counter(score for row in kept.raw for score in row if score is not None)
    return ConditionOpinions(
        name=one.name,
        condition_id=condition_id,
        is_candidate=one.name in found.evidence.candidates,
        panel=panel,
        raters_left_out=_left_out(block, panel),
        n_clips=sum(any(score is not None for score in row) for row in kept.raw),
        n_by_score=(scores[1.0], scores[2.0], scores[3.0], scores[4.0], scores[5.0]),
        by_category=dict(_category_means(kept, category)),
        by_dimension=overall | dimensions,
    )


_NOBODY = RatingBlock(raw=(), prompt_ids=(), rater_names=())


def _kept(block: RatingBlock, panel: PanelMean) -> RatingBlock:
    """Without the raters whom the mean leaves out; everybody where it could keep nobody."""
    names = block.rater_names or ()
    gone = set(panel.raters_left_out) if panel.n_raters else set()
    places = [place for place in range(len(names)) if place not in gone]
    return RatingBlock(
        raw=tuple(tuple(row[place] for place in places) for row in block.raw),
        prompt_ids=block.prompt_ids,
        rater_names=tuple(names[place] for place in places),
    )


def _left_out(block: RatingBlock | None, panel: PanelMean | None) -> tuple[str, ...]:
    if block is None or panel is None or block.rater_names is None:
        return ()
    return tuple(block.rater_names[place] for place in panel.raters_left_out)


def _category_means(
    block: RatingBlock, category: Callable[[str], str | None]
) -> Iterator[tuple[str, PanelMean]]:
    """In the order of the prompts."""
    prompt_ids = block.prompt_ids or ()
    categories = [category(prompt_id) for prompt_id in prompt_ids]
    for name in dict.fromkeys(one for one in categories if one is not None):
        places = [place for place, one in enumerate(categories) if one == name]
        mean = panel_mean(
            [block.raw[place] for place in places], [prompt_ids[place] for place in places]
        )
        if mean is not None:
            yield name, mean


def _details(
    database: Database, found: CampaignEvidence, rater_ids: Collection[str]
) -> list[PanelOpinion]:
    """Of the other dimensions, by raters who count; a rater's newest of a clip is the last."""
    return [
        opinion
        for opinion in store.panel_opinions(database, found.campaign.campaign_id)
        if opinion.kind is PresentationKind.TEST
        and opinion.dimension is not Dimension.OVERALL
        and opinion.origin is found.origin
        and opinion.rater_id in rater_ids
    ]


def _dimension_mean(
    opinions: Sequence[PanelOpinion], dimension: Dimension, names: Sequence[str] | None
) -> PanelMean | None:
    newest = {
        (one.clip_id, one.rater_name): one
        for one in opinions
        if one.dimension is dimension and one.rater_name in (names or ())
    }
    prompts = {one.clip_id: one.prompt_id or "" for one in newest.values()}
    raters = sorted({name for _, name in newest})
    raw = [
        [float(newest[clip, rater].score) if (clip, rater) in newest else None for rater in raters]
        for clip in prompts
    ]
    return panel_mean(raw, list(prompts.values())) if raw else None


def _names(database: Database) -> Mapping[str, str]:
    return {rater.rater_id: rater.name for rater in store.raters(database)}


class _Matrix:
    """All conditions' clips x raters, whom a condition's mean leaves out left out there too."""

    def __init__(
        self,
        ratings: Sequence[GateRating],
        names: Mapping[str, str],
        conditions: Sequence[ConditionOpinions],
    ) -> None:
        gone = {
            (one.condition_id, name)
            for one in conditions
            if one.panel is not None and one.panel.n_raters
            for name in one.raters_left_out
        }
        kept = [
            one
            for one in ratings
            if (one.condition_id, names.get(one.rater_id, one.rater_id)) not in gone
        ]
        rater_ids = sorted({one.rater_id for one in kept})
        place = {rater_id: column for column, rater_id in enumerate(rater_ids)}
        rows: dict[Cell, list[float | None]] = {}
        for one in kept:
            cell = (one.condition_id, one.prompt_id, one.seed, one.clip_id)
            row = rows.setdefault(cell, [None] * len(rater_ids))
            row[place[one.rater_id]] = float(one.score)
        self.rows = rows
        self.rater_names = [names.get(rater_id, rater_id) for rater_id in rater_ids]

    @property
    def raw(self) -> list[list[float | None]]:
        return list(self.rows.values())

    def clips(self) -> Mapping[str, OpinionSummary]:
        return {
            clip_id: summarise_opinion([score for score in row if score is not None])
            for (_, _, _, clip_id), row in self.rows.items()
        }

    def of_condition(self, condition_id: str) -> dict[tuple[str, int], list[float | None]]:
        """Rows by prompt and seed: what two conditions have in common."""
        return {
            (prompt_id, seed): row
            for (of, prompt_id, seed, _), row in self.rows.items()
            if of == condition_id
        }


def _raters(matrix: _Matrix) -> Iterator[RaterOpinion]:
    """By name."""
    if not matrix.rows:
        return
    raw = matrix.raw
    fit = fit_p910(raw)
    by_bt500, by_p913 = bt500_rejected(raw, "ours"), p913_rejected(raw, "ours")
    for place in sorted(range(len(matrix.rater_names)), key=lambda one: matrix.rater_names[one]):
        yield RaterOpinion(
            name=matrix.rater_names[place],
            n_ratings=sum(row[place] is not None for row in raw),
            bias=fit.bias[place],
            inconsistency=fit.inconsistency[place],
            is_rejected_bt500=place in by_bt500,
            is_rejected_p913=place in by_p913,
        )


def _pairs(
    conditions: Sequence[ConditionOpinions], matrix: _Matrix
) -> tuple[PairedConditions, ...]:
    """Every pair with a candidate in it, the candidate first: those are what is to be claimed."""
    compared: list[tuple[str, str, PairedDifference]] = []
    for first, second in itertools.combinations(conditions, 2):
        if not first.is_candidate:
            continue
        a, b = matrix.of_condition(first.condition_id), matrix.of_condition(second.condition_id)
        shared = [cell for cell in a if cell in b]
        difference = paired_difference(
            [a[cell] for cell in shared],
            [b[cell] for cell in shared],
            [prompt_id for prompt_id, _ in shared],
        )
        if difference is not None:
            compared.append((first.name, second.name, difference))
    adjusted = holm([_p(one) for _, _, one in compared])
    return tuple(
        PairedConditions(first=first, second=second, difference=difference, p_adjusted=p)
        for (first, second, difference), p in zip(compared, adjusted, strict=True)
    )


def _p(difference: PairedDifference) -> float:
    return difference.sign_flip_p if difference.t_p is None else difference.t_p
