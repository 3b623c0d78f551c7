"""Evidence row by row, for who takes it away: what the counts in SQL are held to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from videogen import store
from videogen.domain.campaign import Campaign
from videogen.domain.condition import Location
from videogen.domain.decision import ConditionRows, EvidenceRows, JudgedRun, RatingBlock
from videogen.domain.rating import RaterKind
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.evidence.loading import CampaignEvidence
from videogen.evidence.origins import kept_origins
from videogen.store import Database, GateRating

OfCondition = TypeVar("OfCondition", Run, GateRating)


def load_rows(database: Database, found: CampaignEvidence) -> EvidenceRows:
    """The rows that `found` counts: `evidence_of` them decides the same."""
    campaign = found.campaign
    runs = store.campaign_runs(database, campaign.campaign_id)
    known = store.conditions(database)
    cloud_ids = {one.condition_id for one in known if one.location is Location.CLOUD}
    rater_names = {rater.rater_id: rater.name for rater in store.raters(database)}
    runs_of = _by_condition(runs_of_origin(runs, found.origin))
    ratings_of = _by_condition(counted_ratings(database, found))
    ids = {name: condition.condition_id for name, condition in found.conditions.items()}
    return EvidenceRows(
        candidates=found.evidence.candidates,
        criteria=found.evidence.criteria,
        planned=found.evidence.planned,
        conditions=tuple(
            ConditionRows(
                name=one.name,
                location=one.location,
                origin=found.origin,
                runs=judged_runs(runs_of[ids[one.name]], cloud_ids),
                ratings=rating_block(
                    campaign, runs_of[ids[one.name]], ratings_of[ids[one.name]], rater_names
                ),
            )
            for one in found.evidence.conditions
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


def runs_of_origin(runs: Sequence[Run], origin: Origin) -> list[Run]:
    """Ended runs of one origin."""
    wanted = kept_origins({run.origin for run in runs}, origin)
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
