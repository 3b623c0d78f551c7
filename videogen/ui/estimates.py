"""An estimate in words: time, money, memory, and how it is known."""

import math

from videogen.domain.condition import Location
from videogen.domain.run import Origin
from videogen.evidence import EstimateSource
from videogen.ui import formats, hold_words, language, money_loaders
from videogen.ui.language import t
from videogen.ui.plan_loaders import Choice


def line(choice: Choice) -> str:
    """Such as "4 min 21 s · $0.035 · 8.2 GB · published", and whom it would wait for."""
    said = [_figures(choice)]
    if is_over_cap(choice):
        left_usd = money_loaders.left_usd(choice.condition, choice.origin)
        said.append(t("create.over_cap", left=formats.usd(max(left_usd or 0, 0))))
    if choice.hold is not None:
        said.append(t("create.waits", held=hold_words.sentence(choice.hold)))
    return " · ".join(said)


def is_over_cap(choice: Choice) -> bool:
    """Whether a cap over the visitor would refuse it as things stand."""
    cost_usd = choice.estimate.cost_usd
    left_usd = money_loaders.left_usd(choice.condition, choice.origin)
    return cost_usd is not None and left_usd is not None and cost_usd > left_usd


def _figures(choice: Choice) -> str:
    spoken, known = language.current(), choice.estimate
    if known.source is EstimateSource.UNKNOWN and known.cost_usd is None:
        return t("create.estimate_unknown")
    time = formats.seconds_range(known.wall_time_low_s, known.wall_time_high_s, spoken)
    return t(
        "create.estimate",
        time=t("create.time_unknown") if time == formats.UNKNOWN else time,
        cost=t("create.cost_unknown") if known.cost_usd is None else formats.usd(known.cost_usd),
        memory=_memory(choice),
        source=source(choice),
    )


def _memory(choice: Choice) -> str:
    if choice.condition.location is Location.CLOUD:
        return t("create.memory_none")
    known = choice.estimate
    memory = formats.memory_range(known.peak_vram_low_mib, known.peak_vram_high_mib)
    return t("create.memory_unknown") if memory == formats.UNKNOWN else memory


def source(choice: Choice) -> str:
    known = choice.estimate
    if choice.origin is Origin.SANDBOX and known.n_runs:
        return t("source.simulated", n=known.n_runs)
    if known.source is EstimateSource.UNKNOWN and known.cost_usd is not None:
        return t("source.price_list")
    return t(f"source.{known.source.value}", n=known.n_runs)


def button(choice: Choice, n_clips: int = 1) -> str:
    """What pressing it costs."""
    many = {"n": n_clips} if n_clips > 1 else {}
    room = "strip.go" if many else "create.go"
    if choice.origin is Origin.SANDBOX:
        return t(f"{room}_free", **many)
    cost = choice.estimate.cost_usd
    if cost is None:
        return t(f"{room}_unknown", **many)
    return t(room, cost=formats.usd(cost * n_clips), **many)


def in_all(choice: Choice, n_clips: int, n_at_once: int) -> str | None:
    """What a strip takes together; None where neither time nor money is known."""
    known = choice.estimate
    n_rounds = math.ceil(n_clips / n_at_once)
    low, high = known.wall_time_low_s, known.wall_time_high_s
    time = formats.seconds_range(
        None if low is None else low * n_rounds,
        None if high is None else high * n_rounds,
        language.current(),
    )
    if time == formats.UNKNOWN and known.cost_usd is None:
        return None
    return t(
        "strip.takes",
        n=n_clips,
        time=t("create.time_unknown") if time == formats.UNKNOWN else time,
        cost=t("create.cost_unknown")
        if known.cost_usd is None
        else formats.usd(known.cost_usd * n_clips),
    )
