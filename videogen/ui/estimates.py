"""An estimate in words: time, money, memory, and how it is known."""

from videogen.domain.condition import Location
from videogen.domain.run import Origin
from videogen.evidence import EstimateSource
from videogen.ui import formats, hold_words, language
from videogen.ui.language import t
from videogen.ui.plan_loaders import Choice


def line(choice: Choice) -> str:
    """Such as "4 min 21 s · $0.035 · 8.2 GB · published", and whom it would wait for."""
    said = _figures(choice)
    if choice.hold is None:
        return said
    return f"{said} · {t('create.waits', held=hold_words.sentence(choice.hold))}"


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


def button(choice: Choice) -> str:
    """What pressing it costs."""
    if choice.origin is Origin.SANDBOX:
        return t("create.go_free")
    cost = choice.estimate.cost_usd
    return t("create.go_unknown") if cost is None else t("create.go", cost=formats.usd(cost))
