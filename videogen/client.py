"""The HTTP API as typed calls: what `docs/client.md` shows, and what the command line uses itself.

Answers are JSON objects as the API gives them, by the records' field names; errors are ours, with
the server's code, field and words. The token appears in no repr, log or exception.
"""

import json
import os
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self
from urllib.parse import quote

import httpx
import stamina

from videogen.errors import ServerRefusedError, ServerSilentError, VideogenError, Words

Row = dict[str, Any]
Params = Mapping[str, str | int | float | bool | None]

PREFIX = "/api/v1"
ATTEMPTS = 4
FILE_NAME = re.compile(r'filename="([A-Za-z0-9._-]+)"')  # nothing that leads into a folder
PAGE = 100
LAST_WORDS = frozenset({"succeeded", "failed", "cancelled", "lost", "uncertain"})
PASSING = frozenset({429, 502, 503, 504})


class Client:
    """Calls of one person at one server; safe to share between threads.

    Repeated by itself is only what may be: reading, and what carries an idempotency key.
    Every call raises: ServerRefusedError: with the server's code, field, value and sentences.
        ServerSilentError: nothing answers, or what answers is no videogen.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        language: str = "en",
        timeout_s: float = 30.0,
    ) -> None:
        self.url = url.rstrip("/")
        headers: dict[str, str] = {"Accept-Language": language}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(
            base_url=self.url + PREFIX, headers=headers, timeout=timeout_s, trust_env=False
        )

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def me(self) -> Row:
        """Who the token stands for, and what it may do."""
        return self._read("/me")

    def conditions(self) -> list[Row]:
        return self._items("/conditions")

    def condition(self, name: str) -> Row:
        return self._read(f"/conditions/{_part(name)}")

    def estimate(self, **wanted: Any) -> Row:
        """Seconds, USD and VRAM of one run before it is asked for: condition and settings."""
        return self._send("POST", "/estimate", wanted, may_repeat=True)

    def route(self, request: Mapping[str, Any], *, rules: str | None = None) -> Row:
        """Which condition the rules would choose, and why."""
        params = {"rules": rules} if rules else {}
        return self._send("POST", "/route", request, params=params, may_repeat=True)

    def keep_input(self, file: Path, *, kind: str | None = None) -> Row:
        """Keep a file that clips are made from; the answer's `input_id` names it."""
        params = {"name": file.name, "kind": kind}
        return self._send("POST", "/inputs", file.read_bytes(), params=params, may_repeat=True)

    def create_run(
        self,
        condition: str,
        prompt: str,
        *,
        key: str | None = None,
        **wanted: Any,
    ) -> Row:
        """One run, queued when this returns; the same `key` never makes a second one.

        Args: wanted: seed, inputs (slot -> input_id), settings, needs.
        """
        body = {"condition": condition, "prompt": prompt, **wanted}
        return self._send("POST", "/runs", body, key=key or str(uuid.uuid4()))

    def run(self, run_id: str) -> Row:
        return self._read(f"/runs/{_part(run_id)}")

    def runs(
        self, *, limit: int | None = None, after: str | None = None, **filters: str | None
    ) -> Iterator[Row]:
        """Newest first, page by page, the ones asked for before the run `after`.

        Args: filters: status, campaign, condition, failure_class, origin, owner.
        """
        return self._pages("/runs", filters, limit, after)

    def cancel_run(self, run_id: str) -> Row:
        return self._send("POST", f"/runs/{_part(run_id)}/cancel", may_repeat=True)

    def requeue_run(self, run_id: str, *, key: str | None = None) -> Row:
        return self._send("POST", f"/runs/{_part(run_id)}/requeue", key=key or str(uuid.uuid4()))

    def follow_run(self, run_id: str) -> Iterator[Row]:
        """What happens to it until its final word: each event's name under `event`, its data."""
        with self._stream(f"/runs/{_part(run_id)}/events") as answer:
            yield from _events(answer)

    def wait_for_run(self, run_id: str) -> Row:
        """The run with its final word, however often the line breaks in between."""
        while True:
            run = self.run(run_id)
            if run["status"] in LAST_WORDS:
                return run
            try:
                for _ in self.follow_run(run_id):
                    pass
            except ServerSilentError:
                continue  # asked again above, which gives up when nothing answers at all

    def save_clip(self, run_id: str, out: IO[bytes]) -> None:
        with self._stream(f"/runs/{_part(run_id)}/clip") as answer:
            for chunk in answer.iter_bytes():
                out.write(chunk)

    def campaigns(self) -> list[Row]:
        return list(self._pages("/campaigns", {}, None))

    def campaign(self, campaign_id: str) -> Row:
        return self._read(f"/campaigns/{_part(campaign_id)}")

    def create_campaign(self, *, key: str | None = None, **plan: Any) -> Row:
        """A plan as `campaigns create` takes it; nothing runs before it is started."""
        return self._send("POST", "/campaigns", plan, key=key or str(uuid.uuid4()))

    def control_campaign(
        self, campaign_id: str, action: Literal["start", "pause", "resume", "cancel"]
    ) -> Row:
        return self._send("POST", f"/campaigns/{_part(campaign_id)}/{action}", may_repeat=True)

    def ratings(self, campaign_id: str) -> Iterator[Row]:
        return self._pages(f"/campaigns/{_part(campaign_id)}/ratings", {}, None)

    def ratings_file(self, campaign_id: str) -> bytes:
        """All of them as CSV."""
        path = f"/campaigns/{_part(campaign_id)}/ratings"
        return self._ask("GET", path, params={"format": "csv"}, timeout_s=None).content

    def evidence(self, campaign_id: str) -> Row:
        """As `decide` reads it."""
        return self._read(f"/campaigns/{_part(campaign_id)}/evidence")

    def decision(self, campaign_id: str) -> Row:
        return self._read(f"/campaigns/{_part(campaign_id)}/decision")

    def report(
        self, campaign_id: str, *, form: str = "html", language: str = "en"
    ) -> tuple[str, bytes]:
        """The file's name and its content; `form`: html, pdf, md or bundle."""
        path = f"/campaigns/{_part(campaign_id)}/report"
        params = {"format": form, "lang": language}
        answer = self._ask("GET", path, params=params, timeout_s=None)
        named = FILE_NAME.search(answer.headers.get("Content-Disposition", ""))
        return named[1] if named else f"report.{form}", answer.content

    def prices(self) -> list[Row]:
        return self._items("/prices")

    def spend(self) -> Row:
        """This month's money against its caps."""
        return self._read("/spend")

    def set_cap(self, scope: str, subject: str | None, *, cap_usd: float | None, why: str) -> Row:
        """`subject` None: of each one without a cap of their own; `cap_usd` None takes it away."""
        body = {"scope": scope, "subject": subject, "cap_usd": cap_usd, "why": why}
        return self._send("POST", "/money/caps", body)

    def stop_paid_calls(self, why: str) -> Row:
        return self._send("POST", "/money/stop", {"why": why})

    def resume_paid_calls(self, why: str) -> Row:
        return self._send("POST", "/money/resume", {"why": why})

    def tokens(self) -> list[Row]:
        return self._items("/tokens")

    def create_token(
        self, label: str, scopes: Sequence[str], *, days: int = 90, owner: str | None = None
    ) -> Row:
        """The answer's `token` is told this once; `owner`: for an administrator."""
        body = {"label": label, "scopes": list(scopes), "days": days, "owner": owner}
        return self._send("POST", "/tokens", body)

    def revoke_token(self, token_id: str) -> Row:
        return self._send("DELETE", f"/tokens/{_part(token_id)}", may_repeat=True)

    def back_up(self) -> Row:
        return self._send("POST", "/backups", timeout_s=None)

    def check(self, *, hashes: bool = False) -> Row:
        return self._read("/check", {"hashes": hashes}, timeout_s=None)

    def _read(self, path: str, params: Params | None = None, **sent: Any) -> Row:
        return _object(self._ask("GET", path, params=_given(params), **sent))

    def _items(self, path: str) -> list[Row]:
        return list(self._pages(path, {}, None))

    def _pages(
        self, path: str, filters: Params, limit: int | None, after: str | None = None
    ) -> Iterator[Row]:
        left = limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            page = self._read(path, {**filters, "limit": size, "after": after})
            yield from page["items"]
            left = None if left is None else left - len(page["items"])
            after = page.get("next")
            if after is None:
                return

    def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        key: str | None = None,
        may_repeat: bool = False,
        params: Params | None = None,
        timeout_s: float | None = -1,
    ) -> Row:
        headers = {"Idempotency-Key": key} if key else {}
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/octet-stream"
            content: bytes | None = body
        else:
            content = None if body is None else json.dumps(body, allow_nan=False).encode()
            headers["Content-Type"] = "application/json"
        return _object(
            self._ask(
                method,
                path,
                params=_given(params),
                content=content,
                headers=headers,
                may_repeat=may_repeat or key is not None,
                timeout_s=timeout_s,
            )
        )

    def _ask(
        self,
        method: str,
        path: str,
        *,
        may_repeat: bool = True,
        timeout_s: float | None = -1,
        **sent: Any,
    ) -> httpx.Response:
        if timeout_s != -1:
            sent["timeout"] = timeout_s
        attempts = ATTEMPTS if may_repeat else 1
        passing = (httpx.TransportError, _PassingRefusal)
        try:
            for attempt in stamina.retry_context(on=passing, attempts=attempts, wait_initial=0.2):
                with attempt:
                    return _checked(self._http.request(method, path, **sent))
        except httpx.HTTPError as error:
            raise self._silent(error) from None
        except _PassingRefusal as refused:
            raise refused.error from None
        raise AssertionError("stamina ends by an answer or an exception")

    @contextmanager
    def _stream(self, path: str) -> Iterator[httpx.Response]:
        try:
            with self._http.stream("GET", path, timeout=httpx.Timeout(30.0)) as answer:
                if answer.is_error:
                    answer.read()
                    try:
                        _checked(answer)
                    except _PassingRefusal as refused:
                        raise refused.error from None
                yield answer
        except httpx.HTTPError as error:
            raise self._silent(error) from None

    def _silent(self, error: httpx.HTTPError) -> VideogenError:
        return ServerSilentError(field="url", value=self.url, detail=type(error).__name__)


