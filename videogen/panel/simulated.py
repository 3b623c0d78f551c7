"""Raters by dice for the sandbox: real sessions, presentations and ratings of kind `simulated`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from videogen.domain.campaign import Campaign
from videogen.domain.rating import (
    Dimension,
    PanelSession,
    Presentation,
    PresentationKind,
    Rater,
    RaterKind,
    Rating,
    ReferenceClip,
)
from videogen.domain.run import Origin, Run
from videogen.errors import InvalidInputError
from videogen.panel.sessions import clips_shown, clips_to_rate, plan_presentations, sessions_of
from videogen.store import (
    Database,
    add,
    campaign_runs,
    get_campaign,
    get_clip,
    reference_clips,
    save,
)

# Invented, so that a sandbox panel disagrees as people do; never a measurement.
CONDITION_MEANS = {"animatediff": 3.1, "wan-1.3b": 4.1, "wan-14b": 4.6, "veo": 4.7}
OTHER_MEAN = 3.8
PROMPT_SD = 0.5
BIAS_SD = 0.25
NOISE_SD = 0.6
DETAIL_SD = 0.4  # how far a detail is from the overall opinion
ONE_IN_ASKED_FOR_DETAILS = 3
THINKING_S = (1.2, 4.0)
REST_BETWEEN_SESSIONS = timedelta(minutes=6)

_Record = PanelSession | Presentation | Rating


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """What the dice need to know of a campaign."""

    campaign: Campaign
    clips: Mapping[str, Run]
    references: Mapping[str, ReferenceClip]
    duration_s: Mapping[str, float]  # by clip_id


@dataclass(slots=True, kw_only=True)
class _Person:
    rater: Rater
    bias: float
    asks_details: bool


def simulate_raters(
    database: Database, campaign_id: str, n_raters: int, seed: int, now: datetime
) -> list[Rater]:
    """Let `n_raters` invented people rate every clip; the same seed again adds nothing.

    Their last rating was given `now`, the others before it.
    Raises: InvalidInputError: the campaign has live runs, or no clip to rate.
    """
    campaign = get_campaign(database, campaign_id)
    if n_raters < 1:
        raise InvalidInputError("raters_not_positive", field="raters", value=n_raters)
    if any(run.origin is Origin.LIVE for run in campaign_runs(database, campaign_id)):
        raise InvalidInputError("simulated_for_live", field="campaign", value=campaign.name)
    clips = clips_to_rate(database, campaign)
    if not clips:
        raise InvalidInputError("nothing_to_rate", field="campaign", value=campaign.name)
    stage = _stage(database, campaign, clips)
    people = [_person(campaign, seed, number, now) for number in range(1, n_raters + 1)]
    for person in people:
        _sit_through(database, stage, person, now)
    return [person.rater for person in people]


def simulated_rater(seed: int, number: int, now: datetime) -> Rater:
    name = f"Simulated {seed}-{number}"
    return Rater(rater_id=_id("rater", name), name=name, kind=RaterKind.SIMULATED, created_at=now)


def hidden_quality(run: Run) -> float:
    """A clip's hidden quality: its condition's mean, moved by how hard the prompt is."""
    name = run.condition_id
    fits = [prefix for prefix in CONDITION_MEANS if name.startswith(prefix)]
    mean = CONDITION_MEANS[max(fits, key=len)] if fits else OTHER_MEAN
    return mean + Random(run.prompt_id).gauss(0, PROMPT_SD)  # noqa: S311


def _stage(database: Database, campaign: Campaign, clips: Mapping[str, Run]) -> _Stage:
    references = {one.clip_id: one for one in reference_clips(database, Origin.SANDBOX)}
    return _Stage(
        campaign=campaign,
        clips=clips,
        references=references,
        duration_s={
            clip_id: get_clip(database, clip_id).probe.clip_duration_s
            for clip_id in (*clips, *references)
        },
    )


def _person(campaign: Campaign, seed: int, number: int, now: datetime) -> _Person:
    rater = simulated_rater(seed, number, now)
    return _Person(
        rater=rater,
        bias=_dice(campaign.campaign_id, rater.name).gauss(0, BIAS_SD),
        asks_details=number % ONE_IN_ASKED_FOR_DETAILS == 0,
    )


def _sit_through(database: Database, stage: _Stage, person: _Person, now: datetime) -> None:
    """All sessions that it takes to show every clip once, in one transaction."""
    with database.write():
        earlier = sessions_of(database, stage.campaign.campaign_id, person.rater.rater_id)
        shown = clips_shown(database, earlier[0]) if earlier else set()
        records: list[_Record] = []
        clock, number = now, len(earlier)
        while stage.clips.keys() - shown:
            number += 1
            session = _session(stage, person, number, clock)
            planned = plan_presentations(database, stage.campaign, session, without=shown)
            shown |= {one.clip_id for one in planned if one.kind is PresentationKind.TEST}
            sitting = list(_sitting(stage, person, session, planned))
            records += sitting
            ended_at = max(one.rated_at for one in sitting if isinstance(one, Rating))
            clock = ended_at + REST_BETWEEN_SESSIONS
        if records:
            took = clock - REST_BETWEEN_SESSIONS - now
            save(database, person.rater)
            add(database, [_earlier(record, took) for record in records])


def _session(stage: _Stage, person: _Person, number: int, started_at: datetime) -> PanelSession:
    names = (stage.campaign.campaign_id, person.rater.name, str(number))
    return PanelSession(
        session_id=_id("session", *names),
        campaign_id=stage.campaign.campaign_id,
        rater_id=person.rater.rater_id,
        round=number,
        seed=_dice(*names).getrandbits(31),
        started_at=started_at,
        asks_details=person.asks_details,
    )


def _sitting(
    stage: _Stage, person: _Person, session: PanelSession, planned: Iterable[Presentation]
) -> Iterator[_Record]:
    """The session with all that was said in it, as if it had begun when it was planned."""
    dice = _dice(session.session_id)
    clock = session.started_at
    for shown in planned:
        duration_s = stage.duration_s[shown.clip_id]
        thinking_s = dice.uniform(*THINKING_S)
        rated_at = clock + timedelta(seconds=duration_s + thinking_s)
        yield replace(
            shown,
            served_at=clock,
            ended_at=clock + timedelta(seconds=duration_s),
            replays=0,
            stalls=0,
            dropped_frames=0,
            watched_s=duration_s,
        )
        overall = _opinion(stage, person, shown, dice)
        yield _rating(shown, Dimension.OVERALL, overall, rated_at)
        if session.asks_details and shown.kind in (PresentationKind.TEST, PresentationKind.REPEAT):
            for dimension in (Dimension.VISUAL_QUALITY, Dimension.MOTION, Dimension.PROMPT_MATCH):
                yield _rating(shown, dimension, overall + dice.gauss(0, DETAIL_SD), rated_at)
        clock = rated_at
    yield replace(session, ended_at=clock)


def _opinion(stage: _Stage, person: _Person, shown: Presentation, dice: Random) -> float:
    known = stage.references.get(shown.clip_id)
    if known is None:
        run = stage.clips[shown.clip_id]
        return hidden_quality(run) + person.bias + dice.gauss(0, NOISE_SD)
    if shown.kind is PresentationKind.TRAP:
        return known.expected_score
    near = known.expected_score + person.bias + dice.gauss(0, NOISE_SD / 2)
    return min(known.expected_score + 1, max(known.expected_score - 1, near))


def _rating(
    shown: Presentation, dimension: Dimension, opinion: float, rated_at: datetime
) -> Rating:
    # The name of an overall rating's id has no dimension: earlier sandboxes have such rows.
    names = () if dimension is Dimension.OVERALL else (dimension.value,)
    return Rating(
        rating_id=_id("rating", shown.presentation_id, *names),
        presentation_id=shown.presentation_id,
        dimension=dimension,
        score=min(5, max(1, round(opinion))),
        rated_at=rated_at,
    )


def _earlier(record: _Record, by: timedelta) -> _Record:
    if isinstance(record, PanelSession):
        ended_at = record.ended_at and record.ended_at - by
        return replace(record, started_at=record.started_at - by, ended_at=ended_at)
    if isinstance(record, Rating):
        return replace(record, rated_at=record.rated_at - by)
    return replace(
        record,
        served_at=record.served_at and record.served_at - by,
        ended_at=record.ended_at and record.ended_at - by,
    )


def _dice(*parts: str) -> Random:
    return Random("/".join(parts))  # noqa: S311 repeatable, not secret


def _id(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(parts)))
