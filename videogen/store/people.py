"""People who have signed in, their programs' tokens, and requests that were sent under a key."""

from collections.abc import Mapping
from datetime import datetime

from videogen.domain.access import AccessToken, KeyedRequest, KnownPerson
from videogen.domain.event import Event
from videogen.errors import NotFoundError
from videogen.store.database import Database

KNOWN_PEOPLE = "SELECT * FROM known_person ORDER BY name"
KNOWN_PERSON = "SELECT * FROM known_person WHERE name = $name"
ENDED_SIGN_INS = """
    SELECT count(*) FROM ended_sign_in WHERE sign_in_sha256 = $sign_in_sha256
"""
ISSUED = "SELECT * FROM access_token WHERE token_id = $token_id"
ALL_ISSUED = "SELECT * FROM access_token ORDER BY created_at DESC, token_id"
ISSUED_TO = "SELECT * FROM access_token WHERE owner = $owner ORDER BY created_at DESC, token_id"
MADE_BY_TOKENS = """
    SELECT * FROM event
    WHERE kind = 'token.issued' AND data->>'by_token' IS NOT NULL
"""
KEYED_REQUEST = "SELECT * FROM keyed_request WHERE owner = $owner AND key = $key"

FORGET_KEYED_REQUESTS = "DELETE FROM keyed_request WHERE created_at < $before"
FORGET_ENDED_SIGN_INS = "DELETE FROM ended_sign_in WHERE ended_at < $before"


def known_people(database: Database) -> list[KnownPerson]:
    return database.rows(KnownPerson, KNOWN_PEOPLE)


def known_person(database: Database, name: str) -> KnownPerson | None:
    found = database.rows(KnownPerson, KNOWN_PERSON, name=name)
    return found[0] if found else None


def has_ended(database: Database, sign_in_sha256: str) -> bool:
    """Somebody signed out of this sign-in."""
    return bool(database.value(ENDED_SIGN_INS, sign_in_sha256=sign_in_sha256))


def get_token(database: Database, token_id: str) -> AccessToken:
    """Raises: NotFoundError."""
    found = database.rows(AccessToken, ISSUED, token_id=token_id)
    if not found:
        raise NotFoundError(field="token_id", value=token_id)
    return found[0]


def tokens(database: Database, owner: str | None = None) -> list[AccessToken]:
    """Newest first; everybody's where no owner is named."""
    if owner is None:
        return database.rows(AccessToken, ALL_ISSUED)
    return database.rows(AccessToken, ISSUED_TO, owner=owner)


def token_makers(database: Database) -> Mapping[str, str]:
    """By token the one that it was made by, for those that were."""
    found = database.rows(Event, MADE_BY_TOKENS)
    return {one.subject_id: one.data["by_token"] for one in found}


def forget_old_requests(database: Database, before: datetime) -> None:
    """Keys that nobody sends again, and endings of sign-ins whose cookie is dead by itself."""
    with database.write():
        database.execute(FORGET_KEYED_REQUESTS, before=before)
        database.execute(FORGET_ENDED_SIGN_INS, before=before)


def keyed_request(database: Database, owner: str, key: str) -> KeyedRequest | None:
    """Inside `write()` nobody else can answer the same key meanwhile."""
    found = database.rows(KeyedRequest, KEYED_REQUEST, owner=owner, key=key)
    return found[0] if found else None
