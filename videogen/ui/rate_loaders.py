"""What the Rate page reads and does."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean

import streamlit as st

from videogen import bootstrap, store
from videogen.bootstrap.rating import make_ready
from videogen.domain.access import Permission
from videogen.domain.campaign import Campaign
from videogen.domain.rating import PanelSession
from videogen.errors import NotFoundError
from videogen.panel.own_rounds import own_session
from videogen.panel.playlist import playlist
from videogen.panel.renditions import prepare_renditions
from videogen.panel.sessions import leave_round, start
from videogen.panel.votes import undo_last
from videogen.rating.session_plan import SESSION_PRESENTATIONS, TEST_PRESENTATIONS
from videogen.store import (
    find_rater,
    get_campaign,
    get_condition,
    n_unrated,
    raters,
    round_exits,
)
from videogen.ui import loaders, who
from videogen.ui.loaders import Snapshot

# 40 presentations of 8 s in about 9 minutes; three keys more where details are asked.
USUAL_CLIP_S, ANSWER_S, DETAILS_S = 8.0, 5.5, 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a rater has before them in one campaign."""

    n_clips: int
    n_sessions: int
    minutes: int  # of all sessions, with practice and checks


def campaigns_to_rate() -> list[Campaign]:
    """Those with at least one clip, newest first."""
    return list(_campaigns_to_rate(loaders.snapshot()))


def begin(
    campaign_id: str,
    rater_name: str,
    on_progress: Callable[[int, int], None],
    *,
    asks_details: bool = False,
    viewing_answers: Mapping[str, str] | None = None,
) -> PanelSession:
    """Bring what the campaign needs, then open the session or go on with the open one."""
    application = bootstrap.running()
    database, folder = application.database, application.clips_folder
    rater_name = who.signature(Permission.RATE, rater_name)
    make_ready(application, campaign_id, on_progress)
    opened = start(
        database,
        campaign_id,
        rater_name,
        now=datetime.now(UTC),
        asks_details=asks_details,
        viewing_answers=viewing_answers or {},
    )
    # A run may have ended meanwhile, and its clip be among the session's: no copy, no playing.
    prepare_renditions(database, campaign_id, folder)
    return opened


def session(session_id: str) -> PanelSession | None:
    """None: there is none, or it is somebody else's."""
    try:
        return own_session(bootstrap.running().database, who.person(), session_id)
    except NotFoundError:
        return None


def standing(session_id: str) -> dict[str, object]:
    application = bootstrap.running()
    return playlist(application.database, application.tokens, session_id, datetime.now(UTC))


def undo(session_id: str) -> None:
    """Raises: NotAllowedError. NotFoundError: it is somebody else's."""
    who.acting(Permission.RATE)
    own_session(bootstrap.running().database, who.person(), session_id)
    undo_last(bootstrap.running().database, session_id, datetime.now(UTC))


def leave(session: PanelSession) -> None:
    """Raises: NotAllowedError. NotFoundError: it is somebody else's."""
    who.acting(Permission.RATE)
    database = bootstrap.running().database
    own_session(database, who.person(), session.session_id)
    leave_round(database, session.campaign_id, session.rater_id, datetime.now(UTC))


def has_left(session: PanelSession) -> bool:
    exits = round_exits(bootstrap.running().database, session.campaign_id)
    return session.rater_id in {one.rater_id for one in exits}


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
    """Clips of the campaign that this rater has not rated."""
    database = bootstrap.running().database
    return n_unrated(database, get_campaign(database, session.campaign_id), session.rater_id)


def waiting(campaign: Campaign, rater_name: str) -> Waiting:
    """For a name that nobody has rated under, the whole campaign."""
    return _waiting(loaders.snapshot(), campaign.campaign_id, rater_name)


def seconds_each(campaign_id: str, *, asks_details: bool = False) -> float:
    """How long one presentation takes about: a clip of the mean condition, and the answer."""
    database = bootstrap.running().database
    conditions = [
        get_condition(database, one) for one in get_campaign(database, campaign_id).condition_ids
    ]
    known = [one.clip_duration_s for one in conditions if one.clip_duration_s is not None]
    answer_s = ANSWER_S + (DETAILS_S if asks_details else 0.0)
    return (fmean(known) if known else USUAL_CLIP_S) + answer_s


@st.cache_resource(max_entries=8, show_spinner=False)
def _campaigns_to_rate(key: Snapshot) -> tuple[Campaign, ...]:  # noqa: ARG001 the cache's key
    return tuple(store.campaigns_to_rate(bootstrap.running().database))


@st.cache_resource(max_entries=256, show_spinner=False)
def _waiting(key: Snapshot, campaign_id: str, rater_name: str) -> Waiting:  # noqa: ARG001 the cache's key
    database = bootstrap.running().database
    rater = find_rater(database, rater_name)
    campaign = get_campaign(database, campaign_id)
    n_clips = n_unrated(database, campaign, rater.rater_id if rater else "")
    n_sessions = math.ceil(n_clips / TEST_PRESENTATIONS)
    n_others = n_sessions * (SESSION_PRESENTATIONS - TEST_PRESENTATIONS)
    minutes = round((n_clips + n_others) * seconds_each(campaign_id) / 60)
    return Waiting(n_clips=n_clips, n_sessions=n_sessions, minutes=max(1, minutes))
