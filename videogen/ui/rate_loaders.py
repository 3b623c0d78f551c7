"""What the Rate page reads and does."""

from collections.abc import Callable
from datetime import UTC, datetime

from videogen import bootstrap
from videogen.domain.campaign import Campaign
from videogen.domain.rating import PanelSession
from videogen.domain.run import Origin
from videogen.errors import NotFoundError
from videogen.panel.playlist import playlist
from videogen.panel.renditions import prepare_renditions
from videogen.panel.sessions import clips_shown, clips_to_rate, start
from videogen.panel.votes import undo_last
from videogen.store import (
    campaign_runs,
    campaigns,
    get_campaign,
    get_condition,
    get_session,
    raters,
)


def campaigns_to_rate() -> list[Campaign]:
    """Those with at least one clip, newest first."""
    database = bootstrap.running().database
    found = [one for one in campaigns(database) if clips_to_rate(database, one)]
    return sorted(found, key=lambda campaign: campaign.created_at, reverse=True)


def begin(
    campaign_id: str, rater_name: str, on_progress: Callable[[int, int], None]
) -> PanelSession:
    """Make the blind copies, then open the session or go on with the open one."""
    application = bootstrap.running()
    database, folder = application.database, application.clips_folder
    prepare_renditions(database, campaign_id, folder, on_progress=on_progress)
    opened = start(database, campaign_id, rater_name, now=datetime.now(UTC))
    # A run may have ended meanwhile, and its clip be among the session's: no copy, no playing.
    prepare_renditions(database, campaign_id, folder)
    return opened


def session(session_id: str) -> PanelSession | None:
    try:
        return get_session(bootstrap.running().database, session_id)
    except NotFoundError:
        return None


def standing(session_id: str) -> dict[str, object]:
    application = bootstrap.running()
    return playlist(application.database, application.tokens, session_id, datetime.now(UTC))


def undo(session_id: str) -> None:
    undo_last(bootstrap.running().database, session_id, datetime.now(UTC))


def is_sandbox(campaign_id: str) -> bool:
    """Said of the campaign, never of a clip: one clip's origin could tell its condition."""
    runs = campaign_runs(bootstrap.running().database, campaign_id)
    return any(run.origin is Origin.SANDBOX for run in runs)


def has_audio(campaign_id: str) -> bool:
    """Sound is heard only where every condition has it."""
    database = bootstrap.running().database
    condition_ids = get_campaign(database, campaign_id).condition_ids
    return all(get_condition(database, one).has_audio for one in condition_ids)


def names(session: PanelSession) -> tuple[str, str]:
    """The campaign's and the rater's."""
    database = bootstrap.running().database
    rater = {one.rater_id: one.name for one in raters(database)}
    return get_campaign(database, session.campaign_id).name, rater[session.rater_id]


def n_left(session: PanelSession) -> int:
    """Clips of the campaign that this rater has not been shown."""
    database = bootstrap.running().database
    campaign = get_campaign(database, session.campaign_id)
    return len(clips_to_rate(database, campaign).keys() - clips_shown(database, session))
