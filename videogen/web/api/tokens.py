"""Who asks, and the tokens that programs ask with."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any

from fastapi import Path
from pydantic import Field
from starlette.responses import JSONResponse, Response

from videogen.bootstrap.people import LONGEST_TOKEN_DAYS
from videogen.domain.access import AccessToken, Permission, Person
from videogen.domain.plain_json import plain
from videogen.web.api import reading_examples as examples
from videogen.web.api.asked import Asks
from videogen.web.api.documented import answered, page_schema, record_schema
from videogen.web.api.door import router as door_router
from videogen.web.api.examples import page as page_example
from videogen.web.api.models import Name, Sendable
from videogen.web.api.paging import USUAL_LIMIT, After, Limit, page_of

router = door_router("access")

USUAL_DAYS = 90
HASH = "secret_sha256"  # of no use to anybody, and nobody's business
TOKEN = record_schema(AccessToken)
del TOKEN["properties"][HASH]
TOKEN["required"] = list(TOKEN["properties"])
NEW_TOKEN = {
    **TOKEN,
    "properties": {**TOKEN["properties"], "token": {"type": "string"}},
    "required": [*TOKEN["required"], "token"],
}


class TokenOrder(Sendable):
    """A token that is asked for."""

    label: Name = Field(description="What it is for", examples=["nightly"])
    scopes: list[Annotated[Permission, Field(strict=False)]] = Field(
        description="What it may do: what its owner may, or less", examples=[["see_clips"]]
    )
    days: int = Field(default=USUAL_DAYS, description=f"1 to {LONGEST_TOKEN_DAYS}")


@router.get(
    "/me",
    operation_id="show_me",
    responses={200: answered(record_schema(Person), examples.ME, "Who asks")},
)
def show_me(asked: Asks) -> Any:
    """Who the token or the cookie stands for, and what it may do right now."""
    told = plain(asked.person)
    return {**told, **{name: sorted(told[name]) for name in ("roles", "permissions")}}


@router.get(
    "/tokens",
    operation_id="list_tokens",
    responses={200: answered(page_schema(TOKEN), page_example(examples.TOKEN), "Newest first")},
)
def list_tokens(asked: Asks, limit: Limit = USUAL_LIMIT, after: After = None) -> Any:
    """One's own tokens; everybody's for an administrator. No secret is among them."""
    every = asked.application.people.tokens(asked.person)
    found = page_of(every, limit, after, lambda token: token.token_id)
    return {**found, "items": [_without_hash(one) for one in found["items"]]}


@router.post(
    "/tokens",
    operation_id="create_token",
    status_code=201,
    responses={201: answered(NEW_TOKEN, examples.NEW_TOKEN, "`token` is told this once")},
)
def create_token(asked: Asks, order: TokenOrder) -> Response:
    """A new token of one's own; its text is in the answer and nowhere else, ever."""
    made, text = asked.application.people.issue(
        asked.person, label=order.label, scopes=order.scopes, days=order.days, now=asked.now
    )
    return JSONResponse({**_told(made), "token": text}, status_code=201)


@router.delete(
    "/tokens/{token_id}",
    operation_id="revoke_token",
    responses={200: answered(TOKEN, examples.TOKEN, "Revoked, now or before")},
)
def revoke_token(asked: Asks, token_id: Annotated[str, Path(max_length=100)]) -> Any:
    """Revoke a token of one's own; anybody's for an administrator."""
    return _told(asked.application.people.revoke(asked.person, token_id, asked.now))


def _told(token: AccessToken) -> dict[str, Any]:
    return {one.name: plain(getattr(token, one.name)) for one in fields(token) if one.name != HASH}


def _without_hash(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != HASH}
