"""What the last clips were asked to be, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from videogen.domain.condition import Purpose
from videogen.domain.run import Origin
from videogen.store.database import Database

# A requeue asks for nothing new. What a routed run is for is seen by what it was sent to.
RECENT_NEEDS = """
    WITH picked AS (
        SELECT condition_id, routed_to, prompt_id, needs, inputs, queued_at, run_id FROM run
        WHERE requeued_from IS NULL AND origin = $origin
        ORDER BY queued_at DESC, run_id LIMIT $n
    )
    SELECT coalesce(maker.purpose, condition.purpose) AS purpose,
        prompt_id, prompt.text, prompt.tags, picked.needs, picked.inputs
    FROM picked JOIN condition USING (condition_id) JOIN prompt USING (prompt_id)
        LEFT JOIN condition AS maker ON maker.condition_id = picked.routed_to
    ORDER BY picked.queued_at DESC, picked.run_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededRun:
    """What one run was asked for; `needs` is empty where nobody asked the router."""

    purpose: Purpose
    prompt_id: str
    text: str
    tags: tuple[str, ...]
    needs: Mapping[str, Any]
    inputs: Mapping[str, str]  # slot name -> input_id


def recent_needs(database: Database, n: int, origin: Origin) -> list[NeededRun]:
    return database.rows(NeededRun, RECENT_NEEDS, n=n, origin=origin)
