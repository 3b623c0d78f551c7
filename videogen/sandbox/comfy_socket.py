import asyncio
import contextlib
import json
import uuid
from collections.abc import Callable
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

FEATURES: dict[str, Any] = {
    "supports_preview_metadata": True,
    "max_upload_size": 104857600,
    "extension": {"manager": {"supports_v4": True}},
    "node_replacements": True,
    "assets": False,
}
Message = dict[str, Any]


class ClientSocket:
    """One open websocket; messages queue so that a slow reader cannot hold the server."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._outbox: asyncio.Queue[Message | bytes | None] = asyncio.Queue()
        self.takes_preview_facts = False
        self.is_deaf = False  # the deaf_socket fault: open, but nothing comes any more

    def send(self, message: Message | bytes) -> None:
        if not self.is_deaf:
            self._outbox.put_nowait(message)

    def close(self) -> None:
        self._outbox.put_nowait(None)

    async def deliver(self) -> None:
        while (message := await self._outbox.get()) is not None:
            if isinstance(message, bytes):
                await self._websocket.send_bytes(message)
            else:
                await self._websocket.send_text(json.dumps(message))
        await self._websocket.close(code=1001)

    async def listen(self) -> None:
        """Answer the feature flags if they are the first thing said, as the real server does."""
        is_first = True
        while True:
            text = await self._websocket.receive_text()
            with contextlib.suppress(json.JSONDecodeError, AttributeError):
                message = json.loads(text)
                if is_first and message.get("type") == "feature_flags":
                    flags = message.get("data") or {}
                    self.takes_preview_facts = flags.get("supports_preview_metadata") is True
                    self.send({"type": "feature_flags", "data": FEATURES})
            is_first = False


class SocketTable:
    """Who listens, by client id."""

    def __init__(self) -> None:
        self._sockets: dict[str, ClientSocket] = {}

    def send(self, kind: str, data: dict[str, Any], client_id: str | None) -> None:
        socket = self._sockets.get(client_id) if client_id is not None else None
        if socket is not None:
            socket.send({"type": kind, "data": data})

    def broadcast(self, kind: str, data: dict[str, Any]) -> None:
        for socket in list(self._sockets.values()):
            socket.send({"type": kind, "data": data})

    def broadcast_bytes(self, frame: bytes) -> None:
        for socket in list(self._sockets.values()):
            socket.send(frame)

    def takes_preview_facts(self, client_id: str | None) -> bool:
        socket = self._sockets.get(client_id) if client_id is not None else None
        return socket is not None and socket.takes_preview_facts

    def send_bytes(self, frame: bytes, client_id: str) -> None:
        socket = self._sockets.get(client_id)
        if socket is not None:
            socket.send(frame)

    def deafen(self, client_id: str | None) -> None:
        socket = self._sockets.get(client_id) if client_id is not None else None
        if socket is not None:
            socket.is_deaf = True

    def close_all(self) -> None:
        for socket in list(self._sockets.values()):
            socket.close()

    async def serve(self, websocket: WebSocket, greet: Callable[[str], list[Message]]) -> None:
        """Hold one connection open. A newer socket takes its client id over, and when the older
        one closes the id is dropped although the newer is open: the real server's own fault.
        """
        client_id = websocket.query_params.get("clientId") or uuid.uuid4().hex
        socket = ClientSocket(websocket)
        await websocket.accept()
        self._sockets[client_id] = socket
        for message in greet(client_id):
            socket.send(message)
        tasks = [asyncio.create_task(socket.deliver()), asyncio.create_task(socket.listen())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            self._sockets.pop(client_id, None)
            if websocket.client_state is WebSocketState.CONNECTED:
                with contextlib.suppress(RuntimeError):
                    await websocket.close()
