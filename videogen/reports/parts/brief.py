"""The paper's scenarios, options, insights and phases, each with what the evidence says now."""

from collections.abc import Sequence

from videogen.evidence.answers.insights import TestedInsight
from videogen.evidence.answers.options import OptionAnswer
from videogen.evidence.answers.phases import Deliverable, Investment, PhaseState
from videogen.evidence.answers.scenarios import ScenarioAnswer
from videogen.evidence.verdict import Sentence
from videogen.reports import cells
from videogen.reports.content import ReportContent
from videogen.reports.document import Cell, Table
from videogen.reports.voice import Voice
from videogen.texts import formats


def scenarios(content: ReportContent, voice: Voice) -> Table:
    names = ("scenario", "state", "answer")
    return Table(
        title=voice.t("answers.scenarios"),
        heads=voice.heads(names),
        rows=tuple(_scenario(one, voice) for one in content.scenarios),
        wide=frozenset({2}),
    )


def options(content: ReportContent, voice: Voice) -> Table:
    names = ("option", "now", "timeline", "risk", "roi")
    return Table(
        title=voice.t("answers.options"),
        heads=voice.heads(names),
        rows=tuple(_option(one, voice) for one in content.options),
        wide=frozenset({0, 1, 4}),
    )


def insights(content: ReportContent, voice: Voice) -> Table:
    names = ("insight", "word", "evidence")
    return Table(
        title=voice.t("report.brief.insights"),
        heads=voice.heads(names),
        rows=tuple(_insight(one, voice) for one in content.insights),
        wide=frozenset({0, 2}),
    )


def phases(content: ReportContent, voice: Voice) -> Table:
    names = ("phase", "tasks", "deliverables")
    return Table(
        title=voice.t("report.brief.phases"),
        heads=voice.heads(names),
        rows=tuple(_phase(one, voice) for one in content.phases),
        wide=frozenset({2}),
        note=voice.t("phases.sandbox") if content.is_sandbox else voice.t("phases.note"),
    )


def _scenario(one: ScenarioAnswer, voice: Voice) -> tuple[Cell, ...]:
    reason = [] if one.reason == one.answer else [voice.say(one.reason)]
    missing = [voice.t("answers.missing", missing=_listed(one.missing, voice))]
    return (
        Cell(
            text=voice.t(f"scenario.{one.name}.title"),
            notes=(voice.t("answers.paper", brief=voice.say(one.brief)),),
        ),
        _state("answers.state", one.state.value, voice),
        Cell(
            text=voice.say(one.answer),
            notes=(
                *reason,
                *(voice.say(figure) for figure in one.figures),
                *(missing if one.missing else []),
            ),
        ),
    )


def _option(one: OptionAnswer, voice: Voice) -> tuple[Cell, ...]:
    notes = [voice.say(one.brief)]
    if one.is_recommended:
        kind = "recommended_provisional" if one.is_provisional else "recommended"
        notes.insert(0, voice.t(f"option.{kind}"))
    gaps = [voice.t("answers.missing", missing=voice.say(gap)) for gap in one.roi.missing]
    if one.roi_claimed is not None:
        gaps.append(voice.t("option.roi_line", claimed=voice.say(one.roi_claimed)))
    return (
        Cell(text=voice.t(f"option.{one.number}.title"), notes=tuple(notes)),
        Cell(text=voice.say(one.now)),
        _known(one.timeline, voice),
        _known(one.risk, voice),
        Cell(text=voice.say(one.roi.sentence), notes=tuple(gaps)),
    )


def _insight(one: TestedInsight, voice: Voice) -> tuple[Cell, ...]:
    return (
        Cell(text=voice.say(one.statement)),
        _state("insight.word", one.word.value, voice),
        Cell(text="\n".join(voice.say(figure) for figure in one.evidence)),
    )


def _phase(one: PhaseState, voice: Voice) -> tuple[Cell, ...]:
    standing = "done" if one.is_done else "open" if one.is_open else "closed"
    opens = [] if one.opens_when is None or one.is_open else [voice.say(one.opens_when)]
    tasks = voice.t("report.brief.tasks", n_done=one.n_done, n=len(one.tasks))
    return (
        Cell(text=voice.t(f"phases.name.{one.key}"), notes=(_investment(one.investment, voice),)),
        Cell(text=tasks, notes=(voice.t(f"phases.{standing}"), *opens)),
        Cell(text="\n".join(_deliverable(item, voice) for item in one.deliverables) or "–"),
    )


def _deliverable(one: Deliverable, voice: Voice) -> str:
    word = voice.t("poc.is_done" if one.is_done else "poc.is_open")
    return f"{voice.say(one.said)} ({word})"


def _investment(investment: Investment, voice: Voice) -> str:
    parts = []
    if investment.weeks is not None:
        parts.append(voice.t("phases.weeks", n=investment.weeks))
    if investment.hardware_usd is not None:
        usd = investment.hardware_usd
        bought = (
            voice.t("phases.hardware", usd=formats.usd(usd))
            if usd
            else voice.t("phases.no_hardware")
        )
        parts.append(bought)
    if investment.storage_gb is not None:
        parts.append(voice.t("phases.storage", gb=investment.storage_gb))
    return voice.t("phases.investment", parts=" · ".join(parts) or formats.UNKNOWN)


def _state(words: str, state: str, voice: Voice) -> Cell:
    return Cell(text=voice.t(f"{words}.{state}"), tone=cells.TONES.get(state, ""))


def _known(sentence: Sentence | None, voice: Voice) -> Cell:
    return Cell(text=formats.UNKNOWN if sentence is None else voice.say(sentence))


def _listed(missing: Sequence[Sentence], voice: Voice) -> str:
    return "; ".join(voice.say(one) for one in missing)
