"""A rater's sittings: opened with what they show, gone on with, and the round left for good."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from videogen.domain.campaign import Campaign
from videogen.domain.rating import (
    PanelSession,
    Presentation,
    PresentationKind,
    Rater,
    RoundExit,
)
from videogen.domain.run import Origin, Run
from videogen.errors import InvalidInputError, NotFoundError
from videogen.panel.names import human_rater
from videogen.rating.session_plan import References, plan_session
from videogen.store import (
    Database,
    get_campaign,
    presentations_of,
    raters,
    reference_clips,
    round_exits,
    runs_to_rate,
    save,
    sessions,
)

VIEWING_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "device": ("phone", "tablet", "laptop", "monitor", "tv"),
    "brightness": ("full", "less"),
    "glasses": ("on", "off", "none"),
    "room": ("dark", "dim", "bright"),
    "distance": ("near", "arm", "far"),
}


def start(
    database: Database,
    campaign_id: str,
    rater_name: str,
    *,
    seed: int | None = None,
    now: datetime,
    asks_details: bool = False,
    viewing_answers: Mapping[str, str] | None = None,
) -> PanelSession:
    """Open a session, or go on with the one that this rater left open.

    The write lock is taken first, so that two tabs of one rater do not open two sessions.
    Raises: InvalidInputError: no name, a viewing answer that was not offered, the rater has left
        the round, or there is no clip that this rater has not rated.
    """
    answers = checked_answers(viewing_answers or {})
    with database.write():
        campaign = get_campaign(database, campaign_id)
        rater = human_rater(database, rater_name, now)
        _refuse_after_exit(database, campaign, rater)
        earlier = sessions_of(database, campaign_id, rater.rater_id)
        for left_open in earlier:
            if left_open.ended_at is None and left_open.source is None:
                return left_open
        session = PanelSession(
            session_id=str(uuid4()),
            campaign_id=campaign_id,
            rater_id=rater.rater_id,
            round=len(earlier) + 1,
            seed=secrets.randbits(31) if seed is None else seed,
            started_at=now,
            viewing_answers=answers,
            asks_details=asks_details,
        )
        shown = clips_shown(database, session)
        presentations = plan_presentations(database, campaign, session, without=shown)
        if not presentations:
            raise InvalidInputError("nothing_to_rate", field="campaign", value=campaign.name)
        save(database, rater, session, *presentations)
        return session


def leave_round(database: Database, campaign_id: str, rater_id: str, now: datetime) -> RoundExit:
    """The rater will rate no more in this campaign; what was rated counts. May be said twice.

    Raises: NotFoundError: there is no such campaign or rater.
    """
    with database.write():
        get_campaign(database, campaign_id)
        if rater_id not in {rater.rater_id for rater in raters(database)}:
            raise NotFoundError(field="rater_id", value=rater_id)
        for known in round_exits(database, campaign_id):
            if known.rater_id == rater_id:
                return known
        left = RoundExit(campaign_id=campaign_id, rater_id=rater_id, left_at=now)
        still_open = [
            replace(one, ended_at=now)
            for one in sessions_of(database, campaign_id, rater_id)
            if one.ended_at is None
        ]
        save(database, left, *still_open)
        return left


def plan_presentations(
    database: Database,
    campaign: Campaign,
    session: PanelSession,
    *,
    without: set[str] | frozenset[str] = frozenset(),
) -> list[Presentation]:
    """The session's presentations in its own order; ids follow from the session's id."""
    clips = clips_to_rate(database, campaign)
    prompt_of = {clip_id: run.prompt_id for clip_id, run in clips.items() if clip_id not in without}
    order = plan_session(prompt_of, _references(database, clips), session.seed)
    return [
        Presentation(
            presentation_id=str(uuid5(UUID(session.session_id), str(position))),
            session_id=session.session_id,
            position=position,
            clip_id=shown.clip_id,
            kind=shown.kind,
        )
        for position, shown in enumerate(order)
    ]


def clips_to_rate(database: Database, campaign: Campaign) -> Mapping[str, Run]:
    """The campaign's clips that are up for rating, each with the run that made it.

    A degraded run's clip was made with smaller settings: rating it would be rating something else.
    """
    runs = runs_to_rate(database, campaign)
    return {run.clip_id: run for run in runs if run.clip_id is not None}


def clips_shown(database: Database, session: PanelSession) -> set[str]:
    """The test clips of all sessions of this rater in this campaign."""
    return {
        shown.clip_id
        for sitting in sessions_of(database, session.campaign_id, session.rater_id)
        for shown in presentations_of(database, sitting.session_id)
        if shown.kind is PresentationKind.TEST
    }


def sessions_of(database: Database, campaign_id: str, rater_id: str) -> list[PanelSession]:
    return [found for found in sessions(database, campaign_id) if found.rater_id == rater_id]


def origin_of(clips: Mapping[str, Run]) -> Origin:
    """Where a campaign's clips come from; measured ones are never beside simulated references."""
    is_live = any(run.origin is Origin.LIVE for run in clips.values())
    return Origin.LIVE if is_live else Origin.SANDBOX


def checked_answers(answers: Mapping[str, str]) -> Mapping[str, str]:
    """Raises: InvalidInputError: a question or an answer that is not among those offered."""
    for question, answer in answers.items():
        offered = VIEWING_ANSWERS.get(question, ())
        if answer not in offered:
            raise InvalidInputError(
                "viewing_answer_unknown",
                field=f"viewing_answers.{question}",
                value=answer,
                offered=", ".join(offered or VIEWING_ANSWERS),
            )
    return dict(answers)


def _references(database: Database, clips: Mapping[str, Run]) -> References:
    known = reference_clips(database, origin_of(clips))
    return References(
        training={
            one.clip_id: one.expected_score
            for one in known
            if one.kind is PresentationKind.TRAINING
        },
        gold={
            one.clip_id: one.expected_score for one in known if one.kind is PresentationKind.GOLD
        },
        traps=[one.clip_id for one in known if one.kind is PresentationKind.TRAP],
    )


def _refuse_after_exit(database: Database, campaign: Campaign, rater: Rater) -> None:
    left = {one.rater_id for one in round_exits(database, campaign.campaign_id)}
    if rater.rater_id in left:
        raise InvalidInputError("round_left", field="name", value=rater.name)
