"""What a campaign's runs took of the own machine."""

from dataclasses import dataclass

from videogen.domain.run import Origin
from videogen.store.database import Database

# A routed run's time and money count where its clip was made in the end. Energy is known of a
# run only where every attempt of it was watched, so its time is kept beside it.
MACHINE_USE = """
    WITH used AS (
        SELECT run.run_id, run.condition_id, run.wall_time_s, run.cost_usd
        FROM run LEFT JOIN condition
          ON condition.condition_id = coalesce(run.routed_to, run.condition_id)
        WHERE run.campaign_id = $campaign_id AND run.origin = $origin
          AND run.status NOT IN ('queued', 'running', 'cancelled')
          AND ($with_energy OR run.routed_to IS NOT NULL)
          AND coalesce(condition.backend, 'comfy') NOT IN ('vertex', 'interactions')
    ), energy AS (
        SELECT run_id, sum(energy_wh) AS energy_wh
        FROM attempt LEFT JOIN vram_trace USING (attempt_id)
        WHERE $with_energy AND run_id IN (SELECT run_id FROM used)
        GROUP BY run_id HAVING count(energy_wh) = count(*)
    )
    SELECT condition_id, count(*) AS n_runs, count(wall_time_s) AS n_timed,
           coalesce(sum(wall_time_s), 0) AS wall_time_s_total,
           coalesce(sum(cost_usd), 0)::DOUBLE AS cost_usd_total,
           sum(energy_wh) AS energy_wh_total,
           coalesce(sum(wall_time_s) FILTER (WHERE energy_wh IS NOT NULL), 0) AS metered_s
    FROM used LEFT JOIN energy USING (run_id)
    GROUP BY condition_id ORDER BY condition_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineUse:
    """Of one condition's ended runs that the own machine made."""

    condition_id: str
    n_runs: int
    n_timed: int
    wall_time_s_total: float
    cost_usd_total: float  # of the known costs
    energy_wh_total: float | None  # None: not measured, or not asked for
    metered_s: float  # the part of the time whose energy is known

    @property
    def mean_power_w(self) -> float | None:
        if self.energy_wh_total is None or not self.metered_s:
            return None
        return self.energy_wh_total * 3600 / self.metered_s


def machine_use(
    database: Database, campaign_id: str, origin: Origin, *, with_energy: bool
) -> list[MachineUse]:
    """Of routed conditions, whose runs are made in several places; with energy of every one.

    Energy takes a join over all attempts, so it is read only where somebody asks for it.
    """
    return database.rows(
        MachineUse,
        MACHINE_USE,
        campaign_id=campaign_id,
        origin=origin,
        with_energy=with_energy,
    )
