"""HEAD: what GET would answer, without its body, and without waiting for a stream's end."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AnswersHead:
    """Asks the route for GET, and hangs up on it as soon as its headers are there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        is_answered = False

        async def listen() -> Message:
            return {"type": "http.disconnect"} if is_answered else await receive()

        async def send_head(message: Message) -> None:
            nonlocal is_answered
            if is_answered:
                return
            await send(message)
            if message["type"] == "http.response.start":
                is_answered = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app({**scope, "method": "GET"}, listen, send_head)
