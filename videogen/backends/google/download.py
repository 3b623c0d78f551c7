"""A finished clip to disk: streamed, checked, whole or not at all; the key stays with Google."""

import contextlib
import errno
import re
import shutil
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from videogen.backends.google.container import ContainerFault, container_fault
from videogen.backends.google.endpoint import Endpoint, is_googles, trust
from videogen.errors import (
    BackendError,
    ClipRejectedError,
    DiskFullError,
    DownloadFailedError,
)

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
MAX_REDIRECTS = 5
FILES_VERSION = "v1"
FILE_ID = re.compile(r"/files/([a-z0-9]+)")
CHUNK_BYTES = 256 * 1024


class AnotherTryError(Exception):
    """Not fetched this time; `error` is what it comes to when no further try does better."""

    def __init__(self, error: BackendError) -> None:
        super().__init__(str(error))
        self.error = error


def save_clip(where: Endpoint, source: bytes | str, destination: Path) -> None:
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
            _stream(where, source_url(where, source), part)
        _check(where, part)
        part.replace(destination)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            free_bytes = shutil.disk_usage(destination.parent).free
            raise DiskFullError(where.name, free_bytes=free_bytes) from error
        raise DownloadFailedError(where.name, detail=type(error).__name__) from error
    finally:
        with contextlib.suppress(OSError):  # where it could not be made it need not be taken away
            part.unlink()


def source_url(where: Endpoint, uri: str) -> str:
    """The address to ask: a file of the API is asked for where the API is, as the SDK does.

    Raises: DownloadFailedError: an address that only Cloud Storage or nobody can read.
    """
    file_id = FILE_ID.search(urlsplit(uri).path)
    if is_googles(uri) and file_id is not None:
        return f"{where.base_url}/{FILES_VERSION}/files/{file_id.group(1)}:download?alt=media"
    if is_googles(uri):
        return uri
    scheme = urlsplit(uri).scheme
    raise DownloadFailedError(where.name, detail=f"an address that cannot be read ({scheme}:)")


def _stream(where: Endpoint, url: str, part: Path) -> None:
    try:
        with httpx.Client(
            timeout=TIMEOUT,
            trust_env=where.is_google,
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
    raise DownloadFailedError(where.name, detail="redirected time and again")


def _one_hop(where: Endpoint, http: httpx.Client, url: str, part: Path) -> str | None:
    """The next address of a redirect; None when the bytes have come."""
    headers = {"Accept-Encoding": "identity", **where.key_headers(url)}
    with http.stream("GET", url, headers=headers) as answer:
        if answer.is_redirect:
            return _following(where, url, answer.headers["location"])
        _check_status(where, answer.status_code)
        with part.open("wb") as target:
            for chunk in answer.iter_raw(CHUNK_BYTES):
                target.write(chunk)
        length = answer.headers.get("content-length")
    if length is not None and int(length) != part.stat().st_size:
        raise _again(where, "fewer bytes than Content-Length")
    return None


def _following(where: Endpoint, url: str, location: str) -> str:
    following = urljoin(url, location)
    if where.is_google and urlsplit(following).scheme != "https":
        raise DownloadFailedError(where.name, detail="redirected to an address without TLS")
    return following


def _check_status(where: Endpoint, status: int) -> None:
    if status == 200:
        return
    if status in (408, 429) or status >= 500:
        raise _again(where, f"HTTP {status}")
    raise DownloadFailedError(where.name, detail=f"HTTP {status}")


def _check(where: Endpoint, part: Path) -> None:
    fault = container_fault(part)
    if fault is ContainerFault.FOREIGN:
        raise AnotherTryError(ClipRejectedError(where.name, detail=fault.value))
    if fault is not None:
        raise _again(where, fault.value)


def _again(where: Endpoint, detail: str) -> AnotherTryError:
    return AnotherTryError(DownloadFailedError(where.name, detail=detail))
