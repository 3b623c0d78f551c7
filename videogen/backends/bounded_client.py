"""HTTP whose answers end: in bytes and in seconds, whatever a server sends."""

import time
from typing import Any

import httpx

# A prediction's logs are in its answer; anything larger is no answer to a question of ours.
MAX_ANSWER_BYTES = 64_000_000
LEAST_S = 5.0
# They describe the bytes as they came, which are unpacked here.
_OF_THE_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class BoundedClient(httpx.Client):
    """A whole answer within its read timeout, where httpx allows that time for every byte."""

    def send(self, request: httpx.Request, *, stream: bool = False, **how: Any) -> httpx.Response:
        """Raises: httpx.ReadError: an answer without end. httpx.ReadTimeout: one that trickles."""
        answer = super().send(request, stream=True, **how)
        if stream:
            return answer
        try:
            content = _content(answer, request)
        finally:
            answer.close()
        headers = [pair for pair in answer.headers.multi_items() if pair[0] not in _OF_THE_WIRE]
        return httpx.Response(answer.status_code, headers=headers, content=content, request=request)


def _content(answer: httpx.Response, request: httpx.Request) -> bytes:
    allowed_s = request.extensions.get("timeout", {}).get("read")
    ends_at = time.monotonic() + max(LEAST_S, allowed_s or LEAST_S)
    content = bytearray()
    for chunk in answer.iter_bytes():  # a chunk size would be waited for
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise httpx.ReadError("an answer without end", request=request)
        if time.monotonic() > ends_at:
            raise httpx.ReadTimeout("an answer that trickles", request=request)
    return bytes(content)
