"""A data folder with a long history of runs and a queue, rows only."""

import random
import uuid
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from videogen import store
from videogen.bootstrap import Application
from videogen.domain.condition import Condition
from videogen.domain.prompt import Prompt
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.runs.context import utc_now
from videogen.settings import Settings

OWNERS = ("nok", "ploy", "art", "mint")
SHARE_QUEUED = 0.1
SHARE_FAILED = 0.1
SEED = 7


def fill_with_runs(data_dir: Path, n_runs: int, *, share_queued: float = SHARE_QUEUED) -> None:
    """Live runs of the local conditions; the queue is the newest part of them."""
    opened = Application.build(Settings(data_dir=data_dir, comfy_urls=()))
    try:
        prompts = opened.suites[0].prompts
        store.save(opened.database, *prompts)
        local = [one for one in opened.conditions if one.name in ("animatediff", "wan-1.3b")]
        store.add(opened.database, list(_runs(n_runs, share_queued, prompts, local)))
    finally:
        opened.close()


def _runs(
    n_runs: int, share_queued: float, prompts: tuple[Prompt, ...], conditions: list[Condition]
) -> Iterator[Run]:
    draw = random.Random(SEED)
    now = utc_now()
    n_queued = round(n_runs * share_queued)
    for age in range(n_runs):
        queued_at = now - timedelta(seconds=10 * age)
        is_queued = age < n_queued
        is_failed = not is_queued and draw.random() < SHARE_FAILED
        status = RunStatus.FAILED if is_failed else RunStatus.SUCCEEDED
        yield Run(
            run_id=str(uuid.UUID(int=draw.getrandbits(128), version=4)),
            campaign_id=None,
            condition_id=draw.choice(conditions).condition_id,
            prompt_id=draw.choice(prompts).prompt_id,
            seed=age,
            status=RunStatus.QUEUED if is_queued else status,
            owner=draw.choice(OWNERS),
            queued_at=queued_at,
            origin=Origin.LIVE,
            started_at=None if is_queued else queued_at + timedelta(seconds=5),
            ended_at=None if is_queued else queued_at + timedelta(seconds=300),
            failure_class=FailureClass.OUT_OF_VRAM if is_failed else None,
            wall_time_s=None if is_queued else draw.uniform(200.0, 300.0),
            cost_usd=None if is_queued else Decimal("0.0354"),
            peak_vram_mib=None if is_queued else draw.randint(8_000, 21_000),
        )
