"""What answers look like: read by people in the OpenAPI document, and held true by a test."""

from datetime import UTC, datetime
from typing import Any

from videogen.domain.plain_json import plain
from videogen.domain.run import Origin, Run, RunStatus

RUN_ID = "5f0f6f6e-6d1c-4f57-9d0e-0c2a1b7c5a11"
ASKED_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
RUN: dict[str, Any] = plain(
    Run(
        run_id=RUN_ID,
        campaign_id=None,
        condition_id="wan-1.3b@0a1b2c3d",
        prompt_id="1c1f8a52-3c3e-4a6e-9c39-0d7ad8a6a0a4",
        seed=7,
        status=RunStatus.QUEUED,
        owner="anna@example.org",
        queued_at=ASKED_AT,
        origin=Origin.LIVE,
    )
)
LISTED: dict[str, Any] = {**RUN, "prompt_text": "A paper boat drifts down a rain gutter"}
DETAIL: dict[str, Any] = {
    **LISTED,
    "attempts": [],
    "clip": None,
    "input_files": {},
    "events": [
        {
            "event_id": "c0f5a7f2-5e63-4f3b-8d0b-53cf6b7ab8b5",
            "at": ASKED_AT.isoformat(),
            "kind": "run.queued",
            "subject_id": RUN_ID,
            "data": {"owner": "anna@example.org", "requeued_from": None},
        }
    ],
    "progress": None,
}


def page(row: Any) -> dict[str, Any]:
    return {"items": [row], "next": None}
