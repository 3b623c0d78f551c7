"""A vendor's finished clip to disk: streamed, checked, whole or not at all; a secret stays put."""

import contextlib
import errno
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import httpx

from videogen.backends.container import ContainerFault, container_fault
from videogen.backends.vendor_address import trust
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    ClipRejectedError,
    DiskFullError,
    DownloadFailedError,
)

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
MAX_REDIRECTS = 5
FETCH_TRIES = 6
MAX_CLIP_BYTES = 2_000_000_000  # far above a minute of 4K; a body without end would fill the disk
MAX_DOWNLOAD_S = 900.0


class Place(Protocol):
    """Whom the clip comes from."""

    @property
    def name(self) -> str: ...

    @property
    def is_vendor(self) -> bool:
        """The vendor itself, and no sandbox on this machine."""

    def may_be_asked(self, url: str) -> bool:
        """Whether a clip may be fetched at this address, which a redirect names."""

    def key_headers(self, url: str) -> Mapping[str, str]:
        """What may be sent to this address besides the question itself."""


class AnotherTryError(Exception):
    """Not fetched this time; `error` is what it comes to when no further try does better."""

    def __init__(self, error: BackendError) -> None:
        super().__init__(str(error))
        self.error = error


def fetch_patiently(once: Callable[[], None], pause: Callable[[float], bool]) -> None:
    """A download costs nothing, so it is tried again; `pause` says whether there is no time left.

    Raises: DownloadFailedError, ClipRejectedError, DiskFullError, BackendUnavailableError.
    """
    for attempt in range(1, FETCH_TRIES + 1):
        try:
            once()
        except (AnotherTryError, BackendUnavailableError) as error:
            if attempt == FETCH_TRIES or pause(2.0**attempt):
                raise _final(error) from None
        else:
            return


def save_clip(where: Place, source: bytes | str, destination: Path) -> None:
    """Write inline bytes, or what an address gives, to `destination`.

    Raises: DownloadFailedError, DiskFullError: no further try will help.
        AnotherTryError: one may.
    """
    part = destination.with_name(destination.name + ".part")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(source, bytes):
            part.write_bytes(source)
        else:
            _stream(where, source, part)
        _check(where, part)
        part.replace(destination)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            free_bytes = shutil.disk_usage(destination.parent).free
            raise DiskFullError(where.name, free_bytes=free_bytes) from error
        raise DownloadFailedError(where.name, detail=type(error).__name__) from error
    finally:
        with contextlib.suppress(OSError):  # where it could not be made it need not be taken away
            part.unlink()


def _stream(where: Place, url: str, part: Path) -> None:
    try:
        with httpx.Client(
            timeout=TIMEOUT,
            trust_env=where.is_vendor,
            follow_redirects=False,
            verify=trust(),
        ) as http:
            for _ in range(MAX_REDIRECTS):
                following = _one_hop(where, http, url, part)
                if following is None:
                    return
                url = following
    except httpx.HTTPError as error:
        raise _again(where, type(error).__name__) from None
    except httpx.InvalidURL:
        raise DownloadFailedError(where.name, detail="no address of a clip") from None
    raise DownloadFailedError(where.name, detail="redirected time and again")


def _one_hop(where: Place, http: httpx.Client, url: str, part: Path) -> str | None:
    """The next address of a redirect; None when the bytes have come."""
    headers = {"Accept-Encoding": "identity", **where.key_headers(url)}
    with http.stream("GET", url, headers=headers) as answer:
        if answer.is_redirect:
            return _following(where, url, answer.headers.get("location", ""))
        _check_status(where, answer.status_code)
        length = answer.headers.get("content-length")
        _refuse_endless(where, int(length or 0))
        _write(where, answer, part)
    if length is not None and int(length) != part.stat().st_size:
        raise _again(where, "fewer bytes than Content-Length")
    return None


def _write(where: Place, answer: httpx.Response, part: Path) -> None:
    ends_at = time.monotonic() + MAX_DOWNLOAD_S
    with part.open("wb") as target:
        for chunk in answer.iter_raw():  # a chunk size would be waited for
            target.write(chunk)
            _refuse_endless(where, target.tell())
            if time.monotonic() > ends_at:
                raise _again(where, "no end within a quarter of an hour")


def _refuse_endless(where: Place, n_bytes: int) -> None:
    if n_bytes > MAX_CLIP_BYTES:
        raise DownloadFailedError(where.name, detail=f"more than {MAX_CLIP_BYTES} bytes")


def _following(where: Place, url: str, location: str) -> str:
    try:
        following = urljoin(url, location)
        host, is_own = urlsplit(following).hostname, where.may_be_asked(following)
    except ValueError:
        raise DownloadFailedError(where.name, detail="redirected to no address") from None
    if not is_own:
        raise DownloadFailedError(where.name, detail=f"redirected to {host}, or without TLS")
    return following


def _check_status(where: Place, status: int) -> None:
    if status == 200:
        return
    if status in (408, 429) or status >= 500:
        raise _again(where, f"HTTP {status}")
    raise DownloadFailedError(where.name, detail=f"HTTP {status}")


def _check(where: Place, part: Path) -> None:
    fault = container_fault(part)
    if fault is ContainerFault.FOREIGN:
        raise AnotherTryError(ClipRejectedError(where.name, detail=fault.value))
    if fault is not None:
        raise _again(where, fault.value)


def _again(where: Place, detail: str) -> AnotherTryError:
    return AnotherTryError(DownloadFailedError(where.name, detail=detail))


def _final(error: AnotherTryError | BackendUnavailableError) -> BackendError:
    return error.error if isinstance(error, AnotherTryError) else error
