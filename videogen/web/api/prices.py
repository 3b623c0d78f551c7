"""Dated list prices, as runs are costed with them."""

from typing import Any

from videogen import store
from videogen.domain.money import Price
from videogen.web.api import reading_examples as examples
from videogen.web.api.asked import Asks
from videogen.web.api.documented import answered, page_schema, record_schema
from videogen.web.api.door import router as door_router
from videogen.web.api.examples import page as page_example
from videogen.web.api.paging import USUAL_LIMIT, After, Limit, page_of

router = door_router("money")

PRICE = record_schema(Price)


@router.get(
    "/prices",
    operation_id="list_prices",
    responses={200: answered(page_schema(PRICE), page_example(examples.PRICE), "By subject")},
)
def list_prices(asked: Asks, limit: Limit = USUAL_LIMIT, after: After = None) -> Any:
    """Every dated price, the newest of a subject last."""
    every = store.prices(asked.application.database)
    return page_of(every, limit, after, lambda price: price.price_id)
