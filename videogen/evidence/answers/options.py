"""The paper's three options, and which of them the evidence recommends now."""

from collections.abc import Mapping
from dataclasses import dataclass

from videogen.domain.decision import Verdict
from videogen.evidence.case import Case
from videogen.evidence.claims import span_of, word_of
from videogen.evidence.deltas import reference_row
from videogen.evidence.money.differences import (
    Difference,
    costs_per_video,
    difference,
    most_promising,
    told_difference,
)
from videogen.evidence.paper.claim_figures import figure
from videogen.evidence.paper.plan_contradictions import phase_weeks
from videogen.evidence.steps.next_step import cheapest_step
from videogen.evidence.verdict import Sentence

MONTH = "cost_usd_month_1000"
MONTHS_TO_PAY_BACK = 12
TIMELINES = {1: "option_1_weeks", 2: "option_2_months", 3: "option_3_months"}
RECOMMENDED = {Verdict.GO: 1, Verdict.NOT_YET: 1, Verdict.NO_GO: 3}
PHASES_OF = {1: 2, 2: 3}  # how many phases of work an option stakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What an option pays back; not known until money, volume and weeks are all known."""

    is_known: bool
    sentence: Sentence
    missing: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionAnswer:
    """`timeline`, `risk` and `roi_claimed` are the paper's; `now` and `roi` the evidence's."""

    number: int
    brief: Sentence
    timeline: Sentence | None
    risk: Sentence | None
    roi_claimed: Sentence | None
    is_recommended: bool
    is_provisional: bool
    now: Sentence
    roi: Return


def option_answers(case: Case) -> tuple[OptionAnswer, ...]:
    """Options 1 to 3, in the paper's order."""
    return tuple(_option(case, number) for number in TIMELINES)


def _option(case: Case, number: int) -> OptionAnswer:
    # What the sandbox played passes or fails nothing: real runs come first.
    verdict = Verdict.NOT_YET if case.found.is_sandbox else case.decision.verdict
    timeline = span_of(case.claims, TIMELINES[number])
    risk, roi = (word_of(case.claims, f"option_{number}_{name}") for name in ("risk", "roi"))
    return OptionAnswer(
        number=number,
        brief=Sentence(key=f"option.{number}.brief"),
        timeline=None
        if timeline is None
        else figure(TIMELINES[number], timeline.low, timeline.high),
        risk=None if risk is None else Sentence(key=f"option.risk.{risk}"),
        roi_claimed=None if roi is None else Sentence(key=f"option.claimed.{roi}"),
        is_recommended=RECOMMENDED[verdict] == number,
        is_provisional=verdict is Verdict.NOT_YET,
        now=_now(case, number, verdict),
        roi=_return(case, number),
    )


def _now(case: Case, number: int, verdict: Verdict) -> Sentence:
    phases = phase_weeks(case.claims)
    weeks = sum(phase.low for phase in phases)
    facts: dict[str, object] = {"weeks": figure("phase_2_weeks", weeks, weeks)}
    if number == 1:
        facts["step"] = _next_step(case)
        next_weeks = phases[1].low if phases else None
        facts["weeks"] = figure("phase_2_weeks", next_weeks, next_weeks)
    return Sentence(key=f"option.{number}.{verdict.value}", facts=facts)


def _next_step(case: Case) -> Sentence:
    if case.found.is_sandbox:
        return Sentence(key="option.step.real_runs")
    step = cheapest_step(case)
    return Sentence(key="answers.unknown") if step is None else step.brief


def _return(case: Case, number: int) -> Return:
    """In money only: what better clips are worth nobody has said."""
    if number not in PHASES_OF:
        return Return(is_known=True, sentence=Sentence(key="option.roi.nothing_invested"))
    costs = costs_per_video(case)
    row, reference = most_promising(case, costs), reference_row(case.rows)
    if row is None or reference is None or reference.condition not in costs:
        missing = Sentence(key="option.missing.costs")
        return _unknown(Sentence(key="option.roi.unknown"), missing)
    value = difference(costs[row.condition], costs[reference.condition])
    if value is None:
        return _unknown(Sentence(key="option.roi.unknown"), Sentence(key="option.missing.costs"))
    month = value.scaled(case.assumptions.n_videos_month)
    facts = {
        "condition": row.condition,
        "others": reference.condition,
        "month": told_difference(MONTH, month),
        "n": case.assumptions.n_videos_month,
    }
    if row.verdict is Verdict.NO_GO and month.is_below:
        saving = Sentence(key="option.roi.saves", facts=facts)
        return _unknown(saving, Sentence(key="option.missing.passing"))
    return _judged(case, number, month, facts)


def _judged(case: Case, number: int, month: Difference, facts: Mapping[str, object]) -> Return:
    if month.is_above:
        none = Sentence(key="option.roi.none", facts=facts)
        return Return(is_known=case.is_settled, sentence=none)
    if not month.is_below:
        missing = Sentence(key="option.missing.runs")
        return _unknown(Sentence(key="option.roi.open", facts=facts), missing)
    phases = phase_weeks(case.claims)[: PHASES_OF[number]]
    if not phases:
        return _unknown(
            Sentence(key="option.roi.saves", facts=facts), Sentence(key="option.missing.weeks")
        )
    weeks = sum(phase.low for phase in phases)
    limit_usd = -month.estimate * MONTHS_TO_PAY_BACK / weeks
    told = {
        **facts,
        "weeks": figure("phase_2_weeks", weeks, weeks),
        "limit": figure("cost_usd", limit_usd, limit_usd),
        "n_months": MONTHS_TO_PAY_BACK,
    }
    return _unknown(
        Sentence(key="option.roi.pays", facts=told), Sentence(key="option.missing.week_cost")
    )


def _unknown(sentence: Sentence, missing: Sentence) -> Return:
    return Return(is_known=False, sentence=sentence, missing=(missing,))
