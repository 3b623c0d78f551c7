"""The append-only log of every state change."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    event_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    at: datetime
    kind: str  # run.queued, attempt.submitted, money.reserved, ...
    subject_id: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupStep:
    """Person and machine hours that a condition took before its first clip."""

    setup_step_id: str
    condition_name: str
    what: str
    person_hours: float
    machine_hours: float
    done_on: datetime
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenDecision:
    decision_id: str
    campaign_id: str
    frozen_at: datetime
    who: str
    why: str
    verdict: str
    evidence: Mapping[str, Any]  # the decision's figures as JSON; the bundle has the rows
    provisional_verdict: str | None = None
    criteria_version: int | None = None
    assumptions: Mapping[str, str] = field(default_factory=dict)  # as `Assumptions.as_query` says
    bundle_file: str | None = None  # below the data folder
    bundle_sha256: str | None = None
