"""When a vendor takes calls again, from the header that says it."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 24 * 3600.0  # what asks for more is asked again after a day


def retry_after_s(text: str | None) -> float | None:
    """Seconds or a date (RFC 9110, section 10.2.3); None when it says neither."""
    if text is None:
        return None
    try:
        return min(LONGEST_S, max(0.0, float(text)))
    except ValueError:
        return _seconds_until(text)


def _seconds_until(text: str) -> float | None:
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return min(LONGEST_S, max(0.0, (when - datetime.now(UTC)).total_seconds()))
