"""A browser's websocket without the browser: opens a page and counts the time of its reruns."""

import http.client
import time
from contextlib import closing

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

START_PATIENCE_S = 60.0


def wait_until_healthy(port: int) -> None:
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as http_side:
                http_side.request("GET", "/_stcore/health")
                if http_side.getresponse().status == http.client.OK:
                    return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing healthy on port {port}")


class PageVisit:
    """One session of a Streamlit app over its real websocket."""

    def __init__(self, port: int, page_name: str = "") -> None:
        self._page_name = page_name
        self._socket: ClientConnection = connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            origin=None,
            subprotocols=[Subprotocol("streamlit"), Subprotocol("bench")],
            max_size=None,
        )

    def rerun_s(self) -> float:
        """Seconds from asking for a rerun to its last message."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.page_name = self._page_name
        began = time.perf_counter()
        self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self._socket.recv(timeout=60, decode=False))
            if answer.WhichOneof("type") == "script_finished":
                return time.perf_counter() - began

    def close(self) -> None:
        self._socket.close()
