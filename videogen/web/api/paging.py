"""Pages of a list: where the next begins is told by the last row, so that none is shown twice."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Query

from videogen.domain.plain_json import plain
from videogen.errors import InvalidInputError

MAX_LIMIT = 200
USUAL_LIMIT = 100

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many at most")]
After = Annotated[
    str | None, Query(max_length=200, description="`next` of the page before: it goes on there")
]


def page(found: Sequence[Any], limit: int, cursor: Callable[[Any], str]) -> dict[str, Any]:
    """Args: found: one more than `limit` where there are more. cursor: of a row."""
    shown = found[:limit]
    return {
        "items": [plain(one) for one in shown],
        "next": cursor(shown[-1]) if len(found) > limit else None,
    }


def page_of(
    every: Sequence[Any], limit: int, after: str | None, cursor: Callable[[Any], str]
) -> dict[str, Any]:
    """Of a list that is short enough to be read whole.

    Raises: InvalidInputError: no row has this cursor.
    """
    if after is None:
        return page(every, limit, cursor)
    for place, one in enumerate(every):
        if cursor(one) == after:
            return page(every[place + 1 : place + limit + 2], limit, cursor)
    raise InvalidInputError("api_after", field="after", value=after)
