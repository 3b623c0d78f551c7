"""From the rows of a campaign to the evidence that a decision is made from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from videogen import store
from videogen.analysis import evidence_of
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Condition, Location
from videogen.domain.decision import ConditionRows, Evidence, EvidenceRows, PlannedN
from videogen.domain.rating import RaterKind
from videogen.domain.run import Origin, Run
from videogen.evidence.panel_screening import ScreenedRater, screened_panel
from videogen.evidence.rows import choose_origin, judged_runs, rating_block, runs_of_origin
from videogen.store import Database, GateRating, SetupHours

OfCondition = TypeVar("OfCondition", Run, GateRating)


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
    conditions = [store.get_condition(database, name) for name in campaign.condition_ids]
    names = _evidence_names(conditions)
    runs = store.campaign_runs(database, campaign_id)
    chosen = origin or choose_origin(runs)
    kept = runs_of_origin(runs, chosen)
    ratings = store.gate_ratings(database, campaign_id)
    of_origin = [r for r in ratings if _counts(r, chosen)]
    left_out = _left_out(database, campaign, chosen, of_origin)
    gone = {rater.rater_id for rater in left_out}
    counted = [r for r in of_origin if r.rater_id not in gone]
    simulated = {r.rater_id for r in counted if r.rater_kind is RaterKind.SIMULATED}
    by_origin = Counter(run.origin for run in runs if run.status.is_final)
    n_ended = sum(run.status.is_final for run in runs)
    n_unknown = by_origin[None] - sum(run.origin is None for run in kept)
    return CampaignEvidence(
        campaign=campaign,
        evidence=evidence_of(_rows(database, campaign, chosen, kept, counted)),
        origin=chosen,
        conditions={names[c.condition_id]: c for c in conditions},
        n_runs_in_progress=len(runs) - n_ended,
        n_runs_other_origin=n_ended - len(kept) - n_unknown,
        n_runs_unknown_origin=n_unknown,
        n_ratings_left_out=len(ratings) - len(of_origin),
        n_raters=len({r.rater_id for r in counted}),
        n_raters_simulated=len(simulated),
        raters_left_out=left_out,
        setup={one.condition_name: one for one in store.setup_hours(database)},
    )


def load_rows(database: Database, found: CampaignEvidence) -> EvidenceRows:
    """The rows that `found` counts: `evidence_of` them decides the same."""
    runs = store.campaign_runs(database, found.campaign.campaign_id)
    return _rows(
        database,
        found.campaign,
        found.origin,
        runs_of_origin(runs, found.origin),
        counted_ratings(database, found),
    )


def _rows(
    database: Database,
    campaign: Campaign,
    origin: Origin,
    runs: Sequence[Run],
    ratings: Sequence[GateRating],
) -> EvidenceRows:
    conditions = [store.get_condition(database, name) for name in campaign.condition_ids]
    names = _evidence_names(conditions)
    rater_names = {rater.rater_id: rater.name for rater in store.raters(database)}
    cloud_ids = {
        condition.condition_id
        for condition in store.conditions(database)
        if condition.location is Location.CLOUD
    }
    runs_of, ratings_of = _by_condition(runs), _by_condition(ratings)
    return EvidenceRows(
        candidates=tuple(names[condition_id] for condition_id in campaign.candidates),
        criteria=store.criteria(database, campaign.criteria_version),
        planned=PlannedN(n_runs=campaign.planned_n_runs, n_raters=campaign.planned_n_raters),
        conditions=tuple(
            ConditionRows(
                name=names[one.condition_id],
                location=one.location,
                origin=origin,
                runs=judged_runs(runs_of[one.condition_id], cloud_ids),
                ratings=rating_block(
                    campaign, runs_of[one.condition_id], ratings_of[one.condition_id], rater_names
                ),
            )
            for one in conditions
        ),
    )


def counted_ratings(database: Database, found: CampaignEvidence) -> list[GateRating]:
    """The ratings that `found` was made from, each with whom and what it is of."""
    gone = {rater.rater_id for rater in found.raters_left_out}
    return [
        rating
        for rating in store.gate_ratings(database, found.campaign.campaign_id)
        if _counts(rating, found.origin) and rating.rater_id not in gone
    ]


def _left_out(
    database: Database, campaign: Campaign, origin: Origin, ratings: Sequence[GateRating]
) -> tuple[ScreenedRater, ...]:
    """Nobody where no rules were registered; nobody can be left out by hand."""
    if campaign.screening_version is None or not ratings:
        return ()
    panel = screened_panel(database, campaign, origin, ratings=ratings)
    return tuple(one for one in panel if one.is_left_out and one.conduct.n_test)


def _by_condition(rows: Iterable[OfCondition]) -> Mapping[str, list[OfCondition]]:
    """In the order given; an empty list for a condition that has none."""
    found: defaultdict[str, list[OfCondition]] = defaultdict(list)
    for row in rows:
        found[row.condition_id].append(row)
    return found


def _counts(rating: GateRating, origin: Origin) -> bool:
    if rating.origin is not origin:
        return False
    return origin is Origin.SANDBOX or rating.rater_kind is RaterKind.HUMAN


def _evidence_names(conditions: Sequence[Condition]) -> Mapping[str, str]:
    """A condition's plain name; its whole id where two settings of one name compete."""
    n_of_name = Counter(condition.name for condition in conditions)
    return {
        c.condition_id: c.name if n_of_name[c.name] == 1 else c.condition_id for c in conditions
    }
