"""The interactions protocol's answers: what an interaction says of its job."""

import base64
from typing import Any

from videogen.sandbox.cloud import CloudJob

_STATUS = {
    "running": "in_progress",
    "succeeded": "completed",
    "failed": "failed",
    "filtered": "failed",
    "cancelled": "cancelled",
}
_TOKENS_PER_SECOND = 5792  # of 720p video: runware.ai, google-gemini-omni-flash
_CODE_NAMES = {
    3: "invalid_argument",
    8: "resource_exhausted",
    13: "internal",
    14: "unavailable",
}
_FILTERED = "The prompt was blocked by the safety filters."
_FILES = "https://generativelanguage.googleapis.com/v1/files"


def file_id(interaction_id: str) -> str:
    """Small letters and digits: all that the SDK finds in an address."""
    return interaction_id.removeprefix("v1_")


def interaction(job: CloudJob, *, is_inline: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "id": job.external_id,
        "object": "interaction",
        "model": job.model,
        "status": _status(job),
        "created": job.began_at.isoformat().replace("+00:00", "Z"),
        "updated": job.changed_at.isoformat().replace("+00:00", "Z"),
    }
    if not job.over.is_set() or job.outcome == "cancelled":
        return answer
    if "odd_status" in job.faults:  # it may have cost something: nothing is said of tokens
        return answer
    if job.outcome in ("failed", "filtered"):
        return answer | {"errors": _errors(job), "usage": {"total_output_tokens": 0}}
    content = [_video(job, is_inline=is_inline)]
    n_tokens = job.request.duration_s * _TOKENS_PER_SECOND
    return answer | {
        "steps": [{"type": "model_output", "content": content}],
        "usage": {"total_output_tokens": n_tokens},
    }


def _status(job: CloudJob) -> str:
    if not job.over.is_set():
        return _STATUS["running"]
    if "odd_status" in job.faults:
        return str(job.faults["odd_status"].params.get("status", "incomplete"))
    if "done_empty" in job.faults:
        return "completed"
    return _STATUS[job.outcome]


def _errors(job: CloudJob) -> list[dict[str, str]]:
    if "done_empty" in job.faults:
        return []
    if job.outcome == "filtered":
        return [{"code": "safety", "message": _FILTERED}]
    params = job.faults["op_error"].params
    code = params.get("code", 13)
    message = params.get("message", "Internal error encountered while generating the video.")
    return [{"code": str(_CODE_NAMES.get(code, code)), "message": str(message)}]


def _video(job: CloudJob, *, is_inline: bool) -> dict[str, str]:
    video = {"type": "video", "mime_type": "video/mp4"}
    if "gcs_uri" in job.faults:
        return video | {"uri": "gs://sandbox/sample_0.mp4"}
    if is_inline:
        return video | {"data": base64.b64encode(job.clips[0]).decode("ascii")}
    return video | {"uri": f"{_FILES}/{file_id(job.external_id)}:download?alt=media"}
