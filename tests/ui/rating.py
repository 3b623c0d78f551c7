"""A campaign whose clips are being rated: rows as the worker and the player would leave them."""

import dataclasses
import uuid
from collections.abc import Mapping
from datetime import timedelta

from tests.panel.campaigns import clip_without_file
from tests.ui.stocked import NOW, ended_campaign
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.campaign import Campaign
from videogen.domain.rating import PanelSession
from videogen.domain.run import Run
from videogen.panel import Vote, next_presentation, rate, start


def campaign_with_clips(
    application: Application, *, n_prompts: int = 3, name: str = "WAN <or> not"
) -> Campaign:
    """wan-1.3b against animatediff, a clip of every run; none of them has a file."""
    campaign = ended_campaign(application, n_prompts=n_prompts, name=name)
    for run in store.campaign_runs(application.database, campaign.campaign_id):
        clip = clip_without_file(run.run_id, "any")
        store.save(application.database, clip, dataclasses.replace(run, clip_id=clip.clip_id))
    return campaign


def first_run(application: Application, campaign: Campaign) -> Run:
    return store.campaign_runs(application.database, campaign.campaign_id)[0]


def begin(application: Application, campaign: Campaign, name: str) -> PanelSession:
    return start(application.database, campaign.campaign_id, name, seed=1, now=NOW)


def rate_clips(
    application: Application,
    session: PanelSession,
    n_clips: int,
    *,
    score: int | None = None,
    score_of: Mapping[str, int] | None = None,
) -> None:
    """The next `n_clips` at ten seconds each: one `score`, the one of each clip in `score_of`, or
    from 1 to 5 and over again.
    """
    for place in range(n_clips):
        now = NOW + timedelta(seconds=10 * place)
        shown = next_presentation(application.database, session.session_id, now)
        if shown is None:
            return
        vote = Vote(
            session_id=session.session_id,
            rating_id=str(uuid.uuid4()),
            presentation_id=shown.presentation_id,
            score=score or (score_of or {}).get(shown.clip_id) or 1 + place % 5,
            played_to_end=True,
        )
        rate(application.database, vote, now + timedelta(seconds=10))
