"""The paper's four scenarios, each with the answer that the evidence gives now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from videogen.domain.decision import Verdict
from videogen.evidence.case import Case
from videogen.evidence.claims import retired_on
from videogen.evidence.deltas import reference_row
from videogen.evidence.matrix import MatrixRow, Measured
from videogen.evidence.money.break_even import break_even_points
from videogen.evidence.money.costs import condition_costs
from videogen.evidence.money.differences import (
    Difference,
    costs_per_video,
    difference,
    most_promising,
    told_difference,
)
from videogen.evidence.paper.claim_figures import OPINION, figure
from videogen.evidence.paper.measured_claims import told, told_time
from videogen.evidence.paper.plan_contradictions import phase_weeks
from videogen.evidence.paper.recomputed import WEEKS_PER_MONTH
from videogen.evidence.steps.next_step import cheapest_step
from videogen.evidence.verdict import Sentence

# Conditions that do what Scenario B asks for: a person speaks, the camera is led.
LIPSYNC_OR_CAMERA = ("wan-infinitetalk", "wan-uni3c")
NOTHING = Sentence(key="answers.unknown")


class AnswerState(StrEnum):
    ANSWERED = "answered"
    PROVISIONAL = "provisional"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioAnswer:
    """`figures` carry their n and interval; `missing` says what would settle it."""

    name: str  # a, b, c, d
    state: AnswerState
    brief: Sentence  # what the paper says
    answer: Sentence
    reason: Sentence
    figures: tuple[Sentence, ...] = ()
    missing: tuple[Sentence, ...] = ()


def scenario_answers(case: Case) -> tuple[ScenarioAnswer, ...]:
    """A to D, in the paper's order."""
    return (_quality(case), _special(case), _cost(case), _content(case))


def _answer(
    name: str,
    state: AnswerState,
    answer: Sentence,
    reason: Sentence,
    *,
    figures: Sequence[Sentence | None] = (),
    missing: Sequence[Sentence | None] = (),
) -> ScenarioAnswer:
    return ScenarioAnswer(
        name=name,
        state=state,
        brief=Sentence(key=f"scenario.{name}.brief"),
        answer=answer,
        reason=reason,
        figures=tuple(one for one in figures if one is not None),
        missing=tuple(one for one in missing if one is not None),
    )


def _settled(case: Case, *, is_settled: bool) -> AnswerState:
    """Neither the sandbox nor an unfinished plan answers anything for good."""
    is_answered = is_settled and case.is_settled
    return AnswerState.ANSWERED if is_answered else AnswerState.PROVISIONAL


def _reason(case: Case, otherwise: Sentence, *, is_open: bool) -> Sentence:
    """Args: is_open: `otherwise` says itself that it is not settled."""
    if case.found.is_sandbox:
        return Sentence(key="answers.sandbox")
    return otherwise if is_open or case.is_settled else Sentence(key="answers.provisional")


def _quality(case: Case) -> ScenarioAnswer:
    """A: the best measured quality among what can still be had, and how soon it comes."""
    day = retired_on(case.claims, "veo-2")
    gone = None if day is None else Sentence(key="scenario.a.retired", facts={"day": day})
    rated = sorted(
        (row for row in case.rows if row.quality.estimate is not None and _is_there(case, row)),
        key=lambda row: -(row.quality.estimate or 0.0),
    )
    if not rated:
        nothing = Sentence(key="scenario.a.none")
        missing = Sentence(key="scenario.a.missing_ratings")
        return _answer("a", AnswerState.NOT_YET, gone or nothing, nothing, missing=[missing])
    best, others = rated[0], rated[1:]
    rival = next((row for row in others if not _is_better(best.quality, row.quality)), None)
    facts = {"condition": best.condition, "time": told_time(best) or NOTHING}
    clear = Sentence(key="scenario.a.clear", facts={"condition": best.condition})
    near = None
    if rival is not None:
        near = Sentence(
            key="scenario.a.near", facts={"condition": best.condition, "others": rival.condition}
        )
    elif best.quality.low is None:
        near = Sentence(key="scenario.a.no_interval")
    return _answer(
        "a",
        _settled(case, is_settled=near is None),
        Sentence(key="scenario.a.best", facts=facts),
        _reason(case, near or clear, is_open=near is not None),
        figures=[*(_opinion(row) for row in rated[:2]), gone],
        missing=[None if near is None else Sentence(key="scenario.a.missing_raters")],
    )


def _is_there(case: Case, row: MatrixRow) -> bool:
    return retired_on(case.claims, case.found.conditions[row.condition].name) is None


def _is_better(one: Measured, other: Measured) -> bool:
    value = difference(one, other)
    return value is not None and value.is_above


def _opinion(row: MatrixRow) -> Sentence:
    facts = {"condition": row.condition, "value": told(OPINION, row.quality, "raters")}
    return Sentence(key="answers.quality", facts=facts)


