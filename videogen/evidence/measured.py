"""What is measured here of every condition, over all campaigns and single runs.

Live and sandbox stand apart. Runs and ratings count as the decision counts them: of one campaign
the numbers are those of its Decision page.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from videogen import store
from videogen.analysis.cost import summarise_spend
from videogen.analysis.panel_mean import PanelMean, mean_of_cells
from videogen.analysis.success import success_verdict
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Location
from videogen.domain.decision import Criteria, CriterionVerdict, RunTally
from videogen.domain.run import Origin
from videogen.evidence import gate
from videogen.evidence.loading import left_out_raters
from videogen.store import ClipsOfCell, Database, GateOpinions, OfferedClips

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Key = tuple[str, Origin]  # condition_id


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredQuality:
    """A mean opinion; low and high are its one-sided 95 % bounds, as on the Decision page."""

    mean: float
    low: float | None  # None: too few raters or prompts for an interval
    high: float | None
    n_ratings: int
    n_raters: int  # who count; 0 where nobody rated enough
    n_prompts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredCondition:
    """Ended runs, cancelled ones left out, and the ratings of their clips; None is unknown."""

    condition_id: str
    origin: Origin
    n_runs: int
    n_succeeded: int
    wall_time_s_median: float | None  # of succeeded runs
    wall_time_s_p95: float | None
    n_timed: int
    cost_usd_mean: float | None  # everything spent over the clips it bought
    n_costed: int
    peak_vram_mib_max: float | None
    peak_is_lower_bound: bool  # no reading is whole: it takes at least that
    n_peaks: int  # readings, lower bounds too
    success: CriterionVerdict  # by the newest thresholds, of first-time runs
    quality: MeasuredQuality | None  # None: nobody rated it
    newest_at: datetime | None
    tally: RunTally

    @property
    def n_ratings(self) -> int:
        return 0 if self.quality is None else self.quality.n_ratings

    @property
    def n_raters(self) -> int:
        return 0 if self.quality is None else self.quality.n_raters


def measured_conditions(database: Database) -> Mapping[Key, MeasuredCondition]:
    """By condition_id and origin, of every condition with an ended run.

    A few statements whatever the number of campaigns, and no object for a run or a rating.
    """
    with database.snapshot():
        criteria = (store.criteria_history(database) or [Criteria(version=1)])[-1]
        conditions = store.conditions(database)
        runs = store.measured_runs(
            database,
            cloud_ids=[c.condition_id for c in conditions if c.location is Location.CLOUD],
            peak_limit_mib=criteria.peak_vram_mib_max,
        )
        quality = _qualities(database)
    return {
        (one.condition_id, one.origin): _measured(
            one, quality.get((one.condition_id, one.origin)), criteria
        )
        for one in runs
    }


class MeasuredShelf:
    """The same, worked out once for each state of the database. Safe to share between threads."""

    def __init__(
        self, database: Database, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._monotonic = monotonic
        self._working = threading.Lock()
        self._kept: tuple[int, float, Mapping[Key, MeasuredCondition]] | None = None

    def measured(self, *, max_age_s: float = 0.0) -> Mapping[Key, MeasuredCondition]:
        """The newest, or what is at most `max_age_s` old.

        While somebody is at it the others get what stood before, where anything did.
        """
        kept = self._kept
        if kept is not None and self._is_good(kept, max_age_s):
            return kept[2]
        if not self._working.acquire(blocking=kept is None) and kept is not None:
            return kept[2]
        try:
            kept = self._kept
            if kept is None or not self._is_good(kept, max_age_s):
                version = self._database.version  # before it is read, lest a commit be missed
                found = measured_conditions(self._database)
                kept = self._kept = (version, self._monotonic(), found)
            return kept[2]
        finally:
            self._working.release()

    def _is_good(
        self, kept: tuple[int, float, Mapping[Key, MeasuredCondition]], max_age_s: float
    ) -> bool:
        version, at_s, _ = kept
        return version >= self._database.version or self._monotonic() - at_s < max_age_s


def _measured(
    one: store.MeasuredRuns, quality: MeasuredQuality | None, criteria: Criteria
) -> MeasuredCondition:
    tally = one.tally
    spend = summarise_spend(tally)
    return MeasuredCondition(
        condition_id=one.condition_id,
        origin=one.origin,
        n_runs=tally.n_ended,
        n_succeeded=tally.n_ok,
        wall_time_s_median=tally.wall_time_s_median,
        wall_time_s_p95=tally.wall_time_s_p95,
        n_timed=tally.n_ok_timed,
        cost_usd_mean=None if spend is None else spend.estimate_usd,
        n_costed=tally.n_costed,
        peak_vram_mib_max=tally.peak_mib_max,
        peak_is_lower_bound=tally.n_lower_bounds > 0 and tally.n_peaks == 0,
        n_peaks=tally.n_peaks + tally.n_lower_bounds,
        success=_success(tally, criteria),
        quality=quality,
        newest_at=one.newest_at,
        tally=tally,
    )


def _success(tally: RunTally, criteria: Criteria) -> CriterionVerdict:
    if tally.n_first == 0:
        return CriterionVerdict.NOT_YET
    return success_verdict(tally.n_first_ok, tally.n_first, criteria.success_rate_min)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """A condition's opinions in one campaign."""

    shown: GateOpinions
    kept: GateOpinions  # of those who rated enough of its clips there
    n_unrated: int


