"""The opinions of a campaign as a file, each with all that is known of what it is an opinion of."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from videogen.domain.campaign import Campaign
from videogen.domain.clip import Clip
from videogen.domain.condition import Condition
from videogen.domain.prompt import Prompt
from videogen.domain.run import Run
from videogen.panel.ratings_file import RatingsFormat, Row, write_rows
from videogen.store import (
    Database,
    PanelOpinion,
    clips_by_id,
    get_campaign,
    get_condition,
    get_prompt,
    panel_opinions,
    runs_of_clips,
)


def export_ratings(database: Database, campaign_id: str, form: RatingsFormat) -> bytes:
    """Every opinion that counts, of whatever kind and dimension, oldest first.

    Raises: NotFoundError: there is no such campaign.
    """
    return write_rows(rating_rows(database, campaign_id), form)


def rating_rows(database: Database, campaign_id: str) -> list[Row]:
    """One row an opinion, by the columns of a ratings file; None where nothing is known."""
    return [row for _, row in rating_page(database, campaign_id)]


def rating_page(
    database: Database, campaign_id: str, *, after: int | None = None, limit: int | None = None
) -> list[tuple[int, Row]]:
    """Rows with their numbers, the oldest first; `after` is the number that came last before.

    Raises: NotFoundError: there is no such campaign.
    """
    campaign = get_campaign(database, campaign_id)
    opinions = panel_opinions(database, campaign_id, after=after, limit=limit)
    facts = _facts(database, campaign, opinions)
    return [(opinion.rating_no, _row(opinion, facts)) for opinion in opinions]


def unnamed(number: int, row: Row, names: Mapping[str, str]) -> Row:
    """The row for who may not know the raters; `names` has another for each.

    What an import brought tells its rater too: ids follow from the name, the file may be theirs.
    """
    hidden = {"rating_id": f"rating-{number:09}", "session_id": None, "source": None}
    return {**row, **hidden, "rater": names.get(str(row["rater"]))}


def condition_labels(campaign: Campaign, get: Callable[[str], Condition]) -> Mapping[str, str]:
    """What each condition_id is called in a file: its name, or its id where two share a name."""
    names = {condition_id: get(condition_id).name for condition_id in campaign.condition_ids}
    times = Counter(names.values())
    return {one: name if times[name] == 1 else one for one, name in names.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    labels: Mapping[str, str]
    conditions: Mapping[str, Condition]
    prompts: Mapping[str, Prompt]
    runs: Mapping[str, Run]  # by clip_id
    clips: Mapping[str, Clip]


def _facts(database: Database, campaign: Campaign, opinions: list[PanelOpinion]) -> _Facts:
    def condition(condition_id: str) -> Condition:
        return get_condition(database, condition_id)

    prompt_ids = {one.prompt_id for one in opinions if one.prompt_id is not None}
    clip_ids = {one.clip_id for one in opinions}
    runs = runs_of_clips(database, clip_ids)
    return _Facts(
        labels=condition_labels(campaign, condition),
        conditions={one: condition(one) for one in campaign.condition_ids},
        prompts={one: get_prompt(database, one) for one in prompt_ids},
        runs={run.clip_id: run for run in runs if run.clip_id is not None},
        clips=clips_by_id(database, clip_ids),
    )


def _row(opinion: PanelOpinion, facts: _Facts) -> Row:
    return {
        "clip_id": opinion.clip_id,
        "prompt_id": opinion.prompt_id,
        "rater": opinion.rater_name,
        "dimension": opinion.dimension.value,
        "score": opinion.score,
        "rated_at": opinion.rated_at,
        "kind": opinion.kind.value,
        "seed": opinion.seed,
        "origin": opinion.origin.value if opinion.origin else None,
        "rater_kind": opinion.rater_kind.value,
        "session_id": opinion.session_id,
        "round": opinion.round,
        "position": opinion.position,
        "served_at": opinion.served_at,
        "ended_at": opinion.ended_at,
        "watched_s": opinion.watched_s,
        "replays": opinion.replays,
        "stalls": opinion.stalls,
        "dropped_frames": opinion.dropped_frames,
        "expected_score": opinion.expected_score,
        "rating_id": opinion.rating_id,
        "source": opinion.source,
        **_prompt_facts(opinion, facts),
        **_condition_facts(opinion, facts),
        **_run_facts(opinion, facts),
        **_clip_facts(facts.clips[opinion.clip_id]),
    }


def _prompt_facts(opinion: PanelOpinion, facts: _Facts) -> Row:
    prompt = facts.prompts.get(opinion.prompt_id or "")
    return {
        "prompt": prompt.text if prompt else None,
        "category": prompt.tags[0] if prompt and prompt.tags else None,
    }


def _condition_facts(opinion: PanelOpinion, facts: _Facts) -> Row:
    condition = facts.conditions.get(opinion.condition_id or "")
    settings = dict(condition.settings) if condition else None
    return {
        "condition": facts.labels.get(opinion.condition_id or "", opinion.condition_id),
        "settings": json.dumps(settings, sort_keys=True, ensure_ascii=False) if settings else None,
    }


def _run_facts(opinion: PanelOpinion, facts: _Facts) -> Row:
    run = facts.runs.get(opinion.clip_id)
    return {
        "wall_time_s": run.wall_time_s if run else None,
        "cost_usd": run.cost_usd if run else None,
        "peak_vram_mib": run.peak_vram_mib if run else None,
    }


def _clip_facts(clip: Clip) -> Row:
    return {
        "width_px": clip.probe.width_px,
        "height_px": clip.probe.height_px,
        "n_frames": clip.probe.n_frames,
        "fps": clip.probe.fps,
    }
