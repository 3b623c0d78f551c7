"""How the Models page says a state, and a figure with where it comes from."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from videogen.bootstrap.models import ListPrice, ModelCondition, ModelRow, OnServer, Standing
from videogen.domain.run import Origin
from videogen.evidence.measured import MeasuredCondition
from videogen.runs.preflight import Lacks
from videogen.ui import formats, language, markup, models_loaders
from videogen.ui.language import t

Say = Callable[[float], str]
Ends = dict[tuple[str, str], list[float]]  # measure and kind -> everything that was said
BREAKABLE = re.compile(r"(?<![–,]) ")
MEASURES = ("quality", "cost_usd", "wall_time_s", "peak_vram_mib")
NO_BREAK = "\N{NO-BREAK SPACE}"
KINDS = ("published", "claimed")
BRANDS: Mapping[str, str] = {"animatediff": "AnimateDiff"}
ICONS: Mapping[Standing, str] = {
    Standing.READY: "pass",
    Standing.MISSING: "warn",
    Standing.UNASKED: "not_yet",
    Standing.NO_BACKEND: "not_applicable",
    Standing.RETIRED: "not_applicable",
    Standing.NEEDS_WORKFLOW: "not_applicable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure in words."""

    value: str
    notes: tuple[str, ...]


def state(standing: Standing) -> str:
    """A sign and a word, both of which say it."""
    return (
        f'<span class="vg-state vg-state-{standing.value}">{markup.icon(ICONS[standing])}'
        f"{markup.esc(t(f'models.state.{standing.value}'))}</span>"
    )


def state_note(row: ModelRow) -> str:
    """What stands under the word: where it is ready, or how much lacks."""
    if row.standing is Standing.READY:
        return sandbox_chip() if row.origin is Origin.SANDBOX else ""
    if row.standing is Standing.NEEDS_WORKFLOW:
        return _files_note(row)
    if row.standing is Standing.MISSING:
        return _fewest([server for one in row.conditions for server in one.servers])
    return ""


def _fewest(servers: Sequence[OnServer]) -> str:
    """On the server that lacks least."""
    return markup.esc(t("models.n_missing", n=min(map(_n_lacking, servers))))


def fewest_lacks(servers: Sequence[OnServer]) -> Lacks:
    """Of the server that lacks least; nothing where none has told."""
    return min(servers, key=_n_lacking).lacks or Lacks()


def _files_note(row: ModelRow) -> str:
    """Whether its files lie there all the same."""
    if row.is_installed:
        return markup.esc(t("models.files_there"))
    return _fewest(row.servers) if row.is_missing else ""


def _n_lacking(server: OnServer) -> float:
    lacks = server.lacks
    return float("inf") if lacks is None else len(lacks.nodes) + len(lacks.models)


def sandbox_chip() -> str:
    word = markup.esc(t("sandbox.short"))
    return f'<span class="vg-chip vg-sandbox">{markup.icon("sandbox")}{word}</span>'


def figures(one: MeasuredCondition) -> dict[str, Figure]:
    """What is known of it, by measure; each with what it was counted from."""
    found: dict[str, Figure] = {}
    quality = one.quality
    if quality is not None:
        notes = [t("models.n_raters", raters=quality.n_raters, ratings=quality.n_ratings)]
        if quality.low is not None and quality.high is not None:
            low, high = formats.score(quality.low), formats.score(quality.high)
            notes.insert(0, t("models.interval", low=low, high=high))
        found["quality"] = Figure(value=formats.score(quality.mean), notes=tuple(notes))
    if one.cost_usd_mean is not None:
        found["cost_usd"] = _figure(formats.usd(one.cost_usd_mean), one.n_costed)
    if one.wall_time_s_median is not None:
        shown = formats.seconds(one.wall_time_s_median, language.current())
        found["wall_time_s"] = _figure(shown, one.n_timed)
    if one.peak_vram_mib_max is not None:
        shown = formats.memory(one.peak_vram_mib_max)
        least = t("models.at_least", value=shown) if one.peak_is_lower_bound else shown
        found["peak_vram_mib"] = _figure(least, one.n_peaks)
    return found