def _qualities(database: Database) -> Mapping[Key, MeasuredQuality]:
    """Each campaign leaves out whom its own rules leave out; then its ratings join the others'."""
    opinions = store.gate_opinions(database, None)
    if not opinions.score.size:
        return {}
    offered: dict[tuple[str, Origin], list[OfferedClips]] = defaultdict(list)
    for one in store.offered_clips(database):
        offered[one.campaign_id, one.origin].append(one)
    panels: dict[Key, list[_Panel]] = defaultdict(list)
    for campaign in store.campaigns(database):
        own = opinions.where(
            _flags(one.campaign_id == campaign.campaign_id for one in opinions.clips)[opinions.clip]
        )
        for origin in Origin:
            shown = gate.of_origin(own, origin)
            clips = offered[campaign.campaign_id, origin]
            for condition_id, panel in _panels(database, campaign, origin, shown, clips):
                panels[condition_id, origin].append(panel)
    return {key: _pooled(found) for key, found in panels.items()}


def _panels(
    database: Database,
    campaign: Campaign,
    origin: Origin,
    shown: GateOpinions,
    offered: Sequence[OfferedClips],
) -> Iterator[tuple[str, _Panel]]:
    if not shown.score.size:
        return
    gone = {one.rater_id for one in left_out_raters(database, campaign, origin, shown)}
    counted = gate.without(shown, gone)
    waiting = gate.n_unrated(counted, [_cell(one) for one in offered])
    for condition_id in campaign.condition_ids:
        is_own = _flags(one.condition_id == condition_id for one in counted.clips)
        own = counted.where(is_own[counted.clip])
        if own.score.size:
            n_unrated = waiting.get(condition_id, 0)
            yield (
                condition_id,
                _Panel(shown=own, kept=_kept(own, n_unrated), n_unrated=n_unrated),
            )


def _kept(own: GateOpinions, n_unrated: int) -> GateOpinions:
    """Without the raters whom the campaign's own mean leaves out."""
    import numpy as np

    mean = mean_of_cells(gate.cells(own, n_unrated))
    if mean is None or not mean.raters_left_out:
        return own
    gone = np.unique(own.rater)[list(mean.raters_left_out)]
    return own.where(~np.isin(own.rater, gone))


def _pooled(panels: Sequence[_Panel]) -> MeasuredQuality:
    """One mean over the prompts and raters of all campaigns, a prompt of two of them taken once."""
    kept = _joined([one.kept for one in panels])
    if kept.score.size:
        mean = mean_of_cells(gate.cells(kept, 0), coverage_min=0.0)
        return _quality(mean, kept)
    shown = _joined([one.shown for one in panels])
    n_unrated = sum(one.n_unrated for one in panels)
    return _quality(mean_of_cells(gate.cells(shown, n_unrated)), shown)


def _quality(mean: PanelMean | None, counted: GateOpinions) -> MeasuredQuality:
    assert mean is not None, "there is a rating"
    low, high = mean.bounds(0.90) or (None, None)
    return MeasuredQuality(
        mean=mean.mean,
        low=low,
        high=high,
        n_ratings=int(counted.score.size),
        n_raters=mean.n_raters,
        n_prompts=mean.n_prompts,
    )


def _joined(parts: Sequence[GateOpinions]) -> GateOpinions:
    """Parts of the same clips and raters."""
    import numpy as np

    return GateOpinions(
        clips=parts[0].clips,
        raters=parts[0].raters,
        clip=np.concatenate([one.clip for one in parts]),
        rater=np.concatenate([one.rater for one in parts]),
        score=np.concatenate([one.score for one in parts]),
    )


def _cell(one: OfferedClips) -> ClipsOfCell:
    return ClipsOfCell(
        condition_id=one.condition_id,
        prompt_id=one.prompt_id,
        seed=one.seed,
        n_clips=one.n_clips,
    )


def _flags(values: Iterable[bool]) -> "NDArray[np.bool_]":
    import numpy as np

    return np.fromiter(values, dtype=np.bool_)
