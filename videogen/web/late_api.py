"""The API, put together when it is first asked for: pages need none of it to come up."""

import threading

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from videogen.web.person import ClaimsOf


class LateApi:
    """FastAPI and the schemas of every route take 0.6 s, a third of what a start imports."""

    def __init__(self, claims_of: ClaimsOf | None) -> None:
        self._claims_of = claims_of
        self._app: ASGIApp | None = None
        self._making = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if app is None:
            app = await run_in_threadpool(self._made)
        await app(scope, receive, send)

    def _made(self) -> ASGIApp:
        from videogen.web.api.app import api

        with self._making:
            if self._app is None:
                self._app = api(self._claims_of)
            return self._app
