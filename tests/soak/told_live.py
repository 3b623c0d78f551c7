"""The sandbox's sides told that they are live, so that runs hold, settle and release real money."""

import dataclasses
from typing import Any

from videogen.backends import (
    Backend,
    ComfyBackend,
    InteractionsBackend,
    ReplicateBackend,
    VertexBackend,
)
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.generation import BackendStatus
from videogen.domain.run import Origin


class LiveComfy(ComfyBackend):
    def status(self) -> BackendStatus:
        return _live(super().status())


class LiveVertex(VertexBackend):
    def status(self) -> BackendStatus:
        return _live(super().status())


class LiveInteractions(InteractionsBackend):
    def status(self) -> BackendStatus:
        return _live(super().status())


class LiveReplicate(ReplicateBackend):
    def status(self) -> BackendStatus:
        return _live(super().status())


def live_backends(sandbox: SandboxProcess) -> list[Backend]:
    google: dict[str, Any] = {"base_url": sandbox.google_url}
    return [
        LiveComfy(sandbox.comfy_url),
        LiveVertex(**google),
        LiveInteractions(**google),
        LiveReplicate(base_url=sandbox.replicate_url),
    ]


def _live(status: BackendStatus) -> BackendStatus:
    """A server that does not answer has no origin, live or not."""
    if status.origin is None:
        return status
    return dataclasses.replace(status, origin=Origin.LIVE)
