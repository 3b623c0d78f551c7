"""Cells that several parts show the same way: a condition, a measured figure, a verdict."""

from collections.abc import Callable, Sequence

from videogen.domain.decision import CriterionName, CriterionResult
from videogen.evidence import criterion_words
from videogen.evidence.claims import Claim
from videogen.evidence.matrix import MatrixRow, Measured
from videogen.reports.document import Cell
from videogen.reports.voice import Voice
from videogen.texts import formats

Say = Callable[[float | None], str]
TONES = {
    "pass": "pass", "go": "pass", "holds": "pass", "quiet": "pass", "supported": "pass",
    "answered": "pass",
    "fail": "fail", "no_go": "fail", "contradicted": "fail", "triggered": "fail",
    "refuted": "fail",
    "not_yet": "wait", "provisional": "wait",
}  # fmt: skip
KINDS = ("claimed", "published")


def condition(row: MatrixRow, voice: Voice) -> Cell:
    return Cell(text=voice.name(row.condition), notes=(voice.t(f"matrix.{row.role.value}"),))


def measured(value: Measured, say: Say, counted: str, voice: Voice, *more: str) -> Cell:
    """An estimate, its 90 % interval and what it rests on; `counted` is raters or runs."""
    notes = [interval_of(value, say, voice), voice.t(f"report.n_{counted}", n=value.n), *more]
    return Cell(text=say(value.estimate), notes=tuple(note for note in notes if note))


def interval_of(value: Measured, say: Say, voice: Voice) -> str:
    if value.low is not None and value.low == value.high:
        return voice.t("decision.unanimous")  # an interval of 0 would claim certainty
    return voice.span(say(value.low), say(value.high))


def criterion(name: CriterionName, result: CriterionResult, voice: Voice) -> Cell:
    """The figure with its interval, its n and its verdict in words; the tone only repeats it."""
    word = voice.t(f"criterion_verdict.{result.verdict.value}")
    if result.estimate is None and not result.n:
        return Cell(text=word, tone=TONES.get(result.verdict.value, ""))
    return Cell(
        text=criterion_words.figure(name, result.estimate),
        notes=(
            word,
            interval(name, result, voice),
            criterion_words.rests_on(name, result, voice.language),
        ),
        tone=TONES.get(result.verdict.value, ""),
    )


def interval(name: CriterionName, result: CriterionResult, voice: Voice) -> str:
    """Short where both ends are known, so that a narrow column holds it; else as the cards say."""
    low = criterion_words.figure(name, result.low)
    high = criterion_words.figure(name, result.high)
    is_whole = result.low is not None and result.low != result.high
    said = voice.span(low, high) if is_whole else ""
    return said or criterion_words.interval(name, result, voice.language)


def verdict(word_of: str, voice: Voice) -> Cell:
    return Cell(text=voice.t(f"verdict.{word_of}"), tone=TONES.get(word_of, ""))


def said(row: MatrixRow, measure: str, say: Say, voice: Voice) -> tuple[str, ...]:
    """What was claimed and published of it, each as the span of everything that was said."""
    found = row.claims.get(measure, ())
    lines = []
    for kind in KINDS:
        span = _span([claim for claim in found if claim.kind == kind], say)
        if span:
            lines.append(voice.t(f"matrix.{kind}", value=span))
    return tuple(lines)


def _span(claims: Sequence[Claim], say: Say) -> str | None:
    lows = [claim.low for claim in claims if claim.low is not None]
    highs = [claim.high for claim in claims if claim.high is not None]
    if not lows and not highs:
        return None
    low, high = say(min(lows or highs)), say(max(highs or lows))
    if low == high:
        return low
    return f"{low.removesuffix(' GB')} – {high}" if high.endswith(" GB") else f"{low} – {high}"


def share(n: int, of: int) -> str:
    return formats.percent(n / of) if of else formats.UNKNOWN
