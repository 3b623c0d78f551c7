"""What this campaign measured of the very thing that a claim speaks of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from videogen.analysis.cost import N_SUCCESSES_MIN
from videogen.analysis.quality import N_PROMPTS_MIN, N_RATERS_MIN
from videogen.domain.decision import CriterionName
from videogen.domain.run import FailureClass
from videogen.evidence.case import Case
from videogen.evidence.claims import Claim
from videogen.evidence.matrix import MatrixRow, Measured
from videogen.evidence.paper.claim_figures import OPINION, figure, interval
from videogen.evidence.verdict import Sentence

LEAST_RUNS = 5  # all on one side of a median with a chance of 1 in 32; fewer say nothing
WORKING_HOURS_PER_WEEK = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredClaim:
    """In the claim's own unit; the bounds are a 90 % interval, of a time the span from the median
    to the 95th percentile, of a peak the peak itself. None: too little for bounds.
    """

    condition: str
    condition_id: str
    estimate: float
    low: float | None
    high: float | None
    n: int
    sentence: Sentence
    n_out_of_vram: int = 0  # runs that wanted more memory than there was; their peak is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    case: Case
    row: MatrixRow
    claim: Claim


def measured_of(case: Case, claim: Claim) -> MeasuredClaim | None:
    """None: the campaign does not have the condition, or nothing of this was measured."""
    row = row_named(case, claim.condition)
    rule = _RULES.get(claim.measure)
    if rule is None or row is None:
        return None
    return rule(_Question(case=case, row=row, claim=claim))


def row_named(case: Case, name: str | None) -> MatrixRow | None:
    """By the plain name, as the paper's; of several with other settings the one with most runs."""
    fitting = [row for row in case.rows if case.found.conditions[row.condition].name == name]
    return max(fitting, key=lambda row: row.n_runs, default=None)


def told(measure: str, value: Measured, counted: str) -> Sentence:
    """An estimate with its interval and what it was counted from; `counted`: runs or raters."""
    facts: dict[str, object] = {
        "estimate": figure(measure, value.estimate, value.estimate),
        "n": value.n,
    }
    if value.low is None or value.high is None or value.low == value.high:
        return Sentence(key=f"brief.measured.{counted}_bare", facts=facts)
    facts["span"] = interval(measure, value.low, value.high)
    return Sentence(key=f"brief.measured.{counted}", facts=facts)


def told_time(row: MatrixRow) -> Sentence | None:
    """The median and how long nearly all of them took."""
    median, slow = row.wall_time_s_median, row.wall_time_s_p95
    if median is None:
        return None
    facts: dict[str, object] = {
        "estimate": figure("wall_time_s", median, median),
        "n": row.n_timed,
    }
    if slow is None or row.n_timed < LEAST_RUNS:
        return Sentence(key="brief.measured.time_bare", facts=facts)
    return Sentence(
        key="brief.measured.time", facts={**facts, "slow": figure("wall_time_s", slow, slow)}
    )


def _opinion(asked: _Question) -> MeasuredClaim | None:
    value = asked.row.quality
    judged = next(one for one in asked.case.decision.conditions if one.name == asked.row.condition)
    n_prompts = judged.criteria[CriterionName.QUALITY].facts.get("n_prompts", 0)
    is_enough = (
        value.n >= N_RATERS_MIN and isinstance(n_prompts, int) and n_prompts >= N_PROMPTS_MIN
    )
    return _interval(asked, value, "raters", is_enough=is_enough, measure=OPINION)


def _cost(asked: _Question) -> MeasuredClaim | None:
    return _interval(asked, asked.row.cost_usd, "runs", is_enough=_is_costed(asked))


def _month(asked: _Question) -> MeasuredClaim | None:
    """At the paper's volume, whatever the reader assumes."""
    one = asked.row.cost_usd
    low, estimate, high = (
        None if end is None else end * 1_000 for end in (one.low, one.estimate, one.high)
    )
    month = Measured(estimate=estimate, low=low, high=high, n=one.n)
    return _interval(asked, month, "runs", is_enough=_is_costed(asked))


def _is_costed(asked: _Question) -> bool:
    return asked.row.n_succeeded >= N_SUCCESSES_MIN


