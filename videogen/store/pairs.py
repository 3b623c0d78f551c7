"""Pair rounds: which two clips stood side by side, and which of them was preferred."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from videogen.domain.event import Event
from videogen.domain.rating import Pair, PairChoice, PairRound, PairVote, RaterKind
from videogen.domain.run import Origin
from videogen.errors import NotFoundError
from videogen.store.database import Database
from videogen.store.saving import put

PAIR_ROUNDS = """
    SELECT * FROM pair_round WHERE campaign_id = $campaign_id ORDER BY started_at, pair_round_id
"""


def pair_rounds(database: Database, campaign_id: str) -> list[PairRound]:
    """Oldest first."""
    return database.rows(PairRound, PAIR_ROUNDS, campaign_id=campaign_id)


PAIR_ROUND_BY_ID = "SELECT * FROM pair_round WHERE pair_round_id = $pair_round_id"


def get_pair_round(database: Database, pair_round_id: str) -> PairRound:
    """Raises: NotFoundError."""
    found = database.rows(PairRound, PAIR_ROUND_BY_ID, pair_round_id=pair_round_id)
    if not found:
        raise NotFoundError(field="pair_round_id", value=pair_round_id)
    return found[0]


PAIRS = "SELECT * FROM pair WHERE pair_round_id = $pair_round_id ORDER BY position"


def pairs_of(database: Database, pair_round_id: str) -> list[Pair]:
    """By position."""
    return database.rows(Pair, PAIRS, pair_round_id=pair_round_id)


PAIR_BY_ID = "SELECT * FROM pair WHERE pair_id = $pair_id"


def get_pair(database: Database, pair_id: str) -> Pair:
    """Raises: NotFoundError."""
    found = database.rows(Pair, PAIR_BY_ID, pair_id=pair_id)
    if not found:
        raise NotFoundError(field="pair_id", value=pair_id)
    return found[0]


# rowid settles equal times: the table only ever grows.
VOTES_OF_ROUND = """
    SELECT pair_vote.* FROM pair_vote JOIN pair USING (pair_id)
    WHERE pair_round_id = $pair_round_id
      AND vote_id NOT IN (SELECT vote_id FROM pair_vote_withdrawal)
    QUALIFY row_number() OVER (
        PARTITION BY pair_id ORDER BY voted_at DESC, pair_vote.rowid DESC
    ) = 1
    ORDER BY voted_at, pair_vote.rowid
"""


def pair_votes_of(database: Database, pair_round_id: str) -> list[PairVote]:
    """The newest per pair that was not taken back, in the order given."""
    return database.rows(PairVote, VOTES_OF_ROUND, pair_round_id=pair_round_id)


VOTE_BY_ID = "SELECT * FROM pair_vote WHERE vote_id = $vote_id"


def find_pair_vote(database: Database, vote_id: str) -> PairVote | None:
    """Also one that was taken back."""
    found = database.rows(PairVote, VOTE_BY_ID, vote_id=vote_id)
    return found[0] if found else None


WITHDRAW_VOTE = """
    INSERT INTO pair_vote_withdrawal (vote_id, withdrawn_at) VALUES ($vote_id, $withdrawn_at)
    ON CONFLICT (vote_id) DO NOTHING
"""


def withdraw_pair_vote(database: Database, vote_id: str, now: datetime) -> None:
    """Undo a vote: it stays stored and no longer counts.

    Raises: NotFoundError.
    """
    with database.write():
        if find_pair_vote(database, vote_id) is None:
            raise NotFoundError(field="vote_id", value=vote_id)
        database.execute(WITHDRAW_VOTE, vote_id=vote_id, withdrawn_at=now)
        event_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"pair_vote.withdrawn:{vote_id}"))
        put(
            database,
            Event(event_id=event_id, at=now, kind="pair_vote.withdrawn", subject_id=vote_id),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VotedPair:
    """One vote that counts, with what stood on either side."""

    vote_id: str
    pair_id: str
    pair_round_id: str
    rater_id: str
    rater_name: str
    rater_kind: RaterKind
    prompt_id: str
    left_clip_id: str
    right_clip_id: str
    left_condition_id: str
    right_condition_id: str
    choice: PairChoice
    is_repeat: bool
    origin: Origin | None
    voted_at: datetime


VOTED_PAIRS = """
    SELECT vote_id, pair_id, pair.pair_round_id, rater.rater_id, rater.name AS rater_name,
           rater.kind AS rater_kind, left_run.prompt_id, pair.left_clip_id, pair.right_clip_id,
           left_run.condition_id AS left_condition_id,
           right_run.condition_id AS right_condition_id,
           choice, pair.is_repeat, left_run.origin, voted_at
    FROM pair_vote
    JOIN pair USING (pair_id)
    JOIN rater USING (rater_id)
    JOIN clip AS left_clip ON left_clip.clip_id = pair.left_clip_id
    JOIN clip AS right_clip ON right_clip.clip_id = pair.right_clip_id
    JOIN run AS left_run ON left_run.run_id = left_clip.run_id
    JOIN run AS right_run ON right_run.run_id = right_clip.run_id
    WHERE pair_vote.campaign_id = $campaign_id
      AND NOT left_run.is_degraded AND NOT right_run.is_degraded
      AND left_run.origin = right_run.origin
      AND vote_id NOT IN (SELECT vote_id FROM pair_vote_withdrawal)
    QUALIFY row_number() OVER (
        PARTITION BY pair_id ORDER BY voted_at DESC, pair_vote.rowid DESC
    ) = 1
    ORDER BY voted_at, pair_vote.rowid
"""


def voted_pairs(database: Database, campaign_id: str) -> list[VotedPair]:
    """Every vote of a campaign that was not taken back, oldest first; no degraded clip's."""
    return database.rows(VotedPair, VOTED_PAIRS, campaign_id=campaign_id)
