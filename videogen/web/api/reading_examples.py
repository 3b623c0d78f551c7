"""What answers that only tell look like; a test holds each to its schema."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from videogen.access import permissions_of
from videogen.analysis.exchange import rows_to_json
from videogen.domain.access import AccessToken, Permission, Person, Role
from videogen.domain.condition import Location
from videogen.domain.decision import (
    ConditionRows,
    Criteria,
    EvidenceRows,
    JudgedRun,
    PlannedN,
    RatingBlock,
)
from videogen.domain.event import Event
from videogen.domain.money import Price, PriceUnit
from videogen.domain.plain_json import plain
from videogen.domain.run import Origin
from videogen.panel.ratings_file import COLUMNS, csv_head

MADE_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CAMPAIGN_ID = "b6a5cb1f-3a55-4a63-8f3c-6a2f5f1d7f10"
PRICE: dict[str, Any] = plain(
    Price(
        price_id="veo-3.1-fast-2026-02-01",
        subject="veo-3.1-fast-generate-001",
        unit=PriceUnit.VIDEO_SECOND,
        amount_usd=Decimal("0.15"),
        as_of=date(2026, 2, 1),
        source="the vendor's price page",
        kind="published",
    )
)
EVENT: dict[str, Any] = plain(
    Event(
        event_id="0b8f2f0e-16a5-4a06-9d27-0c1f1de8f3d4",
        at=MADE_AT,
        kind="token.issued",
        subject_id="3f9a1c20be47",
        data={"who": "anna@example.org", "label": "nightly", "scopes": ["see_clips"]},
    )
)
_ME = plain(
    Person(
        name="anna@example.org",
        roles=frozenset({Role.MAKER}),
        permissions=permissions_of([Role.MAKER]),
        is_signed_in=True,
    )
)
ME: dict[str, Any] = {
    **_ME,
    "roles": sorted(_ME["roles"]),
    "permissions": sorted(_ME["permissions"]),
}
_TOKEN = plain(
    AccessToken(
        token_id="3f9a1c20be47",  # noqa: S106 no secret
        owner="anna@example.org",
        label="nightly",
        scopes=(Permission.SEE_CLIPS,),
        secret_sha256="",
        created_at=MADE_AT,
        expires_at=MADE_AT + timedelta(days=90),
    )
)
TOKEN: dict[str, Any] = {name: value for name, value in _TOKEN.items() if name != "secret_sha256"}
NEW_TOKEN: dict[str, Any] = {**TOKEN, "token": "vgn_3f9a1c20be47_(43 characters)"}
RATING: dict[str, Any] = {
    **dict.fromkeys(COLUMNS),
    "clip_id": "f0a4c7d2-8a0d-4d3c-8c55-0a35f3f4a2c9",
    "prompt_id": "1c1f8a52-3c3e-4a6e-9c39-0d7ad8a6a0a4",
    "condition": "wan-1.3b",
    "rater": "R1",
    "dimension": "overall",
    "score": 4,
    "rated_at": MADE_AT.isoformat(),
    "kind": "test",
    "origin": "live",
    "rater_kind": "human",
    "rating_id": "rating-000000012",
}
RATINGS_CSV = csv_head().decode()
_ROWS = EvidenceRows(
    candidates=("wan-1.3b",),
    criteria=Criteria(version=1),
    planned=PlannedN(n_runs=40, n_raters=8),
    conditions=(
        ConditionRows(
            name="wan-1.3b",
            location=Location.LOCAL,
            origin=Origin.LIVE,
            runs=(
                JudgedRun(
                    ok=True,
                    cost_usd=0.05,
                    peak_vram_mib=8400,
                    wall_time_s=260.0,
                    worst_configuration=True,
                    status="succeeded",
                ),
            ),
            ratings=RatingBlock(
                raw=((4.0, 5.0),), prompt_ids=("a-red-kite",), rater_names=("R1", "R2")
            ),
        ),
    ),
)
EVIDENCE: dict[str, Any] = {
    **rows_to_json(_ROWS),
    "campaign_id": CAMPAIGN_ID,
    "origin": "live",
}

DECISION: dict[str, Any] = {
    "verdict": "not_yet",
    "provisional_verdict": "not_yet",
    "conditions": {
        "wan-1.3b": {
            "verdict": "not_yet",
            "criteria": {
                "cost": {
                    "verdict": "not_yet",
                    "estimate": 0.05,
                    "low": None,
                    "high": None,
                    "n": 1,
                    "rule": "fieller_or_success_bound (n = runs with their cost, requeued too)",
                    "needs": {"n_runs": 19, "n_raters": None},
                    "reason": "US$0.050 per clip so far (clips: 1); 20 clips are needed.",
                }
            },
        }
    },
    "campaign_id": CAMPAIGN_ID,
    "origin": "live",
    "criteria_version": 1,
    "n_raters": 2,
    "n_raters_simulated": 0,
    "n_runs_in_progress": 3,
    "n_ratings_left_out": 0,
    "raters_left_out": [],
    "sentences": ["Not yet: wan-1.3b needs 19 more clips."],
}
