"""A rater at the campaign of `make_panel`: a session begun, its clip, a vote on it."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from tests.panel.campaigns import NOW, Panel
from videogen.domain.rating import PanelSession, Presentation
from videogen.panel import Vote, next_presentation, rate, start
from videogen.store import presentations_of


def begin(
    panel: Panel, name: str = "Malee", *, seed: int | None = 7, asks_details: bool = False
) -> PanelSession:
    campaign_id = panel.campaign.campaign_id
    return start(panel.database, campaign_id, name, seed=seed, now=NOW, asks_details=asks_details)


def vote_on(shown: Presentation, score: int = 4, **changes: object) -> Vote:
    vote = Vote(
        session_id=shown.session_id,
        rating_id=str(uuid4()),
        presentation_id=shown.presentation_id,
        score=score,
        played_to_end=True,
        replays=1,
        stalls=0,
        dropped_frames=2,
        watched_s=5.5,
        display={"window_width_px": 1280.0, "device_pixel_ratio": 2.0},
    )
    return replace(vote, **changes)  # type: ignore[arg-type]


def current(panel: Panel, session: PanelSession, now: datetime = NOW) -> Presentation:
    shown = next_presentation(panel.database, session.session_id, now)
    assert shown is not None
    return shown


def rate_all(panel: Panel, session: PanelSession, now: datetime = NOW) -> int:
    """To the session's end; returns how many clips it had."""
    shown = presentations_of(panel.database, session.session_id)
    for _ in shown:
        rate(panel.database, vote_on(current(panel, session, now)), now)
    return len(shown)
