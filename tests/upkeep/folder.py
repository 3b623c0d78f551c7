"""A data folder with one of each kind of file, and every row that names it."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from tests.store.records import (
    NOON,
    make_clip,
    make_condition,
    make_run,
)
from videogen.domain.input_file import InputFile, InputKind
from videogen.domain.prompt import Prompt
from videogen.domain.run import Attempt, AttemptState, Origin, RunStatus
from videogen.store import Database, save
from videogen.upkeep import BackupOrder

LATER = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def content_of(name: str) -> bytes:
    return f"the picture of {name} ".encode() * 200


def put_clip(database: Database, data_dir: Path, name: str, **of_run: object) -> None:
    """A single run that succeeded, its clip's file and thumbnail."""
    content = content_of(name)
    sha256 = hashlib.sha256(content).hexdigest()
    file, thumbnail = f"{sha256[:2]}/{sha256}.mp4", f"{sha256[:2]}/{sha256}.jpg"
    folder = data_dir / "clips" / sha256[:2]
    folder.mkdir(parents=True, exist_ok=True)
    (data_dir / "clips" / file).write_bytes(content)
    (data_dir / "clips" / thumbnail).write_bytes(b"small " + content[:50])
    run_id = f"run-{name}"
    run = make_run(
        run_id,
        **{
            "campaign_id": None,
            "condition_id": make_condition().condition_id,
            "status": RunStatus.SUCCEEDED,
            "clip_id": f"clip-{name}",
            "origin": Origin.SANDBOX,
            "ended_at": NOON,
            **of_run,
        },
    )
    clip = make_clip(
        f"clip-{name}",
        run_id,
        file=file,
        thumbnail=thumbnail,
        sha256=sha256,
        size_bytes=len(content),
    )
    attempt = Attempt(
        attempt_id=f"attempt-{name}",
        run_id=run_id,
        ordinal=1,
        state=AttemptState.SUCCEEDED,
        backend="comfy",
        intended_at=NOON,
    )
    save(database, run, clip, attempt)


def furnish(data_dir: Path) -> Database:
    """Clips "a" and "b", an input and a frozen decision's bundle; whoever asks closes it."""
    database = Database.open(data_dir / "videogen.duckdb")
    save(database, make_condition(), Prompt(prompt_id="p1", text="a boat", tags=()))
    for name in ("a", "b"):
        put_clip(database, data_dir, name)
    content = b"a photo" * 100
    sha256 = hashlib.sha256(content).hexdigest()
    put(data_dir / "inputs" / sha256[:2] / f"{sha256}.png", content)
    put(data_dir / "decisions" / "d1.zip", b"rows and figures" * 50)
    save(
        database,
        InputFile(
            input_id=sha256,
            kind=InputKind.IMAGE,
            file=f"{sha256[:2]}/{sha256}.png",
            name="photo.png",
            size_bytes=len(content),
            added_at=NOON,
            added_by="alice",
        ),
    )
    return database


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def order_for(data_dir: Path, backup_dir: Path | None = None, n_kept: int = 3) -> BackupOrder:
    return BackupOrder(
        data_dir=data_dir, backup_dir=backup_dir or data_dir / "backups", n_kept=n_kept
    )


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
