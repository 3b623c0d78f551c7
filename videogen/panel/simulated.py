"""Raters by dice for the sandbox: real sessions, presentations and ratings of kind `simulated`."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from random import Random
from uuid import NAMESPACE_URL, uuid5

from videogen.domain.campaign import Campaign
from videogen.domain.rating import Dimension, PanelSession, Presentation, Rater, RaterKind, Rating
from videogen.domain.run import Origin, Run
from videogen.errors import InvalidInputError
from videogen.panel.sessions import clips_to_rate, plan_presentations
from videogen.store import Database, campaign_runs, get_campaign, save

# Invented, so that a sandbox panel disagrees as people do; never a measurement.
CONDITION_MEANS = {"animatediff": 3.1, "wan-1.3b": 4.1, "wan-14b": 4.6, "veo": 4.7}
OTHER_MEAN = 3.8
PROMPT_SD = 0.5
BIAS_SD = 0.25
NOISE_SD = 0.6


def simulate_raters(
    database: Database, campaign_id: str, n_raters: int, seed: int, now: datetime
) -> list[Rater]:
    """Let `n_raters` invented people rate every clip; the same seed again adds nothing.

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
    raters = [simulated_rater(seed, number, now) for number in range(1, n_raters + 1)]
    for rater in raters:
        save(database, rater, *_sittings(database, campaign, rater, clips, now))
    return raters


def simulated_rater(seed: int, number: int, now: datetime) -> Rater:
    name = f"Simulated {seed}-{number}"
    return Rater(rater_id=_id("rater", name), name=name, kind=RaterKind.SIMULATED, created_at=now)


def _sittings(
    database: Database, campaign: Campaign, rater: Rater, clips: Mapping[str, Run], now: datetime
) -> Iterator[PanelSession | Presentation | Rating]:
    """As many sessions as it takes to show every clip once."""
    dice = Random(f"{campaign.campaign_id}/{rater.name}")  # noqa: S311 repeatable, not secret
    bias = dice.gauss(0, BIAS_SD)
    shown: set[str] = set()
    n_sessions = 0
    while len(shown) < len(clips):
        n_sessions += 1
        session = PanelSession(
            session_id=_id("session", campaign.campaign_id, rater.name, str(n_sessions)),
            campaign_id=campaign.campaign_id,
            rater_id=rater.rater_id,
            round=n_sessions,
            seed=dice.getrandbits(31),
            started_at=now,
            ended_at=now,
        )
        yield session
        for planned in plan_presentations(database, campaign, session, without=shown):
            shown.add(planned.clip_id)
            yield replace(planned, served_at=now, ended_at=now, replays=0, stalls=0)
            opinion = hidden_quality(clips[planned.clip_id]) + bias + dice.gauss(0, NOISE_SD)
            yield Rating(
                rating_id=_id("rating", planned.presentation_id),
                presentation_id=planned.presentation_id,
                dimension=Dimension.OVERALL,
                score=min(5, max(1, round(opinion))),
                rated_at=now,
            )


def hidden_quality(run: Run) -> float:
    """A clip's hidden quality: its condition's mean, moved by how hard the prompt is."""
    name = run.condition_id
    fits = [prefix for prefix in CONDITION_MEANS if name.startswith(prefix)]
    mean = CONDITION_MEANS[max(fits, key=len)] if fits else OTHER_MEAN
    return mean + Random(run.prompt_id).gauss(0, PROMPT_SD)  # noqa: S311


def _id(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(parts)))
