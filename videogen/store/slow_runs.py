"""How many of a campaign's clips took longer than people are ready to wait."""

from dataclasses import dataclass

from videogen.domain.run import Origin
from videogen.store.database import Database

# A clip made with smaller settings was quicker than what was asked for, so it says nothing here.
SLOW_RUNS = """
    SELECT condition_id, count(*) FILTER (wall_time_s > $limit_s) AS n_slow, count(*) AS n_timed
    FROM run
    WHERE campaign_id = $campaign_id AND origin = $origin AND status = 'succeeded'
      AND NOT coalesce(is_degraded, false) AND wall_time_s IS NOT NULL
    GROUP BY condition_id ORDER BY condition_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowRuns:
    condition_id: str
    n_slow: int
    n_timed: int  # succeeded runs with a known wall time


def slow_runs(
    database: Database, campaign_id: str, origin: Origin, limit_s: float
) -> list[SlowRuns]:
    """By condition, of those with any timed clip."""
    return database.rows(
        SlowRuns, SLOW_RUNS, campaign_id=campaign_id, origin=origin, limit_s=limit_s
    )
