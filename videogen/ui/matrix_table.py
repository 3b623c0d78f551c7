"""Conditions x criteria: what was measured, what others said, and the distance to today."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from videogen.domain.condition import Location
from videogen.evidence import Claim, MatrixRow, Measured, Role
from videogen.evidence.case import Case
from videogen.evidence.deltas import Deltas, deltas, reference_row
from videogen.evidence.money.costs import ConditionCost, CostBasis, condition_costs
from videogen.ui import behind, decision_loaders, decision_words, formats, language, links, markup
from videogen.ui.language import t

Say = Callable[[float | None], str]
UNIT_GAP = re.compile(r"(?<=[\d)]) (?=[^\d\s–(])")  # "8.2 GB" is no place to break a line
KINDS = ("claimed", "published")
COLUMNS = (
    "month", "setup", "quality", "speed", "success", "vram", "time", "per_second", "capacity",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What every cell of one drawing shares."""

    campaign_id: str
    n_videos_month: int
    n_gpus: int
    reference: MatrixRow | None
    costs: Mapping[str, ConditionCost]  # by condition: what the Costs page says too

    @property
    def reference_month_usd(self) -> float | None:
        return None if self.reference is None else _month_usd(self.costs[self.reference.condition])


def draw(case: Case) -> str:
    rows = case.rows
    table = Table(
        campaign_id=case.found.campaign.campaign_id,
        n_videos_month=case.assumptions.n_videos_month,
        n_gpus=case.assumptions.n_gpus,
        reference=reference_row(rows),
        costs={cost.condition: cost for cost in condition_costs(case)},
    )
    heads = [t("matrix.condition"), *_heads(table)]
    top = "".join(
        f'<th scope="col" class="{"num" if place else ""}">{markup.esc(head)}</th>'
        for place, head in enumerate(heads)
    )
    body = "".join(_row(row, table, heads[1:]) for row in rows)
    label = markup.esc(t("decision.matrix"))
    return (
        f'<div class="vg vg-scroll vg-matrix" tabindex="0" role="region" aria-label="{label}">'
        f'<table class="vg-table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def note(rows: Sequence[MatrixRow]) -> str:
    """How to read it, with the row that the differences are taken from by name."""
    said = t("decision.matrix_note")
    reference = reference_row(rows)
    if reference is None:
        return said
    named = decision_loaders.label(reference.condition)
    return f"{said} {t('matrix.delta_note', reference=named)}"


def _heads(table: Table) -> list[str]:
    facts = {"month": {"n": formats.count(table.n_videos_month)}}
    return [t(f"matrix.{name}", **facts.get(name, {})) for name in COLUMNS]


def _row(row: MatrixRow, table: Table, heads: Sequence[str]) -> str:
    change = deltas(row, table.reference)
    cells = (
        _month(row, table),
        _setup(row, change),
        _quality(row, change, table),
        _speed(row, change, table),
        _success(row, change, table),
        _vram(row, change, table),
        _time(row, change, table),
        _per_second(row, change),
        _capacity(row, table),
    )
    tail = "".join(
        f'<td class="num" data-head="{markup.esc(head)}"><div>{cell}</div></td>'
        for head, cell in zip(heads, cells, strict=True)
    )
    is_reference = table.reference is not None and row.condition == table.reference.condition
    kind = f"{row.role.value} reference" if is_reference else row.role.value
    return f'<tr class="{kind}"><th scope="row">{_name(row, table, is_reference)}</th>{tail}</tr>'


def _name(row: MatrixRow, table: Table, is_reference: bool) -> str:
    label = decision_loaders.label(row.condition)
    name = behind.runs(label, table.campaign_id, row.condition_id)
    word = t("matrix.reference" if is_reference else f"matrix.{row.role.value}")
    chip = ""
    if row.role is Role.CANDIDATE:
        verdict = t(f"verdict.{row.verdict.value}")
        chip = markup.chip(verdict, row.verdict.value, icon_name=row.verdict.value)
    return f"{name} {chip}{_sub(word)}"


def _month(row: MatrixRow, table: Table) -> str:
    cost = table.costs[row.condition]
    month_usd, reference_usd = _month_usd(cost), table.reference_month_usd
    is_measured_against = table.reference is None or row.condition == table.reference.condition
    change = None
    if not is_measured_against and month_usd is not None and reference_usd is not None:
        change = month_usd - reference_usd
    each = t("matrix.each", cost=formats.usd(cost.per_video_usd))
    if cost.basis is CostBasis.OWN_FIGURES:
        each = f"{each} · {t('matrix.own_figures')}"
    return (
        _figure(formats.usd(month_usd), table, row)
        + _delta(change, formats.usd)
        + _sub(each)
        + _interval(_per_video(cost), formats.usd)
        + _n("runs", cost.n_runs)
        + _claimed_cost(row)
    )


def _claimed_cost(row: MatrixRow) -> str:
    """A video's price only where nobody said a month's: the one is the other times 1,000."""
    lines = []
    for kind in KINDS:
        month = _said(row, "cost_usd_month_1000", kind, formats.usd)
        each = _said(row, "cost_usd", kind, formats.usd)
        framed = t("matrix.each", cost=each) if each else None
        lines.append(_claim(kind, month or framed))
    return "".join(lines)


def _month_usd(cost: ConditionCost) -> float | None:
    return None if cost.month_usd is None else float(cost.month_usd)


def _per_video(cost: ConditionCost) -> Measured:
    figures = (cost.per_video_usd, cost.low_usd, cost.high_usd)
    estimate, low, high = (None if one is None else float(one) for one in figures)
    return Measured(estimate=estimate, low=low, high=high, n=cost.n_runs)


def _setup(row: MatrixRow, change: Deltas) -> str:
    """Person hours as they were written down, beside the weeks that were claimed."""
    claimed = _claims(row, "setup_time_weeks", _weeks)
    if row.setup is None:
        return f'<span class="vg-soft">{markup.esc(t("matrix.setup_none"))}</span>{claimed}'
    hours = t("matrix.hours", n=f"{row.setup.person_hours:g}")
    machine = t("matrix.machine_hours", n=f"{row.setup.machine_hours:g}")
    return (
        f"<b>{links.link('campaigns', hours, tab='setup')}</b>"
        + _delta(change.setup_person_hours, _hours)
        + _sub(machine)
        + _sub(_counted("matrix.steps", row.setup.n_steps))
        + claimed
    )


def _quality(row: MatrixRow, change: Deltas, table: Table) -> str:
    figure = behind.quality(formats.score(row.quality.estimate), table.campaign_id)
    return (
        f"<b>{figure}</b>"
        + _delta(change.quality, lambda value: f"{value or 0:.2f}")
        + _interval(row.quality, formats.score)
        + _n("quality", row.quality.n)
        + _claims(row, "quality", formats.score)
        + _claims(row, "stars", lambda value: t("matrix.stars", n=f"{value or 0:g}"))
    )


def _speed(row: MatrixRow, change: Deltas, table: Table) -> str:
    known = row.videos_per_hour
    figure = formats.UNKNOWN if known is None else _per_hour(known)
    return (
        _figure(figure, table, row)
        + _delta(change.videos_per_hour, _per_hour)
        + _claims(row, "rockets", lambda value: _counted("matrix.rockets", value or 0))
    )


def _success(row: MatrixRow, change: Deltas, table: Table) -> str:
    return (
        _figure(formats.percent(row.success_rate.estimate), table, row)
        + _delta(change.success_rate, _points)
        + _interval(row.success_rate, formats.percent)
        + _n("runs", row.success_rate.n)
    )


def _vram(row: MatrixRow, change: Deltas, table: Table) -> str:
    if row.location is Location.CLOUD:
        return f'<span class="vg-soft">{markup.esc(t("matrix.cloud"))}</span>'
    return (
        _figure(formats.memory(row.peak_vram_mib_max), table, row)
        + _delta(change.peak_vram_mib, formats.memory)
        + _n("runs", row.n_peaks)
        + _claims(row, "peak_vram_mib", formats.memory)
    )


def _time(row: MatrixRow, change: Deltas, table: Table) -> str:
    slowest = ""
    if row.wall_time_s_p95 is not None:
        slowest = _sub(t("matrix.p95", time=_seconds(row.wall_time_s_p95)))
    return (
        _figure(_seconds(row.wall_time_s_median), table, row)
        + _delta(change.wall_time_s, _seconds)
        + slowest
        + _n("runs", row.n_timed)
        + _claims(row, "wall_time_s", _seconds)
    )


def _per_second(row: MatrixRow, change: Deltas) -> str:
    spoken = language.current()
    cost = f"<b>{formats.usd_per_second(row.cost_usd_per_clip_s, spoken)}</b>"
    cost += _delta(change.cost_usd_per_clip_s, formats.usd)
    if row.wall_time_s_per_clip_s is None:
        return cost
    time = _seconds(row.wall_time_s_per_clip_s)
    change_s = change.wall_time_s_per_clip_s
    return cost + _sub(t("matrix.time_per_second", time=time)) + _delta(change_s, _seconds)


def _capacity(row: MatrixRow, table: Table) -> str:
    """Needed against at hand; what is missing is said in words and in colour."""
    if row.location is Location.CLOUD:
        return f'<span class="vg-soft">{markup.esc(t("matrix.no_gpu"))}</span>'
    cost = table.costs[row.condition]
    if cost.gpus_needed is None:
        return formats.UNKNOWN
    n_missing = cost.gpus_missing
    figure = f"<b>{markup.esc(_counted('matrix.gpus', cost.gpus_needed))}</b>"
    have = _sub(t("matrix.gpus_have", n=table.n_gpus))
    if not n_missing:
        return figure + have
    missing = markup.esc(_counted("matrix.gpus_missing", n_missing))
    return f'{figure}{have}<span class="sub vg-fail">{missing}</span>'


def _figure(text: str, table: Table, row: MatrixRow) -> str:
    return f"<b>{behind.runs(text, table.campaign_id, row.condition_id)}</b>"


def _interval(value: Measured, say: Say) -> str:
    if value.low is None or value.high is None:
        return ""
    if value.low == value.high:
        return _sub(t("decision.unanimous"))
    return _sub(f"{say(value.low)} – {say(value.high)}", kind="nowrap")


def _n(counted: str, n: int) -> str:
    return _sub(_counted(f"matrix.n_{counted}", n))


def _counted(key: str, n: float) -> str:
    """Of one in words of its own; 0 rockets are the paper's snail."""
    if n == 0 and key == "matrix.rockets":
        return t("matrix.rockets_none")
    return t(f"{key}_one" if n == 1 else key, n=f"{n:,g}")


def _delta(value: float | None, say: Say) -> str:
    if value is None:
        return ""
    sign = "±" if value == 0 else "+" if value > 0 else "−"
    return _sub(f"Δ {sign}{say(abs(value))}", kind="delta")


def _claims(row: MatrixRow, measure: str, say: Say) -> str:
    """One line a kind: the span of everything that was said of it."""
    return "".join(_claim(kind, _said(row, measure, kind, say)) for kind in KINDS)


def _said(row: MatrixRow, measure: str, kind: str, say: Say) -> str | None:
    return _span([claim for claim in row.claims.get(measure, ()) if claim.kind == kind], say)


def _claim(kind: str, span: str | None) -> str:
    return _sub(t(f"matrix.{kind}", value=span), kind=f"said {kind}") if span else ""


def _span(claims: list[Claim], say: Say) -> str | None:
    lows = [claim.low for claim in claims if claim.low is not None]
    highs = [claim.high for claim in claims if claim.high is not None]
    if not lows and not highs:
        return None
    low, high = say(min(lows or highs)), say(max(highs or lows))
    return low if low == high else f"{low} – {high}"


def _seconds(value_s: float | None) -> str:
    return formats.seconds(value_s, language.current())


def _per_hour(value: float | None) -> str:
    return t("matrix.per_hour", n=decision_words.per_hour(value or 0.0))


def _weeks(value: float | None) -> str:
    return _counted("matrix.weeks", value) if value else t("matrix.in_place")


def _hours(value: float | None) -> str:
    return t("matrix.hours", n=f"{value or 0:g}")


def _points(value: float | None) -> str:
    return _counted("matrix.points", round((value or 0) * 100))


def _sub(text: str, *, kind: str = "") -> str:
    joined = UNIT_GAP.sub("\N{NO-BREAK SPACE}", text)
    return f'<span class="sub {kind}">{markup.esc(joined)}</span>'
