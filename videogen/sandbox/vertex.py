"""Vertex's answers: long-running operations, as their jobs stand."""

import base64
from typing import Any

from videogen.sandbox.cloud import CloudJob

_METADATA_TYPE = "type.googleapis.com/google.cloud.aiplatform.v1beta1.GenericOperationMetadata"
_ANSWER_TYPE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
_FILTERED = (
    "Veo could not generate videos because the input prompt contains words that violate "
    "Vertex AI's usage guidelines. Support codes: 58061214"
)


def operation(job: CloudJob) -> dict[str, Any]:
    if not job.over.is_set():
        return {"name": job.external_id, "metadata": _metadata(job)}
    return {"name": job.external_id, "metadata": _metadata(job), "done": True, **_ending(job)}


def _ending(job: CloudJob) -> dict[str, Any]:
    if "done_empty" in job.faults or "odd_status" in job.faults:
        return {}
    if job.outcome == "failed":
        params = job.faults["op_error"].params
        message = params.get("message", "Internal error encountered while generating the video.")
        return {"error": {"code": int(params.get("code", 13)), "message": str(message)}}
    answer: dict[str, Any] = {"@type": _ANSWER_TYPE}
    if job.outcome == "filtered":
        answer |= _filtered(job.request.n_samples)
        return {"response": answer}
    if "partly_filtered" in job.faults:
        answer |= _filtered(1)
    answer["videos"] = [_video(job, index) for index in range(len(job.clips))]
    return {"response": answer}


def _filtered(n_clips: int) -> dict[str, Any]:
    return {"raiMediaFilteredCount": n_clips, "raiMediaFilteredReasons": [_FILTERED]}


def _video(job: CloudJob, index: int) -> dict[str, str]:
    if "gcs_uri" in job.faults:
        return {"gcsUri": f"gs://sandbox/sample_{index}.mp4", "mimeType": "video/mp4"}
    encoded = base64.b64encode(job.clips[index]).decode("ascii")
    return {"bytesBase64Encoded": encoded, "mimeType": "video/mp4"}


def _metadata(job: CloudJob) -> dict[str, Any]:
    """AI Platform's GenericOperationMetadata: when it began, and when it last changed."""
    times = {
        "createTime": job.began_at.isoformat().replace("+00:00", "Z"),
        "updateTime": job.changed_at.isoformat().replace("+00:00", "Z"),
    }
    return {"@type": _METADATA_TYPE, "genericMetadata": times}