def _figure(shown: str, n_runs: int) -> Figure:
    return Figure(value=shown, notes=(t("models.n_runs", n=n_runs),))


def said(row: ModelRow, one: ModelCondition | None) -> dict[tuple[str, str], str]:
    """What others say by measure and kind: of this condition, else of the model in other settings.

    Never one range of both: what 480p takes says nothing of 720p.
    """
    of_model: Ends = {}
    for figure in row.entry.published if row.entry is not None else ():
        told = of_model.setdefault((figure.measure, "published"), [])
        told += _present(figure.low, figure.high)
    return _ranges(of_model) | ({} if one is None else said_of(one))


def said_of(one: ModelCondition) -> dict[tuple[str, str], str]:
    """Of this condition alone, from lowest to highest."""
    ends: Ends = {}
    by_measure = models_loaders.claims(one.condition.name)
    for measure in MEASURES:
        for claim in by_measure.get(measure, ()):
            told = ends.setdefault((measure, claim.kind), [])
            told += _present(claim.low, claim.high)
    return _ranges(ends)


def _ranges(ends: Ends) -> dict[tuple[str, str], str]:
    return {key: between(key[0], min(told), max(told)) for key, told in ends.items() if told}


def _present(*ends: float | None) -> list[float]:
    return [end for end in ends if end is not None]


def between(measure: str, low: float, high: float) -> str:
    if measure == "peak_vram_mib":
        return formats.memory_range(low, high).replace(" ", NO_BREAK)
    # A figure and its unit are no place to break a line, the middle of a range is.
    said_low, said_high = (SAY[measure](end).replace(" ", NO_BREAK) for end in (low, high))
    return said_low if said_low == said_high else f"{said_low} – {said_high}"


def list_price(row: ModelRow) -> tuple[str, str] | None:
    """Of one clip, from the cheapest of its conditions to the dearest, and how old and whose."""
    told = [one.list_price for one in row.conditions if one.list_price is not None]
    if not told:
        return None
    costs_usd = [float(one.cost_usd) for one in told]
    shown = between("cost_usd", min(costs_usd), max(costs_usd))
    oldest = min(told, key=lambda one: one.price.as_of)
    return t("models.list_price", value=shown), list_price_note(oldest)


def list_price_note(one: ListPrice) -> str:
    """How old it is, and whether somebody else than the vendor told it."""
    day = formats.day(one.price.as_of, language.current())
    kind = "third_party" if one.is_third_party else "as_of"
    return t(f"models.list_price.{kind}", day=day)


def size(row: ModelRow) -> tuple[str, str | None]:
    """All its files together, and how many of them nobody has weighed."""
    n = row.n_unsized
    if n == 1:
        return formats.file_size(row.size_bytes), t("models.one_unsized")
    return formats.file_size(row.size_bytes), t("models.n_unsized", n=n) if n else None


def purposes(row: ModelRow) -> str:
    return ", ".join(t(f"models.purpose.{one.value}") for one in row.purposes)


def family(code: str) -> str:
    """A name such as its makers write it, from "wan-2.1"."""
    return " ".join(BRANDS.get(word, word.capitalize()) for word in code.split("-"))


def unbroken(line: str) -> str:
    """For a narrow column: a line ends after a dash or a comma, never between value and unit."""
    return BREAKABLE.sub("\N{NO-BREAK SPACE}", line)


def _seconds(value_s: float) -> str:
    return formats.seconds(value_s, language.current())


SAY: Mapping[str, Say] = {
    "quality": formats.score,
    "cost_usd": formats.usd,
    "wall_time_s": _seconds,
    "peak_vram_mib": formats.memory,
    "card_vram_mib": formats.memory,
}
