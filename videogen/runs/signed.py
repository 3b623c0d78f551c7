"""What a person changes for everybody is signed: a name and a reason."""

from videogen.errors import InvalidInputError


def check_signed(*, who: str, why: str) -> None:
    """A log entry without a person or a reason helps nobody a month later.

    Raises: InvalidInputError: names the field that is empty.
    """
    if not who.strip():
        raise InvalidInputError("who_empty", field="who", value=who)
    if not why.strip():
        raise InvalidInputError("why_empty", field="why", value=why)
