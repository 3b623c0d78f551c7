"""A run's figures, each with its unit and where it comes from."""

from collections.abc import Mapping
from typing import Any

from videogen import texts
from videogen.domain.condition import Condition, Location
from videogen.domain.money import Price
from videogen.domain.run import Origin, Run, RunStatus
from videogen.routing import Reason, sentence
from videogen.ui import blinding, formats, language, loaders, markup
from videogen.ui.language import t
from videogen.ui.run_loaders import RunDetail

CONDITION_FACTS = ("condition", "other", "kept_over")  # of a route's reason: names of conditions
N_REJECTED = 4  # enough to see what is missing


def status_chip(run: Run) -> str:
    icons = {
        RunStatus.SUCCEEDED: "pass",
        RunStatus.FAILED: "fail",
        RunStatus.LOST: "fail",
        RunStatus.UNCERTAIN: "warn",
    }
    icon = icons.get(run.status, run.status.value)
    return markup.chip(t(f"status.{run.status.value}"), run.status.value, icon_name=icon)


def origin_chip(run: Run) -> str:
    if run.origin is not Origin.SANDBOX:
        return ""
    word = markup.esc(t("sandbox.short"))
    return f'<span class="vg-chip vg-sandbox">{markup.icon("sandbox")}{word}</span>'


def degraded_chip(run: Run) -> str:
    if not run.is_degraded:
        return ""
    return (
        f'<span title="{markup.esc(t("run.degraded_note"))}">'
        f"{markup.chip(t('run.degraded'), 'uncertain', icon_name='warn')}</span>"
    )


def how_made(detail: RunDetail) -> str:
    """Where a routed run went and why; what a degraded one is worth."""
    said = []
    routing = routed_sentence(detail)
    if routing:
        said.append(routing)
    if detail.run.is_degraded:
        said.append(t("run.degraded_note"))
    return "".join(f'<p class="vg vg-small vg-line">{markup.esc(one)}</p>' for one in said)


def maker_label(condition: Condition, run: Run) -> str:
    """What made the clip; of a routed run where the rules sent it."""
    made_by = loaders.conditions().get(run.routed_to) if run.routed_to else None
    if made_by is None:
        return loaders.condition_label(condition)
    return t("run.maker_routed", condition=loaders.condition_label(made_by))


def routed_sentence(detail: RunDetail) -> str | None:
    """Such as "Made by Veo 3.1 Fast: ... (after AnimateDiff)"; None for a run that none routed."""
    run = detail.run
    is_blind = blinding.rates_any()
    if run.routed_to is None:
        is_waiting = run.status is RunStatus.QUEUED and run.route and not is_blind
        return _why_it_waits(run) if is_waiting else None
    if is_blind:
        return t("auto.blind")
    said = t("run.routed", reason=route_reason(run.route))
    tried = [loaders.name_label(name.split("@")[0]) for name in run.route.get("tried", ())]
    return f"{said} ({t('run.routed_after', conditions=', '.join(tried))})" if tried else said


def _why_it_waits(run: Run) -> str:
    rejected = run.route.get("rejected", ())
    said = [
        f"{loaders.name_label(each['condition'])}: {reason_sentence(each['reason'], each['facts'])}"
        for each in rejected[:N_REJECTED]
    ]
    return t("run.waiting_route", reason=route_reason(run.route), rejected=" ".join(said)).strip()


def route_reason(route: Mapping[str, Any]) -> str:
    """The rule that decided, in the visitor's language; rules that are gone keep their name."""
    return reason_sentence(str(route.get("reason", "")), route.get("facts", {}))


def reason_sentence(key: str, facts: Mapping[str, Any]) -> str:
    """As the router says it, with the condition by the name that pages use."""
    if not texts.has_key(key):
        return key
    known = {name: facts[name] for name in CONDITION_FACTS if name in facts}
    named = {**facts, **{name: loaders.name_label(str(one)) for name, one in known.items()}}
    return sentence(Reason(key=key, facts=named), language.current())


def measurements(detail: RunDetail) -> str:
    """Time, money, memory and the seed: what every clip is shown with."""
    run, spoken = detail.run, language.current()
    paid = None if run.cost_usd is None else price_note(detail.price)
    return markup.facts(
        [
            (t("fact.wall_time"), formats.seconds(run.wall_time_s, spoken), _time_note(run)),
            (t("fact.cost"), formats.usd(run.cost_usd), paid),
            (t("fact.vram"), _vram(detail), _vram_note(run)),
            (t("fact.seed"), str(run.seed), None),
        ]
    )


def circumstances(detail: RunDetail) -> str:
    """Who, where, when, and what came out."""
    run, spoken, clip = detail.run, language.current(), detail.clip
    attempt = detail.last_attempt
    pairs: list[tuple[str, str, str | None]] = [
        (t("fact.condition"), loaders.condition_label(detail.condition), run.condition_id),
        (t("fact.backend"), attempt.backend if attempt else formats.UNKNOWN, _cold_note(run)),
        (t("fact.queue_time"), formats.seconds(run.queue_time_s, spoken), None),
        (t("fact.owner"), run.owner, formats.moment(run.queued_at, spoken, language.zone())),
    ]
    if clip is not None:
        probe = clip.probe
        size = t(
            "condition.size",
            width=probe.width_px,
            height=probe.height_px,
            duration=formats.seconds(probe.clip_duration_s, spoken),
        )
        made = f"{probe.fps:g} fps, {probe.codec}, {formats.file_size(clip.size_bytes)}"
        pairs.append((t("fact.size"), size, made))
    if detail.campaign_name:
        pairs.append((t("fact.campaign"), detail.campaign_name, None))
    return markup.facts(pairs)


def price_note(price: Price | None) -> str | None:
    if price is None:
        return None
    spoken = language.current()
    rate = f"{formats.unit_price(price.amount_usd)} {t(f'system.unit.{price.unit.value}')}"
    return t("fact.price", price=rate, date=formats.day(price.as_of, spoken))


def _vram(detail: RunDetail) -> str:
    if detail.condition.location is Location.CLOUD:
        return t("create.memory_none")
    return formats.memory(detail.run.peak_vram_mib)


def _time_note(run: Run) -> str | None:
    if run.origin is Origin.SANDBOX and run.time_scale and run.wall_time_s is not None:
        return t("fact.simulated", scale=f"{run.time_scale:g}")
    return None


def _cold_note(run: Run) -> str | None:
    if run.is_cold is None:
        return None
    return t("fact.cold") if run.is_cold else t("fact.warm")


def _vram_note(run: Run) -> str | None:
    return t("fact.lower_bound") if run.peak_is_lower_bound else None
