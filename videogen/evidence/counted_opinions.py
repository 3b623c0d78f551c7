"""The opinions that a decision counts, as arrays: whose are kept, and what two conditions share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from videogen import store
from videogen.analysis import PanelMean
from videogen.analysis.paired import PairedDifference, paired_votes
from videogen.analysis.panel_mean import mean_of_cells
from videogen.evidence import gate
from videogen.evidence.loading import CampaignEvidence
from videogen.store import Database, GateOpinions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountedPanel:
    """What was said of one condition; `kept` is without those whom its mean leaves out.

    Everybody is kept where the mean could keep nobody.
    """

    name: str  # as the evidence calls it
    condition_id: str
    mean: PanelMean | None  # the decision's; None: nobody rated it
    left_out: tuple[str, ...]
    shown: GateOpinions
    kept: GateOpinions


def counted_opinions(database: Database, found: CampaignEvidence) -> GateOpinions:
    """The opinions that `found` was made from."""
    opinions = store.gate_opinions(database, found.campaign.campaign_id)
    return counting(opinions, found)


def counting(opinions: GateOpinions, found: CampaignEvidence) -> GateOpinions:
    gone = {rater.rater_id for rater in found.raters_left_out}
    return gate.without(gate.of_origin(opinions, found.origin), gone)


def counted_panels(found: CampaignEvidence, opinions: GateOpinions) -> tuple[CountedPanel, ...]:
    """One a condition, in the evidence's order.

    Args: opinions: those that count.
    """
    return tuple(
        _panel(found, one.name, of_condition(opinions, found.conditions[one.name].condition_id))
        for one in found.evidence.conditions
    )


def of_condition(opinions: GateOpinions, condition_id: str) -> GateOpinions:
    is_own = flags(one.condition_id == condition_id for one in opinions.clips)
    return opinions.where(is_own[opinions.clip])


def kept_of_all(panels: Iterable[CountedPanel], opinions: GateOpinions) -> GateOpinions:
    """All conditions' together, whom a condition's mean leaves out left out there too."""
    import numpy as np

    parts = [one.kept for one in panels]
    return GateOpinions(
        clips=opinions.clips,
        raters=opinions.raters,
        clip=np.concatenate([one.clip for one in parts]),
        rater=np.concatenate([one.rater for one in parts]),
        score=np.concatenate([one.score for one in parts]),
    )


def baseline_differences(
    database: Database, found: CampaignEvidence, baseline: str
) -> Mapping[str, PairedDifference]:
    """By candidate, of those that share raters with the baseline: `campaign_opinions`' own."""
    panels = {
        one.name: one.kept for one in counted_panels(found, counted_opinions(database, found))
    }
    differences = {
        name: difference_between(panels[name], panels[baseline])
        for name in found.evidence.candidates
        if name != baseline
    }
    return {name: one for name, one in differences.items() if one is not None}


def difference_between(first: GateOpinions, second: GateOpinions) -> PairedDifference | None:
    """On the prompts and seeds that both have, by the raters of both.

    Args: of the same clips and raters; of several clips of a prompt and seed the last counts.
    """
    import numpy as np

    places: dict[tuple[str, int], int] = {}
    for one in first.clips:
        places.setdefault((one.prompt_id, one.seed), len(places))
    cell_of_clip = np.array(
        [places[one.prompt_id, one.seed] for one in first.clips], dtype=np.int64
    )
    _, prompt_of_cell = np.unique([prompt_id for prompt_id, _ in places], return_inverse=True)
    keys, scores = _by_cell(first, cell_of_clip)
    other_keys, other_scores = _by_cell(second, cell_of_clip)
    shared, in_first, in_second = np.intersect1d(
        keys, other_keys, assume_unique=True, return_indices=True
    )
    cell, rater = np.divmod(shared, max(len(first.raters), 1))
    difference = scores[in_first] - other_scores[in_second]
    return paired_votes(prompt_of_cell[cell], rater, difference.astype(np.float64))


def _by_cell(
    opinions: GateOpinions, cell_of_clip: "NDArray[np.int64]"
) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """A number for each cell and rater, and the score."""
    import numpy as np

    last = np.full(len(cell_of_clip), -1, dtype=np.int64)
    np.maximum.at(last, cell_of_clip[opinions.clip], opinions.clip)
    cell = cell_of_clip[opinions.clip]
    is_last = last[cell] == opinions.clip
    return cell[is_last] * len(opinions.raters) + opinions.rater[is_last], opinions.score[is_last]


def flags(values: Iterable[bool]) -> "NDArray[np.bool_]":
    import numpy as np

    return np.fromiter(values, dtype=np.bool_)


def _panel(found: CampaignEvidence, name: str, shown: GateOpinions) -> CountedPanel:
    cells = next(one.opinions for one in found.evidence.conditions if one.name == name)
    mean = None if cells is None else mean_of_cells(cells)
    names = () if cells is None or cells.rater_names is None else cells.rater_names
    left_out = () if mean is None else tuple(names[place] for place in mean.raters_left_out)
    kept = shown
    if mean is not None and mean.n_raters and left_out:
        gone = set(left_out)
        kept = shown.where(flags(one.name not in gone for one in shown.raters)[shown.rater])
    return CountedPanel(
        name=name,
        condition_id=found.conditions[name].condition_id,
        mean=mean,
        left_out=left_out,
        shown=shown,
        kept=kept,
    )
