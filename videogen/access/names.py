"""Who a sign-in is: by a name that nobody else can be taken for."""

from collections.abc import Iterable, Mapping
from typing import Any

from videogen.domain.rating import name_key, plain_name

MAX_NAME_CHARACTERS = 254  # of an address of mail
MAX_DISPLAY_CHARACTERS = 120
NOBODY = "guest"
COMMAND_LINE = "cli"
RESERVED = frozenset({NOBODY, COMMAND_LINE})  # stand in rows for those who did not sign in


def account_key(name: str) -> str:
    """Equal for one account: providers change capitals from one sign-in to the next.

    No more than capitals: what merely looks alike (full-width letters, a long s) is another's.
    """
    return plain_name(name).lower()


def claimed_name(claims: Mapping[str, Any], claim: str) -> str | None:
    """None: no name, or one that would be kept otherwise than the provider tells it.

    With what cannot be seen taken out it could be the name of somebody else.
    """
    said = claims.get(claim)
    if not isinstance(said, str) or not 0 < len(said) <= MAX_NAME_CHARACTERS:
        return None
    return None if plain_name(said) != said or account_key(said) in RESERVED else said


def is_confirmed(claims: Mapping[str, Any]) -> bool:
    """Some providers write the word in place of the truth; who says nothing is believed."""
    said = claims.get("email_verified")
    return said is None or said is True or said == "true"


def display_name(claims: Mapping[str, Any]) -> str | None:
    said = claims.get("name")
    if not isinstance(said, str):
        return None
    return plain_name(said[:MAX_DISPLAY_CHARACTERS]) or None


def is_look_alike(name: str, others: Iterable[str]) -> bool:
    """Of another account, whose rounds it would be given."""
    key, account = name_key(name), account_key(name)
    return any(name_key(one) == key and account_key(one) != account for one in others)
