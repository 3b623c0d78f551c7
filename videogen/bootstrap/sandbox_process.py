"""The sandbox as a process of its own: started once, found again after a restart of the app."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from videogen.backends import (
    Backend,
    connect_comfy,
    connect_google,
    connect_interactions,
    connect_replicate,
)
from videogen.domain.run import Origin
from videogen.errors import BackendUnavailableError

START_PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxProcess:
    pid: int
    comfy_url: str
    google_url: str
    time_scale: float
    replicate_url: str | None = None  # None: started by a program that did not play it

    def backends(self) -> list[Backend]:
        """Its sides as back ends; nothing is asked of them yet."""
        sides = (
            connect_comfy(self.comfy_url),
            connect_google(base_url=self.google_url, project="sandbox", location="local"),
            connect_interactions(base_url=self.google_url),
            connect_replicate(base_url=self.replicate_url) if self.replicate_url else None,
        )
        return [side for side in sides if side is not None]

    def answers(self) -> bool:
        """Whether a sandbox is there; a process id alone may be a zombie's or another's by now."""
        backend = connect_comfy(self.comfy_url)
        try:
            return backend.status().origin is Origin.SANDBOX
        finally:
            backend.close()

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        with contextlib.suppress(ChildProcessError):  # an earlier process started it
            os.waitpid(self.pid, 0)


def recorded_sandbox(folder: Path) -> SandboxProcess | None:
    """The sandbox that this data folder last started, alive or not."""
    noted = read_note(folder / "process.json")
    try:
        return None if noted is None else SandboxProcess(**noted)
    except TypeError:  # another version's note
        return None


def start_sandbox(
    folder: Path, *, time_scale: float, seed: int = 1, like: SandboxProcess | None = None
) -> SandboxProcess:
    """Start it detached, so that it outlives a killed app; `like` keeps another's ports.

    Raises: BackendUnavailableError: it did not come up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    greeting = folder / "greeting.jsonl"
    arguments = {
        "--comfy-port": _port(like.comfy_url) if like else 0,
        "--google-port": _port(like.google_url) if like else 0,
        "--replicate-port": _port(like.replicate_url) if like and like.replicate_url else 0,
        "--time-scale": time_scale,
        "--seed": seed,
        "--out": folder / "output",
        "--log": folder / "submits.jsonl",
    }
    command = [sys.executable, "-m", "videogen.sandbox"]
    for name, value in arguments.items():
        command += [name, str(value)]
    with greeting.open("wb") as out, (folder / "sandbox.log").open("ab") as log:
        # A file, not a pipe: the sandbox must not die with the app that reads it.
        process = subprocess.Popen(
            command, stdout=out, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
    said = _greeting(process, greeting)
    sandbox = SandboxProcess(
        pid=process.pid,
        comfy_url=said["comfy_url"],
        google_url=said["google_url"],
        replicate_url=said["replicate_url"],
        time_scale=float(said["time_scale"]),
    )
    write_note(folder / "process.json", asdict(sandbox))
    return sandbox


def read_note(file: Path) -> dict[str, Any] | None:
    """None where none can be read: a note is a convenience, never a reason to stop."""
    try:
        noted = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return noted if isinstance(noted, dict) else None


def write_note(file: Path, noted: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(noted), encoding="utf-8")
    part.replace(file)


def _greeting(process: subprocess.Popen[bytes], file: Path) -> dict[str, str]:
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        line = file.read_text(encoding="utf-8")
        if line.endswith("\n"):
            said: dict[str, str] = json.loads(line.splitlines()[0])
            return said
        time.sleep(0.05)
    raise BackendUnavailableError("sandbox", detail="did not start")


def _port(url: str) -> int:
    return int(url.rstrip("/").rsplit(":", 1)[1])
