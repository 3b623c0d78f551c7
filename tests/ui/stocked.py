"""An installation in which a sandbox campaign has run: rows as the worker would leave them."""

import dataclasses
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from videogen import store
from videogen.bootstrap import Application
from videogen.domain.campaign import Campaign
from videogen.domain.run import (
    Attempt,
    AttemptState,
    FailureClass,
    Origin,
    Run,
    RunStatus,
    VramSample,
    VramTrace,
)
from videogen.runs.plan import plan_campaign, start_campaign

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def ended_campaign(
    application: Application,
    *,
    n_prompts: int = 6,
    n_failed: int = 0,
    name: str = "WAN <or> not",
) -> Campaign:
    """wan-1.3b against animatediff; the first `n_failed` runs of each ran out of memory.

    Thirty prompts, the fewest of which a success rate can be proven, take five times as long.
    """
    named = {one.name: one for one in application.conditions}
    campaign = plan_campaign(
        application.database,
        name=name,
        candidates=[named["wan-1.3b"]],
        baselines=[named["animatediff"]],
        suite=application.suites[0],
        n_prompts=n_prompts,
        seeds=(1,),
        rated_seeds=(1,),
        planned_n_raters=6,
        owner="Nok",
        now=NOW,
    )
    runs = start_campaign(
        application.database, campaign.campaign_id, origin=Origin.SANDBOX, now=NOW
    )
    with application.database.write():  # one commit: each would copy its log into the file
        for place, run in enumerate(runs):
            is_failed = place % n_prompts < n_failed
            _end(application, run, is_failed=is_failed)
    return campaign


def _end(application: Application, run: Run, *, is_failed: bool) -> None:
    cause = FailureClass.OUT_OF_VRAM if is_failed else None
    ended = dataclasses.replace(
        run,
        status=RunStatus.FAILED if is_failed else RunStatus.SUCCEEDED,
        started_at=NOW,
        ended_at=NOW + timedelta(minutes=5),
        wall_time_s=None if is_failed else 261.4,
        cost_usd=Decimal("0.0354"),
        peak_vram_mib=8397,
        peak_is_lower_bound=False,
        time_scale=1000.0,
        failure_class=cause,
        failure_detail="CUDA out of memory" if is_failed else None,
    )
    attempt = Attempt(
        attempt_id=str(uuid.uuid4()),
        run_id=run.run_id,
        ordinal=1,
        state=AttemptState.FAILED if is_failed else AttemptState.SUCCEEDED,
        backend="comfy@127.0.0.1:8188",
        intended_at=NOW,
        submitted_at=NOW,
        ended_at=NOW + timedelta(minutes=5),
        phases={"sample": 200.0},
        failure_class=cause,
        failure_detail=ended.failure_detail,
    )
    trace = VramTrace(
        source="sandbox",
        device="RTX 5090",
        peak_vram_mib=8397,
        samples=(VramSample(t_s=0.0, memory_mib=900), VramSample(t_s=9.0, memory_mib=8397)),
    )
    store.save(application.database, ended, attempt)
    store.save_vram_trace(application.database, attempt.attempt_id, trace)
