"""The paper's six key insights, each tested."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from videogen.analysis.vram import N_MEASURED_MIN
from videogen.domain.decision import CriterionVerdict, Verdict
from videogen.domain.run import FailureClass
from videogen.evidence.case import Case
from videogen.evidence.claims import retired_on, span_of
from videogen.evidence.deltas import reference_row
from videogen.evidence.matrix import MatrixRow, Role
from videogen.evidence.money.differences import (
    Difference,
    costs_per_video,
    difference,
    most_promising,
    rows_of,
    told_difference,
)
from videogen.evidence.paper.claim_figures import OPINION, figure
from videogen.evidence.paper.plan_contradictions import weeks
from videogen.evidence.verdict import Sentence

SIZES = ("wan-1.3b", "wan-14b")
MONTH = "cost_usd_month_1000"


class InsightWord(StrEnum):
    SUPPORTED = "supported"
    REFUTED = "refuted"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestedInsight:
    """`evidence` says from how much; what the sandbox played leaves it open."""

    __test__ = False  # pytest would take it for a test by its name

    number: int
    statement: Sentence
    word: InsightWord
    evidence: tuple[Sentence, ...]


Finding = tuple[InsightWord, list[Sentence]]


def tested_insights(case: Case) -> tuple[TestedInsight, ...]:
    """In the paper's order."""
    return tuple(_tested(case, number, rule) for number, rule in enumerate(_RULES, start=1))


def _tested(case: Case, number: int, rule: Callable[[Case], Finding]) -> TestedInsight:
    word, evidence = rule(case)
    # Arithmetic of the paper's own figures holds whatever made the clips, and how many.
    if rule in (_development, _roi) or word is InsightWord.OPEN:
        why = None
    elif case.found.is_sandbox:
        why = Sentence(key="answers.sandbox")
    else:  # memory needs no raters, and says itself how many runs it takes
        is_enough = case.is_settled or rule is _hardware
        why = None if is_enough else Sentence(key="answers.provisional")
    if why is not None:
        word, evidence = InsightWord.OPEN, [*evidence, why]
    return TestedInsight(
        number=number,
        statement=Sentence(key=f"insight.{number}.statement", facts=_stated(case)),
        word=word,
        evidence=tuple(evidence),
    )


def _stated(case: Case) -> dict[str, object]:
    """The figures that the insights quote, as the paper gives them."""
    quoted = {"card": "gpu_memory_mib", "weeks": "wan_development_weeks", "poc": "phase_1_weeks"}
    spans = {name: span_of(case.claims, measure) for name, measure in quoted.items()}
    unknown = Sentence(key="answers.unknown")
    return {
        name: unknown if span is None else figure(quoted[name], span.low, span.high)
        for name, span in spans.items()
    }


def _no_urgency(case: Case) -> Finding:
    """The system of today meets what is asked of it, or does not."""
    day = retired_on(case.claims, "veo-2")
    gone = [] if day is None else [Sentence(key="insight.1.retired", facts={"day": day})]
    row = reference_row(case.rows)
    if row is None or not row.n_runs:
        return InsightWord.OPEN, [*gone, Sentence(key="insight.1.not_measured")]
    judged = next(one for one in case.decision.conditions if one.name == row.condition)
    verdicts = [
        result.verdict
        for result in judged.criteria.values()
        if result.verdict is not CriterionVerdict.NOT_APPLICABLE
    ]
    facts = {
        "condition": row.condition,
        "n": row.n_runs,
        "n_raters": row.quality.n,
        "n_passed": verdicts.count(CriterionVerdict.PASS),
        "n_failed": verdicts.count(CriterionVerdict.FAIL),
        "n_criteria": len(verdicts),
    }
    found = [*gone, Sentence(key="insight.1.criteria", facts=facts)]
    if CriterionVerdict.FAIL in verdicts:
        return InsightWord.REFUTED, found
    is_all = all(verdict is CriterionVerdict.PASS for verdict in verdicts)
    return (InsightWord.SUPPORTED if is_all else InsightWord.OPEN), found


