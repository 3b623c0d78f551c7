"""GET /api/jobs: the newer view of queue and history, which tells cancelled from failed."""

from collections.abc import Mapping
from typing import Any

from videogen.sandbox.comfy_engine import ComfyEngine
from videogen.sandbox.comfy_job import ComfyJob

_STATUSES = ("pending", "in_progress", "completed", "failed", "cancelled")
_SORTS = ("created_at", "execution_duration")


class BadQueryError(ValueError):
    """A query that /api/jobs refuses with 400; the message is its body."""


def _message(entry: Mapping[str, Any], kind: str) -> dict[str, Any] | None:
    for name, data in entry["status"]["messages"]:
        if name == kind:
            return dict(data)
    return None


def _status(entry: Mapping[str, Any]) -> str:
    if entry["status"]["completed"]:
        return "completed"
    return "cancelled" if _message(entry, "execution_interrupted") else "failed"


def _preview(outputs: Mapping[str, Any]) -> dict[str, Any] | None:
    for node_id, output in outputs.items():
        for kind, files in output.items():
            for file in files:
                if isinstance(file, dict) and "filename" in file:
                    return {**file, "nodeId": node_id, "mediaType": kind}
    return None


def _finished(entry: Mapping[str, Any]) -> dict[str, Any]:
    number, prompt_id, _, extra_data, _ = entry["prompt"]
    messages = entry["status"]["messages"]
    files = [
        file
        for output in entry["outputs"].values()
        for listed in output.values()
        for file in listed
        if isinstance(file, dict)
    ]
    job: dict[str, Any] = {
        "id": prompt_id,
        "status": _status(entry),
        "priority": number,
        "create_time": extra_data["create_time"],
        "execution_start_time": messages[0][1]["timestamp"],
        "execution_end_time": messages[-1][1]["timestamp"],
    }
    error = _message(entry, "execution_error")
    if error is not None:
        job["execution_error"] = error
    job["outputs_count"] = len(files)
    preview = _preview(entry["outputs"])
    if preview is not None:
        job["preview_output"] = preview
    return job


def _open(job: ComfyJob, status: str) -> dict[str, Any]:
    return {
        "id": job.prompt_id,
        "status": status,
        "priority": job.number,
        "create_time": job.extra_data["create_time"],
        "outputs_count": 0,
    }


def _all_jobs(engine: ComfyEngine) -> list[dict[str, Any]]:
    jobs = [_finished(entry) for entry in engine.history.values()]
    if engine.running is not None:
        jobs.append(_open(engine.running, "in_progress"))
    return jobs + [_open(job, "pending") for job in engine.pending]


def one_job(engine: ComfyEngine, prompt_id: str) -> dict[str, Any] | None:
    running = engine.running
    if running is not None and running.prompt_id == prompt_id:
        return _open(running, "in_progress")
    for job in engine.pending:
        if job.prompt_id == prompt_id:
            return _open(job, "pending")
    entry = engine.history.get(prompt_id)
    if entry is None:
        return None
    return _finished(entry) | {
        "outputs": entry["outputs"],
        "execution_status": entry["status"],
        "workflow": {"prompt": entry["prompt"][2], "extra_data": entry["prompt"][3]},
    }


def _duration_ms(job: Mapping[str, Any]) -> float:
    return float(job.get("execution_end_time", 0) - job.get("execution_start_time", 0))


def list_jobs(engine: ComfyEngine, query: Mapping[str, str]) -> dict[str, Any]:
    """Raises: BadQueryError: an unknown status or sort, or a limit below 1."""
    wanted = [each for each in query.get("status", "").split(",") if each]
    unknown = [each for each in wanted if each not in _STATUSES]
    if unknown:
        valid = ", ".join(_STATUSES)
        raise BadQueryError(f"Invalid status value(s): {', '.join(unknown)}. Valid values: {valid}")
    sort_by = query.get("sort_by", "created_at")
    if sort_by not in _SORTS:
        raise BadQueryError("sort_by must be 'created_at' or 'execution_duration'")
    limit, offset = _paging(query)
    jobs = [job for job in _all_jobs(engine) if not wanted or job["status"] in wanted]
    key = _duration_ms if sort_by == "execution_duration" else lambda job: float(job["create_time"])
    jobs.sort(key=key, reverse=query.get("sort_order", "desc") != "asc")
    end = len(jobs) if limit is None else offset + limit
    return {
        "jobs": jobs[offset:end],
        "pagination": {
            "offset": offset,
            "limit": limit,
            "total": len(jobs),
            "has_more": end < len(jobs),
        },
    }


def _paging(query: Mapping[str, str]) -> tuple[int | None, int]:
    limit, offset = query.get("limit"), query.get("offset", "0")
    if limit is not None and not (limit.isdigit() and int(limit) > 0):
        raise BadQueryError("limit must be a positive integer")
    return (None if limit is None else int(limit)), int(offset) if offset.isdigit() else 0
