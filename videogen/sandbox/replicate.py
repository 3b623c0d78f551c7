"""Replicate's answers: what a prediction says of its job."""

from datetime import UTC, datetime, timedelta
from typing import Any

from videogen.sandbox.cloud import CloudJob

RETENTION_S = 3600.0  # simulated; replicate.com/docs/topics/predictions/data-retention
# However fast the clock is played, a client that looks every second gets its clip.
LEAST_RETENTION_S = 60.0
_ENDED = {"succeeded": "succeeded", "cancelled": "canceled"}
_FAILURE = "CUDA out of memory. Tried to allocate 2.00 GiB"
_FILTERED = "NSFW content detected. Try running it again, or try a different prompt."


def prediction(job: CloudJob, *, base_url: str, clip_url: str, is_removed: bool) -> dict[str, Any]:
    now = datetime.now(UTC)
    status = _status(job, now)
    started_at = _started_at(job, status, now)
    one = f"{base_url}/v1/predictions/{job.external_id}"
    answer: dict[str, Any] = {
        "id": job.external_id,
        "model": job.model,
        "version": "hidden",
        "input": {} if is_removed else {"prompt": job.request.prompt, "seed": job.request.seed},
        "logs": "",
        "output": None,
        "data_removed": is_removed,
        "error": _error(job, status),
        "status": status,
        "created_at": _text(job.began_at),
        "urls": {
            "cancel": f"{one}/cancel",
            "get": one,
            "web": f"https://replicate.com/p/{job.external_id}",
        },
    }
    if started_at is not None:
        answer["started_at"] = _text(started_at)
    if job.over.is_set():
        answer["completed_at"] = _text(job.changed_at)
        answer["metrics"] = _metrics(job, status, started_at)
    if status == "succeeded" and not is_removed:
        answer["output"] = [clip_url] if "list_output" in job.faults else clip_url
    return answer


def _status(job: CloudJob, now: datetime) -> str:
    if job.over.is_set():
        return "aborted" if "aborted" in job.faults else _ENDED.get(job.outcome, "failed")
    if "odd_word" in job.faults:
        return str(job.faults["odd_word"].params.get("status", "warming"))
    has_started = now >= job.began_at + timedelta(seconds=job.starting_s)
    return "processing" if has_started else "starting"


def _started_at(job: CloudJob, status: str, now: datetime) -> datetime | None:
    started_at = job.began_at + timedelta(seconds=job.starting_s)
    return None if status == "aborted" or started_at > now else started_at


def _error(job: CloudJob, status: str) -> str | None:
    if status != "failed":
        return None
    if job.outcome == "filtered":
        return _FILTERED
    return str(job.faults["op_error"].params.get("message", _FAILURE))


def _metrics(job: CloudJob, status: str, started_at: datetime | None) -> dict[str, float]:
    total_s = (job.changed_at - job.began_at).total_seconds()
    if started_at is None:
        return {}
    metrics = {"predict_time": total_s - job.starting_s, "total_time": total_s}
    if status == "succeeded":
        metrics["video_output_duration_seconds"] = job.request.duration_s
    return metrics


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