def _interval(
    asked: _Question,
    value: Measured,
    counted: str,
    *,
    is_enough: bool,
    measure: str | None = None,
) -> MeasuredClaim | None:
    """Bounds from as much as the criteria ask for before they judge."""
    if value.estimate is None:
        return None
    return _measured(
        asked,
        value.estimate,
        bounds=(value.low, value.high) if is_enough else None,
        n=value.n,
        sentence=told(measure or asked.claim.measure, value, counted),
    )


def _time(asked: _Question) -> MeasuredClaim | None:
    sentence = told_time(asked.row)
    return None if sentence is None else _timed(asked, sentence, 1)


def _time_per_frame(asked: _Question) -> MeasuredClaim | None:
    n_frames = asked.case.found.conditions[asked.row.condition].n_frames
    median = asked.row.wall_time_s_median
    if median is None or not n_frames:
        return None
    one = figure(asked.claim.measure, median / n_frames, median / n_frames)
    facts = {"estimate": one, "n": asked.row.n_timed}
    return _timed(asked, Sentence(key="brief.measured.time_bare", facts=facts), n_frames)


def _timed(asked: _Question, sentence: Sentence, per: int) -> MeasuredClaim | None:
    row = asked.row
    median, slow = row.wall_time_s_median, row.wall_time_s_p95
    if median is None:
        return None
    is_enough = row.n_timed >= LEAST_RUNS and slow is not None
    return _measured(
        asked,
        median / per,
        bounds=(median / per, slow / per) if is_enough and slow is not None else None,
        n=row.n_timed,
        sentence=sentence,
    )


def _peak(asked: _Question) -> MeasuredClaim | None:
    peak, n = asked.row.peak_vram_mib_max, asked.row.n_peaks
    found = _at(asked, peak, n, "peak")
    most = asked.claim.high
    is_over = peak is not None and most is not None and peak > most
    if found is not None and n < LEAST_RUNS and not is_over:  # one run over it is enough
        found = replace(found, low=None, high=None)
    n_out = asked.row.failures.get(FailureClass.OUT_OF_VRAM, 0)
    return found and replace(found, n_out_of_vram=n_out)


def _height(asked: _Question) -> MeasuredClaim | None:
    height = asked.case.found.conditions[asked.row.condition].height_px
    return _at(asked, height, asked.row.n_succeeded, "size")


def _setup(asked: _Question) -> MeasuredClaim | None:
    """The hours that people wrote down so far; there may be more to come, so no bounds."""
    setup = asked.row.setup
    if setup is None:
        return None
    weeks = setup.person_hours / WORKING_HOURS_PER_WEEK
    facts = {"hours": setup.person_hours, "estimate": figure(asked.claim.measure, weeks, weeks)}
    sentence = Sentence(key="brief.measured.setup", facts=facts)
    return _measured(asked, weeks, bounds=None, n=setup.n_steps, sentence=sentence)


def _at(asked: _Question, value: float | None, n: int, kind: str) -> MeasuredClaim | None:
    """A figure without a spread: a highest peak, a size that was asked for."""
    if value is None or not n:
        return None
    facts = {"estimate": figure(asked.claim.measure, value, value), "n": n}
    sentence = Sentence(key=f"brief.measured.{kind}", facts=facts)
    return _measured(asked, value, bounds=(value, value), n=n, sentence=sentence)


def _measured(
    asked: _Question,
    estimate: float,
    *,
    bounds: tuple[float | None, float | None] | None,
    n: int,
    sentence: Sentence,
) -> MeasuredClaim:
    low, high = bounds or (None, None)
    return MeasuredClaim(
        condition=asked.row.condition,
        condition_id=asked.row.condition_id,
        estimate=estimate,
        low=low,
        high=high,
        n=n,
        sentence=sentence,
    )


_RULES: Mapping[str, Callable[[_Question], MeasuredClaim | None]] = {
    "quality": _opinion,
    "stars": _opinion,
    "cost_usd": _cost,
    "cost_usd_month_1000": _month,
    "wall_time_s": _time,
    "wall_time_s_per_frame": _time_per_frame,
    "peak_vram_mib": _peak,
    "height_px": _height,
    "setup_time_weeks": _setup,
}
