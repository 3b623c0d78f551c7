"""A campaign's ratings, page by page or as one file."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import StreamingResponse

from videogen import store
from videogen.bootstrap import Application
from videogen.domain.access import Permission
from videogen.errors import InvalidInputError
from videogen.panel.rating_export import rating_page, unnamed
from videogen.panel.ratings_file import COLUMNS, Row, csv_head, csv_lines, json_row
from videogen.web.api import reading_examples as examples
from videogen.web.api.asked import Asked, Asks
from videogen.web.api.documented import answered, page_schema
from videogen.web.api.door import router as door_router
from videogen.web.api.examples import page as page_example
from videogen.web.api.paging import USUAL_LIMIT, After, Limit
from videogen.web.blindness import see_campaign

router = door_router("results")

ROWS_AT_ONCE = 1000
MOST_DIGITS = 18  # of a row's number
SCHEMA_OF = {
    "text": {"type": ["string", "null"]},
    "whole": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "money": {"type": ["number", "null"]},
    "time": {"type": ["string", "null"], "format": "date-time"},
}
RATING = {
    "type": "object",
    "properties": {name: SCHEMA_OF[kind] for name, kind in COLUMNS.items()},
    "required": list(COLUMNS),
}
ANSWER = answered(page_schema(RATING), page_example(examples.RATING), "Oldest first")
ANSWER["content"]["text/csv"] = {"schema": {"type": "string"}, "example": examples.RATINGS_CSV}

CampaignId = Annotated[str, Path(max_length=100)]


class RatingsForm(StrEnum):
    JSON = "json"
    CSV = "csv"


@router.get(
    "/campaigns/{campaign_id}/ratings", operation_id="list_ratings", responses={200: ANSWER}
)
def list_ratings(
    asked: Asks,
    campaign_id: CampaignId,
    form: Annotated[RatingsForm, Query(alias="format")] = RatingsForm.JSON,
    limit: Limit = USUAL_LIMIT,
    after: After = None,
) -> Any:
    """Every opinion that counts: JSON by pages, or CSV as one file whatever its length.

    Raters have numbers in place of names for whoever may not know them.
    """
    see_campaign(asked.application, asked.person, campaign_id)
    names = _names(asked, campaign_id)
    if form is RatingsForm.CSV:
        first = _rows(asked.application, campaign_id, names, after=None, limit=ROWS_AT_ONCE)
        lines = _csv(asked.application, campaign_id, names, first)
        named = f'attachment; filename="ratings-{campaign_id[:8]}.csv"'
        headers = {"Content-Disposition": named} if campaign_id[:8].isalnum() else {}
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)
    rows = _rows(asked.application, campaign_id, names, after=_number(after), limit=limit + 1)
    shown = rows[:limit]
    following = str(shown[-1][0]) if len(rows) > limit else None
    return {"items": [json_row(row) for _, row in shown], "next": following}


def _names(asked: Asked, campaign_id: str) -> Mapping[str, str] | None:
    """What stands in place of each name; None: the names themselves."""
    if asked.may(Permission.SEE_RATERS):
        return None
    numbers = store.rater_numbers(asked.application.database, campaign_id)
    return {name: f"R{number}" for name, number in numbers.items()}


def _rows(
    application: Application,
    campaign_id: str,
    names: Mapping[str, str] | None,
    *,
    after: int | None,
    limit: int,
) -> list[tuple[int, Row]]:
    with application.database.snapshot():
        found = rating_page(application.database, campaign_id, after=after, limit=limit)
    if names is None:
        return found
    return [(number, unnamed(number, row, names)) for number, row in found]


def _csv(
    application: Application,
    campaign_id: str,
    names: Mapping[str, str] | None,
    rows: list[tuple[int, Row]],
) -> Iterator[bytes]:
    """From the first rows on, a part at a time; each is read by whichever thread is free."""
    yield csv_head()
    while rows:
        yield csv_lines(row for _, row in rows)
        after = rows[-1][0]
        rows = _rows(application, campaign_id, names, after=after, limit=ROWS_AT_ONCE)


def _number(after: str | None) -> int | None:
    if after is None:
        return None
    if not (after.isascii() and after.isdecimal() and len(after) <= MOST_DIGITS):
        raise InvalidInputError("api_after", field="after", value=after)
    return int(after)
