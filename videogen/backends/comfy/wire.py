"""HTTP to one ComfyUI server: foreign errors become ours, and only JSON counts as an answer."""

import threading
from collections.abc import Mapping
from typing import Any

import httpx

from videogen.backends.address_rules import AddressRules, CheckedTransport
from videogen.backends.comfy.address import ComfyAddress
from videogen.errors import BackendUnavailableError, NotComfyError, RequestRefusedError, SignInError

# Loading a model can hold the server's interpreter for many seconds, so reads are patient.
ANSWER_TIMEOUT_S = 60.0
BRISK = httpx.Timeout(5.0, connect=3.0)


class AnswerUnseenError(BackendUnavailableError):
    """The request left, but its answer was not seen: the server may have acted on it."""


class ComfyWire:
    """Thread-safe; every answer is JSON or an error of ours."""

    def __init__(
        self,
        address: ComfyAddress,
        *,
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
        rules: AddressRules | None = None,
    ) -> None:
        self._address = address
        self.closing = threading.Event()
        self._patient = httpx.Timeout(answer_timeout_s, connect=5.0)
        limits = httpx.Limits(max_connections=20, max_keepalive_connections=10)
        self.client = httpx.Client(
            transport=CheckedTransport(rules, limits=limits) if rules else None,
            base_url=address.base_url,
            auth=address.credentials,
            timeout=self._patient,
            trust_env=False,  # a proxy between us and our own GPU box is never wanted
            follow_redirects=False,  # where it leads nobody has checked
            limits=limits,
        )

    @property
    def name(self) -> str:
        return self._address.name

    def send(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        timeout: httpx.Timeout | None = None,
        params: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Any answer below 500 but for refused credentials.

        Args: body: sent as JSON. files: field -> (name, bytes, type), sent as a form with `form`.

        Raises: AnswerUnseenError: the request may have arrived. BackendUnavailableError: it
            cannot have. SignInError: 401 or 403. RequestRefusedError: `body` is no JSON.
        """
        try:
            response = self.client.request(
                method,
                path,
                json=body,
                params=params,
                files=files,
                data=form,
                timeout=timeout or self._patient,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise BackendUnavailableError(self.name, detail=_said(error)) from None
        except httpx.HTTPError as error:
            raise AnswerUnseenError(self.name, detail=_said(error)) from None
        except ValueError as error:  # half a character pair, or a number that is none
            detail = f"cannot be written as JSON: {type(error).__name__}"
            raise RequestRefusedError(self.name, detail=detail) from None
        return self.checked(response)

    def checked(self, response: httpx.Response) -> httpx.Response:
        status = response.status_code
        if status in (401, 403):
            raise SignInError(self.name, detail=f"HTTP {status}")
        if status >= 500:
            raise AnswerUnseenError(self.name, detail=f"HTTP {status}")
        return response

    def get_json(self, path: str, *, timeout: httpx.Timeout | None = None) -> dict[str, Any]:
        """The object at `path`. Raises: NotComfyError: the answer is none of ComfyUI's."""
        response = self.send("GET", path, timeout=timeout)
        if response.status_code == 429:
            raise BackendUnavailableError(self.name, detail=f"GET {path}: HTTP 429")
        if response.status_code != 200:
            raise NotComfyError(self.name, detail=f"GET {path}: HTTP {response.status_code}")
        return self.json_object(response)

    def json_object(self, response: httpx.Response) -> dict[str, Any]:
        try:
            content = response.json()
        except ValueError:
            kind = response.headers.get("content-type", "no content type")
            raise NotComfyError(self.name, detail=f"not JSON but {kind}") from None
        if not isinstance(content, dict):
            raise NotComfyError(self.name, detail="JSON, but no object")
        return content

    def optional_json(self, path: str) -> dict[str, Any] | None:
        """The object at a path that a real server need not have."""
        content = self._optional(path)
        return content if isinstance(content, dict) else None

    def optional_list(self, path: str) -> list[str] | None:
        """The list of texts at such a path."""
        content = self._optional(path)
        return [str(each) for each in content] if isinstance(content, list) else None

    def _optional(self, path: str) -> object:
        response = self.send("GET", path, timeout=BRISK)
        if response.status_code != 200:
            return None
        try:
            content: object = response.json()
        except ValueError:
            return None
        return content

    def close(self) -> None:
        self.closing.set()
        self.client.close()


def retry_after_s(response: httpx.Response) -> float | None:
    """Seconds only: the date form needs two clocks that agree."""
    said = response.headers.get("retry-after", "")
    return float(said) if said.isdecimal() else None


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
