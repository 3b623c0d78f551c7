"""The sandbox as the tests use it: the real program in its own process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from videogen.bootstrap.sandbox_process import SandboxProcess, start_sandbox


@contextmanager
def sandbox_servers(folder: Path, *, time_scale: float = 1000.0) -> Iterator[SandboxProcess]:
    """Without the profiles' own bad luck: a test names the faults that it wants."""
    sandbox = start_sandbox(folder / "sandbox", time_scale=time_scale)
    try:
        play_faults(sandbox, [])
        yield sandbox
    finally:
        sandbox.end()


def play_faults(sandbox: SandboxProcess, faults: Sequence[dict[str, Any]]) -> None:
    every = [{"kind": "no_failures"}, *faults]
    httpx.post(f"{sandbox.comfy_url}/_sandbox/faults", json=every).raise_for_status()


def submits(sandbox: SandboxProcess) -> list[dict[str, Any]]:
    answer = httpx.get(f"{sandbox.comfy_url}/_sandbox/log").raise_for_status()
    listed: list[dict[str, Any]] = answer.json()["submits"]
    return listed
