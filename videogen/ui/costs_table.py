"""Conditions and what they cost; whether the machines are there stands before the price."""

from collections.abc import Sequence

from videogen.domain.condition import Location
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.money.costs import ConditionCost
from videogen.ui import decision_loaders, formats, language, links, markup
from videogen.ui.language import t

HEADS = ("condition", "capacity", "month", "per_video", "per_second", "basis")


def draw(costs: Sequence[ConditionCost], said: Assumptions, *, campaign_id: str) -> str:
    heads = [t(f"costs.table.{name}") for name in HEADS]
    heads[2] = t("costs.table.month", n=formats.count(said.n_videos_month))
    rows = [_row(cost, campaign_id) for cost in costs]
    return markup.table(heads, rows, numeric=(1, 2, 3, 4))


def _row(cost: ConditionCost, campaign_id: str) -> list[str]:
    spoken = language.current()
    per_second = None if cost.per_clip_second_usd is None else float(cost.per_clip_second_usd)
    return [
        f"<b>{markup.esc(decision_loaders.label(cost.condition))}</b>",
        _capacity(cost),
        f"<b>{formats.usd(cost.month_usd)}</b>",
        _per_video(cost),
        formats.usd_per_second(per_second, spoken),
        _basis(cost, campaign_id),
    ]


def _capacity(cost: ConditionCost) -> str:
    spoken = language.current()
    if cost.location is Location.CLOUD:
        return f'<span class="vg-soft">{markup.esc(t("costs.table.cloud"))}</span>'
    if cost.gpu_hours_month is None or cost.capacity_share is None:
        return formats.UNKNOWN
    hours = t(
        "costs.table.hours",
        hours=_hours(float(cost.gpu_hours_month)),
        share=formats.percent(float(cost.capacity_share)),
        of=_hours(float(cost.hours_per_gpu)),
    )
    if cost.is_lower_bound:
        hours = t("costs.table.at_least", hours=hours)
    if cost.capacity is not None:
        chip = markup.chip(cost.capacity.say(spoken).rstrip("."), "fail", icon_name="warn")
        return chip + _sub(hours)
    return f"<b>{formats.count(cost.gpus_needed)}</b>" + _sub(hours)


def _per_video(cost: ConditionCost) -> str:
    shown = f"<b>{formats.usd(cost.per_video_usd)}</b>"
    if cost.low_usd is not None and cost.high_usd is not None:
        shown += _sub(formats.usd_range(cost.low_usd, cost.high_usd))
    elif cost.per_video_usd is None and not cost.n_succeeded:
        shown += _sub(t("costs.table.no_clip"))
    if cost.energy_usd:
        shown += _sub(t("costs.table.energy", usd=formats.usd(cost.energy_usd)))
    if cost.as_costed_usd is not None and cost.as_costed_usd != cost.per_video_usd:
        shown += _sub(t("costs.table.as_costed", usd=formats.usd(cost.as_costed_usd)))
    return shown


def _basis(cost: ConditionCost, campaign_id: str) -> str:
    said = markup.esc(t(f"costs.basis.{cost.basis.value}"))
    n_runs = links.link(
        "runs",
        t("costs.table.n_runs", n=cost.n_runs),
        campaign=campaign_id,
        condition=cost.condition_id,
    )
    # Narrower than a cell of prose elsewhere: beside the form the table has less room.
    return f'<div style="white-space:normal">{said}<span class="sub vg-line">{n_runs}</span></div>'


def _hours(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _sub(text: str) -> str:
    return f'<span class="sub">{markup.esc(text)}</span>'
