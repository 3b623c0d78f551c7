"""With what a campaign's runs were made, counted where the rows lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from videogen.domain.run import Origin
from videogen.store.database import Database

# Fingerprints are long and nearly all alike, so that rows carry a hash (half of it, to fit a signed
# column) and one of each kind is read. Of a campaign's conditions, whoever asked for them: to look
# at its own runs alone takes a join that costs more than all the rest.
FINGERPRINT_KINDS = """
    WITH made AS (
        SELECT DISTINCT unnest([condition_id, routed_to]) AS condition_id
        FROM run WHERE campaign_id = $campaign_id
    )
    SELECT (hash(fingerprint) >> 1)::BIGINT AS mark, count(*) AS n_attempts,
           any_value(fingerprint) AS fingerprint
    FROM attempt WHERE condition_id IS NULL OR condition_id IN (SELECT condition_id FROM made)
    GROUP BY mark ORDER BY n_attempts DESC, mark
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintKind:
    """Attempts with one and the same fingerprint; `mark` stands for it."""

    mark: int
    n_attempts: int
    fingerprint: Mapping[str, Any] = field(default_factory=dict)


def fingerprint_kinds(database: Database, campaign_id: str) -> list[FingerprintKind]:
    """Of the conditions of a campaign, most frequent first."""
    return database.rows(FingerprintKind, FINGERPRINT_KINDS, campaign_id=campaign_id)


# A run's environment is that of its last attempt.
ENVIRONMENT_RUNS = """
    WITH kept AS (
        SELECT run_id, condition_id, routed_to, cost_usd, wall_time_s, peak_vram_mib, ended_at,
               status = 'succeeded' AND NOT coalesce(is_degraded, false) AS is_ok
        FROM run
        WHERE campaign_id = $campaign_id AND status NOT IN ('queued', 'running', 'cancelled')
          AND (origin = $origin OR $takes_unknown AND origin IS NULL)
    ), tried AS (
        SELECT run_id, arg_max((hash(fingerprint) >> 1)::BIGINT, ordinal) AS mark
        FROM attempt WHERE run_id IN (SELECT run_id FROM kept) GROUP BY run_id
    ), known AS (
        SELECT unnest(from_json($marks::JSON, '["BIGINT"]')) AS mark,
               unnest(from_json($groups::JSON, '["INTEGER"]')) AS environment
    )
    SELECT condition_id, routed_to, environment, count(*) AS n_runs,
           count(*) FILTER (is_ok) AS n_ok, count(cost_usd) AS n_costed,
           sum(cost_usd) AS total_usd,
           median(wall_time_s) FILTER (is_ok) AS wall_time_s_median,
           count(wall_time_s) FILTER (is_ok) AS n_timed,
           max(peak_vram_mib) AS peak_mib_max, max(ended_at) AS last_at
    FROM kept LEFT JOIN tried USING (run_id) LEFT JOIN known USING (mark)
    GROUP BY condition_id, routed_to, environment
    ORDER BY condition_id, routed_to, n_runs DESC, environment
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentRuns:
    """Ended runs of one condition and one environment, requeues too; cancelled ones are not in."""

    condition_id: str
    routed_to: str | None
    environment: int | None  # None: the run was never tried
    n_runs: int
    n_ok: int
    n_costed: int
    total_usd: Decimal | None
    wall_time_s_median: float | None  # of succeeded runs
    n_timed: int
    peak_mib_max: int | None  # lower bounds too
    last_at: datetime | None


def environment_runs(
    database: Database,
    campaign_id: str,
    origin: Origin,
    environment_of: Mapping[int, int],
    *,
    takes_unknown: bool,
) -> Sequence[EnvironmentRuns]:
    """Args: environment_of: which fingerprints, by their marks, are one environment."""
    return database.rows(
        EnvironmentRuns,
        ENVIRONMENT_RUNS,
        campaign_id=campaign_id,
        origin=origin,
        takes_unknown=takes_unknown,
        marks=list(environment_of),
        groups=list(environment_of.values()),
    )
