"""A figure with the unit of its measure, as a sentence that page and report say alike.

GB as card makers count it; time in the unit that keeps it short; open ends with a sign.
"""

from collections.abc import Callable, Mapping

from videogen.evidence.verdict import Sentence
from videogen.texts.formats import MIB_PER_GB, UNKNOWN, usd

MINUS = "\N{MINUS SIGN}"
PLAIN = "plain"
OPINION = "mos"  # a measured mean opinion, with both its digits
UNITS: Mapping[str, str] = {
    "quality": "of_five",
    "cost_usd_month_1000": "usd_month",
    "price_usd_per_s": "usd_second",
    "wall_time_s_per_frame": "minutes_frame",
    "peak_vram_mib": "gb",
    "download_gb": "gb",
    "phase_3_storage_gb": "gb",
    "preparation_storage_gb": "gb",
    "height_px": "px",
    "stars": "stars",
    "rockets": "rockets",
    "n_videos_month": "videos_month",
    "review_week": "week_number",
}
SUFFIXES = {"_weeks": "weeks", "_months": "months", "_days": "days", "_mib": "gb"}
DIGITS: Mapping[str, int] = {"of_five": 2, "gb": 2, "minutes_frame": 2}  # else one
TIMES = (("hours", 3600.0, 7200.0), ("minutes", 60.0, 120.0))  # unit, seconds, from where on


def figure(measure: str, low: float | None, high: float | None) -> Sentence:
    """One number, a range, or one end of it; both ends unknown is a dash."""
    if measure == "wall_time_s":
        return _time(low, high)
    if measure == OPINION:
        return _plain(_span(low, high, lambda end: f"{end:.2f}"))
    if measure == "wall_time_s_per_frame" and max(low or 0.0, high or 0.0) < 60:
        value = _span(low, high, lambda end: _number(end, 1))
        return Sentence(key="brief.unit.seconds_frame", facts={"value": value})
    unit = UNITS.get(measure) or _by_suffix(measure)
    scale = _scale(measure, unit)
    low, high = (None if end is None else end / scale for end in (low, high))
    if "usd" in measure:
        value = _span(low, high, _money)
    elif unit == "px":
        value = _span(low, high, lambda end: f"{end:.0f}")  # 1080p, not 1,080p
    else:
        value = _span(low, high, lambda end: _number(end, DIGITS.get(unit, 1)))
    return Sentence(key=f"brief.unit.{unit}", facts={"value": value})


def interval(measure: str, low: float | None, high: float | None) -> Sentence:
    """Beside an estimate that says the unit already; a time keeps its own."""
    told = figure(measure, low, high)
    return told if measure == "wall_time_s" else _plain(str(told.facts["value"]))


def _plain(value: str) -> Sentence:
    return Sentence(key="brief.unit.plain", facts={"value": value})


def _by_suffix(measure: str) -> str:
    return next((unit for suffix, unit in SUFFIXES.items() if measure.endswith(suffix)), PLAIN)


def _scale(measure: str, unit: str) -> float:
    if unit == "gb" and measure.endswith("_mib"):
        return MIB_PER_GB
    return 60.0 if unit == "minutes_frame" else 1.0


def _time(low_s: float | None, high_s: float | None) -> Sentence:
    """Ends that are far apart each keep their own unit, such as 11 s to 6 min."""
    units = [_time_unit(end) for end in (low_s, high_s) if end is not None]
    if len(set(units)) > 1:
        ends = {"low": _time(low_s, low_s), "high": _time(high_s, high_s)}
        return Sentence(key="brief.unit.from_to", facts=ends)
    unit, scale = units[0] if units else ("seconds", 1.0)
    low, high = (None if end is None else end / scale for end in (low_s, high_s))
    value = _span(low, high, lambda end: _number(end, 1))
    return Sentence(key=f"brief.unit.{unit}", facts={"value": value})


def _time_unit(value_s: float) -> tuple[str, float]:
    known = ((unit, scale) for unit, scale, least_s in TIMES if value_s >= least_s)
    return next(known, ("seconds", 1.0))


def _span(low: float | None, high: float | None, say: Callable[[float], str]) -> str:
    if low is None and high is None:
        return UNKNOWN
    if high is None:
        return f"≥ {say(low or 0.0)}"
    if low is None:
        return f"≤ {say(high)}"
    first, last = say(low), say(high)
    if first == last:
        return first
    # A sign of its own between the two ends would be read as another dash.
    return f"{first} – {last}" if MINUS in first + last else f"{first}–{last.removeprefix('$')}"


def _money(value_usd: float) -> str:
    minus = MINUS if value_usd < 0 else ""
    return f"{minus}{usd(abs(value_usd))}" if value_usd else "$0"


def _number(value: float, digits: int) -> str:
    """No digit that says nothing."""
    minus, amount = (MINUS if value < 0 else ""), abs(value)
    return f"{minus}{amount:,.0f}" if amount >= 100 else f"{minus}{round(amount, digits):g}"
