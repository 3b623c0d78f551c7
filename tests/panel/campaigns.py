"""A campaign with clips in a real database; the clip rows need no files here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from videogen.domain.campaign import Campaign
from videogen.domain.clip import Clip, ClipProbe
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.domain.run import Origin, Run, RunStatus
from videogen.store import Database, add, save

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NAMES = ("animatediff", "wan-1.3b", "wan-14b", "veo-3.1", "veo-3.1-fast")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    database: Database
    campaign: Campaign


def make_panel(
    database: Database,
    *,
    n_prompts: int = 4,
    n_conditions: int = 3,
    seeds: tuple[int, ...] = (1, 2),
    origin: Origin = Origin.SANDBOX,
    clip_of: Callable[[str, str], Clip] | None = None,
) -> Panel:
    """`clip_of` gets a run's id and its condition's name; without it the clips have no files."""
    conditions = [_condition(name) for name in NAMES[:n_conditions]]
    prompts = tuple(Prompt(prompt_id=f"p{i}", text=f"a red kite {i}") for i in range(n_prompts))
    suite = PromptSuite(suite_id="s1", name="short", version="1", prompts=prompts)
    ids = [condition.condition_id for condition in conditions]
    campaign = Campaign(
        campaign_id="c1",
        name="First light",
        candidates=tuple(ids[1:]),
        baselines=tuple(ids[:1]),
        suite_id="s1",
        prompt_ids=tuple(prompt.prompt_id for prompt in prompts),
        seeds=seeds,
        rated_seeds=(1,),
        planned_n_raters=4,
        criteria_version=1,
        owner="somchai",
        created_at=NOW,
    )
    records: list[Run | Clip] = []
    for condition_id in ids:
        for prompt in prompts:
            for seed in campaign.seeds:
                run_id = f"run-{condition_id}-{prompt.prompt_id}-{seed}"
                clip = (clip_of or clip_without_file)(run_id, condition_id.split("@")[0])
                run = Run(
                    run_id=run_id,
                    campaign_id="c1",
                    condition_id=condition_id,
                    prompt_id=prompt.prompt_id,
                    seed=seed,
                    status=RunStatus.SUCCEEDED,
                    owner="somchai",
                    queued_at=NOW,
                    started_at=NOW,
                    ended_at=NOW,
                    origin=origin,
                    wall_time_s=10.0,
                    clip_id=clip.clip_id,
                )
                records += [run, clip]
    with database.write():
        save(database, *conditions, *prompts, suite, campaign)
        add(database, records)
    return Panel(database=database, campaign=campaign)


def _condition(name: str) -> Condition:
    return Condition(
        name=name,
        backend=BackendKind.COMFY,
        model=name,
        workflow=name,
        width_px=512,
        height_px=288,
        n_frames=16,
        fps=8.0,
    )


def clip_without_file(run_id: str, condition_name: str) -> Clip:
    return Clip(
        clip_id=f"clip-{run_id}",
        run_id=run_id,
        sha256=run_id,
        file=f"{condition_name}/{run_id}.mp4",
        size_bytes=1000,
        probe=ClipProbe(
            width_px=512,
            height_px=288,
            n_frames=16,
            fps=8.0,
            clip_duration_s=2.0,
            codec="h264",
            has_audio=False,
        ),
        checks=(),
        thumbnail=None,
        created_at=NOW,
    )
