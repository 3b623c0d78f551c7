"""What must never be told: the secrets that this process knows, and what looks like one."""

import json
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from types import TracebackType
from urllib.parse import quote

HIDDEN = "[hidden]"
SHORTEST = 6  # a shorter one would tear every other word apart, and hides nothing

# Left of it stays, so that a log still tells which header or which token it was.
SHAPES = (
    re.compile(r"(?P<left>\bvgn_[0-9a-f]{12}_)[A-Za-z0-9_-]{20,}"),
    re.compile(r"(?P<left>\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE),
    re.compile(r"(?P<left>\bbasic\s+)[A-Za-z0-9+/=]{12,}", re.IGNORECASE),
    re.compile(r"(?P<left>\b(?:set-)?cookie[\"']?\s*[:=]\s*)[^\r\n]{4,}", re.IGNORECASE),
    re.compile(r"(?P<left>\b_streamlit_user\w*=)[^;\s\"']+"),
    re.compile(
        r"(?P<left>\b(?:x-goog-api-key|x-api-key)[\"']?\s*[:=,]\s*[\"']?)[^\s\"',;&]{6,}",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?P<left>\b(?:api[_-]?key|api[_-]?token|client_secret|access_token|refresh_token|id_token"
        r"|password|passwd|secret|authorization)[\"']?(?:=|:\s*[\"'])[\"']?)[^\s\"',;&}]{6,}",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<left>[?&](?:key|token|sig|signature|code|state)=)[^&\s\"'<>]{6,}"),
    re.compile(r"(?P<left>\b)AIza[0-9A-Za-z_-]{20,}"),
    re.compile(r"(?P<left>\b)ya29\.[0-9A-Za-z_-]{10,}"),
    re.compile(r"(?P<left>\b)r8_[0-9A-Za-z]{16,}"),
    re.compile(r"(?P<left>\b)eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{4,}(?:\.[0-9A-Za-z_-]*)?"),
    re.compile(r"(?P<left>/(?:clips|thumbs|inputs)/)[A-Za-z0-9_-]{40,}"),  # addresses signed by us
    re.compile(r"(?P<left>://)[^/\s:@\"']*:[^/\s@\"']+(?=@)"),  # a password in an address
)

_known: frozenset[str] = frozenset()
_lock = threading.Lock()


def keep_secret(values: Iterable[str]) -> None:
    """From now on none of these is told by a log, an error or a row, however it is written."""
    global _known  # noqa: PLW0603 secrets belong to the process, whoever logs
    written = {
        form
        for value in values
        if len(value) >= SHORTEST
        for form in (value, quote(value, safe=""), json.dumps(value)[1:-1], repr(value)[1:-1])
    }
    with _lock:
        _known = _known | written


def redacted(text: str) -> str:
    """The text without known secrets and without what has the shape of one."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    for shape in SHAPES:
        text = shape.sub(rf"\g<left>{HIDDEN}", text)
    return text


def redacted_fact(value: object) -> object:
    """A fact of an error: text and foreign exceptions lose their secrets, all else stays."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, BaseException):
        said = str(value)
        harmless = redacted(said)
        return value if harmless == said else harmless
    return value


def hide_in_last_words() -> None:
    """Python's own last words of a program or a thread go through `redacted` too."""
    sys.excepthook = _last_words
    threading.excepthook = _last_words_of_thread


def _last_words(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    said = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(redacted(said))


def _last_words_of_thread(last: threading.ExceptHookArgs) -> None:
    if last.exc_type is SystemExit:
        return
    error = last.exc_value or last.exc_type()
    _last_words(last.exc_type, error, last.exc_traceback)
