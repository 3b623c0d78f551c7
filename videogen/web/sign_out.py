"""Signing out ends the sign-in itself, not only the cookie of the browser that asked."""

from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from videogen import bootstrap
from videogen.web.person import ClaimsOf
from videogen.web.problems import OriginRefusedError, problem_response

SIGN_OUT = "/auth/logout"  # Streamlit's own


def ending_sign_ins(claims_of: ClaimsOf) -> Middleware:
    """Between our guard and Streamlit."""
    return Middleware(EndSignIn, claims_of=claims_of)


class EndSignIn:
    """Writes down which sign-in ended before Streamlit clears the cookie."""

    def __init__(self, app: ASGIApp, claims_of: ClaimsOf) -> None:
        self._app = app
        self._claims_of = claims_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].rstrip("/") == SIGN_OUT:
            request = Request(scope)
            if request.headers.get("sec-fetch-site") == "cross-site":
                refusal = problem_response(OriginRefusedError(field="Origin"), request.headers)
                await refusal(scope, receive, send)
                return
            await run_in_threadpool(self._end, request)
        await self._app(scope, receive, send)

    def _end(self, request: Request) -> None:
        claims = self._claims_of(request)
        if claims is not None:
            bootstrap.running().people.end_sign_in(claims, datetime.now(UTC))
