"""What a decision is made from, counted where the rows lie: a million of them make no object."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from videogen.domain.campaign import Campaign
from videogen.domain.decision import RunTally, ranked_failures
from videogen.domain.rating import Dimension, RaterKind
from videogen.domain.run import FailureClass, Origin
from videogen.store.database import Database

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RUN_ORIGINS = """
    SELECT origin, count(*) AS n_runs,
           count(*) FILTER (status NOT IN ('queued', 'running')) AS n_ended
    FROM run WHERE campaign_id = $campaign_id GROUP BY origin ORDER BY origin
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginCount:
    """Runs of a campaign by where they were made; None: no back end has taken them."""

    origin: Origin | None
    n_runs: int
    n_ended: int


def run_origins(database: Database, campaign_id: str) -> list[OriginCount]:
    return database.rows(OriginCount, RUN_ORIGINS, campaign_id=campaign_id)


# A test holds this to the same rules told row by row. A run that was cancelled, or
# refused by a cap, is no try: its requeue is the cell's first, however often that happened.
RUN_TALLIES = """
    WITH RECURSIVE kept AS NOT MATERIALIZED (
        SELECT run_id, condition_id, status, requeued_from, cost_usd, peak_vram_mib, wall_time_s,
               coalesce(peak_is_lower_bound, false) AS is_lower_bound,
               status = 'succeeded' AND NOT coalesce(is_degraded, false) AS is_ok,
               CASE WHEN is_degraded THEN 'out_of_vram' ELSE failure_class END AS failure,
               status = 'cancelled' OR (failure_class IS NOT DISTINCT FROM 'budget'
                                        AND cost_usd IS NOT DISTINCT FROM 0) AS is_no_try,
               NOT coalesce(
                   list_contains(from_json($cloud_ids::JSON, '["VARCHAR"]'), routed_to), false
               ) AS is_worst
        FROM run
        WHERE campaign_id = $campaign_id AND status NOT IN ('queued', 'running')
          AND (origin = $origin OR $takes_unknown AND origin IS NULL)
    ), again AS (
        SELECT condition_id, run_id, requeued_from FROM kept WHERE requeued_from IS NOT NULL
    ), replaced AS MATERIALIZED (
        SELECT condition_id, run_id, requeued_from FROM kept
        WHERE is_no_try AND (condition_id, run_id) IN (
            SELECT (condition_id, requeued_from) FROM again
        )
    ), way AS (
        SELECT condition_id, run_id, requeued_from AS came_from FROM again
        UNION
        SELECT way.condition_id, way.run_id, replaced.requeued_from
        FROM way
        JOIN replaced ON replaced.condition_id = way.condition_id
            AND replaced.run_id = way.came_from
    ), judged AS (
        SELECT *, status <> 'cancelled'
                  AND run_id NOT IN (SELECT run_id FROM replaced) AS has_ended,
               requeued_from IS NULL
                  OR run_id IN (SELECT run_id FROM way WHERE came_from IS NULL) AS is_first
        FROM kept
    )
    SELECT condition_id,
           count(*) FILTER (has_ended) AS n_ended, count(*) FILTER (is_ok) AS n_ok,
           count(*) FILTER (has_ended AND is_first) AS n_first,
           count(*) FILTER (is_ok AND is_first) AS n_first_ok,
           count(*) FILTER (NOT has_ended) AS n_cancelled,
           count(*) FILTER (has_ended AND is_first AND failure = 'filtered') AS n_filtered,
           count(cost_usd) FILTER (has_ended) AS n_costed,
           count(cost_usd) FILTER (is_ok) AS n_costed_ok,
           sum(cost_usd) FILTER (has_ended) AS total_usd,
           var_samp(cost_usd::DOUBLE) FILTER (has_ended) AS var_cost,
           covar_samp(cost_usd::DOUBLE, is_ok::DOUBLE) FILTER (has_ended) AS covariance,
           sum(cost_usd) FILTER (NOT has_ended) AS cancelled_usd,
           count(peak_vram_mib) AS n_known_peaks,
           count(peak_vram_mib) FILTER (has_ended AND NOT is_lower_bound) AS n_peaks,
           count(peak_vram_mib) FILTER (has_ended AND NOT is_lower_bound AND is_worst)
               AS n_peaks_worst,
           count(*) FILTER (failure = 'out_of_vram') AS n_oom,
           count(*) FILTER (peak_vram_mib > $peak_limit_mib) AS n_over,
           max(peak_vram_mib) AS peak_mib_max,
           count(wall_time_s) FILTER (has_ended) AS n_timed,
           count(wall_time_s) FILTER (is_ok) AS n_ok_timed,
           coalesce(sum(wall_time_s) FILTER (has_ended), 0) AS wall_time_s_total,
           to_json(quantile_cont(wall_time_s, [0.5, 0.95]) FILTER (is_ok))::VARCHAR
               AS wall_time_quantiles_s,
           to_json(histogram(coalesce(failure, '')) FILTER (has_ended AND NOT is_ok))::VARCHAR
               AS failures
    FROM judged GROUP BY condition_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    condition_id: str
    n_ended: int
    n_ok: int
    n_first: int
    n_first_ok: int
    n_cancelled: int
    n_filtered: int
    n_costed: int
    n_costed_ok: int
    total_usd: Decimal | None
    var_cost: float | None
    covariance: float | None
    cancelled_usd: Decimal | None
    n_known_peaks: int
    n_peaks: int
    n_peaks_worst: int
    n_oom: int
    n_over: int
    peak_mib_max: int | None
    n_timed: int
    n_ok_timed: int
    wall_time_s_total: float
    wall_time_quantiles_s: tuple[float, ...] | None
    failures: str | None


def run_tallies(
    database: Database,
    campaign_id: str,
    origin: Origin,
    *,
    takes_unknown: bool,
    cloud_ids: Collection[str],
    peak_limit_mib: int,
) -> Mapping[str, RunTally]:
    """By condition_id, the ended runs of one origin; a condition without any is not there.

    With `takes_unknown` runs that no back end ever took count too; a routed run that one of
    `cloud_ids` made says nothing of a card's memory.
    """
    counted = database.rows(
        _Counted,
        RUN_TALLIES,
        campaign_id=campaign_id,
        origin=origin,
        takes_unknown=takes_unknown,
        cloud_ids=sorted(cloud_ids),
        peak_limit_mib=peak_limit_mib,
    )
    return {one.condition_id: _tally(one, peak_limit_mib) for one in counted}


def _tally(one: _Counted, peak_limit_mib: int) -> RunTally:
    quantiles = one.wall_time_quantiles_s or (None, None)
    share = one.n_costed_ok / one.n_costed if one.n_costed else 0.0
    var_ok = one.n_costed * share * (1 - share) / max(one.n_costed - 1, 1)
    return RunTally(
        n_ended=one.n_ended,
        n_ok=one.n_ok,
        n_first=one.n_first,
        n_first_ok=one.n_first_ok,
        n_cancelled=one.n_cancelled,
        n_filtered=one.n_filtered,
        n_costed=one.n_costed,
        total_usd=float(one.total_usd or 0),
        var_cost=_spread(one.var_cost, one.n_costed),
        var_ok=var_ok if one.n_costed else None,
        covariance=_spread(one.covariance, one.n_costed),
        cancelled_usd=float(one.cancelled_usd or 0),
        n_peaks=one.n_peaks,
        n_peaks_worst=one.n_peaks_worst,
        n_lower_bounds=one.n_known_peaks - one.n_peaks,
        n_oom=one.n_oom,
        n_over=one.n_over,
        peak_limit_mib=peak_limit_mib,
        peak_mib_max=one.peak_mib_max,
        n_timed=one.n_timed,
        n_ok_timed=one.n_ok_timed,
        wall_time_s_total=one.wall_time_s_total,
        wall_time_s_median=quantiles[0],
        wall_time_s_p95=quantiles[1],
        failures=_failures(one.failures),
    )


def _spread(value: float | None, n: int) -> float | None:
    """Of one run there is none, which is known; of no run it is unknown."""
    if n == 0:
        return None
    return 0.0 if value is None else value


def _failures(counts: str | None) -> Mapping[FailureClass | None, int]:
    found = json.loads(counts) if counts else {}
    return ranked_failures({FailureClass(one) if one else None: n for one, n in found.items()})


RATED_SEED_CLIPS = """
    SELECT condition_id, prompt_id, seed, count(DISTINCT clip_id) AS n_clips
    FROM run
    WHERE campaign_id = $campaign_id AND status NOT IN ('queued', 'running')
      AND (origin = $origin OR $takes_unknown AND origin IS NULL)
      AND clip_id IS NOT NULL AND NOT coalesce(is_degraded, false)
      AND seed IN (SELECT unnest(from_json($seeds::JSON, '["UBIGINT"]')))
    GROUP BY condition_id, prompt_id, seed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipsOfCell:
    """Clips of one condition, prompt and seed."""

    condition_id: str
    prompt_id: str
    seed: int
    n_clips: int


