"""Putting other data in the place of a data folder's, so that a crash leaves the one or the other.

A journal says what goes where before anything moves; whoever opens the folder next goes on.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from videogen.errors import RestoreUnfinishedError

JOURNAL_FILE = "restore.journal.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    staged: str  # folder of what comes, below the data folder
    aside: str  # folder for what stood there
    new: tuple[str, ...]  # names in `staged`
    old: tuple[str, ...]  # names in the data folder that make room


def begin_switch(folder: Path, switch: Switch) -> None:
    """From here on the new data will stand there, whatever happens; then `finish_switch`."""
    (folder / switch.aside).mkdir()
    sync(folder)
    journal = folder / JOURNAL_FILE
    part = journal.with_name(f"{JOURNAL_FILE}.part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(asdict(switch), file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(journal)
    sync(folder)


def finish_switch(folder: Path) -> Switch | None:
    """Go on where a journal says so; only by whoever holds the folder.

    Raises: RestoreUnfinishedError: it cannot be gone on with; nothing was lost.
    """
    journal = folder / JOURNAL_FILE
    if not journal.is_file():
        return None
    try:
        read = json.loads(journal.read_text(encoding="utf-8"))
        switch = Switch(**{**read, "new": tuple(read["new"]), "old": tuple(read["old"])})
        # The log first: a database must never meet another one's log.
        for name in sorted({*switch.new, *switch.old}, key=lambda one: (".wal" not in one, one)):
            _move(folder, switch, name)
        for touched in (folder / switch.aside, folder):
            sync(touched)
        journal.unlink()
        sync(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RestoreUnfinishedError(folder=folder, detail=str(error)) from error
    with contextlib.suppress(OSError):
        (folder / switch.staged).rmdir()
    return switch


def _move(folder: Path, switch: Switch, name: str) -> None:
    place, staged = folder / name, folder / switch.staged / name
    aside = folder / switch.aside / name
    if name in switch.new and not staged.exists():
        return  # the new one stands there already
    if place.exists() or place.is_symlink():
        if aside.exists():
            raise FileExistsError(f"{name} stands in the folder and in {switch.aside}")
        place.rename(aside)
    if staged.exists():
        staged.rename(place)


def sync(path: Path) -> None:
    """A file's bytes, or the names in a folder, safe on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
