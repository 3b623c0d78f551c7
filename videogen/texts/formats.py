"""Figures as people read them: unit, sensible digits, and a dash where nothing is known."""

from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from babel.dates import format_date, format_datetime

from videogen.texts.catalogue import t

UNKNOWN = "–"
MIB_PER_GB = 1024  # GB as card makers count it: 22 GB = 22 528 MiB


def seconds(value_s: float | None, language: str) -> str:
    """Such as "0.4 s", "42 s", "4 min 21 s", "2 h 3 min"."""
    if value_s is None:
        return UNKNOWN
    if value_s < 10:
        return t("format.seconds", language, s=f"{value_s:.1f}")
    whole = round(value_s)
    if whole < 60:
        return t("format.seconds", language, s=whole)
    if whole < 3600:
        key = "format.minutes_seconds" if whole % 60 else "format.minutes"
        return t(key, language, m=whole // 60, s=whole % 60)
    minutes = round(whole / 60)
    return t("format.hours_minutes", language, h=minutes // 60, m=minutes % 60)


def seconds_range(low_s: float | None, high_s: float | None, language: str) -> str:
    if low_s is None or high_s is None:
        return seconds(high_s if low_s is None else low_s, language)
    low, high = seconds(low_s, language), seconds(high_s, language)
    return low if low == high else f"{low} – {high}"


def memory(value_mib: float | None) -> str:
    return UNKNOWN if value_mib is None else f"{value_mib / MIB_PER_GB:.1f} GB"


def memory_range(low_mib: float | None, high_mib: float | None) -> str:
    if low_mib is None or high_mib is None:
        return memory(high_mib if low_mib is None else low_mib)
    low, high = memory(low_mib), memory(high_mib)
    return low if low == high else f"{low[:-3]}–{high}"


def file_size(value_bytes: float | None) -> str:
    if value_bytes is None:
        return UNKNOWN
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if value_bytes >= size:
            return f"{value_bytes / size:.1f} {unit}"
    return f"{value_bytes:.0f} B"


def usd(value_usd: Decimal | float | None) -> str:
    """Cents, and as many digits more as a small sum needs to be seen."""
    if value_usd is None:
        return UNKNOWN
    amount = float(value_usd)
    if amount == 0:
        return "$0.00"
    if abs(amount) < 0.01:
        return f"${amount:.4f}"
    if abs(amount) < 0.1:
        return f"${amount:.3f}"
    return f"${amount:,.0f}" if abs(amount) >= 100 else f"${amount:,.2f}"


def usd_range(low_usd: Decimal | None, high_usd: Decimal | None) -> str:
    if low_usd is None or high_usd is None:
        return usd(high_usd if low_usd is None else low_usd)
    low, high = usd(low_usd), usd(high_usd)
    return low if low == high else f"{low} – {high}"


def unit_price(value_usd: Decimal) -> str:
    """A list price with the digits that it is quoted in, two at least and five at most."""
    whole, _, digits = f"{value_usd:.5f}".partition(".")
    return f"${whole}.{digits.rstrip('0').ljust(2, '0')}"


def usd_per_second(value_usd: float | None, language: str) -> str:
    if value_usd is None:
        return UNKNOWN
    return t("format.usd_per_second", language, usd=usd(value_usd))


def percent(value: float | None, digits: int = 0) -> str:
    return UNKNOWN if value is None else f"{value * 100:.{digits}f} %"


def score(value: float | None) -> str:
    """On the scale of 1 to 5, which a bound may arithmetically leave."""
    return UNKNOWN if value is None else f"{min(5.0, max(1.0, value)):.2f}"


def count(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"


def moment(value: datetime | None, language: str, zone: tzinfo = UTC) -> str:
    """Such as "22 Nov 2026 14:03" in the reader's own time zone."""
    if value is None:
        return UNKNOWN
    return format_datetime(value.astimezone(zone), "d MMM y HH:mm", locale=language)


def clock(value: datetime | None, zone: tzinfo = UTC) -> str:
    return UNKNOWN if value is None else value.astimezone(zone).strftime("%H:%M:%S")


def day(value: date | None, language: str) -> str:
    return UNKNOWN if value is None else format_date(value, "d MMM y", locale=language)
