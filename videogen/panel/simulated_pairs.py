"""Pair votes by dice for the sandbox, of the same invented people who rate there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from videogen.domain.campaign import Campaign
from videogen.domain.rating import Pair, PairChoice, PairRound, PairVote, Rater
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError
from videogen.panel.pairs import clips_to_compare, plan_round
from videogen.panel.simulated import hidden_quality, simulated_rater
from videogen.store import Database, add, campaign_runs, get_campaign, pair_rounds, save

# Invented, as are the opinions that `simulated` rolls.
TASTE_SD = 0.55
MOOD_SD = 0.25
INDIFFERENCE = 0.2  # a smaller difference on the scale of 1 to 5 is called none
PAIR_TIME = timedelta(seconds=9)  # from one vote to the next


def simulate_pair_votes(
    database: Database, campaign_id: str, n_raters: int, seed: int, now: datetime
) -> list[Rater]:
    """Let the first `n_raters` of this seed compare the campaign's first two conditions.

    Candidates come first among its conditions. The same seed again adds nothing; nor does a
    campaign of which fewer than two conditions have clips of one prompt.
    Raises: InvalidInputError: the campaign has live runs.
    """
    campaign = get_campaign(database, campaign_id)
    if any(run.origin is Origin.LIVE for run in campaign_runs(database, campaign_id)):
        raise InvalidInputError("simulated_for_live", field="campaign", value=campaign.name)
    quality = {
        clip_id: hidden_quality(run)
        for clip_id, run in clips_to_compare(database, campaign).items()
    }
    raters = [simulated_rater(seed, number, now) for number in range(1, n_raters + 1)]
    for rater in raters:
        pair_round = _round(campaign, rater, now)
        with database.write():
            held = {one.pair_round_id for one in pair_rounds(database, campaign_id)}
            pairs = plan_round(database, campaign, pair_round)
            if pairs and pair_round.pair_round_id not in held:
                save(database, rater)
                add(database, list(_sitting(pair_round, pairs, quality)))
    return raters


def _round(campaign: Campaign, rater: Rater, now: datetime) -> PairRound:
    return PairRound(
        pair_round_id=_id("pair_round", campaign.campaign_id, rater.name),
        campaign_id=campaign.campaign_id,
        rater_id=rater.rater_id,
        condition_ids=campaign.condition_ids[:2],
        seed=_dice(campaign.campaign_id, rater.name).getrandbits(31),
        started_at=now,
    )


def _sitting(
    pair_round: PairRound, pairs: Sequence[Pair], quality: Mapping[str, float]
) -> Iterator[PairRound | Pair | PairVote]:
    """The round with its votes, the last of them given when it was planned."""
    dice = _dice(pair_round.pair_round_id)
    ended_at = pair_round.started_at
    started_at = ended_at - PAIR_TIME * len(pairs)
    yield replace(pair_round, started_at=started_at, ended_at=ended_at)
    for number, pair in enumerate(pairs, start=1):
        voted_at = started_at + PAIR_TIME * number
        yield replace(pair, served_at=voted_at - PAIR_TIME, ended_at=voted_at)
        yield PairVote(
            vote_id=_id("pair_vote", pair.pair_id),
            campaign_id=pair_round.campaign_id,
            rater_id=pair_round.rater_id,
            left_clip_id=pair.left_clip_id,
            right_clip_id=pair.right_clip_id,
            choice=_choice(
                _liking(pair_round, pair.left_clip_id, quality)
                - _liking(pair_round, pair.right_clip_id, quality),
                dice,
            ),
            is_repeat=pair.is_repeat,
            voted_at=voted_at,
            pair_id=pair.pair_id,
        )


def _liking(pair_round: PairRound, clip_id: str, quality: Mapping[str, float]) -> float:
    """Quality and taste; a person keeps the taste from one showing to the next."""
    return quality[clip_id] + _dice(pair_round.pair_round_id, clip_id).gauss(0, TASTE_SD)


def _choice(difference: float, dice: Random) -> PairChoice:
    felt = difference + dice.gauss(0, MOOD_SD)
    if abs(felt) < INDIFFERENCE:
        return PairChoice.TIE
    return PairChoice.LEFT if felt > 0 else PairChoice.RIGHT


def _dice(*names: str) -> Random:
    return Random("/".join(("pairs", *names)))  # noqa: S311 repeatable, not secret


def _id(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(parts)))
