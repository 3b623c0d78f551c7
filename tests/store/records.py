"""Records for the store's tests: one of each, with every unknown left unknown or filled in."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from videogen.domain.campaign import Campaign
from videogen.domain.clip import CheckVerdict, Clip, ClipCheck, ClipProbe, Rendition
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.money import Price, PriceUnit, Reservation, ReservationState
from videogen.domain.rating import (
    Dimension,
    PanelSession,
    Presentation,
    PresentationKind,
    Rater,
    RaterKind,
    Rating,
)
from videogen.domain.run import Attempt, AttemptState, Origin, Run, RunStatus

NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def minutes(n: float) -> datetime:
    return NOON + timedelta(minutes=n)


def make_run(run_id: str | None = None, **changes: Any) -> Run:
    fields: dict[str, Any] = {
        "run_id": run_id or str(uuid.uuid4()),
        "campaign_id": "c1",
        "condition_id": "wan@1",
        "prompt_id": "p1",
        "seed": 42,
        "status": RunStatus.QUEUED,
        "owner": "alice",
        "queued_at": NOON,
    }
    return Run(**{**fields, **changes})


def make_attempt(attempt_id: str, run_id: str, **changes: Any) -> Attempt:
    fields: dict[str, Any] = {
        "attempt_id": attempt_id,
        "run_id": run_id,
        "ordinal": 1,
        "state": AttemptState.INTENDED,
        "backend": "comfy",
        "intended_at": NOON,
    }
    return Attempt(**{**fields, **changes})


def make_condition(name: str = "wan-1.3b", **changes: Any) -> Condition:
    fields: dict[str, Any] = {
        "name": name,
        "backend": BackendKind.COMFY,
        "model": "wan2.1_t2v_1.3B",
        "workflow": "wan",
        "width_px": 832,
        "height_px": 480,
        "n_frames": 81,
        "fps": 16.0,
        "settings": {"steps": 30, "cfg": 6.0, "nested": {"lora": None}},
    }
    return Condition(**{**fields, **changes})


def make_campaign(campaign_id: str = "c1", **changes: Any) -> Campaign:
    fields: dict[str, Any] = {
        "campaign_id": campaign_id,
        "name": "ก่อนตัดสินใจ",
        "candidates": ("wan@1",),
        "baselines": (),
        "suite_id": "s1",
        "prompt_ids": ("p1", "p2"),
        "seeds": (1, 2**64 - 1),
        "rated_seeds": (1,),
        "planned_n_raters": 3,
        "criteria_version": 1,
        "owner": "alice",
        "created_at": NOON,
    }
    return Campaign(**{**fields, **changes})


def make_clip(clip_id: str, run_id: str, **changes: Any) -> Clip:
    fields: dict[str, Any] = {
        "clip_id": clip_id,
        "run_id": run_id,
        "sha256": "ab" * 32,
        "file": "ab/clip.mp4",
        "size_bytes": 3_000_000_000,
        "probe": ClipProbe(
            width_px=832,
            height_px=480,
            n_frames=81,
            fps=16.0,
            clip_duration_s=5.0625,
            codec="h264",
            has_audio=False,
        ),
        "checks": (
            ClipCheck(name="decodes", verdict=CheckVerdict.PASS, value=None, limit=None),
            ClipCheck(name="flat", verdict=CheckVerdict.WARN, value=1.5, limit=2.0),
        ),
        "thumbnail": None,
        "created_at": NOON,
    }
    return Clip(**{**fields, **changes})


def make_rendition(clip_id: str, campaign_id: str) -> Rendition:
    return Rendition(clip_id=clip_id, campaign_id=campaign_id, file="r/a.mp4", size_bytes=9)


def make_reservation(attempt_id: str, amount_usd: str) -> Reservation:
    return Reservation(
        reservation_id=f"reservation-{attempt_id}",
        attempt_id=attempt_id,
        month="2026-11",
        amount_usd=Decimal(amount_usd),
        state=ReservationState.HELD,
        reserved_at=NOON,
    )


def make_price(price_id: str) -> Price:
    return Price(
        price_id=price_id,
        subject="veo-3.1",
        unit=PriceUnit.VIDEO_SECOND,
        amount_usd=Decimal("0.123456"),
        as_of=date(2026, 11, 1),
        source="list price",
        kind="published",
    )


def rated_clip(
    clip_id: str, rater_id: str, *, kind: PresentationKind = PresentationKind.TEST
) -> tuple[Any, ...]:
    """A run with its clip, shown to a rater: all but the rating, whose presentation is `shown`."""
    return (
        make_run(
            f"run-{clip_id}", status=RunStatus.SUCCEEDED, clip_id=clip_id, origin=Origin.SANDBOX
        ),
        make_clip(clip_id, f"run-{clip_id}"),
        Rater(rater_id=rater_id, name=rater_id, kind=RaterKind.HUMAN, created_at=NOON),
        PanelSession(
            session_id=f"session-{rater_id}",
            campaign_id="c1",
            rater_id=rater_id,
            round=1,
            seed=7,
            started_at=NOON,
        ),
        Presentation(
            presentation_id=f"shown-{clip_id}-{rater_id}-{kind}",
            session_id=f"session-{rater_id}",
            position=0,
            clip_id=clip_id,
            kind=kind,
        ),
    )


def make_rating(rating_id: str, presentation_id: str, score: int, **changes: Any) -> Rating:
    fields: dict[str, Any] = {"dimension": Dimension.OVERALL, "rated_at": NOON}
    return Rating(
        rating_id=rating_id,
        presentation_id=presentation_id,
        score=score,
        **{**fields, **changes},
    )
