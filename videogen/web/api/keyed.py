"""Requests that may be sent twice: the same key has the same answer and one effect."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header
from starlette.responses import JSONResponse, Response

from videogen import store
from videogen.domain.access import KeyedRequest
from videogen.domain.plain_json import plain
from videogen.errors import KeyReusedError
from videogen.web.api.asked import Asked

REPLAYED = "Idempotent-Replayed"

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="Yours: 1 to 200 visible ASCII characters. Sent again, it makes nothing new.",
        examples=["9f1c2f0e-6f0b-4a6e-8f8b-5b1b6a4f2d10"],
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request as it is told apart from others."""

    key: str
    route: str
    body: Any

    @property
    def body_sha256(self) -> str:
        text = json.dumps(plain(self.body), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def once(asked: Asked, sent: Sent, make: Callable[[], Any]) -> Response:
    """201 with what was made, or 200 with what was answered to this key before.

    The answer is stored in the transaction that made it: both stand, or neither does.
    Raises: KeyReusedError: the key stands for another request. What `make` raises.
    """
    known = _known(asked, sent)
    if known is None:
        with asked.application.database.write():
            known = _known(asked, sent)  # somebody else's thread may have been quicker
            if known is None:
                answer = plain(make())
                store.save(asked.application.database, _kept(asked, sent, answer))
                return JSONResponse(answer, status_code=201)
    return JSONResponse(dict(known.answer), headers={REPLAYED: "true"})


def _known(asked: Asked, sent: Sent) -> KeyedRequest | None:
    """Raises: KeyReusedError."""
    known = store.keyed_request(asked.application.database, asked.person.name, sent.key)
    if known and (known.route, known.body_sha256) != (sent.route, sent.body_sha256):
        raise KeyReusedError(field="Idempotency-Key", value=sent.key)
    return known


def _kept(asked: Asked, sent: Sent, answer: Mapping[str, Any]) -> KeyedRequest:
    return KeyedRequest(
        owner=asked.person.name,
        key=sent.key,
        route=sent.route,
        body_sha256=sent.body_sha256,
        answer=answer,
        created_at=asked.now,
    )