def rated_seed_clips(
    database: Database, campaign: Campaign, origin: Origin, *, takes_unknown: bool
) -> list[ClipsOfCell]:
    """What stands to be rated, rated or not."""
    return database.rows(
        ClipsOfCell,
        RATED_SEED_CLIPS,
        campaign_id=campaign.campaign_id,
        origin=origin,
        takes_unknown=takes_unknown,
        seeds=campaign.rated_seeds,
    )


# As GATE_RATINGS, by the numbers of rows: a text for each opinion would take most of the time.
# Which is the newest of a rater and clip is asked afterwards, of the few that were given twice.
GATE_OPINIONS = """
    WITH sitting AS (
        SELECT session_id, rater.rowid AS rater_no
        FROM panel_session JOIN rater USING (rater_id)
        WHERE campaign_id = $campaign_id
    ), showing AS (
        SELECT presentation_id, clip_id, rater_no
        FROM presentation JOIN sitting USING (session_id)
        WHERE kind = 'test'
    ), gate AS MATERIALIZED (
        SELECT clip.clip_id, clip.rowid AS clip_no
        FROM clip
        JOIN run ON run.run_id = clip.run_id
        WHERE NOT coalesce(run.is_degraded, false)
          AND clip.clip_id IN (SELECT clip_id FROM showing)
    )
    SELECT gate.clip_no, showing.rater_no, rating.score, rating.rated_at,
           rating.rowid AS rating_no
    FROM rating
    JOIN showing USING (presentation_id)
    JOIN gate ON gate.clip_id = showing.clip_id
    WHERE rating.dimension = $dimension
      AND rating.rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
"""
GATE_CLIPS = """
    SELECT clip.rowid AS clip_no, clip.clip_id, run.condition_id, run.prompt_id, run.seed,
           run.origin
    FROM clip
    JOIN run ON run.run_id = clip.run_id
    WHERE clip.clip_id IN (
        SELECT clip_id FROM presentation JOIN panel_session USING (session_id)
        WHERE campaign_id = $campaign_id AND kind = 'test'
    )
    ORDER BY run.condition_id, run.prompt_id, run.seed, clip.clip_id
"""
GATE_RATERS = "SELECT rowid AS rater_no, rater_id, name, kind FROM rater ORDER BY rater_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateClip:
    clip_no: int
    clip_id: str
    condition_id: str
    prompt_id: str
    seed: int
    origin: Origin | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRater:
    rater_no: int
    rater_id: str
    name: str
    kind: RaterKind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GateOpinions:
    """Who said what of which clip: the newest of a rater and clip; no degraded clip's.

    The three arrays have one place for each opinion; `clip` and `rater` are places in `clips` (in
    the order of condition, prompt and seed) and `raters` (in that of their ids).
    """

    clips: tuple[GateClip, ...]
    raters: tuple[GateRater, ...]
    clip: "NDArray[np.int64]"
    rater: "NDArray[np.int64]"
    score: "NDArray[np.int64]"

    def where(self, counts: "NDArray[np.bool_]") -> "GateOpinions":
        """Those opinions alone, of the same clips and raters."""
        return GateOpinions(
            clips=self.clips,
            raters=self.raters,
            clip=self.clip[counts],
            rater=self.rater[counts],
            score=self.score[counts],
        )


