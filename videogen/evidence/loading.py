"""From the rows of a campaign to the evidence that a decision is made from."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from videogen import store
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Condition, Location
from videogen.domain.decision import (
    ConditionEvidence,
    Evidence,
    JudgedRun,
    PlannedN,
    RatingBlock,
)
from videogen.domain.rating import RaterKind
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.evidence.panel_screening import ScreenedRater, screened_panel
from videogen.store import Database, GateRating

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

    @property
    def runs(self) -> tuple[JudgedRun, ...]:
        return tuple(run for condition in self.evidence.conditions for run in condition.runs)

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
    runs = store.campaign_runs(database, campaign_id)
    chosen = origin or choose_origin(runs)
    kept = runs_of_origin(runs, chosen)
    ratings = store.gate_ratings(database, campaign_id)
    of_origin = [r for r in ratings if _counts(r, chosen)]
    left_out = _left_out(database, campaign, chosen, of_origin)
    gone = {rater.rater_id for rater in left_out}
    counted = [r for r in of_origin if r.rater_id not in gone]
    rater_names = {rater.rater_id: rater.name for rater in store.raters(database)}
    names = _evidence_names(conditions)
    cloud_ids = {
        condition.condition_id
        for condition in store.conditions(database)
        if condition.location is Location.CLOUD
    }
    simulated = {r.rater_id for r in counted if r.rater_kind is RaterKind.SIMULATED}
    runs_of, ratings_of = _by_condition(kept), _by_condition(counted)
    evidence = Evidence(
        candidates=tuple(names[condition_id] for condition_id in campaign.candidates),
        criteria=store.criteria(database, campaign.criteria_version),
        planned=PlannedN(n_runs=campaign.planned_n_runs, n_raters=campaign.planned_n_raters),
        conditions=tuple(
            ConditionEvidence(
                name=names[condition_id],
                location=condition.location,
                origin=chosen,
                runs=judged_runs(runs_of[condition_id], cloud_ids),
                ratings=rating_block(
                    campaign, runs_of[condition_id], ratings_of[condition_id], rater_names
                ),
            )
            for condition_id, condition in zip(campaign.condition_ids, conditions, strict=True)
        ),
    )
    by_origin = Counter(run.origin for run in runs if run.status.is_final)
    n_ended = sum(run.status.is_final for run in runs)
    n_unknown = by_origin[None] - sum(run.origin is None for run in kept)
    return CampaignEvidence(
        campaign=campaign,
        evidence=evidence,
        origin=chosen,
        conditions={names[c.condition_id]: c for c in conditions},
        n_runs_in_progress=len(runs) - n_ended,
        n_runs_other_origin=n_ended - len(kept) - n_unknown,
        n_runs_unknown_origin=n_unknown,
        n_ratings_left_out=len(ratings) - len(of_origin),
        n_raters=len({r.rater_id for r in counted}),
        n_raters_simulated=len(simulated),
        raters_left_out=left_out,
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


def choose_origin(runs: Sequence[Run]) -> Origin:
    """Live as soon as one run is live: what is measured outweighs what is played."""
    origins = {run.origin for run in runs}
    if Origin.LIVE in origins or Origin.SANDBOX not in origins:
        return Origin.LIVE
    return Origin.SANDBOX


def runs_of_origin(runs: Sequence[Run], origin: Origin) -> list[Run]:
    """Ended runs of one origin; those that no back end ever took only where there is one origin."""
    origins = {run.origin for run in runs} - {None}
    wanted = {origin, None} if origins <= {origin} else {origin}
    return [run for run in runs if run.status.is_final and run.origin in wanted]


def judged_runs(
    runs: Sequence[Run], cloud_ids: Collection[str] = frozenset()
) -> tuple[JudgedRun, ...]:
    """A condition's runs. They share its size and length, so each is of its worst configuration.

    Not so a routed run that one of `cloud_ids` made in the end: it says nothing of a card's memory.
    A clip made with smaller settings is not what was asked for: its run failed for lack of memory.
    A requeue of a cancelled run is the cell's first real try and counts as such: the cancelled
    one was left out of the success rate. So is one that a cap refused, once it is asked for again:
    nothing of it was ever sent.
    """
    by_id = {run.run_id: run for run in runs}
    asked_again = {run.requeued_from for run in runs}
    return tuple(
        JudgedRun(
            ok=run.status is RunStatus.SUCCEEDED and not run.is_degraded,
            failure_class=FailureClass.OUT_OF_VRAM if run.is_degraded else run.failure_class,
            cost_usd=None if run.cost_usd is None else float(run.cost_usd),
            peak_vram_mib=run.peak_vram_mib,
            wall_time_s=run.wall_time_s,
            worst_configuration=run.routed_to not in cloud_ids,
            status=_judged_status(run, asked_again).value,
            requeued_from=_first_try(run, by_id),
            peak_is_lower_bound=bool(run.peak_is_lower_bound),
        )
        for run in runs
    )


def _first_try(run: Run, by_id: Mapping[str, Run]) -> str | None:
    origin_id = run.requeued_from
    while origin_id is not None:
        before = by_id.get(origin_id)
        if before is None or not _is_no_try(before):
            return origin_id
        origin_id = before.requeued_from
    return None


def _judged_status(run: Run, asked_again: Collection[str | None]) -> RunStatus:
    """A cell counts once: the run that a cap refused makes room for the one in its place."""
    is_replaced = run.run_id in asked_again and _is_no_try(run)
    return RunStatus.CANCELLED if is_replaced else run.status


def _is_no_try(run: Run) -> bool:
    """Whether nobody learnt from it what its condition can do."""
    was_refused_by_a_cap = run.failure_class is FailureClass.BUDGET and run.cost_usd == 0
    return run.status is RunStatus.CANCELLED or was_refused_by_a_cap


def rating_block(
    campaign: Campaign,
    runs: Sequence[Run],
    ratings: Sequence[GateRating],
    rater_names: Mapping[str, str],
) -> RatingBlock | None:
    """Clips x raters: every clip of a rated seed, rated or not, and whatever else was rated."""
    if not ratings:
        return None
    prompt_of = {r.clip_id: r.prompt_id for r in ratings}
    rated_cells = {(r.prompt_id, r.seed) for r in ratings}
    for run in runs:
        is_rated = (run.prompt_id, run.seed) in rated_cells
        is_up_for_rating = run.seed in campaign.rated_seeds and not run.is_degraded
        if run.clip_id and is_up_for_rating and not is_rated:
            prompt_of[run.clip_id] = run.prompt_id
    rater_ids = sorted({r.rater_id for r in ratings})
    scores = {(r.clip_id, r.rater_id): float(r.score) for r in ratings}
    return RatingBlock(
        raw=tuple(tuple(scores.get((clip, rater)) for rater in rater_ids) for clip in prompt_of),
        prompt_ids=tuple(prompt_of.values()),
        rater_names=tuple(rater_names.get(rater_id, rater_id) for rater_id in rater_ids),
    )


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
