"""A rater's round of pairs: which two clips stand side by side, and which one was preferred."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from videogen.domain.campaign import Campaign
from videogen.domain.event import Event
from videogen.domain.rating import Pair, PairChoice, PairRound, PairVote
from videogen.domain.run import Run
from videogen.errors import AlreadyRatedError, InvalidInputError
from videogen.panel.names import human_rater
from videogen.panel.sessions import clips_to_rate, origin_of
from videogen.rating.pair_plan import MAX_CONDITIONS, MIN_CONDITIONS, ComparedClip, plan_pairs
from videogen.store import (
    Database,
    find_pair_vote,
    find_rater,
    get_campaign,
    get_pair,
    get_pair_round,
    pair_rounds,
    pair_votes_of,
    pairs_of,
    save,
    withdraw_pair_vote,
)

# Each change below is one `write()` block from its first look to its last row: two tabs of one
# rater open one round, and a vote cannot race an undo.


class AlreadyVotedError(AlreadyRatedError):
    """A vote on this pair stands, given under another key: by another tab, mostly."""

    code = "already_voted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTurn:
    """Where a round stands; `current` is None when every pair has its vote."""

    current: Pair | None
    after: Pair | None  # to be loaded while the current one plays
    n_voted: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PairBallot:
    """What a player sends; `vote_id` is its idempotency key."""

    pair_round_id: str
    vote_id: str
    pair_id: str
    choice: PairChoice
    played_to_end: bool  # both clips
    replays: int | None = None
    stalls: int | None = None
    dropped_frames: int | None = None  # of both together


def start_pairs(
    database: Database,
    campaign_id: str,
    rater_name: str,
    condition_ids: Sequence[str],
    *,
    seed: int | None = None,
    now: datetime,
) -> PairRound:
    """Open a round, or go on with the one that this rater left open, whatever it compares.

    Raises: InvalidInputError: no name, not two to four conditions of the campaign, or no pair that
        this rater has not been asked.
    """
    campaign = get_campaign(database, campaign_id)
    with database.write():
        rater = human_rater(database, rater_name, now)
        known = open_round(database, campaign_id, rater.name)
        if known is not None:
            return known
        pair_round = PairRound(
            pair_round_id=str(uuid4()),
            campaign_id=campaign_id,
            rater_id=rater.rater_id,
            condition_ids=_checked_conditions(campaign, condition_ids),
            seed=secrets.randbits(31) if seed is None else seed,
            started_at=now,
        )
        pairs = plan_round(database, campaign, pair_round)
        if not pairs:
            raise InvalidInputError("nothing_to_compare", field="campaign", value=campaign.name)
        save(database, rater, pair_round, *pairs)
        return pair_round


def leave_pairs(database: Database, pair_round_id: str, now: datetime) -> PairRound:
    """End a round before its last pair; its votes count, and what is left may be asked again.

    Raises: NotFoundError.
    """
    with database.write():
        pair_round = get_pair_round(database, pair_round_id)
        if pair_round.ended_at is None:
            pair_round = replace(pair_round, ended_at=now)
            save(database, pair_round)
        return pair_round


def count_pairs(
    database: Database, campaign: Campaign, rater_name: str, condition_ids: Sequence[str]
) -> int:
    """How many pairs a round of these conditions would ask of this rater."""
    rater = find_rater(database, rater_name)
    runs = clips_to_compare(database, campaign)
    asked = _asked_before(database, campaign.campaign_id, rater.rater_id if rater else "", runs)
    return len(plan_pairs(_of_conditions(runs, condition_ids), seed=0, without=asked))


def open_round(database: Database, campaign_id: str, rater_name: str) -> PairRound | None:
    """The round that this rater has begun and not finished."""
    rater = find_rater(database, rater_name)
    for begun in pair_rounds(database, campaign_id):
        if rater and begun.rater_id == rater.rater_id and begun.ended_at is None:
            return begun
    return None


def plan_round(database: Database, campaign: Campaign, pair_round: PairRound) -> list[Pair]:
    """The round's pairs in its own order; ids follow from the round's id."""
    runs = clips_to_compare(database, campaign)
    planned = plan_pairs(
        _of_conditions(runs, pair_round.condition_ids),
        pair_round.seed,
        without=_asked_before(database, campaign.campaign_id, pair_round.rater_id, runs),
    )
    return [
        Pair(
            pair_id=str(uuid5(UUID(pair_round.pair_round_id), str(position))),
            pair_round_id=pair_round.pair_round_id,
            position=position,
            left_clip_id=pair.left_clip_id,
            right_clip_id=pair.right_clip_id,
            is_repeat=pair.is_repeat,
        )
        for position, pair in enumerate(planned)
    ]


def clips_to_compare(database: Database, campaign: Campaign) -> Mapping[str, Run]:
    """What is up for rating, of one origin: a sandbox clip never stands beside a real one."""
    runs = clips_to_rate(database, campaign)
    origin = origin_of(runs)
    return {clip_id: run for clip_id, run in runs.items() if run.origin is origin}


def next_pairs(database: Database, pair_round_id: str, now: datetime) -> PairTurn:
    """The first pair without a vote, and the one after it."""
    pairs, voted = _standing(database, pair_round_id)
    waiting = [pair for pair in pairs if pair.pair_id not in voted]
    current = waiting[0] if waiting else None
    if current is not None and current.served_at is None:
        current = replace(current, served_at=now)
        save(database, current)
    return PairTurn(
        current=current,
        after=waiting[1] if len(waiting) > 1 else None,
        n_voted=len(voted),
        total=len(pairs),
    )


def put_off_pair(database: Database, pair_round_id: str, pair_id: str) -> None:
    """Show the current pair, of which a clip could not be loaded, after all the others.

    Said twice, or of another than the current one, it changes nothing. Raises: NotFoundError.
    """
    with database.write():
        pairs, voted = _standing(database, pair_round_id)
        waiting = [pair for pair in pairs if pair.pair_id not in voted]
        if not waiting or waiting[0].pair_id != pair_id:
            return
        places = [pair.position for pair in waiting]
        later = [*waiting[1:], waiting[0]]
        save(
            database,
            *[replace(pair, position=at) for pair, at in zip(later, places, strict=True)],
        )


def vote(database: Database, ballot: PairBallot, now: datetime) -> PairVote:
    """Save one preference; the same `vote_id` again changes nothing.

    Raises: InvalidInputError: not a pair of this round, not shown yet, or not played to the end.
        AlreadyVotedError: another vote on this pair stands. NotFoundError.
    """
    vote_id = _checked_key(ballot.vote_id)
    with database.write():
        pair_round = get_pair_round(database, ballot.pair_round_id)
        pair = get_pair(database, ballot.pair_id)
        _refuse_unwatched(pair, ballot)
        known = find_pair_vote(database, vote_id)
        if known is not None:
            return _same(known, ballot)
        if ballot.pair_id in _standing(database, pair_round.pair_round_id)[1]:
            raise AlreadyVotedError(field="pair_id", value=ballot.pair_id)
        given = PairVote(
            vote_id=vote_id,
            campaign_id=pair_round.campaign_id,
            rater_id=pair_round.rater_id,
            left_clip_id=pair.left_clip_id,
            right_clip_id=pair.right_clip_id,
            choice=ballot.choice,
            is_repeat=pair.is_repeat,
            voted_at=now,
            pair_id=pair.pair_id,
        )
        save(database, replace(pair, ended_at=pair.ended_at or now), given, _event(ballot, now))
        _close_when_done(database, pair_round, now)
    return given


def undo_last_vote(
    database: Database, pair_round_id: str, now: datetime, *, n_voted: int | None = None
) -> Pair | None:
    """Take the newest vote back, so that its pair is asked again.

    Args: n_voted: what the asker believes to be voted; when it is not so (the same request came
        twice), nothing is taken back and None returned.
    Raises: InvalidInputError: there is no vote in this round. NotFoundError.
    """
    with database.write():
        pair_round = get_pair_round(database, pair_round_id)
        votes = pair_votes_of(database, pair_round_id)
        if n_voted is not None and n_voted != len(votes):
            return None
        if not votes:
            raise InvalidInputError("no_vote_to_undo", field="pair_round_id", value=pair_round_id)
        position = {pair.pair_id: pair.position for pair in pairs_of(database, pair_round_id)}
        last = max(votes, key=lambda given: (given.voted_at, position[given.pair_id or ""]))
        withdraw_pair_vote(database, last.vote_id, now)
        if pair_round.ended_at is not None:
            save(database, replace(pair_round, ended_at=None))
    return get_pair(database, last.pair_id or "")


def _checked_conditions(campaign: Campaign, condition_ids: Sequence[str]) -> tuple[str, ...]:
    for asked in condition_ids:
        if asked not in campaign.condition_ids:
            raise InvalidInputError("condition_not_in_campaign", field="conditions", value=asked)
    chosen = tuple(one for one in campaign.condition_ids if one in condition_ids)
    if not MIN_CONDITIONS <= len(chosen) <= MAX_CONDITIONS:
        raise InvalidInputError(
            "pair_conditions_number",
            field="conditions",
            value=len(chosen),
            least=MIN_CONDITIONS,
            most=MAX_CONDITIONS,
        )
    return chosen


def _of_conditions(runs: Mapping[str, Run], condition_ids: Collection[str]) -> list[ComparedClip]:
    return [
        ComparedClip(clip_id=clip_id, condition_id=run.condition_id, prompt_id=run.prompt_id)
        for clip_id, run in runs.items()
        if run.condition_id in condition_ids
    ]


def _asked_before(
    database: Database, campaign_id: str, rater_id: str, runs: Mapping[str, Run]
) -> set[tuple[str, frozenset[str]]]:
    """Prompt and conditions of every pair that this rater has voted on in this campaign."""
    voted = [
        (runs.get(given.left_clip_id), runs.get(given.right_clip_id))
        for earlier in pair_rounds(database, campaign_id)
        if earlier.rater_id == rater_id
        for given in pair_votes_of(database, earlier.pair_round_id)
    ]
    return {
        (left.prompt_id, frozenset({left.condition_id, right.condition_id}))
        for left, right in voted
        if left and right
    }


def _refuse_unwatched(pair: Pair, ballot: PairBallot) -> None:
    if pair.pair_round_id != ballot.pair_round_id:
        raise InvalidInputError("pair_of_another_round", field="pair_id", value=pair.pair_id)
    if pair.served_at is None:
        raise InvalidInputError("pair_not_shown", field="pair_id", value=pair.pair_id)
    if not ballot.played_to_end:
        raise InvalidInputError("pair_not_played_to_end", field="played_to_end", value=False)


def _same(known: PairVote, ballot: PairBallot) -> PairVote:
    """The same vote again is fine; another one under its key would be lost without a word."""
    if (known.pair_id, known.choice) != (ballot.pair_id, ballot.choice):
        raise InvalidInputError("vote_key_used", field="vote_id", value=known.vote_id)
    return known


def _standing(database: Database, pair_round_id: str) -> tuple[list[Pair], set[str]]:
    """The pairs in order, and the ids of those with a vote. Raises: NotFoundError."""
    get_pair_round(database, pair_round_id)
    votes = pair_votes_of(database, pair_round_id)
    voted = {given.pair_id for given in votes if given.pair_id is not None}
    return pairs_of(database, pair_round_id), voted


def _checked_key(vote_id: str) -> str:
    try:
        return str(UUID(vote_id))
    except ValueError:
        raise InvalidInputError("vote_id_no_uuid", field="vote_id", value=vote_id) from None


def _event(ballot: PairBallot, now: datetime) -> Event:
    """How the pair was watched: the pair's own row keeps only when it was."""
    return Event(
        event_id=str(uuid5(NAMESPACE_URL, f"pair_vote/{_checked_key(ballot.vote_id)}")),
        at=now,
        kind="pair.voted",
        subject_id=ballot.pair_id,
        data={
            "vote_id": ballot.vote_id,
            "choice": ballot.choice.value,
            "replays": ballot.replays,
            "stalls": ballot.stalls,
            "dropped_frames": ballot.dropped_frames,
        },
    )


def _close_when_done(database: Database, pair_round: PairRound, now: datetime) -> None:
    pairs, voted = _standing(database, pair_round.pair_round_id)
    if pair_round.ended_at is None and len(voted) == len(pairs):
        save(database, replace(pair_round, ended_at=now))
