"""Whether the work takes longer than planned: the plan's days, and the hours that were noted."""

from collections.abc import Iterator
from datetime import date

from videogen.evidence.answers.poc_plan import PocPlan, PocState
from videogen.evidence.answers.risk_figures import RiskFigure, RiskState
from videogen.evidence.case import Case
from videogen.evidence.claims import span_of
from videogen.evidence.verdict import Sentence
from videogen.store import SetupHours

HOURS_PER_WEEK = 40.0  # one person, full time: what the paper's weeks of work are counted in


def overrun_figures(
    case: Case, plan: PocPlan, progress: PocState, today: date
) -> Iterator[RiskFigure]:
    yield plan_figure(plan, progress, today)
    for name in case.found.evidence.candidates:
        row = case.row(name)
        weeks = span_of(case.claims, "setup_time_weeks", case.found.conditions[name].name)
        if row is not None and weeks is not None:
            yield setup_figure(name, row.setup, weeks.high * HOURS_PER_WEEK)


def plan_figure(plan: PocPlan, progress: PocState, today: date) -> RiskFigure:
    """Triggered by an open task past its last day; a task ticked late is no longer late."""
    day = progress.day(today)
    if progress.began_on is None or day is None:
        key = "not_begun" if progress.began_on is None else "begins_later"
        return RiskFigure(
            said=Sentence(key=f"risks.overrun.{key}"),
            state=RiskState.UNKNOWN,
            page="campaigns",
        )
    due = [
        (progress.states[task.key].is_done, period.last_day)
        for period in plan.periods
        if period.last_day is not None and period.last_day <= day
        for task in plan.tasks_of(period)
    ]
    n_days_late = [day - last_day for is_done, last_day in due if not is_done and day > last_day]
    facts = {
        "day": day,
        "n_due": len(due),
        "n_open": sum(not is_done for is_done, _ in due),
        "n_days": max(n_days_late, default=0),
    }
    if not n_days_late:
        said, state = Sentence(key="risks.overrun.on_time", facts=facts), RiskState.QUIET
    else:
        said, state = Sentence(key="risks.overrun.late", facts=facts), RiskState.TRIGGERED
    return RiskFigure(said=said, state=state, page="campaigns")


def setup_figure(name: str, setup: SetupHours | None, limit_hours: float) -> RiskFigure:
    """Person hours before the first clip against the paper's weeks; nothing noted says nothing."""
    facts: dict[str, object] = {
        "condition": name,
        "limit_h": limit_hours,
        "weeks": limit_hours / HOURS_PER_WEEK,
    }
    if setup is None:
        said = Sentence(key="risks.overrun.setup_unknown", facts=facts)
        return RiskFigure(said=said, page="campaigns")
    facts |= {"hours": setup.person_hours, "n_steps": setup.n_steps}
    is_over = setup.person_hours > limit_hours
    return RiskFigure(
        said=Sentence(key="risks.overrun.setup", facts=facts),
        state=RiskState.TRIGGERED if is_over else RiskState.QUIET,
        page="campaigns",
    )