def _special(case: Case) -> ScenarioAnswer:
    """B: whether anything here speaks or leads the camera."""
    rows = [
        row
        for row in case.rows
        if case.found.conditions[row.condition].name.startswith(LIPSYNC_OR_CAMERA)
    ]
    weeks = sum(phase.low for phase in phase_weeks(case.claims)[1:])
    months = weeks / WEEKS_PER_MONTH
    wait = Sentence(
        key="scenario.b.wait",
        facts={"weeks": weeks, "months": figure("scenario_b_months", months, months)},
    )
    if not any(row.n_succeeded for row in rows):
        missing = Sentence(key="scenario.b.missing")
        none = Sentence(key="scenario.b.none")
        return _answer("b", AnswerState.NOT_YET, none, wait, missing=[missing])
    first = max(rows, key=lambda row: row.n_succeeded)
    facts = {"condition": first.condition, "n": first.n_succeeded}
    verdict = Sentence(key=f"scenario.verdict.{first.verdict.value}", facts=facts)
    return _answer(
        "b",
        _settled(case, is_settled=first.verdict is not Verdict.NOT_YET),
        Sentence(key="scenario.b.made", facts=facts),
        _reason(case, verdict, is_open=first.verdict is Verdict.NOT_YET),
        figures=[_opinion(first)],
    )


def _cost(case: Case) -> ScenarioAnswer:
    """C: whether WAN costs less than what the team works with, and whether it passes."""
    costs = costs_per_video(case)
    first, reference = most_promising(case, costs), reference_row(case.rows)
    if first is None or reference is None or reference.condition not in costs:
        missing = Sentence(key="scenario.c.missing_runs")
        none = Sentence(key="scenario.c.none")
        return _answer("c", AnswerState.NOT_YET, none, none, missing=[missing])
    value = difference(costs[first.condition], costs[reference.condition])
    pair = (first.condition, reference.condition)
    facts = {"condition": pair[0], "others": pair[1]}
    verdict = Sentence(key=f"scenario.verdict.{first.verdict.value}", facts=facts)
    is_settled = value is not None and (
        value.is_above or (value.is_below and first.verdict is not Verdict.NOT_YET)
    )
    return _answer(
        "c",
        _settled(case, is_settled=is_settled),
        _saving(case, value, facts),
        _reason(case, verdict, is_open=first.verdict is Verdict.NOT_YET),
        figures=[
            *(_cost_figure(costs, name) for name in pair),
            *_rates(case, pair),
            _break_even(case, pair),
        ],
        missing=_missing_of_cost(case, value, first.verdict),
    )


def _saving(case: Case, value: Difference | None, facts: Mapping[str, object]) -> Sentence:
    """Of a month at the assumed volume."""
    if value is None:
        return Sentence(key="scenario.c.none")
    n_videos = case.assumptions.n_videos_month
    month = told_difference("cost_usd_month_1000", value.scaled(n_videos))
    side = "unclear"
    if value.is_below or value.is_above:
        side = "saves" if value.is_below else "dearer"
    return Sentence(key=f"scenario.c.{side}", facts={**facts, "month": month, "n": n_videos})


def _cost_figure(costs: Mapping[str, Measured], condition: str) -> Sentence:
    facts = {"condition": condition, "value": told("cost_usd", costs[condition], "runs")}
    return Sentence(key="answers.cost", facts=facts)


def _rates(case: Case, pair: tuple[str, str]) -> list[Sentence]:
    """What an hour of the own machine is counted at, and who says so."""
    rates = (cost.rate for cost in condition_costs(case) if cost.condition in pair)
    return list({rate.provenance.key: rate.provenance for rate in rates if rate}.values())


def _break_even(case: Case, pair: tuple[str, str]) -> Sentence | None:
    return next(
        (
            point.sentence
            for point in break_even_points(case)
            if {point.one, point.other} == set(pair)
        ),
        None,
    )


def _missing_of_cost(
    case: Case, value: Difference | None, verdict: Verdict
) -> list[Sentence | None]:
    if value is None or not (value.is_below or value.is_above):
        return [Sentence(key="scenario.c.missing_runs")]
    if value.is_above or verdict is not Verdict.NOT_YET:
        return []
    step = cheapest_step(case)
    return [None if step is None else step.sentence]


def _content(case: Case) -> ScenarioAnswer:
    """D: keep what there is, and what it would take to change."""
    verdict = Verdict.NOT_YET if case.found.is_sandbox else case.decision.verdict
    reference = reference_row(case.rows)
    facts = {"others": reference.condition} if reference is not None else {}
    which = "keep" if reference is not None else "no_baseline"
    if reference is not None and verdict is not Verdict.NO_GO:
        which = "change" if verdict is Verdict.GO else "keep_for_now"
    step = cheapest_step(case) if verdict is Verdict.NOT_YET else None
    figures = [] if reference is None else [_opinion(reference), _success(reference)]
    return _answer(
        "d",
        AnswerState.NOT_YET
        if reference is None
        else _settled(case, is_settled=verdict is not Verdict.NOT_YET),
        Sentence(key=f"scenario.d.{which}", facts=facts),
        _reason(case, Sentence(key=f"scenario.d.verdict.{verdict.value}"), is_open=True),
        figures=figures,
        missing=[None if step is None else step.sentence],
    )


def _success(row: MatrixRow) -> Sentence:
    facts = {"condition": row.condition, "n_ok": row.n_succeeded, "n": row.n_runs}
    return Sentence(key="answers.success", facts=facts)
