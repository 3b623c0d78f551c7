"""A campaign of 20 prompts with runs, clips and a panel, as the store holds them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from videogen.domain.campaign import Campaign
from videogen.domain.clip import Clip, ClipProbe
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.decision import Criteria
from videogen.domain.rating import (
    Dimension,
    PanelSession,
    Presentation,
    PresentationKind,
    Rater,
    RaterKind,
    Rating,
)
from videogen.domain.run import Origin, Run, RunStatus
from videogen.store import Database, add, save

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MANY = (Run, Clip, Presentation, Rating)
PROMPTS = tuple(f"p{i:02}" for i in range(20))
WAN = Condition(
    name="wan-1.3b",
    backend=BackendKind.COMFY,
    model="wan2.1_t2v_1.3B",
    workflow="wan-1.3b",
    width_px=832,
    height_px=480,
    n_frames=80,
    fps=16.0,
)
VEO = Condition(
    name="veo-3.1-fast",
    backend=BackendKind.VERTEX,
    model="veo-3.1-fast-generate-001",
    workflow=None,
    width_px=1280,
    height_px=720,
    n_frames=192,
    fps=24.0,
    has_audio=True,
)


def campaign(**changes: Any) -> Campaign:
    fields: dict[str, Any] = {
        "campaign_id": "c1",
        "name": "WAN",
        "candidates": (WAN.condition_id,),
        "baselines": (VEO.condition_id,),
        "suite_id": "s1",
        "prompt_ids": PROMPTS,
        "seeds": (1, 2),
        "rated_seeds": (1,),
        "planned_n_raters": 4,
        "criteria_version": 1,
        "owner": "alice",
        "created_at": NOON,
    }
    return Campaign(**{**fields, **changes})


def run(run_id: str, **changes: Any) -> Run:
    fields: dict[str, Any] = {
        "run_id": run_id,
        "campaign_id": "c1",
        "condition_id": WAN.condition_id,
        "prompt_id": "p00",
        "seed": 1,
        "status": RunStatus.SUCCEEDED,
        "owner": "alice",
        "queued_at": NOON,
        "origin": Origin.LIVE,
        "wall_time_s": 260.0,
        "cost_usd": Decimal("0.05"),
        "peak_vram_mib": 8_400,
        "peak_is_lower_bound": False,
    }
    return Run(**{**fields, **changes})


def clip(clip_id: str, run_id: str) -> Clip:
    probe = ClipProbe(
        width_px=832,
        height_px=480,
        n_frames=80,
        fps=16.0,
        clip_duration_s=5.0,
        codec="h264",
        has_audio=False,
    )
    return Clip(
        clip_id=clip_id,
        run_id=run_id,
        sha256="ab" * 32,
        file=f"{clip_id}.mp4",
        size_bytes=1000,
        probe=probe,
        checks=(),
        thumbnail=None,
        created_at=NOON,
    )


def grid(condition: Condition, origin: Origin = Origin.LIVE) -> Iterator[Run | Clip]:
    """Every prompt with both seeds, all succeeded, each with its clip."""
    for prompt_id in PROMPTS:
        for seed in (1, 2):
            run_id = f"{condition.name}-{prompt_id}-{seed}-{origin}"
            changes: dict[str, Any] = {"condition_id": condition.condition_id, "origin": origin}
            if condition is VEO:
                changes |= {"peak_vram_mib": None, "cost_usd": Decimal("0.80")}
            yield run(run_id, prompt_id=prompt_id, seed=seed, clip_id=f"clip-{run_id}", **changes)
            yield clip(f"clip-{run_id}", run_id)


def panel(
    scores: Mapping[str, int],
    condition: Condition = WAN,
    *,
    origin: Origin = Origin.LIVE,
    kind: RaterKind = RaterKind.HUMAN,
    n_clips: int = len(PROMPTS),
) -> Iterator[Any]:
    """Each rater gives about one score to the first clips of the rated seed."""
    for rater, score in scores.items():
        session_id = f"session-{rater}-{condition.name}-{origin}"
        yield Rater(rater_id=rater, name=rater.title(), kind=kind, created_at=NOON)
        yield PanelSession(
            session_id=session_id,
            campaign_id="c1",
            rater_id=rater,
            round=1,
            seed=7,
            started_at=NOON,
        )
        for i, prompt_id in enumerate(PROMPTS[:n_clips]):
            shown = f"{session_id}-{prompt_id}"
            yield Presentation(
                presentation_id=shown,
                session_id=session_id,
                position=i,
                clip_id=f"clip-{condition.name}-{prompt_id}-1-{origin}",
                kind=PresentationKind.TEST,
            )
            yield Rating(
                rating_id=f"rating-{shown}",
                presentation_id=shown,
                dimension=Dimension.OVERALL,
                score=max(1, min(5, score - (i % 4 == len(rater) % 4))),
                rated_at=NOON,
            )


def stock(database: Database, *records: Any) -> None:
    """New rows by the hundred in few statements; `save` looks for each whether it is there."""
    with database.write():
        save(database, *(one for one in records if not isinstance(one, MANY)))
        add(database, [one for one in records if isinstance(one, MANY)])


def plan(database: Database, **changes: Any) -> None:
    save(database, Criteria(version=1), WAN, VEO, campaign(**changes))
