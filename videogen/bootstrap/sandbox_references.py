"""The sandbox's own reference clips, so that its campaigns are screened like real ones."""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from videogen.domain.rating import PresentationKind
from videogen.domain.run import Origin
from videogen.domain.stopping import IsStopping, go_on, never
from videogen.errors import BackendUnavailableError
from videogen.panel import add_reference_clip, ensure_traps
from videogen.store import Database, reference_clips

MAKER = "sandbox"
N_CLIPS = 8  # four for training, four as anchors
PATIENCE_S = 60.0
LOOK_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnClip:
    """What the sandbox says of a file that it drew."""

    file: str
    kind: PresentationKind
    expected_score: int
    title: str


def add_sandbox_references(
    database: Database, clips_folder: Path, now: datetime, *, is_stopping: IsStopping = never
) -> None:
    """Have them drawn and take them in; what is there already, or was retired, stays as it is.

    The attention checks are made too: raters of dice have no player that would ask for them.
    Raises: BackendUnavailableError: the sandbox did not draw. DiskFullError. StoppedError:
        between two clips.
    """
    ensure_traps(database, clips_folder, Origin.SANDBOX, now, is_stopping=is_stopping)
    known = {
        (one.kind, one.title)
        for one in reference_clips(database, Origin.SANDBOX, retired=True)
        if one.added_by == MAKER
    }
    if len(known) >= N_CLIPS:
        return
    with tempfile.TemporaryDirectory(prefix="videogen-references-") as folder:
        for drawn in _drawn(Path(folder), is_stopping):
            go_on(is_stopping)
            if (drawn.kind, drawn.title) not in known:
                add_reference_clip(
                    database,
                    Path(folder) / drawn.file,
                    clips_folder=clips_folder,
                    kind=drawn.kind,
                    expected_score=drawn.expected_score,
                    title=drawn.title,
                    origin=Origin.SANDBOX,
                    who=MAKER,
                    now=now,
                )


def _drawn(folder: Path, is_stopping: IsStopping) -> Sequence[DrawnClip]:
    command = [sys.executable, "-m", "videogen.sandbox", "--reference-clips", str(folder)]
    try:
        said: Any = json.loads(_said(command, is_stopping).splitlines()[-1])
    except (subprocess.SubprocessError, IndexError, ValueError) as error:
        raise BackendUnavailableError(
            MAKER, detail=f"no reference clips: {type(error).__name__}"
        ) from error
    return [DrawnClip(**{**clip, "kind": PresentationKind(clip["kind"])}) for clip in said["clips"]]


def _said(command: Sequence[str], is_stopping: IsStopping) -> bytes:
    """Raises: subprocess.SubprocessError, StoppedError."""
    deadline_s = time.monotonic() + PATIENCE_S
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as drawing:
        try:
            while time.monotonic() < deadline_s:
                go_on(is_stopping)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    out, _ = drawing.communicate(timeout=LOOK_S)
                    subprocess.CompletedProcess(command, drawing.returncode).check_returncode()
                    return out
            raise subprocess.TimeoutExpired(command, PATIENCE_S)
        finally:
            drawing.kill()
