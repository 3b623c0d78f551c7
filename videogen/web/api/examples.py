"""What answers look like: read by people in the OpenAPI document, and held true by a test."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from videogen.domain.campaign import Campaign
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.input_file import InputFile, InputKind
from videogen.domain.plain_json import plain
from videogen.domain.run import Origin, Run, RunStatus
from videogen.evidence import Estimate
from videogen.evidence.estimate import EstimateSource

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
CAMPAIGN_ID = "2d6f3c1a-7b7e-4c4b-9a55-8f3f0f4b9d21"
CAMPAIGN: dict[str, Any] = plain(
    Campaign(
        campaign_id=CAMPAIGN_ID,
        name="Spring comparison",
        candidates=("wan-1.3b@0a1b2c3d",),
        baselines=("animatediff@4e5f6a7b",),
        suite_id="core-1",
        prompt_ids=("core-01", "core-02"),
        seeds=(1,),
        rated_seeds=(1,),
        planned_n_raters=6,
        criteria_version=1,
        owner="anna@example.org",
        created_at=ASKED_AT,
    )
)
ROW: dict[str, Any] = {**CAMPAIGN, "n_runs": 4, "n_ended": 1}
BY_CONDITION = {"wan-1.3b": {"succeeded": 1, "queued": 1}, "animatediff": {"queued": 2}}
STARTED: dict[str, Any] = {**ROW, "n_queued": 4, "conditions": BY_CONDITION}
CAMPAIGN_DETAIL: dict[str, Any] = {
    **ROW,
    "conditions": BY_CONDITION,
    "failures": [],
    "spend": {"spent_usd": 1.25, "held_usd": 0.0},
    "events": [],
}
WAN = Condition(
    name="wan-1.3b",
    backend=BackendKind.COMFY,
    model="wan2.1_t2v_1.3B",
    workflow="wan_t2v_1_3b",
    width_px=832,
    height_px=480,
    n_frames=81,
    fps=16.0,
)
CONDITION: dict[str, Any] = {
    **plain(WAN),
    "condition_id": WAN.condition_id,
    "location": "local",
    "clip_duration_s": WAN.clip_duration_s,
    "able_origin": "live",
    "is_retired": False,
}
ESTIMATE: dict[str, Any] = {
    **plain(
        Estimate(
            wall_time_low_s=210.0,
            wall_time_high_s=260.0,
            cost_usd=Decimal("0.02"),
            peak_vram_low_mib=8100.0,
            peak_vram_high_mib=8400.0,
            source=EstimateSource.MEASURED,
            n_runs=12,
        )
    ),
    "condition": WAN.name,
    "condition_id": WAN.condition_id,
    "origin": "live",
}
ROUTED: dict[str, Any] = {
    "chosen": "wan-1.3b",
    "reason": "wan-1.3b: cheap enough and good enough.",
    "fallbacks": ["veo-3.1-fast"],
    "rejected": [{"condition": "veo-3.1", "reason": "It costs more than asked for."}],
    "ranked": [{"condition": "wan-1.3b", "reason": "It is the cheapest."}],
    "rules_version": "brief-2",
    "basis": {"source": "claims", "note": "Nothing is measured here yet.", "conditions": {}},
}
INPUT: dict[str, Any] = plain(
    InputFile(
        input_id="b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
        kind=InputKind.IMAGE,
        file="b5/b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c.png",
        name="boat.png",
        size_bytes=120_000,
        added_at=ASKED_AT,
        added_by="anna@example.org",
        width_px=832,
        height_px=480,
    )
)


def page(row: Any) -> dict[str, Any]:
    return {"items": [row], "next": None}