def _trade_off(case: Case) -> Finding:
    """Better clips for more money or time: both sides must be seen."""
    reference = reference_row(case.rows)
    candidates = [row for row in rows_of(case, Role.CANDIDATE) if row.quality.estimate is not None]
    if reference is None or not candidates:
        return InsightWord.OPEN, [Sentence(key="insight.2.not_measured")]
    best = max(candidates, key=lambda row: row.quality.estimate or 0.0)
    quality = difference(best.quality, reference.quality)
    costs = costs_per_video(case)
    cost = difference(costs.get(best.condition), costs.get(reference.condition))
    slower = _is_slower(best, reference)
    names = {"condition": best.condition, "others": reference.condition}
    found = [
        _side("quality", OPINION, quality, names),
        _side("cost", "cost_usd", cost, names),
        _time_side(best, reference, names),
    ]
    if quality is None:
        return InsightWord.OPEN, found
    if quality.is_above and ((cost is not None and cost.is_above) or slower):
        return InsightWord.SUPPORTED, found
    is_free = quality.is_above and cost is not None and cost.is_below and slower is False
    is_loss = quality.is_below and cost is not None and cost.is_above and slower
    return (InsightWord.REFUTED if is_free or is_loss else InsightWord.OPEN), found


def _is_slower(one: MatrixRow, other: MatrixRow) -> bool | None:
    """By its median: beyond nearly all of the other's times, or within half of them; else None."""
    if one.wall_time_s_median is None or other.wall_time_s_median is None:
        return None
    if one.wall_time_s_median <= other.wall_time_s_median:
        return False
    is_beyond = one.wall_time_s_median > (other.wall_time_s_p95 or other.wall_time_s_median)
    return True if is_beyond else None


def _side(name: str, measure: str, value: Difference | None, names: dict[str, str]) -> Sentence:
    if value is None:
        return Sentence(key=f"insight.2.{name}.unknown", facts=names)
    way = "same"
    if value.is_above or value.is_below:
        way = "more" if value.is_above else "less"
    facts = {**names, "value": told_difference(measure, value)}
    return Sentence(key=f"insight.2.{name}.{way}", facts=facts)


def _time_side(one: MatrixRow, other: MatrixRow, names: dict[str, str]) -> Sentence:
    median, usual = one.wall_time_s_median, other.wall_time_s_median
    if median is None or usual is None:
        return Sentence(key="insight.2.time.unknown", facts=names)
    facts = {
        **names,
        "time": figure("wall_time_s", median, median),
        "usual": figure("wall_time_s", usual, usual),
        "n_one": one.n_timed,
        "n_other": other.n_timed,
    }
    return Sentence(key="insight.2.time.known", facts=facts)


def _hardware(case: Case) -> Finding:
    """The card is enough for both sizes of WAN: no peak over it, none out of memory."""
    card = span_of(case.claims, "gpu_memory_mib")
    if card is None:
        return InsightWord.OPEN, [Sentence(key="insight.3.no_card")]
    found: list[Sentence] = []
    words: list[InsightWord] = []
    for size in SIZES:
        word, sentence = _fits(case, size, card.low)
        words.append(word)
        found.append(sentence)
    if InsightWord.REFUTED in words:
        return InsightWord.REFUTED, found
    is_all = all(word is InsightWord.SUPPORTED for word in words)
    return (InsightWord.SUPPORTED if is_all else InsightWord.OPEN), found


