"""A data folder with a whole rated campaign in it, rows only."""

import dataclasses
import random
import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from videogen import store
from videogen.bootstrap import Application
from videogen.domain.clip import Clip, ClipProbe
from videogen.domain.condition import Condition
from videogen.domain.run import Origin, Run, RunStatus
from videogen.panel import simulate_raters
from videogen.runs.context import utc_now
from videogen.runs.plan import plan_campaign, start_campaign
from videogen.settings import Settings

N_PROMPTS = 40
N_RATERS = 6


def fill_with_evidence(data_dir: Path) -> str:
    """Returns the campaign's id."""
    opened = Application.build(Settings(data_dir=data_dir, comfy_urls=()))
    try:
        named = {condition.name: condition for condition in opened.conditions}
        campaign = plan_campaign(
            opened.database,
            name="bench",
            candidates=[named["wan-1.3b"], named["wan-14b"]],
            baselines=[named["animatediff"], named["veo-3.1-fast"]],
            suite=opened.suites[0],
            n_prompts=N_PROMPTS,
            seeds=(1,),
            rated_seeds=(1,),
            planned_n_raters=N_RATERS,
            owner="bench",
            now=utc_now(),
        )
        runs = start_campaign(
            opened.database, campaign.campaign_id, origin=Origin.SANDBOX, now=utc_now()
        )
        conditions = {condition.condition_id: condition for condition in opened.conditions}
        for run in runs:
            store.save(opened.database, *_ended(run, conditions[run.condition_id]))
        simulate_raters(
            opened.database, campaign.campaign_id, n_raters=N_RATERS, seed=1, now=utc_now()
        )
        return campaign.campaign_id
    finally:
        opened.close()


def _ended(run: Run, condition: Condition) -> tuple[Clip, Run]:
    draw = random.Random(run.run_id)
    clip = Clip(
        clip_id=str(uuid.uuid4()),
        run_id=run.run_id,
        sha256=uuid.uuid4().hex,
        file="none.mp4",
        size_bytes=1_000_000,
        probe=ClipProbe(
            width_px=condition.width_px or 1,
            height_px=condition.height_px or 1,
            n_frames=condition.n_frames or 1,
            fps=condition.fps or 1.0,
            clip_duration_s=condition.clip_duration_s or 1.0,
            codec="h264",
            has_audio=False,
        ),
        checks=(),
        thumbnail=None,
        created_at=run.queued_at,
    )
    ended = dataclasses.replace(
        run,
        status=RunStatus.SUCCEEDED,
        started_at=run.queued_at,
        ended_at=run.queued_at + timedelta(seconds=60),
        wall_time_s=draw.uniform(200.0, 300.0),
        cost_usd=Decimal(str(round(draw.uniform(0.02, 0.9), 6))),
        peak_vram_mib=draw.randint(8_000, 21_000),
        peak_is_lower_bound=False,
        time_scale=1.0,
        clip_id=clip.clip_id,
    )
    return clip, ended
