"""What follows an attempt that failed: another try of the same run, or the run's end."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from videogen import store
from videogen.domain.condition import BackendKind, Condition, Location
from videogen.domain.run import Attempt, AttemptState, FailureClass, Origin, Run
from videogen.runs.context import RunContext
from videogen.runs.journal import Journal
from videogen.store import Database

N_QUOTA_TURNS = 5  # a run that a vendor's quota refused more often fails
MayMake = Callable[[Condition, Origin | None], bool]
# Where another back end may do what this one did not. `uncertain` is not among them: money may be
# gone already, so a person decides.
FALLS_BACK = frozenset(
    {
        FailureClass.SERVER_DOWN,
        FailureClass.LOST,
        FailureClass.OUT_OF_VRAM,
        FailureClass.QUOTA,
        FailureClass.MODEL_RETIRED,
        FailureClass.FILTERED,
        FailureClass.STALLED,
        FailureClass.TIMED_OUT,
        FailureClass.EXECUTION_ERROR,
        FailureClass.NODE_MISSING,
        FailureClass.MODEL_MISSING,
        FailureClass.BUDGET,
        FailureClass.SIGN_IN,
    }
)


def anywhere(condition: Condition, origin: Origin | None) -> bool:  # noqa: ARG001 see MayMake
    """Where nobody knows what is attached, everything may be."""
    return True


def after_failure(
    context: RunContext,
    journal: Journal,
    failure_class: FailureClass | None,
    *,
    may_make: MayMake,
    is_day_quota: bool,
    cost_usd: Decimal | None,
) -> Mapping[str, Any] | None:
    """What changes in the run when it is tried again; None when it has failed.

    A routed run goes on to the next of its chain; a local one that ran out of memory has one more
    try with smaller settings; one that a vendor's quota refused waits its turn. While nobody knows
    what a paid call of it was billed, no other paid one follows without a person.
    """
    if failure_class in FALLS_BACK:
        if _is_bill_open(context.database, journal, cost_usd):
            may_make = _only_free(may_make)
        onward = routed_onward(context.database, journal.run, may_make)
        if onward is not None:
            return onward
    if failure_class is FailureClass.OUT_OF_VRAM:
        return {} if has_smaller(context, journal) else None
    if failure_class is FailureClass.QUOTA and not is_day_quota:
        return {} if _has_quota_turn(journal) else None
    return None


def _is_bill_open(database: Database, journal: Journal, cost_usd: Decimal | None) -> bool:
    """Whether a paid attempt of the run, this one with `cost_usd`, has no known bill."""
    if journal.condition.location is Location.CLOUD and cost_usd is None:
        return True
    return any(
        attempt.cost_usd is None and _is_paid(database, attempt)
        for attempt in journal.earlier_attempts()
    )


def _is_paid(database: Database, attempt: Attempt) -> bool:
    if attempt.condition_id is None:
        return False  # of before there were routed runs: such a run has no chain
    return store.get_condition(database, attempt.condition_id).location is Location.CLOUD


def _only_free(may_make: MayMake) -> MayMake:
    def may(condition: Condition, origin: Origin | None) -> bool:
        return condition.location is Location.LOCAL and may_make(condition, origin)

    return may


def routed_onward(database: Database, run: Run, may_make: MayMake) -> Mapping[str, Any] | None:
    """The next of the chain that can be made now, and where it came from; None: there is none."""
    chain: list[str] = list(run.route.get("chain", ()))
    if run.routed_to is None or not chain:
        return None
    conditions = {c.condition_id: c for c in store.conditions(database)}
    known = [condition_id for condition_id in chain if condition_id in conditions]
    ready = [name for name in known if may_make(conditions[name], run.origin)]
    if not ready:
        return None
    place = chain.index(ready[0])
    tried = [*run.route.get("tried", ()), run.routed_to]
    # What was not there a moment ago may be there later: it stays behind the one that is.
    route = {**run.route, "chain": chain[:place] + chain[place + 1 :], "tried": tried}
    return {"routed_to": ready[0], "route": route}


def has_smaller(context: RunContext, journal: Journal) -> bool:
    """Whether a try with smaller settings is left for this attempt's condition."""
    if journal.attempt.degraded or journal.condition.location is Location.CLOUD:
        return False
    return smaller(context, journal.condition) is not None


def smaller(context: RunContext, condition: Condition) -> Condition | None:
    """The same condition with less memory, from its workflow's manifest."""
    if condition.backend is not BackendKind.COMFY or condition.workflow is None:
        return None
    manifest = context.manifests.get(condition.workflow)
    return manifest.smaller(condition) if manifest else None


def is_smaller_due(run: Run, attempts: Sequence[Attempt]) -> bool:
    """Whether the run waits for its try with smaller settings: the last one that was made ran out.

    A cancelled attempt of a run that goes on was put back: it never reached its server. What a
    quota refused without a cost was not made either.
    """
    made = [
        attempt
        for attempt in attempts
        if attempt.submitted_at is not None
        and attempt.state is not AttemptState.CANCELLED
        and not (attempt.failure_class is FailureClass.QUOTA and attempt.cost_usd == 0)
    ]
    if not made:
        return False
    last = made[-1]
    is_same = last.condition_id in (None, run.making_condition_id)
    return is_same and last.failure_class is FailureClass.OUT_OF_VRAM and not last.degraded


def condition_to_try(context: RunContext, run: Run, *, degraded: bool) -> Condition:
    """What makes the clip, with smaller settings when that is due.

    Raises: NotFoundError.
    """
    condition = store.get_condition(context.database, run.making_condition_id)
    if not degraded:
        return condition
    return smaller(context, condition) or condition


def _has_quota_turn(journal: Journal) -> bool:
    earlier = journal.earlier_attempts()
    n_refused = sum(attempt.failure_class is FailureClass.QUOTA for attempt in earlier)
    return n_refused < N_QUOTA_TURNS
