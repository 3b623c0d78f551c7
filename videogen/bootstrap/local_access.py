"""The key that a running app leaves in its data folder, for commands of whoever may read it there.

Whoever can read the database file may do everything anyway; the key opens no more than that, lives
in memory and ends with the app.
"""

import contextlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from videogen.access import NewToken

FILE = "local_access.json"
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAccess:
    """Where the app answers, and what it knows the command line by."""

    url: str
    token: str = field(repr=False)


def leave_key(data_dir: Path, url: str, key: NewToken) -> None:
    """Written whole or not at all, and never readable by anybody else."""
    target = data_dir / FILE
    unfinished = target.with_name(f"{FILE}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"url": url, "token": key.text}, file)
    unfinished.replace(target)


def remove_key(data_dir: Path) -> None:
    with contextlib.suppress(OSError):
        (data_dir / FILE).unlink(missing_ok=True)


def found_key(data_dir: Path) -> LocalAccess | None:
    """What the app that holds the folder has left; None: nothing that can be read as such."""
    try:
        told = json.loads((data_dir / FILE).read_text(encoding="utf-8"))
        return LocalAccess(url=str(told["url"]), token=str(told["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
