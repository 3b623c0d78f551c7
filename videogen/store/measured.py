"""What stands of every condition over all campaigns and single runs, counted where the rows lie."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from videogen.domain.decision import RunTally
from videogen.domain.run import Origin
from videogen.store.database import Database
from videogen.store.tallies import TALLIES, CountedRuns, tally_of

# A run that no back end took belongs to its campaign's one origin, as in the campaign's evidence;
# a single one, or one of a campaign of both, says nothing of either.
# A single clip that the rules sent to one condition and no other says of that one what it took;
# in a campaign it stays the hybrid's, as on the Decision page.
OF_KNOWN_ORIGIN = """
        FROM (
            SELECT run.* REPLACE (
                coalesce(run.origin, sole.origin) AS origin,
                CASE WHEN campaign_id IS NULL AND routed_to IS NOT NULL
                      AND coalesce(json_array_length(route, '$.tried'), 0) = 0
                     THEN routed_to ELSE condition_id END AS condition_id
            )
            FROM run LEFT JOIN (
                SELECT campaign_id, CASE count(origin)
                    WHEN 0 THEN 'live' WHEN 1 THEN min(origin) END AS origin
                FROM (SELECT DISTINCT campaign_id, origin FROM run WHERE campaign_id IS NOT NULL)
                GROUP BY campaign_id
            ) AS sole USING (campaign_id)
        )
        WHERE status NOT IN ('queued', 'running') AND origin IS NOT NULL
"""
MEASURED_TALLIES = TALLIES.format(
    cell="condition_id || ' ' || origin",
    runs=OF_KNOWN_ORIGIN,
    told="condition_id, origin, max(ended_at) AS newest_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted(CountedRuns):
    origin: Origin
    newest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRuns:
    """All ended runs of one condition and one origin."""

    condition_id: str
    origin: Origin
    tally: RunTally
    newest_at: datetime | None  # when the last of them ended


def measured_runs(
    database: Database, *, cloud_ids: Collection[str], peak_limit_mib: int
) -> list[MeasuredRuns]:
    """One for each condition and origin with an ended run; campaigns and single runs together."""
    counted = database.rows(
        _Counted, MEASURED_TALLIES, cloud_ids=sorted(cloud_ids), peak_limit_mib=peak_limit_mib
    )
    return [
        MeasuredRuns(
            condition_id=one.condition_id,
            origin=one.origin,
            tally=tally_of(one, peak_limit_mib),
            newest_at=one.newest_at,
        )
        for one in counted
    ]


OFFERED_CLIPS = """
    SELECT campaign_id, origin, condition_id, prompt_id, seed, count(DISTINCT clip_id) AS n_clips
    FROM (SELECT * {runs}) AS run JOIN campaign USING (campaign_id)
    WHERE clip_id IS NOT NULL AND NOT coalesce(is_degraded, false)
      AND list_contains(from_json(rated_seeds, '["UBIGINT"]'), seed)
      AND campaign_id IN (SELECT campaign_id FROM panel_session)
    GROUP BY ALL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedClips:
    """Clips of one campaign, origin, condition, prompt and seed, rated or not."""

    campaign_id: str
    origin: Origin
    condition_id: str
    prompt_id: str
    seed: int
    n_clips: int


def offered_clips(database: Database) -> list[OfferedClips]:
    """What stands to be rated in every campaign that somebody rates, as `rated_seed_clips`."""
    return database.rows(OfferedClips, OFFERED_CLIPS.format(runs=OF_KNOWN_ORIGIN))
