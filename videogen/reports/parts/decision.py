"""Go or no-go: each criterion with its reason, what would turn it, and what follows."""

from videogen.analysis import criterion_reason
from videogen.domain.decision import ConditionDecision, CriterionName, CriterionVerdict
from videogen.evidence.criterion_words import ORDER, figure, limit_text, needs, rests_on
from videogen.evidence.matrix import MatrixRow
from videogen.evidence.unnamed import unnamed
from videogen.reports import cells, charts
from videogen.reports.content import ReportContent
from videogen.reports.document import Block, Cell, Chart, Paragraph, Part, Table
from videogen.reports.parts import brief, outlook
from videogen.reports.voice import Voice
from videogen.texts import formats


def part(content: ReportContent, voice: Voice) -> Part:
    return Part(
        anchor="decision",
        title=voice.t("report.decision.title"),
        question=voice.t("report.decision.question"),
        blocks=tuple(_blocks(content, voice)),
    )


def _blocks(content: ReportContent, voice: Voice) -> list[Block]:
    candidates = [one for one in content.case.decision.conditions if one.is_candidate]
    found: list[Block] = [_chart(content, voice)]
    found += [_criteria(content, one, voice) for one in candidates]
    found += [
        *outlook.next_steps(content, voice),
        brief.scenarios(content, voice),
        brief.options(content, voice),
        outlook.risks(content, voice),
        brief.insights(content, voice),
        brief.phases(content, voice),
    ]
    if content.frozen:
        found.append(_history(content, voice))
    return found


def _criteria(content: ReportContent, judged: ConditionDecision, voice: Voice) -> Table:
    limits = content.case.found.evidence.criteria
    rows = []
    for name in ORDER:
        result = judged.criteria[name]
        word = result.verdict.value
        rows.append(
            (
                Cell(text=voice.t(f"criterion.{name.value}"),
                     notes=(limit_text(name, limits, voice.language),)),
                Cell(text=voice.t(f"criterion_verdict.{word}"), tone=cells.TONES.get(word, "")),
                Cell(
                    text=figure(name, result.estimate),
                    notes=(
                        cells.interval(name, result, voice),
                        rests_on(name, result, voice.language),
                    ) if result.n else (),
                ),
                _why(content, judged.name, name, voice),
            )
        )  # fmt: skip
    word = voice.t(f"verdict.{judged.verdict.value}")
    return Table(
        title=voice.t("report.decision.table", name=voice.name(judged.name), verdict=word),
        heads=voice.heads(("criterion", "verdict", "measured", "why")),
        rows=tuple(rows),
        numeric=frozenset({2}),
        wide=frozenset({3}),
    )


def _why(content: ReportContent, condition: str, name: CriterionName, voice: Voice) -> Cell:
    """The reason, what decides it, and what would turn it."""
    result = content.judged(condition).criteria[name]
    is_open = result.verdict is CriterionVerdict.NOT_YET
    more = needs(result.needs, voice.language) if is_open else None
    numbers = content.case.found.rater_numbers
    told = unnamed(result, numbers, voice.t("report.rater_word"))
    turns = outlook.turning(content, condition, name.value, voice)
    return Cell(
        text=criterion_reason(told, voice.language),
        notes=(*([more] if more else []), *turns),
    )


def _chart(content: ReportContent, voice: Voice) -> Block:
    title = voice.t("decision.chart")
    rows = [row for row in content.case.rows if _is_placed(row)]
    if not rows:
        return Paragraph(text=voice.t("decision.chart_empty"), tone="note")
    criteria = content.case.found.evidence.criteria
    said = "; ".join(
        voice.t(
            "report.decision.chart_one",
            name=voice.name(row.condition),
            quality=formats.score(row.quality.estimate),
            usd=formats.usd(row.cost_usd.estimate),
            time=voice.seconds(row.wall_time_s_median),
        )
        for row in rows
    )
    drawn = charts.quality_cost(
        [_bubble(row, voice) for row in rows],
        quality_min=criteria.quality_min,
        cost_usd_max=criteria.cost_usd_max,
        axes=(voice.t("decision.axis.cost"), voice.t("decision.axis.quality")),
        said=charts.Said(title=title, description=said),
    )
    note = voice.t("report.decision.chart_note")
    return Chart(title=title, description=said, svg=drawn, note=note)


def _is_placed(row: MatrixRow) -> bool:
    return row.quality.estimate is not None and row.cost_usd.estimate is not None


def _bubble(row: MatrixRow, voice: Voice) -> charts.Bubble:
    return charts.Bubble(
        name=voice.name(row.condition),
        is_candidate=row.role.value == "candidate",
        cost_usd=row.cost_usd.estimate or 0.0,
        quality=row.quality.estimate or 0.0,
        cost_bounds_usd=(row.cost_usd.low, row.cost_usd.high),
        quality_bounds=(row.quality.low, row.quality.high),
        clips_per_hour=row.videos_per_hour,
    )


def _history(content: ReportContent, voice: Voice) -> Table:
    names = ("frozen_at", "verdict", "who", "reason")
    return Table(
        title=voice.t("report.decision.history"),
        heads=voice.heads(names),
        rows=tuple(
            (
                Cell(text=voice.moment(one.frozen_at)),
                cells.verdict(one.verdict, voice),
                Cell(text=one.who),
                Cell(text=one.why),
            )
            for one in content.frozen
        ),
        wide=frozenset({3}),
    )
