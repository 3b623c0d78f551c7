"""A file from /view to disk: streamed, resumed, whole or not at all."""

import contextlib
import errno
import shutil
from dataclasses import dataclass
from pathlib import Path

import httpx

from videogen.backends.comfy.outputs import OutputFile
from videogen.backends.comfy.wire import ComfyWire
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    DiskFullError,
    DownloadFailedError,
)

ATTEMPTS = 8  # of which the last comes 25 s after the first when a server restarts meanwhile
PAUSE_S = 0.2


def download(wire: ComfyWire, file: OutputFile, destination: Path) -> None:
    """Write `file` to `destination`.

    Raises: DownloadFailedError: the server no longer has it, or it broke off time and again.
        DiskFullError: there is no room for it. BackendUnavailableError: nothing answers.
    """
    part = destination.with_name(destination.name + ".part")
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        _fill(wire, file, _Part(part))
        part.replace(destination)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            free_bytes = shutil.disk_usage(destination.parent).free
            raise DiskFullError(wire.name, free_bytes=free_bytes) from error
        raise DownloadFailedError(wire.name, detail=f"{type(error).__name__}") from error
    finally:
        with contextlib.suppress(OSError):  # where it could not be made it need not be taken away
            part.unlink()


@dataclass
class _Part:
    """What has come so far, and of which version of the file."""

    path: Path
    etag: str | None = None

    @property
    def size_bytes(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0


def _fill(wire: ComfyWire, file: OutputFile, part: _Part) -> None:
    """Again until it is whole: at once while bytes come, ever later while none do."""
    said: BackendError = DownloadFailedError(wire.name, detail="no bytes came", file=file.filename)
    for attempt in range(ATTEMPTS):
        had_bytes = part.size_bytes
        try:
            if _stream(wire, file, part):
                return
            detail = "not all bytes came"
            said = DownloadFailedError(wire.name, detail=detail, file=file.filename)
        except httpx.ConnectError as error:
            said = BackendUnavailableError(wire.name, detail=type(error).__name__)
        except httpx.HTTPError as error:
            detail = type(error).__name__
            said = DownloadFailedError(wire.name, detail=detail, file=file.filename)
        pause_s = PAUSE_S if part.size_bytes > had_bytes else PAUSE_S * 2**attempt
        if attempt + 1 == ATTEMPTS or wire.closing.wait(pause_s):
            break
    raise said


def _stream(wire: ComfyWire, file: OutputFile, part: _Part) -> bool:
    """One request, going on from what is there if it is still the same file; True: all of it."""
    have = part.size_bytes if part.etag else 0
    headers = {"Accept-Encoding": "identity"}
    if have and part.etag:
        headers |= {"Range": f"bytes={have}-", "If-Range": part.etag}
    with wire.client.stream("GET", "/view", params=file.parameters(), headers=headers) as answer:
        if answer.status_code >= 500 or answer.status_code == 429:
            return False
        if answer.status_code == 416:  # it is shorter now: another file
            part.etag = None
            return False
        if answer.status_code not in (200, 206):
            detail = f"HTTP {answer.status_code}"
            raise DownloadFailedError(wire.name, detail=detail, file=file.filename)
        goes_on = answer.status_code == 206
        # aiohttp reads no tag in If-Range: it would go on in the middle of another file.
        if goes_on and not (_starts_at(answer, have) and answer.headers.get("etag") == part.etag):
            part.etag = None
            return False
        part.etag = answer.headers.get("etag")  # before the bytes, as they may break off
        length = answer.headers.get("content-length")
        expected = None if length is None else int(length) + (have if goes_on else 0)
        with part.path.open("ab" if goes_on else "wb") as target:
            for chunk in answer.iter_raw():
                target.write(chunk)
        return part.size_bytes > 0 and part.size_bytes == (expected or part.size_bytes)


def _starts_at(answer: httpx.Response, offset: int) -> bool:
    return str(answer.headers.get("content-range", "")).startswith(f"bytes {offset}-")
