"""What Replicate's refusals mean, and what became of a call that no answer came to."""

import re
from collections.abc import Mapping
from typing import Any

import httpx

from videogen.backends.replicate.profiles import ModelProfile
from videogen.backends.retry_after import retry_after_s
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    ModelRetiredError,
    OutcomeUncertainError,
    QuotaError,
    RequestRefusedError,
    SignInError,
)

NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
POLICY_WORDS = ("nsfw", "sensitive", "safety", "content policy", "prohibited", "violate")
DETAIL_LENGTH = 400
MOST_READ = 10_000
TOKEN = re.compile(r"r8_\w+|Bearer \S+", re.IGNORECASE)
# Where the header is missing, the sentence still says it: "Your rate limit resets in ~30s."
RESETS_IN = re.compile(r"resets in ~?(\d+(?:\.\d+)?) ?s")


def unanswered_start(backend: str, model: str, error: httpx.HTTPError) -> BackendError:
    """A start that no answer came to: uncertain, unless it never left the machine."""
    said = type(error).__name__
    if isinstance(error, NOTHING_SENT):
        return BackendUnavailableError(backend, detail=said)
    return OutcomeUncertainError(backend, detail=said, model=model)


def refused_start(backend: str, profile: ModelProfile, answer: httpx.Response) -> BackendError:
    """What an answer that names no prediction means; wherever one may exist, it is uncertain."""
    status, detail = answer.status_code, said(answer)
    if not 400 <= status < 500 or status == 408:
        return OutcomeUncertainError(backend, detail=detail, model=profile.model)
    if status in (401, 403):
        return SignInError(backend, detail=detail)
    if status == 402:  # every other call would be refused too, until a person pays
        return QuotaError(backend, detail=detail, retry_after_s=None, is_per_day=True)
    if status in (404, 410):
        return _gone(backend, profile, detail)
    if status == 429:
        return QuotaError(backend, detail=detail, retry_after_s=_wait_s(answer), is_per_day=False)
    return RequestRefusedError(backend, detail=detail)


def refused_question(backend: str, answer: httpx.Response) -> BackendError:
    """What an unusable answer to a poll or an upload means; a later one may do."""
    if answer.status_code in (401, 403):
        return SignInError(backend, detail=said(answer))
    return BackendUnavailableError(backend, detail=said(answer))


def said(answer: httpx.Response) -> str:
    """One short line of the problem's own words and fields; no body, header or token."""
    problem = json_object(answer)
    words = _fields(problem) or problem.get("detail") or problem.get("title") or ""
    return detail_line(f"HTTP {answer.status_code}: {words}").rstrip(": ")


def detail_line(text: str) -> str:
    """Short, on one line, of signs that a row can hold, and without what looks like a token."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text[:MOST_READ])
    return " ".join(TOKEN.sub("[token]", plain).split())[:DETAIL_LENGTH]


def is_policy(text: str) -> bool:
    return any(word in text.lower() for word in POLICY_WORDS)


def json_object(answer: httpx.Response) -> Mapping[str, Any]:
    """The answer's JSON; empty where it is none, such as a gateway's page."""
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _fields(problem: Mapping[str, Any]) -> str:
    """The fields that were wrong, each with what is wrong with it."""
    rows = problem.get("invalid_fields")
    named = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return "; ".join(f"{row.get('field')}: {row.get('description')}" for row in named)


def _gone(backend: str, profile: ModelProfile, detail: str) -> ModelRetiredError:
    """A 404 says only "not found": what the profile knows is added."""
    known = profile.gone(backend)
    return ModelRetiredError(
        backend,
        detail=f"{known.detail}: {detail}",
        model=profile.model,
        retired_on=known.facts["retired_on"],
        replacement=profile.replacement,
    )


def _wait_s(answer: httpx.Response) -> float | None:
    told_s = retry_after_s(answer.headers.get("retry-after"))
    if told_s is not None:
        return told_s
    found = RESETS_IN.search(str(json_object(answer).get("detail") or ""))
    return retry_after_s(found.group(1)) if found else None
