"""Foreign exceptions and vendors' endings, told apart by name: two HTTP families may raise."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from videogen.backends.retry_after import retry_after_s
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
POLICY_WORDS = (
    "usage guidelines",
    "responsible ai",
    "safety",
    "sensitive",
    "violate",
    "prohibited",
)
# gRPC codes: https://grpc.github.io/grpc/core/md_doc_statuscodes.html
GRPC_CLASSES = {
    3: FailureClass.INVALID_INPUT,
    7: FailureClass.SIGN_IN,
    8: FailureClass.QUOTA,
    16: FailureClass.SIGN_IN,
}
# The same, where a vendor says it in words.
WORD_CLASSES = {
    "invalid_argument": FailureClass.INVALID_INPUT,
    "permission_denied": FailureClass.SIGN_IN,
    "resource_exhausted": FailureClass.QUOTA,
    "unauthenticated": FailureClass.SIGN_IN,
}
DETAIL_LENGTH = 400
PACIFIC = ZoneInfo("America/Los_Angeles")
CLOCK_MARGIN_S = 60.0


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
    if code in (401, 403) or (code is None and _is_sign_in(error)) or _is_key_invalid(error):
        return SignInError(backend, detail=said(error))
    return BackendUnavailableError(backend, detail=said(error))


def api_code(error: Exception) -> int | None:
    """The HTTP status of either of the SDK's APIErrors; None for every other exception."""
    if not any(kind.__name__ == "APIError" for kind in type(error).__mro__):
        return None
    for name in ("code", "status_code"):  # models.* has the one, interactions.* the other
        code = getattr(error, name, None)
        if isinstance(code, int):
            return code
    return None


def said(error: Exception) -> str:
    """One short line that holds no body, header or key."""
    code = api_code(error)
    if code is None:
        return type(error.__cause__ or error).__name__
    inner = _inner(error)
    message = str(inner.get("message") or "").strip()
    if message.startswith("<"):  # a gateway's HTML page
        message = ""
    if not message and code < 400:
        message = "an answer that cannot be read"
    return detail_line(f"HTTP {code} {inner.get('status') or ''}: {message}").rstrip(": ")


def detail_line(text: str) -> str:
    """Short, and without keys: Google names them ("Consumer 'api_key:...' was suspended")."""
    return re.sub(r"api_key:[^\s'\"]+|AIza[\w-]{10,}|ya29\.[\w.-]+", "[key]", text)[:DETAIL_LENGTH]


def operation_failure(error: Mapping[str, Any]) -> Observation:
    """An operation that ended with an error; Google's documentation: these are not charged."""
    code, message = error.get("code"), str(error.get("message") or "")
    failure_class = GRPC_CLASSES.get(code if isinstance(code, int) else -1)
    if code == 3 and is_policy(message):
        failure_class = FailureClass.FILTERED
    return Observation(
        state=GenerationState.FAILED,
        failure_class=failure_class or FailureClass.EXECUTION_ERROR,
        failure_detail=detail_line(f"code {code}: {message}"),
        billed_samples=0,
    )


def class_in_words(text: str) -> FailureClass:
    """The failure that a vendor's code or sentence speaks of."""
    if is_policy(text):
        return FailureClass.FILTERED
    spelt = text.lower().replace(" ", "_")
    found = (kind for word, kind in WORD_CLASSES.items() if word in spelt)
    return next(found, FailureClass.EXECUTION_ERROR)


def is_policy(message: str) -> bool:
    return any(word in message.lower() for word in POLICY_WORDS)


def _client_error(backend: str, model: str, code: int, error: Exception) -> BackendError:
    detail = said(error)
    if code in (401, 403) or _is_key_invalid(error):
        return SignInError(backend, detail=detail)
    if code in (404, 410):
        return ModelRetiredError(
            backend, detail=detail, model=model, retired_on=None, replacement=None
        )
    if code == 429:
        return _quota(backend, detail, error)
    if code == 400 and is_policy(detail):
        return FilteredError(backend, detail=detail)
    return RequestRefusedError(backend, detail=detail)


def _quota(backend: str, detail: str, error: Exception) -> QuotaError:
    is_per_day = _is_per_day(error)
    told_s = _retry_after_s(error)
    if is_per_day:
        # The RetryInfo beside a day's quota is often of the quota a minute that was hit with it.
        told_s = max(told_s or 0.0, seconds_to_new_day(datetime.now(UTC)))
    return QuotaError(backend, detail=detail, retry_after_s=told_s, is_per_day=is_per_day)


def seconds_to_new_day(now: datetime) -> float:
    """Until a day's quota is there again, and a minute for clocks that differ.

    Source: ai.google.dev/gemini-api/docs/rate-limits: "Requests per day (RPD) quotas reset at
    midnight Pacific time"; the quotas of Google Cloud's APIs do so too.
    """
    here = now.astimezone(PACIFIC)
    midnight = datetime.combine(here.date() + timedelta(days=1), time(), PACIFIC)
    return (midnight - now).total_seconds() + CLOCK_MARGIN_S


def _unsent(backend: str, error: Exception) -> BackendError:
    if _is_sign_in(error):
        return SignInError(backend, detail=said(error))
    return BackendUnavailableError(backend, detail=said(error))


def _causes(error: BaseException) -> Iterator[type]:
    """Its class and those of what it wraps: interactions.* wraps the transport's errors."""
    seen: BaseException | None = error
    while seen is not None:
        yield type(seen)
        seen = seen.__cause__


def _before_sending(error: Exception) -> bool:
    return any(
        kind.__module__ == "google.auth.exceptions"  # no token, so no call
        or (kind.__module__.split(".")[0] in HTTP_FAMILIES and kind.__name__ in NOTHING_SENT)
        for kind in _causes(error)
    )


def _is_sign_in(error: Exception) -> bool:
    return any(
        kind.__module__ == "google.auth.exceptions" and kind.__name__ != "TransportError"
        for kind in _causes(error)
    )


def _body(error: Exception) -> Mapping[str, Any]:
    """The answer's JSON; models.* keeps it as `details`, interactions.* as `body`."""
    for name in ("details", "body"):
        body = getattr(error, name, None)
        if isinstance(body, Mapping):
            return body
    return {}


def _inner(error: Exception) -> Mapping[str, Any]:
    """Google's error object: code, message, status, details."""
    inner = _body(error).get("error")
    if isinstance(inner, Mapping):
        return inner
    return _body(error)


def _details(error: Exception) -> str:
    return json.dumps(_body(error), default=str)


def _is_key_invalid(error: Exception) -> bool:
    return "API_KEY_INVALID" in _details(error)


def _is_per_day(error: Exception) -> bool:
    """A quota of the day is not worth another try today; QuotaFailure's `quotaId` says it."""
    return re.search(r'"quotaId": *"[^"]*PerDay', _details(error)) is not None


def _retry_after_s(error: Exception) -> float | None:
    """Google says it in RetryInfo ("37s") or in the header Retry-After (seconds or a date)."""
    found = re.search(r'"retryDelay": *"(\d+(?:\.\d+)?)s"', _details(error))
    if found:
        return float(found.group(1))
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    return retry_after_s(headers.get("retry-after"))
