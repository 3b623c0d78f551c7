"""Runs and attempts: one condition, one prompt, one seed, and each try at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Origin(StrEnum):
    """Where a measurement comes from; the two are never pooled."""

    LIVE = "live"
    SANDBOX = "sandbox"


class RunStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    UNCERTAIN = "uncertain"

    @property
    def is_final(self) -> bool:
        return self not in (RunStatus.QUEUED, RunStatus.RUNNING)


class AttemptState(StrEnum):
    """One try's way; the last five are the run's final words."""

    INTENDED = "intended"  # a row, nothing sent yet
    SUBMITTED = "submitted"  # the back end has acknowledged it
    RUNNING = "running"
    FETCHING = "fetching"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    UNCERTAIN = "uncertain"

    @property
    def is_final(self) -> bool:
        return self.value in {status.value for status in RunStatus if status.is_final}


class FailureClass(StrEnum):
    OUT_OF_VRAM = "out_of_vram"
    NODE_MISSING = "node_missing"
    MODEL_MISSING = "model_missing"
    INVALID_INPUT = "invalid_input"
    SERVER_DOWN = "server_down"
    EXECUTION_ERROR = "execution_error"
    LOST = "lost"
    STALLED = "stalled"
    TIMED_OUT = "timed_out"
    FILTERED = "filtered"
    QUOTA = "quota"
    MODEL_RETIRED = "model_retired"
    SIGN_IN = "sign_in"
    BUDGET = "budget"
    CLIP_REJECTED = "clip_rejected"
    DOWNLOAD_FAILED = "download_failed"
    DISK_FULL = "disk_full"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run lives from the moment it is asked for; measurements are None until known."""

    run_id: str  # UUID4
    campaign_id: str | None  # None: asked for on the Create page or by `generate`
    condition_id: str
    prompt_id: str
    seed: int
    status: RunStatus
    owner: str
    queued_at: datetime  # UTC
    origin: Origin | None = None  # None until a back end has taken it
    requeued_from: str | None = None
    cancel_requested: bool = False
    started_at: datetime | None = None
    ended_at: datetime | None = None
    failure_class: FailureClass | None = None
    failure_detail: str | None = None
    queue_time_s: float | None = None
    wall_time_s: float | None = None  # submit to file on disk
    cost_usd: Decimal | None = None  # of all attempts
    peak_vram_mib: int | None = None
    peak_is_lower_bound: bool | None = None
    is_cold: bool | None = None  # first after the model was loaded or changed
    time_scale: float | None = None  # sandbox: wall_time_s is simulated, measured x time_scale
    clip_id: str | None = None
    routed_to: str | None = None  # a routed condition's run: the condition_id that makes it now
    route: Mapping[str, Any] = field(default_factory=dict)  # rules, reason, and who is next
    is_degraded: bool = False  # made with smaller settings after out_of_vram: never judged as made
    inputs: Mapping[str, str] = field(default_factory=dict)  # slot name -> input_id
    needs: Mapping[str, Any] = field(default_factory=dict)  # what was asked of the router, as JSON
    strip_id: str | None = None  # runs asked for together: one prompt, several seeds

    @property
    def making_condition_id(self) -> str:
        """The condition whose back end makes the clip; the run's own unless it is routed."""
        return self.routed_to or self.condition_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try of a run; its intent is committed before anything leaves the machine."""

    attempt_id: str  # UUID4; ComfyUI's prompt_id, a paid call's submission token
    run_id: str
    ordinal: int  # 1, 2, ...
    state: AttemptState
    backend: str  # the back end's name, as in the header
    intended_at: datetime
    external_id: str | None = None  # written before it is sent where we choose it
    submitted_at: datetime | None = None
    ended_at: datetime | None = None
    phases: Mapping[str, float] = field(default_factory=dict)  # name -> seconds
    failure_class: FailureClass | None = None
    failure_detail: str | None = None
    cost_usd: Decimal | None = None
    price_id: str | None = None
    peak_vram_mib: int | None = None
    baseline_vram_mib: int | None = None
    peak_is_lower_bound: bool | None = None
    vram_reason: str | None = None  # why there is no reading
    degraded: bool = False
    fingerprint: Mapping[str, Any] = field(default_factory=dict)
    condition_id: str | None = None  # what was tried; None in rows older than this column
    stages: Mapping[str, float] = field(default_factory=dict)  # node class -> s, within executing


@dataclass(frozen=True, slots=True, kw_only=True)
class VramSample:
    t_s: float
    memory_mib: int
    power_w: float | None = None
    process_mib: int | None = None  # the server's own processes alone
    utilisation_pct: float | None = None
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VramTrace:
    """Device memory during one attempt; `reason` says why when nothing could be read."""

    source: str  # nvml, system_stats, sandbox
    device: str | None = None
    memory_total_mib: int | None = None
    baseline_vram_mib: int | None = None
    peak_vram_mib: int | None = None
    is_lower_bound: bool = False
    energy_wh: float | None = None
    samples: tuple[VramSample, ...] = ()
    reason: str | None = None
    process_peak_mib: int | None = None
    mean_utilisation_pct: float | None = None
    max_temperature_c: float | None = None
