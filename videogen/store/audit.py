"""The audit log: who changed money, thresholds, roles, decisions and the like, newest first."""

from collections.abc import Collection

from videogen.domain.event import Event
from videogen.store.database import Database

# A room is what stands before the dot of a kind. What machines do all day is no change by anybody.
AUDITED_ROOMS = (
    "backup",
    "campaign",
    "data",
    "decision",
    "money",
    "person",
    "price",
    "ratings",
    "reference",
    "role",
    "server",
    "suite",
    "thresholds",
    "token",
    "workflow",
)
AUDITED_KINDS = ("backend.paused", "backend.resumed", "clip.removed", "run.resolved")
NOT_AUDITED = ("money.reserved", "money.settled", "money.released")

# A breaker that closes by itself has no `who`, a pause that a person lifts has.
AUDIT_EVENTS = """
    WITH audited AS (
        SELECT rowid AS place, * FROM event
        WHERE (list_contains(from_json($rooms, '["VARCHAR"]'), split_part(kind, '.', 1))
               OR list_contains(from_json($kinds, '["VARCHAR"]'), kind))
          AND NOT list_contains(from_json($left_out, '["VARCHAR"]'), kind)
          AND (kind <> 'backend.resumed' OR data ->> 'who' IS NOT NULL)
          AND ($wanted IS NULL
               OR list_contains(from_json($wanted, '["VARCHAR"]'), split_part(kind, '.', 1))
               OR list_contains(from_json($wanted, '["VARCHAR"]'), kind))
    )
    SELECT event_id, "at", kind, subject_id, data FROM audited
    WHERE $before IS NULL
       OR ("at", place) < (SELECT ("at", place) FROM audited WHERE event_id = $before)
    ORDER BY "at" DESC, place DESC LIMIT $limit
"""


def audit_events(
    database: Database,
    *,
    kinds: Collection[str] | None = None,
    limit: int,
    before: str | None = None,
) -> list[Event]:
    """Newest first; `data` holds who, and where a value changed `before` and `after`.

    `kinds` are whole kinds such as "money.stopped" or rooms such as "money"; None: all that is
    audited, and nothing else is ever shown. `before` is the event_id that the page before ended
    with.
    """
    return database.rows(
        Event,
        AUDIT_EVENTS,
        rooms=AUDITED_ROOMS,
        kinds=AUDITED_KINDS,
        left_out=NOT_AUDITED,
        wanted=None if kinds is None else sorted(kinds),
        limit=limit,
        before=before,
    )
