"""Which clips the sessions of a campaign may show: its own, and reference clips of their origin."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from videogen.domain.campaign import Campaign
from videogen.domain.rating import PresentationKind
from videogen.domain.run import Run
from videogen.panel.references import ensure_traps
from videogen.panel.sessions import clips_to_rate, origin_of
from videogen.rating.session_plan import TRAP_FROM_TEST
from videogen.store import Database, clips_in_open_sessions, reference_clips


def shown_clip_ids(
    database: Database, campaign: Campaign, clips_folder: Path, now: datetime
) -> set[str]:
    """Nothing while there is nothing to rate; the attention checks are drawn where they are needed.

    What an open session shows stays among them, though it was retired meanwhile.
    """
    clips = clips_to_rate(database, campaign)
    if not clips:
        return set()
    if len(clips) >= TRAP_FROM_TEST:
        ensure_traps(database, clips_folder, origin_of(clips), now)
    open_ones = clips_in_open_sessions(database, campaign.campaign_id)
    return clips.keys() | _references(database, clips) | open_ones


def _references(database: Database, clips: Mapping[str, Run]) -> set[str]:
    has_traps = len(clips) >= TRAP_FROM_TEST
    return {
        one.clip_id
        for one in reference_clips(database, origin_of(clips))
        if has_traps or one.kind is not PresentationKind.TRAP
    }
