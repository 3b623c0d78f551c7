"""What a player is told: addresses and a position, nothing that names a condition."""

from dataclasses import replace
from datetime import datetime, timedelta

from videogen.clips import ClipTokens
from videogen.domain.rating import Dimension, PanelSession, Presentation, PresentationKind
from videogen.panel.standing import Standing, rest_due, serve, standing_of
from videogen.panel.votes import Saved, Vote, save_vote, undo_last
from videogen.rating.sitting import Rest, RestKind
from videogen.store import Database, get_session, prompt_of_clip

PRESENTATION = "presentation"
TOKEN_LIFETIME = timedelta(hours=12)  # a player may stay open over lunch
# What training, gold and trap clips were asked for would tell that they are such.
WITH_PROMPT = (PresentationKind.TEST, PresentationKind.REPEAT)


def playlist(
    database: Database, tokens: ClipTokens, session_id: str, now: datetime
) -> dict[str, object]:
    """`{"next", "after", "n_rated", "total", "done", "rest"}`; an entry is None where none is.

    While a stop is in force both entries are None and `done` is False.
    """
    session = get_session(database, session_id)
    return _told_of(database, tokens, session, standing_of(database, session_id), now)


def answer_vote(
    database: Database, tokens: ClipTokens, vote: Vote, now: datetime
) -> dict[str, object]:
    """Save one opinion and go on: `{"saved", "prompt"}` and the playlist, in one transaction.

    Raises: what `save_vote` raises; then nothing is stored.
    """
    with database.write():
        saved = save_vote(database, vote, now)
        return {
            "saved": saved.rating.rating_id,
            "prompt": _prompt_shown(database, saved),
            **_told_of(database, tokens, saved.session, saved.standing, now),
        }


def answer_undo(
    database: Database,
    tokens: ClipTokens,
    session_id: str,
    now: datetime,
    *,
    n_rated: int | None,
) -> dict[str, object]:
    """Take the last rated presentation back: `{"undone": its id or None}` and the playlist."""
    with database.write():
        shown = undo_last(database, session_id, now, n_rated=n_rated)
        return {
            "undone": shown.presentation_id if shown else None,
            **playlist(database, tokens, session_id, now),
        }


def _told_of(
    database: Database,
    tokens: ClipTokens,
    session: PanelSession,
    standing: Standing,
    now: datetime,
) -> dict[str, object]:
    turn = standing.turn()
    rest = rest_due(database, session, now) if turn.current else None
    if rest is not None and rest.kind is RestKind.STOP:
        shown = replace(turn, current=None, after=None)
    else:
        shown = serve(database, turn, now)
    return {
        "next": _entry(shown.current, tokens, now),
        "after": _entry(shown.after, tokens, now),
        "n_rated": turn.n_rated,
        "total": turn.total,
        "done": turn.current is None,
        "rest": None if rest is None else _told(rest),
    }


def clip_token(tokens: ClipTokens, shown: Presentation, now: datetime) -> str:
    """Whole hours keep the address equal between answers: what was preloaded is reused."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return tokens.make(PRESENTATION, shown.presentation_id, hour + TOKEN_LIFETIME)


def _entry(
    shown: Presentation | None, tokens: ClipTokens, now: datetime
) -> dict[str, object] | None:
    if shown is None:
        return None
    return {
        "presentation_id": shown.presentation_id,
        "clip": clip_token(tokens, shown, now),
        "position": shown.position,
        "is_training": shown.kind is PresentationKind.TRAINING,
    }


def _told(rest: Rest) -> dict[str, object]:
    return {
        "kind": rest.kind.value,
        "seated_s": rest.seated_s,
        "until": rest.until.isoformat() if rest.until else None,
    }


def _prompt_shown(database: Database, saved: Saved) -> dict[str, object] | None:
    """Never before the overall opinion: it would leak how well the prompt is met into it."""
    if saved.rating.dimension is not Dimension.OVERALL or not saved.session.asks_details:
        return None
    shown = saved.standing.find(saved.rating.presentation_id)
    if shown is None or shown.kind not in WITH_PROMPT:
        return None
    prompt = prompt_of_clip(database, shown.clip_id)
    return None if prompt is None else {"text": prompt.text, "gloss_th": prompt.gloss_th}
