"""Foreign exceptions and operation errors, told apart by name: two HTTP families may raise."""

import json
import re
from collections.abc import Mapping
from typing import Any

from videogen.domain.generation import GenerationState, Observation
from videogen.domain.run import FailureClass
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    FilteredError,
    ModelRetiredError,
    OutcomeUncertainError,
    QuotaError,
    RequestRefusedError,
    SignInError,
)

# httpx in google-genai 2.x, httpx2 in 3.x; neither's errors are subclasses of the other's.
HTTP_FAMILIES = ("httpx", "httpx2", "httpcore", "httpcore2")
NOTHING_SENT = frozenset(
    {
        "ConnectError",
        "ConnectTimeout",
        "PoolTimeout",
        "ProxyError",
        "UnsupportedProtocol",
        "LocalProtocolError",
    }
)
POLICY_WORDS = ("usage guidelines", "responsible ai", "safety filter", "sensitive", "violate")
# gRPC codes: https://grpc.github.io/grpc/core/md_doc_statuscodes.html
GRPC_CLASSES = {
    3: FailureClass.INVALID_INPUT,
    7: FailureClass.SIGN_IN,
    8: FailureClass.QUOTA,
    16: FailureClass.SIGN_IN,
}


def start_error(backend: str, model: str, error: Exception) -> BackendError:
    """What a failed start means; whenever a job may exist, its outcome is uncertain."""
    code = api_code(error)
    if code is not None and 400 <= code < 500 and code != 408:
        return _client_error(backend, model, code, error)
    if code is None and (_before_sending(error) or _is_sign_in(error)):
        return _unsent(backend, error)
    return OutcomeUncertainError(backend, detail=said(error), model=model)


def poll_error(backend: str, error: Exception) -> BackendError:
    """What a failed poll or download means; a later one may do."""
    code = api_code(error)
    if code in (401, 403) or (code is None and _is_sign_in(error)):
        return SignInError(backend, detail=said(error))
    return BackendUnavailableError(backend, detail=said(error))


def api_code(error: Exception) -> int | None:
    """The HTTP status of the SDK's APIError; None for every other exception."""
    is_api_error = any(kind.__name__ == "APIError" for kind in type(error).__mro__)
    code = getattr(error, "code", None)
    return code if is_api_error and isinstance(code, int) else None


def said(error: Exception) -> str:
    """One short line that holds no body, header or key."""
    code = api_code(error)
    if code is None:
        return type(error).__name__
    message = str(getattr(error, "message", None) or "").strip()
    if message.startswith("<"):  # a gateway's HTML page
        message = ""
    status = getattr(error, "status", None) or ""
    return _without_keys(f"HTTP {code} {status}: {message}")[:400].rstrip(": ")


def _without_keys(text: str) -> str:
    """Google names the key in some refusals ("Consumer 'api_key:...' has been suspended")."""
    return re.sub(r"api_key:[^\s'\"]+|AIza[\w-]{10,}|ya29\.[\w.-]+", "[key]", text)


def operation_failure(error: Mapping[str, Any]) -> Observation:
    """An operation that ended with an error; Google's documentation: these are not charged."""
    code, message = error.get("code"), str(error.get("message") or "")
    failure_class = GRPC_CLASSES.get(code if isinstance(code, int) else -1)
    if code == 3 and _is_policy(message):
        failure_class = FailureClass.FILTERED
    return Observation(
        state=GenerationState.FAILED,
        failure_class=failure_class or FailureClass.EXECUTION_ERROR,
        failure_detail=_without_keys(f"code {code}: {message}")[:400],
        billed_samples=0,
    )


def _client_error(backend: str, model: str, code: int, error: Exception) -> BackendError:
    detail = said(error)
    if code in (401, 403) or "API_KEY_INVALID" in _details(error):
        return SignInError(backend, detail=detail)
    if code in (404, 410):
        return ModelRetiredError(
            backend, detail=detail, model=model, retired_on=None, replacement=None
        )
    if code == 429:
        return QuotaError(backend, detail=detail, retry_after_s=_retry_after_s(error))
    if code == 400 and _is_policy(detail):
        return FilteredError(backend, detail=detail)
    return RequestRefusedError(backend, detail=detail)


def _unsent(backend: str, error: Exception) -> BackendError:
    if _is_sign_in(error):
        return SignInError(backend, detail=said(error))
    return BackendUnavailableError(backend, detail=said(error))


def _before_sending(error: Exception) -> bool:
    kind = type(error)
    if kind.__module__ == "google.auth.exceptions":  # no token, so no call
        return True
    return kind.__module__.split(".")[0] in HTTP_FAMILIES and kind.__name__ in NOTHING_SENT


def _is_sign_in(error: Exception) -> bool:
    kind = type(error)
    return kind.__module__ == "google.auth.exceptions" and kind.__name__ != "TransportError"


def _is_policy(message: str) -> bool:
    return any(word in message.lower() for word in POLICY_WORDS)


def _details(error: Exception) -> str:
    return json.dumps(getattr(error, "details", None), default=str)


def _retry_after_s(error: Exception) -> float | None:
    """Google says it in RetryInfo ("37s") or in the header Retry-After."""
    found = re.search(r'"retryDelay": *"(\d+(?:\.\d+)?)s"', _details(error))
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    text = found.group(1) if found else headers.get("retry-after")
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
