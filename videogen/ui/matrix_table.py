"""Conditions x criteria: what was measured, and under it what others said."""

from collections.abc import Callable, Sequence

from videogen.domain.condition import Location
from videogen.evidence import Claim, MatrixRow, Measured, Role
from videogen.ui import decision_loaders, formats, language, markup
from videogen.ui.language import t

Say = Callable[[float | None], str]
KINDS = ("claimed", "published")


def draw(rows: Sequence[MatrixRow], *, campaign_id: str, n_videos_month: int) -> str:
    month = t("matrix.month", n=formats.count(n_videos_month))
    names = ("condition", "quality", "cost", "success", "vram", "time", "per_second")
    heads = [t(f"matrix.{name}") for name in names]
    heads.insert(3, month)
    top = "".join(
        f'<th scope="col" class="{"num" if place else ""}">{markup.esc(head)}</th>'
        for place, head in enumerate(heads)
    )
    body = "".join(_row(row, campaign_id, heads[1:]) for row in rows)
    return (
        f'<div class="vg vg-scroll vg-matrix"><table class="vg-table"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(row: MatrixRow, campaign_id: str, heads: Sequence[str]) -> str:
    spoken = language.current()

    def seconds(value_s: float | None) -> str:
        return formats.seconds(value_s, spoken)

    name = markup.link(
        "runs",
        decision_loaders.label(row.condition),
        campaign=campaign_id,
        condition=row.condition_id,
    )
    verdict = markup.chip(t(f"verdict.{row.verdict.value}"), row.verdict.value,
                          icon_name=row.verdict.value)  # fmt: skip
    role = f'<span class="sub">{markup.esc(t(f"matrix.{row.role.value}"))}</span>'
    cells = [
        _measured(row.quality, formats.score, "quality") + _claims(row, "quality", formats.score),
        _measured(row.cost_usd, formats.usd, "runs") + _claims(row, "cost_usd", formats.usd),
        formats.usd(row.cost_usd_month)
        + _gpus(row)
        + _claims(row, "cost_usd_month_1000", formats.usd),
        _measured(row.success_rate, formats.percent, "runs"),
        _vram(row),
        seconds(row.wall_time_s_median)
        + _sub(t("matrix.n_runs", n=row.n_succeeded))
        + _claims(row, "wall_time_s", seconds),
        formats.usd_per_second(row.cost_usd_per_clip_s, spoken) + _time_per_second(row, spoken),
    ]
    chip = verdict if row.role is Role.CANDIDATE else ""
    tail = "".join(
        f'<td class="num" data-head="{markup.esc(head)}"><div>{cell}</div></td>'
        for head, cell in zip(heads, cells, strict=True)
    )
    return f'<tr class="{row.role.value}"><th scope="row">{name} {chip}{role}</th>{tail}</tr>'


def _measured(value: Measured, say: Say, counted: str) -> str:
    figure = f"<b>{say(value.estimate)}</b>"
    if value.low is not None and value.low == value.high:
        figure += _sub(t("decision.unanimous"))
    elif value.low is not None and value.high is not None:
        figure += _sub(f"{say(value.low)} – {say(value.high)}")
    return figure + _sub(t(f"matrix.n_{counted}", n=value.n))


def _vram(row: MatrixRow) -> str:
    if row.location is Location.CLOUD:
        return f'<span class="vg-soft">{markup.esc(t("matrix.cloud"))}</span>'
    measured = f"<b>{formats.memory(row.peak_vram_mib_max)}</b>"
    return measured + _claims(row, "peak_vram_mib", formats.memory)


def _gpus(row: MatrixRow) -> str:
    if row.gpus_needed is None:
        return ""
    return _sub(t("matrix.gpus", n=row.gpus_needed))


def _time_per_second(row: MatrixRow, spoken: str) -> str:
    if row.wall_time_s_per_clip_s is None:
        return ""
    return _sub(
        t("matrix.time_per_second", time=formats.seconds(row.wall_time_s_per_clip_s, spoken))
    )


def _claims(row: MatrixRow, measure: str, say: Say) -> str:
    """One line a kind: the span of everything that was said of it."""
    found = row.claims.get(measure, ())
    lines = []
    for kind in KINDS:
        span = _span([claim for claim in found if claim.kind == kind], say)
        if span:
            lines.append(_sub(t(f"matrix.{kind}", value=span), kind="said"))
    return "".join(lines)


def _span(claims: list[Claim], say: Say) -> str | None:
    lows = [claim.low for claim in claims if claim.low is not None]
    highs = [claim.high for claim in claims if claim.high is not None]
    if not lows and not highs:
        return None
    low, high = say(min(lows or highs)), say(max(highs or lows))
    return low if low == high else f"{low} – {high}"


def _sub(text: str, *, kind: str = "") -> str:
    return f'<span class="sub {kind}">{markup.esc(text)}</span>'