def gate_opinions(database: Database, campaign_id: str) -> GateOpinions:
    """As `gate_ratings`, without an object for each."""
    found = database.columns(GATE_OPINIONS, campaign_id=campaign_id, dimension=Dimension.OVERALL)
    # Read afterwards, so that they know every clip and rater of the opinions.
    clips = database.rows(GateClip, GATE_CLIPS, campaign_id=campaign_id)
    raters = database.rows(GateRater, GATE_RATERS)
    return _newest_of(tuple(clips), tuple(raters), found)


DETAILS = "SELECT DISTINCT dimension FROM rating WHERE dimension <> 'overall'"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Detail:
    dimension: Dimension


def rated_details(database: Database) -> frozenset[Dimension]:
    """The dimensions beside the overall one that anybody ever rated."""
    return frozenset(one.dimension for one in database.rows(_Detail, DETAILS))


def detail_opinions(
    database: Database, campaign_id: str, dimension: Dimension, beside: GateOpinions
) -> GateOpinions:
    """The same of another dimension, of the clips and raters of `beside`; of one snapshot."""
    found = database.columns(GATE_OPINIONS, campaign_id=campaign_id, dimension=dimension)
    return _newest_of(beside.clips, beside.raters, found)


def _newest_of(
    clips: tuple[GateClip, ...],
    raters: tuple[GateRater, ...],
    found: "Mapping[str, NDArray[Any]]",
) -> GateOpinions:
    import numpy as np

    place_of_clip = _places([one.clip_no for one in clips])
    place_of_rater = _places([one.rater_no for one in raters])
    every = GateOpinions(
        clips=clips,
        raters=raters,
        clip=place_of_clip[found["clip_no"]],
        rater=place_of_rater[found["rater_no"]],
        score=found["score"].astype(np.int64),
    )
    return every.where(_is_newest(every, found["rated_at"], found["rating_no"]))


def _is_newest(
    opinions: GateOpinions, rated_at: "NDArray[Any]", rating_no: "NDArray[np.int64]"
) -> "NDArray[np.bool_]":
    """Of each rater and clip; the number of the row settles equal times."""
    import numpy as np

    pair = opinions.clip * len(opinions.raters) + opinions.rater
    n_of_pair = np.bincount(pair)
    is_newest = np.ones(len(pair), dtype=np.bool_)
    twice = np.flatnonzero(n_of_pair[pair] > 1) if len(pair) else np.empty(0, dtype=np.int64)
    order = twice[np.lexsort((rating_no[twice], rated_at[twice], pair[twice]))]
    is_older = pair[order][:-1] == pair[order][1:]
    is_newest[order[:-1][is_older]] = False
    return is_newest


def _places(numbers: list[int]) -> "NDArray[np.int64]":
    """By the number of a row, its place in the list."""
    import numpy as np

    places = np.zeros(max(numbers, default=-1) + 1, dtype=np.int64)
    places[numbers] = np.arange(len(numbers))
    return places
