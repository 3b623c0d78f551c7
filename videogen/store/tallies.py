"""Runs of a condition counted where they lie, by the rules that a decision judges them by."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from videogen.domain.decision import RunTally, ranked_failures
from videogen.domain.run import FailureClass, Origin
from videogen.store.database import Database

# A test holds this to the same rules told row by row. A run that was cancelled, or
# refused by a cap, is no try: its requeue is the cell's first, however often that happened.
TALLIES = """
    WITH RECURSIVE kept AS NOT MATERIALIZED (
        SELECT {cell} AS cell, run_id, condition_id, origin, status, requeued_from, ended_at,
               cost_usd, peak_vram_mib, wall_time_s,
               coalesce(peak_is_lower_bound, false) AS is_lower_bound,
               status = 'succeeded' AND NOT coalesce(is_degraded, false) AS is_ok,
               CASE WHEN is_degraded THEN 'out_of_vram' ELSE failure_class END AS failure,
               status = 'cancelled' OR (failure_class IS NOT DISTINCT FROM 'budget'
                                        AND cost_usd IS NOT DISTINCT FROM 0) AS is_no_try,
               NOT coalesce(
                   list_contains(from_json($cloud_ids::JSON, '["VARCHAR"]'), routed_to), false
               ) AS is_worst
        {runs}
    ), again AS (
        SELECT cell, run_id, requeued_from FROM kept WHERE requeued_from IS NOT NULL
    ), replaced AS MATERIALIZED (
        SELECT cell, run_id, requeued_from FROM kept
        WHERE is_no_try AND (cell, run_id) IN (SELECT (cell, requeued_from) FROM again)
    ), way AS (
        SELECT cell, run_id, requeued_from AS came_from FROM again
        UNION
        SELECT way.cell, way.run_id, replaced.requeued_from
        FROM way
        JOIN replaced ON replaced.cell = way.cell AND replaced.run_id = way.came_from
    ), judged AS (
        SELECT *, status <> 'cancelled'
                  AND run_id NOT IN (SELECT run_id FROM replaced) AS has_ended,
               requeued_from IS NULL
                  OR run_id IN (SELECT run_id FROM way WHERE came_from IS NULL) AS is_first
        FROM kept
    )
    SELECT {told},
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
    FROM judged GROUP BY ALL
"""
OF_CAMPAIGN = """
        FROM run
        WHERE campaign_id = $campaign_id AND status NOT IN ('queued', 'running')
          AND (origin = $origin OR $takes_unknown AND origin IS NULL)
"""
RUN_TALLIES = TALLIES.format(cell="condition_id", runs=OF_CAMPAIGN, told="condition_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRuns:
    """As the rows come; `tally_of` it is what people ask for."""

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
        CountedRuns,
        RUN_TALLIES,
        campaign_id=campaign_id,
        origin=origin,
        takes_unknown=takes_unknown,
        cloud_ids=sorted(cloud_ids),
        peak_limit_mib=peak_limit_mib,
    )
    return {one.condition_id: tally_of(one, peak_limit_mib) for one in counted}


def tally_of(one: CountedRuns, peak_limit_mib: int) -> RunTally:
    """`peak_limit_mib` is what its `n_over` was counted with."""
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
