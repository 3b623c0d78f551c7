"""What the pair player is told: two addresses and a position, nothing that names a condition."""

from datetime import datetime

from videogen.clips import ClipTokens
from videogen.domain.rating import Pair
from videogen.panel.pairs import PairBallot, next_pairs, undo_last_vote, vote
from videogen.panel.playlist import TOKEN_LIFETIME
from videogen.store import Database

LEFT_OF_PAIR, RIGHT_OF_PAIR = "pair-left", "pair-right"


def pair_playlist(
    database: Database, tokens: ClipTokens, pair_round_id: str, now: datetime
) -> dict[str, object]:
    """`{"next", "after", "n_voted", "total", "done"}`; an entry is None when there is none."""
    turn = next_pairs(database, pair_round_id, now)
    return {
        "next": _entry(turn.current, tokens, now),
        "after": _entry(turn.after, tokens, now),
        "n_voted": turn.n_voted,
        "total": turn.total,
        "done": turn.current is None,
    }


def answer_ballot(
    database: Database, tokens: ClipTokens, ballot: PairBallot, now: datetime
) -> dict[str, object]:
    """Save one vote and go on: `{"saved"}` and the playlist, in one transaction.

    Raises: what `vote` raises; then nothing is stored.
    """
    with database.write():
        given = vote(database, ballot, now)
        return {
            "saved": given.vote_id,
            **pair_playlist(database, tokens, ballot.pair_round_id, now),
        }


def answer_pair_undo(
    database: Database,
    tokens: ClipTokens,
    pair_round_id: str,
    now: datetime,
    *,
    n_voted: int | None,
) -> dict[str, object]:
    """Take the last vote back: `{"undone": the pair's id or None}` and the playlist."""
    with database.write():
        pair = undo_last_vote(database, pair_round_id, now, n_voted=n_voted)
        return {
            "undone": pair.pair_id if pair else None,
            **pair_playlist(database, tokens, pair_round_id, now),
        }


def _entry(pair: Pair | None, tokens: ClipTokens, now: datetime) -> dict[str, object] | None:
    if pair is None:
        return None
    # Whole hours keep the address equal between answers, so that what was preloaded is reused.
    until = now.replace(minute=0, second=0, microsecond=0) + TOKEN_LIFETIME
    return {
        "pair_id": pair.pair_id,
        "left": tokens.make(LEFT_OF_PAIR, pair.pair_id, until),
        "right": tokens.make(RIGHT_OF_PAIR, pair.pair_id, until),
        "position": pair.position,
    }
