"""Cost: what a clip, a second and a month cost, what that needs, and what it rests on."""

from collections.abc import Sequence
from decimal import Decimal

from videogen.domain.money import Price
from videogen.evidence.assumptions import QUERY_NAMES, Assumptions
from videogen.evidence.matrix import Measured
from videogen.evidence.money.costs import ConditionCost
from videogen.reports import cells, charts
from videogen.reports.content import ReportContent
from videogen.reports.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Facts,
    Heading,
    Paragraph,
    Part,
    Table,
)
from videogen.reports.voice import Voice
from videogen.texts import formats

CURVE_STEPS = 40
CURVE_REACH = 3  # as far past the chosen volume as a plan may grow


def part(content: ReportContent, voice: Voice) -> Part:
    return Part(
        anchor="cost",
        title=voice.t("report.cost.title"),
        question=voice.t("report.cost.question"),
        blocks=tuple(_blocks(content, voice)),
    )


def _blocks(content: ReportContent, voice: Voice) -> list[Block]:
    known = [one for one in content.costs if one.per_video_usd is not None]
    found: list[Block] = []
    if not known:
        found.append(Paragraph(text=voice.t("report.cost.none")))
    else:
        found += [_table(content, voice), *_capacity(content.costs, voice)]
        found.append(_chart(content, [one for one in known if one.line is not None], voice))
        found += _break_even(content, voice)
    found.append(Heading(text=voice.t("costs.form.title")))
    found.append(_assumptions(content.case.assumptions, voice))
    found += [_rates(content.costs, voice), _prices(content.prices_used, voice)]
    return [one for one in found if one != Bullets(items=())]


def _table(content: ReportContent, voice: Voice) -> Table:
    month = voice.t("matrix.month", n=formats.count(content.case.assumptions.n_videos_month))
    names = ("cost", "cost_per_second", "gpu_hours", "gpus")
    per_video, per_second, *machines = voice.heads(names)
    return Table(
        title=voice.t("report.cost.table"),
        heads=(voice.t("matrix.condition"), per_video, per_second, month, *machines),
        rows=tuple(_row(content, one, voice) for one in content.costs),
        numeric=frozenset({1, 2, 3, 4, 5}),
        note=voice.t("report.cost.note"),
    )


def _row(content: ReportContent, cost: ConditionCost, voice: Voice) -> tuple[Cell, ...]:
    row = next(one for one in content.case.rows if one.condition == cost.condition)
    per_video = Measured(
        estimate=_number(cost.per_video_usd),
        low=_number(cost.low_usd),
        high=_number(cost.high_usd),
        n=cost.n_runs,
    )
    said = cells.said(row, "cost_usd", formats.usd, voice)
    hours = formats.UNKNOWN if cost.gpu_hours_month is None else f"{cost.gpu_hours_month:,.0f} h"
    return (
        cells.condition(row, voice),
        cells.measured(per_video, formats.usd, "runs", voice, *said),
        Cell(text=formats.usd(cost.per_clip_second_usd)),
        Cell(
            text=formats.usd(cost.month_usd),
            notes=cells.said(row, "cost_usd_month_1000", formats.usd, voice),
        ),
        Cell(text=hours),
        Cell(text=formats.count(cost.gpus_needed)),
    )


def _capacity(costs: Sequence[ConditionCost], voice: Voice) -> list[Block]:
    lines = tuple(
        f"{voice.name(one.condition)}: {voice.say(one.capacity)}"
        for one in costs
        if one.capacity is not None
    )
    return [Bullets(items=lines)] if lines else []


def _chart(content: ReportContent, costs: Sequence[ConditionCost], voice: Voice) -> Chart:
    chosen = content.case.assumptions.n_videos_month
    most = CURVE_REACH * chosen
    volumes = sorted({max(1, most * step // CURVE_STEPS) for step in range(CURVE_STEPS + 1)})
    candidates = {row.condition for row in content.case.rows if row.role.value == "candidate"}
    lines = [(one, one.line.points(volumes)) for one in costs if one.line is not None]
    curves = [
        charts.Curve(
            name=voice.name(one.condition),
            is_candidate=one.condition in candidates,
            points=tuple((float(point.n_videos_month), float(point.usd)) for point in points),
        )
        for one, points in lines
    ]
    said = "; ".join(
        voice.t(
            "report.cost.chart_one",
            name=voice.name(one.condition),
            usd=formats.usd(one.month_usd),
            most=formats.count(volumes[-1]),
            usd_most=formats.usd(points[-1].usd),
        )
        for one, points in lines
    )
    title = voice.t("report.cost.chart", n=formats.count(chosen))
    axes = (voice.t("report.cost.axis_volume"), voice.t("report.cost.axis_usd"))
    about = charts.Said(title=title, description=said)
    drawn = charts.monthly_costs(curves, axes=axes, chosen=float(chosen), said=about)
    return Chart(title=title, description=said, svg=drawn, note=voice.t("report.cost.chart_note"))


def _break_even(content: ReportContent, voice: Voice) -> list[Block]:
    if not content.break_even:
        return []
    title = Heading(text=voice.t("report.cost.break_even"))
    return [title, Bullets(items=tuple(voice.say(one.sentence) for one in content.break_even))]


def _assumptions(assumptions: Assumptions, voice: Voice) -> Facts:
    """All of them, those that nobody changed too: a figure is worth what it rests on."""
    return Facts(
        pairs=tuple(
            (voice.t(f"field.{name}"), _assumed(assumptions, name, voice)) for name in QUERY_NAMES
        )
    )


def _assumed(assumptions: Assumptions, name: str, voice: Voice) -> str:
    value = getattr(assumptions, name)
    if value is None:
        return formats.UNKNOWN
    if name == "machine":
        return voice.t(f"costs.form.machine.{assumptions.machine.value}")
    if name == "utilisation":
        return formats.percent(float(value))
    if "usd" in name:
        return formats.unit_price(value)
    return f"{value:,}"


def _rates(costs: Sequence[ConditionCost], voice: Voice) -> Bullets:
    said = dict.fromkeys(voice.say(one.rate.provenance) for one in costs if one.rate is not None)
    return Bullets(items=tuple(said))


def _prices(prices: Sequence[Price], voice: Voice) -> Block:
    if not prices:
        return Paragraph(text=voice.t("report.cost.no_prices"))
    names = ("price_of", "price", "as_of", "kind", "source")
    return Table(
        title=voice.t("report.cost.prices"),
        heads=voice.heads(names),
        rows=tuple(
            (
                Cell(text=price.subject, notes=(price.resolution,) if price.resolution else ()),
                Cell(
                    text=formats.unit_price(price.amount_usd),
                    notes=(voice.t(f"report.unit.{price.unit.value}"),),
                ),
                Cell(text=voice.day(price.as_of)),
                Cell(text=voice.t(f"report.kind.{price.kind}")),
                Cell(text=price.source),
            )
            for price in prices
        ),
        numeric=frozenset({1}),
        wide=frozenset({4}),
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
