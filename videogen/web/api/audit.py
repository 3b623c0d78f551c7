"""Who changed money, thresholds, roles, tokens, decisions and the like."""

from typing import Annotated, Any

from fastapi import Query

from videogen import store
from videogen.domain.event import Event
from videogen.errors import InvalidInputError
from videogen.web.api import reading_examples as examples
from videogen.web.api.asked import Asks
from videogen.web.api.documented import answered, page_schema, record_schema
from videogen.web.api.door import router as door_router
from videogen.web.api.examples import page as page_example
from videogen.web.api.paging import USUAL_LIMIT, After, Limit, page

router = door_router("operation")

EVENT = record_schema(Event)


@router.get(
    "/audit",
    operation_id="list_audit",
    responses={200: answered(page_schema(EVENT), page_example(examples.EVENT), "Newest first")},
)
def list_audit(
    asked: Asks,
    kind: Annotated[
        list[Annotated[str, Query(max_length=100)]] | None,
        Query(max_length=20, description='Whole kinds ("money.stopped") or rooms ("money")'),
    ] = None,
    limit: Limit = USUAL_LIMIT,
    after: After = None,
) -> Any:
    """The audit log, newest first."""
    database = asked.application.database
    if after is not None and not store.has_event(database, after):
        raise InvalidInputError("api_after", field="after", value=after)
    found = store.audit_events(database, kinds=kind, limit=limit + 1, before=after)
    return page(found, limit, lambda event: event.event_id)