def _fits(case: Case, size: str, card_mib: float) -> tuple[InsightWord, Sentence]:
    rows = [row for row in case.rows if case.found.conditions[row.condition].name.startswith(size)]
    n_peaks = sum(row.n_peaks for row in rows)
    n_out = sum(row.failures.get(FailureClass.OUT_OF_VRAM, 0) for row in rows)
    peaks = [row.peak_vram_mib_max for row in rows if row.peak_vram_mib_max is not None]
    facts: dict[str, object] = {
        "size": size.removeprefix("wan-").upper(),
        "card": figure("gpu_memory_mib", card_mib, card_mib),
        "n": n_peaks,
        "n_out": n_out,
    }
    if rows:
        facts["condition"] = max(rows, key=lambda row: row.peak_vram_mib_max or 0.0).condition
    if not peaks and not n_out:
        return InsightWord.OPEN, Sentence(key="insight.3.not_measured", facts=facts)
    facts["peak"] = figure("peak_vram_mib", max(peaks, default=None), max(peaks, default=None))
    if n_out or max(peaks) > card_mib:
        return InsightWord.REFUTED, Sentence(key="insight.3.over", facts=facts)
    under = Sentence(key="insight.3.under", facts=facts)  # a lower bound is no measured peak
    least = min(row.n_peaks for row in rows)  # each setting for itself
    return (InsightWord.SUPPORTED if least >= N_MEASURED_MIN else InsightWord.OPEN), under


def _development(case: Case) -> Finding:
    """Its own phases say otherwise; what it took here is written down as setup steps."""
    found = weeks(case.claims)
    hours = [row.setup.person_hours for row in case.rows if row.setup is not None]
    told = [Sentence(key="insight.4.hours", facts={"hours": sum(hours)})] if hours else []
    if found is None:
        return InsightWord.OPEN, [Sentence(key="insight.4.agrees"), *told]
    return InsightWord.REFUTED, [found.sentence, *told]


def _roi(case: Case) -> Finding:
    """Uncertain until the difference in cost is settled."""
    reference = reference_row(case.rows)
    costs = costs_per_video(case)
    first = most_promising(case, costs)
    if reference is None or reference.condition not in costs or first is None:
        return InsightWord.SUPPORTED, [Sentence(key="insight.5.unknown")]
    value = difference(costs[first.condition], costs[reference.condition])
    if value is None:
        return InsightWord.SUPPORTED, [Sentence(key="insight.5.unknown")]
    n_videos = case.assumptions.n_videos_month
    facts = {
        "condition": first.condition,
        "others": reference.condition,
        "month": told_difference(MONTH, value.scaled(n_videos)),
        "n": n_videos,
    }
    if case.found.is_sandbox:
        return InsightWord.SUPPORTED, [Sentence(key="insight.5.sandbox")]
    if value.is_above and not case.is_settled:
        dearer = Sentence(key="option.roi.none", facts=facts)
        return InsightWord.SUPPORTED, [dearer, Sentence(key="answers.provisional")]
    if value.is_above:
        return InsightWord.REFUTED, [Sentence(key="insight.5.dearer", facts=facts)]
    way = "saves" if value.is_below else "open"
    return InsightWord.SUPPORTED, [Sentence(key=f"insight.5.{way}", facts=facts)]


def _worth(case: Case) -> Finding:
    """The proof of concept is worth its weeks when it decides what nobody could say before."""
    candidates = [one for one in case.decision.conditions if one.is_candidate]
    results = [
        result
        for one in candidates
        for result in one.criteria.values()
        if result.verdict is not CriterionVerdict.NOT_APPLICABLE
    ]
    open_ones = [one for one in results if one.verdict is CriterionVerdict.NOT_YET]
    facts = {
        "n_decided": len(results) - len(open_ones),
        "n_criteria": len(results),
        "n": _n_runs(rows_of(case, Role.CANDIDATE)),
    }
    found = [Sentence(key="insight.6.criteria", facts=facts)]
    is_decided = case.decision.verdict is not Verdict.NOT_YET
    return (InsightWord.SUPPORTED if is_decided else InsightWord.OPEN), found


def _n_runs(rows: Sequence[MatrixRow]) -> int:
    return sum(row.n_runs for row in rows)


_RULES: tuple[Callable[[Case], Finding], ...] = (
    _no_urgency,
    _trade_off,
    _hardware,
    _development,
    _roi,
    _worth,
)
