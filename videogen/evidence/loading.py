"""From the rows of a campaign to the evidence that a decision is made from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from videogen import store
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Condition, Location
from videogen.domain.decision import (
    ConditionEvidence,
    Criteria,
    Evidence,
    PlannedN,
    RunTally,
)
from videogen.domain.rating import RaterKind
from videogen.domain.run import Origin
from videogen.evidence import gate
from videogen.evidence.origins import choose_origin, kept_origins
from videogen.evidence.panel_screening import ScreenedRater, screened_panel
from videogen.store import Database, GateOpinions, SetupHours


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEvidence:
    """The evidence of one campaign and what was left out of it, by number."""

    campaign: Campaign
    evidence: Evidence
    origin: Origin
    conditions: Mapping[str, Condition]  # by the name that the evidence uses
    n_runs_in_progress: int
    n_runs_other_origin: int
    n_runs_unknown_origin: int  # ended before a back end took them, in a campaign of both origins
    n_ratings_left_out: int  # of the other origin, or simulated ones of live clips
    n_raters: int
    n_raters_simulated: int
    raters_left_out: tuple[ScreenedRater, ...] = ()  # by the rules that the campaign registered
    setup: Mapping[str, SetupHours] = field(default_factory=dict)  # by condition name, live or not
    rater_numbers: Mapping[str, int] = field(default_factory=dict)  # by name, for who may know none

    @property
    def is_sandbox(self) -> bool:
        return self.origin is Origin.SANDBOX


def load_evidence(
    database: Database, campaign_id: str, *, origin: Origin | None = None
) -> CampaignEvidence:
    """One origin's runs and ratings of a campaign; live when any live run is there.

    Simulated raters count for sandbox clips only. Raises: NotFoundError.
    """
    campaign = store.get_campaign(database, campaign_id)
    counts = store.run_origins(database, campaign_id)
    chosen = origin or choose_origin({one.origin for one in counts})
    opinions = store.gate_opinions(database, campaign_id)
    shown = gate.of_origin(opinions, chosen)
    left_out = left_out_raters(database, campaign, chosen, shown)
    counted = gate.without(shown, {rater.rater_id for rater in left_out})
    plan = _Plan.of(database, campaign, chosen)
    raters = [counted.raters[place] for place in gate.who_rated(counted)]
    kept = kept_origins({one.origin for one in counts}, chosen)
    n_kept = sum(one.n_ended for one in counts if one.origin in kept)
    n_ended = sum(one.n_ended for one in counts)
    n_unknown = sum(one.n_ended for one in counts if one.origin is None and None not in kept)
    return CampaignEvidence(
        campaign=campaign,
        evidence=_counted(database, plan, counted, takes_unknown=None in kept),
        origin=chosen,
        conditions={plan.names[one.condition_id]: one for one in plan.conditions},
        n_runs_in_progress=sum(one.n_runs for one in counts) - n_ended,
        n_runs_other_origin=n_ended - n_kept - n_unknown,
        n_runs_unknown_origin=n_unknown,
        n_ratings_left_out=opinions.score.size - shown.score.size,
        n_raters=len(raters),
        n_raters_simulated=sum(one.kind is RaterKind.SIMULATED for one in raters),
        raters_left_out=left_out,
        setup={one.condition_name: one for one in store.setup_hours(database)},
        rater_numbers=store.rater_numbers(database, campaign_id),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What of a campaign both forms of its evidence begin with."""

    campaign: Campaign
    origin: Origin
    conditions: tuple[Condition, ...]
    names: Mapping[str, str]  # by condition_id
    cloud_ids: frozenset[str]  # of all conditions that there are
    criteria: Criteria

    @classmethod
    def of(cls, database: Database, campaign: Campaign, origin: Origin) -> Self:
        known = {one.condition_id: one for one in store.conditions(database)}
        conditions = tuple(
            known.get(name) or store.get_condition(database, name)
            for name in campaign.condition_ids
        )
        return cls(
            campaign=campaign,
            origin=origin,
            conditions=conditions,
            names=_evidence_names(conditions),
            cloud_ids=frozenset(
                name for name, one in known.items() if one.location is Location.CLOUD
            ),
            criteria=store.criteria(database, campaign.criteria_version),
        )

    @property
    def candidates(self) -> tuple[str, ...]:
        return tuple(self.names[condition_id] for condition_id in self.campaign.candidates)

    @property
    def planned(self) -> PlannedN:
        campaign = self.campaign
        return PlannedN(n_runs=campaign.planned_n_runs, n_raters=campaign.planned_n_raters)


def _counted(
    database: Database, plan: _Plan, opinions: GateOpinions, *, takes_unknown: bool
) -> Evidence:
    campaign, limit_mib = plan.campaign, plan.criteria.peak_vram_mib_max
    tallies = store.run_tallies(
        database,
        campaign.campaign_id,
        plan.origin,
        takes_unknown=takes_unknown,
        cloud_ids=plan.cloud_ids,
        peak_limit_mib=limit_mib,
    )
    offered = store.rated_seed_clips(database, campaign, plan.origin, takes_unknown=takes_unknown)
    cells = gate.cells_by_condition(campaign, opinions, offered)
    return Evidence(
        candidates=plan.candidates,
        criteria=plan.criteria,
        planned=plan.planned,
        conditions=tuple(
            ConditionEvidence(
                name=plan.names[one.condition_id],
                location=one.location,
                origin=plan.origin,
                tally=tallies.get(one.condition_id) or RunTally(peak_limit_mib=limit_mib),
                opinions=cells.get(one.condition_id),
            )
            for one in plan.conditions
        ),
    )


def counted_under(database: Database, found: CampaignEvidence, criteria: Criteria) -> Evidence:
    """The same evidence with its peaks counted against other thresholds."""
    plan = _Plan.of(database, found.campaign, found.origin)
    origins = {one.origin for one in store.run_origins(database, found.campaign.campaign_id)}
    tallies = store.run_tallies(
        database,
        found.campaign.campaign_id,
        found.origin,
        takes_unknown=None in kept_origins(origins, found.origin),
        cloud_ids=plan.cloud_ids,
        peak_limit_mib=criteria.peak_vram_mib_max,
    )
    unseen = RunTally(peak_limit_mib=criteria.peak_vram_mib_max)
    conditions = tuple(
        replace(one, tally=tallies.get(found.conditions[one.name].condition_id, unseen))
        for one in found.evidence.conditions
    )
    return replace(found.evidence, criteria=criteria, conditions=conditions)


def left_out_raters(
    database: Database, campaign: Campaign, origin: Origin, opinions: GateOpinions
) -> tuple[ScreenedRater, ...]:
    """Nobody where no rules were registered; nobody can be left out by hand.

    Args: opinions: the campaign's, of that origin.
    """
    if campaign.screening_version is None or not opinions.score.size:
        return ()
    panel = screened_panel(database, campaign, origin, opinions=opinions)
    return tuple(one for one in panel if one.is_left_out and one.conduct.n_test)


def _evidence_names(conditions: Sequence[Condition]) -> Mapping[str, str]:
    """A condition's plain name; its whole id where two settings of one name compete."""
    n_of_name = Counter(condition.name for condition in conditions)
    return {
        c.condition_id: c.name if n_of_name[c.name] == 1 else c.condition_id for c in conditions
    }
