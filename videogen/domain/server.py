"""Servers that people added, and back ends that take no runs for a while."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A ComfyUI server added on the System page; those of the settings have no row."""

    url: str  # as checked: scheme, host, port
    added_at: datetime
    added_by: str


class HoldKind(StrEnum):
    PAUSED = "paused"  # by a person, until a person lifts it
    TRIPPED = "tripped"  # by the circuit breaker, after failures in a row
    QUOTA = "quota"  # by the vendor's word
    STOPPED = "stopped"  # all paid calls are, until they may go on; stands in no row


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendHold:
    """Why a back end takes no new runs; its running ones go on."""

    backend: str  # the back end's name, as in the header
    kind: HoldKind
    reason: str  # a failure class, or the words of the person who paused it
    since: datetime
    until: datetime | None = None  # None: until somebody lifts it
    who: str | None = None
