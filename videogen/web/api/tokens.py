"""Who asks, and the tokens that programs ask with."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import Field
from starlette.responses import JSONResponse, Response

from videogen.access.tokens import HASH, told_token
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
    owner: Name | None = Field(
        default=None, description="For an administrator: whose it is, where not one's own"
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
    rows = [told_token(token) for token in every]
    return page_of(rows, limit, after, lambda row: row["token_id"])


@router.post(
    "/tokens",
    operation_id="create_token",
    status_code=201,
    responses={201: answered(NEW_TOKEN, examples.NEW_TOKEN, "`token` is told this once")},
)
def create_token(asked: Asks, order: TokenOrder) -> Response:
    """A new token; its text is in the answer and nowhere else, ever."""
    made, text = asked.application.people.issue(
        asked.person,
        label=order.label,
        scopes=order.scopes,
        days=order.days,
        now=asked.now,
        owner=order.owner,
    )
    return JSONResponse({**told_token(made), "token": text}, status_code=201)


@router.delete(
    "/tokens/{token_id}",
    operation_id="revoke_token",
    responses={200: answered(TOKEN, examples.TOKEN, "Revoked, now or before")},
)
def revoke_token(asked: Asks, token_id: Annotated[str, Path(max_length=100)]) -> Any:
    """Revoke a token of one's own; anybody's for an administrator."""
    return told_token(asked.application.people.revoke(asked.person, token_id, asked.now))
