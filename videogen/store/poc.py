"""What was measured on real servers, for the plan that is ticked by evidence; never the sandbox."""

from dataclasses import dataclass
from datetime import datetime

from videogen.domain.event import FrozenDecision
from videogen.store.database import Database

# These causes say that the graph did run: its nodes and files were there.
LIVE_MEASUREMENTS = """
    SELECT condition.name AS condition_name,
           count(*) FILTER (
               status = 'succeeded' OR failure_class IN (
                   'out_of_vram', 'execution_error', 'stalled', 'timed_out', 'clip_rejected',
                   'download_failed'
               )
           ) AS n_executed,
           count(*) FILTER (status = 'succeeded' AND NOT coalesce(is_degraded, false))
               AS n_succeeded,
           count(wall_time_s) FILTER (status = 'succeeded' AND NOT coalesce(is_degraded, false))
               AS n_timed,
           count(peak_vram_mib) FILTER (
               status = 'succeeded' AND NOT coalesce(is_degraded, false)
               AND NOT coalesce(peak_is_lower_bound, true)
           ) AS n_peaks,
           count(cost_usd) FILTER (status = 'succeeded' AND NOT coalesce(is_degraded, false))
               AS n_costed,
           max(ended_at) AS last_ended_at
    FROM run JOIN condition USING (condition_id)
    WHERE run.origin = 'live' AND run.ended_at IS NOT NULL
    GROUP BY condition.name ORDER BY condition.name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMeasurement:
    """How much of what one condition has; runs with smaller settings than its own stay out."""

    condition_name: str
    n_executed: int
    n_succeeded: int
    n_timed: int
    n_peaks: int
    n_costed: int
    last_ended_at: datetime


def live_measurements(database: Database) -> list[LiveMeasurement]:
    return database.rows(LiveMeasurement, LIVE_MEASUREMENTS)


LIVE_PANELS = """
    SELECT campaign_id, count(*) AS n_raters, max(last_rated_at) AS last_rated_at FROM (
        SELECT panel_session.campaign_id, rater.rater_id,
               count(DISTINCT run.prompt_id) AS n_prompts, max(rated_at) AS last_rated_at
        FROM rating
        JOIN presentation USING (presentation_id)
        JOIN panel_session USING (session_id)
        JOIN rater ON rater.rater_id = panel_session.rater_id
        JOIN clip ON clip.clip_id = presentation.clip_id
        JOIN run ON run.run_id = clip.run_id
        WHERE run.origin = 'live' AND rater.kind = 'human' AND presentation.kind = 'test'
          AND rating.dimension = 'overall'
          AND rating.rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
        GROUP BY panel_session.campaign_id, rater.rater_id
    ) WHERE n_prompts >= $n_prompts_min
    GROUP BY campaign_id ORDER BY n_raters DESC, campaign_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePanel:
    campaign_id: str
    n_raters: int  # people who rated clips of enough prompts
    last_rated_at: datetime


def live_panels(database: Database, n_prompts_min: int) -> list[LivePanel]:
    """The largest first; only people's ratings of clips from real servers."""
    return database.rows(LivePanel, LIVE_PANELS, n_prompts_min=n_prompts_min)


LIVE_DECISIONS = """
    SELECT * FROM decision
    WHERE campaign_id IN (SELECT campaign_id FROM run WHERE origin = 'live')
      AND campaign_id NOT IN (
          SELECT campaign_id FROM run WHERE origin = 'sandbox' AND campaign_id IS NOT NULL
      )
    ORDER BY frozen_at DESC, decision_id
"""


def live_decisions(database: Database) -> list[FrozenDecision]:
    """Newest first; a campaign with any simulated run decides nothing."""
    return database.rows(FrozenDecision, LIVE_DECISIONS)
