"""What a check answers."""

Findings = list[str]  # one line each: where, and what


class NotCheckedError(Exception):
    """The check could not be made; that is no clean answer."""
