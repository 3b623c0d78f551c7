"""A campaign's rows as the rules take them: what of a run and of a rating counts, and as what."""

from collections.abc import Collection, Mapping, Sequence

from videogen.domain.campaign import Campaign
from videogen.domain.decision import JudgedRun, RatingBlock
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.store import GateRating


def choose_origin(origins: Collection[Origin | None]) -> Origin:
    """Live as soon as one run is live: what is measured outweighs what is played."""
    if Origin.LIVE in origins or Origin.SANDBOX not in origins:
        return Origin.LIVE
    return Origin.SANDBOX


def kept_origins(origins: Collection[Origin | None], chosen: Origin) -> set[Origin | None]:
    """Those that no back end ever took count only where there is one origin."""
    return {chosen, None} if set(origins) - {None} <= {chosen} else {chosen}


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
