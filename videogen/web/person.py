"""Who sends a request: a program with a token, somebody signed in, or whoever sits here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request

from videogen.bootstrap import Application
from videogen.domain.access import Person
from videogen.errors import SignInRequiredError

# What the browser's signed cookie says of who signed in; the screen, whose cookie it is, gives it.
ClaimsOf = Callable[[Request], Mapping[str, Any] | None]

BEARER = "bearer"


def with_claims(request: Request, claims_of: ClaimsOf | None) -> None:
    """Before `person_of`: how this app reads its cookie."""
    request.state.claims_of = claims_of


def person_of(request: Request, application: Application, now: datetime) -> Person:
    """Waits for the database: called in a thread.

    A token that is sent must be good, also where nobody would have to sign in.
    Raises: SignInRequiredError.
    """
    sent = request.headers.getlist("authorization")
    if sent:
        return application.people.by_token(_token(sent), now)
    if not application.settings.has_sign_in:
        return application.people.local()
    claims_of: ClaimsOf | None = getattr(request.state, "claims_of", None)
    claims = claims_of(request) if claims_of else None
    if claims is None:
        raise SignInRequiredError(field="Authorization")
    return application.people.by_claims(claims, now)


def _token(sent: list[str]) -> str:
    scheme, _, text = sent[0].partition(" ")
    if len(sent) != 1 or scheme.lower() != BEARER:
        raise SignInRequiredError(field="Authorization")
    return text.strip()
