"""What a prediction says of its clip: its state, its seconds, its bill, its address."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from videogen.backends.replicate.failures import detail_line, is_policy
from videogen.domain.generation import GenerationState, Observation
from videogen.domain.run import FailureClass

STARTING = "starting"  # in line, and the model being loaded
EXECUTING = "executing"
LONGEST_S = 7 * 24 * 3600.0  # no clip takes longer; NaN is not below it either
LONGEST_WORD = 40
REMOVED = "Replicate removes what an API call made after an hour, and this clip's is over"
# What a model that is priced by its output counts (cog's billing metrics).
OUTPUT_METRICS = ("video_output_count", "video_output_duration_seconds")


def observation(prediction: Mapping[str, Any]) -> Observation:
    status = str(prediction["status"])
    if status == "succeeded":
        return Observation(
            state=GenerationState.SUCCEEDED,
            progress=1.0,
            phases=_phases(prediction),
            billed_samples=1,
        )
    if status == "canceled":  # charged, whoever ended it (changelog of 2025-10-16)
        return Observation(state=GenerationState.CANCELLED, billed_samples=1)
    if status == "aborted":  # its deadline came before its start: not charged
        return _failed(prediction, FailureClass.TIMED_OUT, "aborted before it began", billed=0)
    if status == "failed":
        words = str(prediction.get("error") or "no reason given")
        failure_class = FailureClass.FILTERED if is_policy(words) else FailureClass.EXECUTION_ERROR
        return _failed(prediction, failure_class, words, billed=_billed(prediction))
    # A word that is newer than we are is no end; the run's deadline bounds the waiting.
    return Observation(state=GenerationState.RUNNING, stage=detail_line(status)[:LONGEST_WORD])


def clip_address(prediction: Mapping[str, Any]) -> str | None:
    """The first address of its output: one string, or a list of them."""
    output = prediction.get("output")
    found = output[0] if isinstance(output, list) and output else output
    return found if isinstance(found, str) and found else None


def without_clip(prediction: Mapping[str, Any]) -> str:
    """Why there is no address."""
    if prediction.get("data_removed") is True:
        return REMOVED
    return f"no clip in the answer ({prediction.get('status')})"


def _failed(
    prediction: Mapping[str, Any], failure_class: FailureClass, words: str, *, billed: int | None
) -> Observation:
    return Observation(
        state=GenerationState.FAILED,
        phases=_phases(prediction),
        failure_class=failure_class,
        failure_detail=detail_line(words),
        billed_samples=billed,
    )


def _billed(prediction: Mapping[str, Any]) -> int | None:
    """Of one that failed: nothing if it never began; unknown, not 0, if nothing is counted."""
    metrics = prediction.get("metrics")
    counted = metrics if isinstance(metrics, dict) else {}
    if any(counted.get(name) for name in OUTPUT_METRICS):
        return 1
    return 0 if prediction.get("started_at") is None and not counted else None


def _phases(prediction: Mapping[str, Any]) -> dict[str, float]:
    """Seconds by Replicate's clock; empty where it tells no times."""
    created, started, ended = (
        _moment(prediction.get(name)) for name in ("created_at", "started_at", "completed_at")
    )
    phases: dict[str, float] = {}
    if created and started and started > created:
        phases[STARTING] = (started - created).total_seconds()
    if started and ended and ended > started:
        phases[EXECUTING] = (ended - started).total_seconds()
    return phases if EXECUTING in phases else _counted(prediction)


def _counted(prediction: Mapping[str, Any]) -> dict[str, float]:
    metrics = prediction.get("metrics")
    predict_s = metrics.get("predict_time") if isinstance(metrics, dict) else None
    if isinstance(predict_s, int | float) and 0 < predict_s <= LONGEST_S:
        return {EXECUTING: float(predict_s)}
    return {}


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
