"""Performance: how long a clip takes, what memory it needs, and how often it fails."""

import re

from videogen.domain.condition import Location
from videogen.evidence.environments import EnvironmentGroup, pooled_sentences
from videogen.evidence.matrix import MatrixRow
from videogen.reports import cells, charts
from videogen.reports.content import ReportContent
from videogen.reports.document import Block, Bullets, Cell, Chart, Heading, Paragraph, Part, Table
from videogen.reports.voice import Voice
from videogen.texts import formats

_LISTED = re.compile(r"[\[\]']")  # a fingerprint keeps lists as text


def part(content: ReportContent, voice: Voice) -> Part:
    return Part(
        anchor="performance",
        title=voice.t("report.performance.title"),
        question=voice.t("report.performance.question"),
        blocks=tuple(_blocks(content, voice)),
    )


def _blocks(content: ReportContent, voice: Voice) -> list[Block]:
    if not content.n_ended:
        return [Paragraph(text=voice.t("report.no_runs"))]
    found: list[Block] = [_table(content, voice)]
    timed = [row for row in content.case.rows if row.wall_time_s_median is not None]
    if timed:
        found.append(_chart(timed, voice))
    found.append(_failures(content, voice))
    mixed = tuple(voice.say(one) for one in pooled_sentences(content.environments))
    if mixed:
        found += [Heading(text=voice.t("report.performance.mixed")), Bullets(items=mixed)]
    return [*found, *_environments(content, voice)]


def _environments(content: ReportContent, voice: Voice) -> list[Block]:
    """What the runs were made on; nothing where no server told anything."""
    known = [one for one in content.environments if one.is_known]
    if not known:
        return []
    names = ("device", "n_ok", "cost", "time", "vram")
    return [
        Table(
            title=voice.t("report.performance.environments"),
            heads=(
                voice.t("matrix.condition"),
                *voice.heads(names),
            ),
            rows=tuple(_environment(one, voice) for one in known),
            numeric=frozenset({2, 3, 4, 5}),
            wide=frozenset({1}),
        )
    ]


def _value(part: str, value: str) -> str:
    if part.endswith("_mib") and value.isdecimal():
        return formats.memory(float(value))
    return _LISTED.sub("", value)


def _environment(group: EnvironmentGroup, voice: Voice) -> tuple[Cell, ...]:
    parts = tuple(
        f"{voice.t_or(f'health.part.{part}', part.rpartition('.')[2])} {_value(part, value)}"
        for part, value in sorted(group.parts.items())
        if part != "device"
    )
    return (
        Cell(text=voice.name(group.condition)),
        Cell(text=group.device or formats.UNKNOWN, notes=(", ".join(parts),) if parts else ()),
        Cell(text=voice.t("report.n_of", n_ok=group.n_ok, n=group.n_runs)),
        Cell(text=formats.usd(group.cost_usd)),
        Cell(text=voice.seconds(group.wall_time_s_median)),
        Cell(text=formats.memory(group.peak_mib_max)),
    )


def _table(content: ReportContent, voice: Voice) -> Table:
    def rate(value: float | None) -> str:
        return formats.percent(value, 1)

    rows = tuple(
        (
            cells.condition(row, voice),
            cells.measured(row.success_rate, rate, "first_runs", voice),
            Cell(
                text=voice.seconds(row.wall_time_s_median),
                notes=(
                    voice.t("report.n_runs", n=row.n_timed),
                    *cells.said(row, "wall_time_s", voice.seconds, voice),
                ),
            ),
            Cell(text=voice.seconds(row.wall_time_s_p95)),
            Cell(text=voice.seconds(row.wall_time_s_per_clip_s)),
            _memory(row, voice),
        )
        for row in content.case.rows
    )
    names = ("success", "time", "p95", "time_per_second", "vram")
    return Table(
        title=voice.t("report.performance.table"),
        heads=(voice.t("matrix.condition"), *voice.heads(names)),
        rows=rows,
        numeric=frozenset({1, 2, 3, 4, 5}),
        note=voice.t("report.performance.note"),
    )


def _memory(row: MatrixRow, voice: Voice) -> Cell:
    if row.location is Location.CLOUD:
        return Cell(text=voice.t("matrix.cloud"))
    return Cell(
        text=formats.memory(row.peak_vram_mib_max),
        notes=(
            voice.t("report.n_runs", n=row.n_peaks),
            *cells.said(row, "peak_vram_mib", formats.memory, voice),
        ),
    )


def _chart(timed: list[MatrixRow], voice: Voice) -> Chart:
    bars = [
        charts.Bar(
            name=voice.name(row.condition),
            is_candidate=row.role.value == "candidate",
            value=row.wall_time_s_median,
            reach=row.wall_time_s_p95,
            said=voice.seconds(row.wall_time_s_median),
        )
        for row in timed
    ]
    said = "; ".join(
        voice.t(
            "report.performance.chart_one",
            name=voice.name(row.condition),
            median=voice.seconds(row.wall_time_s_median),
            p95=voice.seconds(row.wall_time_s_p95),
            n=row.n_timed,
        )
        for row in timed
    )
    title = voice.t("report.performance.chart")
    about = charts.Said(title=title, description=said)
    longest = max(bar.reach or bar.value or 0.0 for bar in bars)
    marks = [voice.seconds(tick) for tick in charts.time_ticks(longest)]
    axis = voice.t("report.performance.axis")
    drawn = charts.wall_times(bars, axis=axis, said=marks, about=about)
    note = voice.t("report.performance.chart_note")
    return Chart(title=title, description=said, svg=drawn, note=note)


def _failures(content: ReportContent, voice: Voice) -> Block:
    rows = [
        (
            cells.condition(row, voice),
            Cell(text=voice.t(f"failure.{cause.value}" if cause else "report.failure_unknown")),
            Cell(text=formats.count(n)),
            Cell(
                text=cells.share(n, row.n_runs),
                notes=(voice.t("report.n_runs", n=row.n_runs),),
            ),
        )
        for row in content.case.rows
        for cause, n in sorted(row.failures.items(), key=lambda pair: (-pair[1], str(pair[0])))
    ]
    if not rows:
        return Paragraph(text=voice.t("report.performance.no_failures"))
    names = ("failure", "n_failed", "share")
    return Table(
        title=voice.t("report.performance.failures"),
        heads=(voice.t("matrix.condition"), *voice.heads(names)),
        rows=tuple(rows),
        numeric=frozenset({2, 3}),
        note=voice.t("report.performance.failures_note"),
    )
