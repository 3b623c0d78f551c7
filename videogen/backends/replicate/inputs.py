"""A clip's input files on their way to Replicate: small ones in the call, others uploaded first."""

import base64
from collections.abc import Callable

import httpx

from videogen.backends.replicate.failures import json_object, refused_question
from videogen.domain.generation import InputContent
from videogen.errors import BackendUnavailableError, RequestRefusedError

# "This is only recommended if the file is less than 1MB", and files "up to 100MB".
# Source: replicate.com/docs/topics/predictions/input-files
INLINE_MAX_BYTES = 1_000_000
UPLOAD_MAX_BYTES = 100 * 1024 * 1024
UPLOAD_TIMEOUT_S = 120.0
Post = Callable[..., httpx.Response]


def sent_file(backend: str, post: Post, content: InputContent) -> str:
    """The data URI or the address that stands in the model's input; an upload costs nothing.

    Raises: RequestRefusedError: too large. BackendUnavailableError, SignInError: not taken.
    """
    try:
        size_bytes = content.path.stat().st_size
        if size_bytes > UPLOAD_MAX_BYTES:
            detail = f"an input of {size_bytes} bytes; possible: {UPLOAD_MAX_BYTES}"
            raise RequestRefusedError(backend, detail=detail)
        data = content.path.read_bytes()
    except OSError as error:
        detail = f"the input file cannot be read ({type(error).__name__})"
        raise RequestRefusedError(backend, detail=detail) from error
    if size_bytes < INLINE_MAX_BYTES:
        return f"data:{content.mime_type};base64,{base64.b64encode(data).decode('ascii')}"
    return _uploaded(backend, post, content, data)


def _uploaded(backend: str, post: Post, content: InputContent, data: bytes) -> str:
    name = f"{content.input_id[:16]}{content.path.suffix}"
    try:
        answer = post(
            "/v1/files",
            files={"content": (name, data, content.mime_type)},
            timeout=UPLOAD_TIMEOUT_S,
        )
    except httpx.HTTPError as error:
        raise BackendUnavailableError(backend, detail=type(error).__name__) from None
    urls = json_object(answer).get("urls")
    address = urls.get("get") if isinstance(urls, dict) else None
    if answer.status_code not in (200, 201) or not isinstance(address, str):
        raise refused_question(backend, answer)
    return address