class _PassingRefusal(Exception):  # noqa: N818 a refusal that may be another answer in a second
    def __init__(self, error: VideogenError) -> None:
        self.error = error
        super().__init__()


def _checked(answer: httpx.Response) -> httpx.Response:
    if not answer.is_error:
        return answer
    error = _error_of(answer)
    if answer.status_code in PASSING:
        raise _PassingRefusal(error)
    raise error


def _error_of(answer: httpx.Response) -> VideogenError:
    """Problem details (RFC 9457) as ours; anything else is not our server's."""
    try:
        told = answer.json()
        words = Words(message=str(told["detail"]), hint=str(told.get("hint") or ""))
        return ServerRefusedError(
            str(told["code"]),
            words,
            status=answer.status_code,
            field=told.get("field"),
            value=told.get("value"),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        detail = f"HTTP {answer.status_code}"
        return ServerSilentError(field="url", value=str(answer.url.host), detail=detail)


def _object(answer: httpx.Response) -> Row:
    if answer.status_code == httpx.codes.NO_CONTENT:
        return {}
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise ServerSilentError(field="url", value=str(answer.url.host), detail="no JSON object")
    return told


def _part(text: str) -> str:
    """One part of an address, whatever somebody typed as an id."""
    return quote(text, safe="")


def _given(params: Params | None) -> dict[str, str | int | float | bool]:
    return {name: value for name, value in (params or {}).items() if value is not None}


def _events(answer: httpx.Response) -> Iterator[Row]:
    """Server-sent events whose data are JSON objects; comments are the line's heartbeat."""
    name, data = "message", list[str]()
    for line in answer.iter_lines():
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            data.append(line.removeprefix("data:").strip())
        elif not line and data:
            yield {"event": name, **json.loads("\n".join(data))}
            name, data = "message", []


def from_environment(language: str = "en") -> Client:
    """The server of VIDEOGEN_API_URL, asked with VIDEOGEN_API_TOKEN.

    Raises: KeyError: VIDEOGEN_API_URL is not set.
    """
    url = os.environ["VIDEOGEN_API_URL"]
    return Client(url, os.environ.get("VIDEOGEN_API_TOKEN"), language=language)
