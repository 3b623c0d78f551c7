"""Keys of requests and ended sign-ins are kept for as long as they can matter."""

from datetime import timedelta

from tests.store.records import NOON
from videogen.domain.access import EndedSignIn, KeyedRequest
from videogen.store import Database, forget_old_requests, keyed_request, save
from videogen.store.people import has_ended


def test_what_can_matter_no_more_is_forgotten_and_the_rest_stays(database: Database) -> None:
    for name, at in (("old", NOON - timedelta(days=32)), ("new", NOON)):
        key = KeyedRequest(
            owner="ann", key=name, route="create_run", body_sha256="0", answer={}, created_at=at
        )
        ended = EndedSignIn(sign_in_sha256=name, name="ann", ended_at=at)
        save(database, key, ended)

    forget_old_requests(database, NOON - timedelta(days=31))

    kept = [name for name in ("old", "new") if keyed_request(database, "ann", name)]
    assert kept == ["new"]
    assert not has_ended(database, "old")
    assert has_ended(database, "new")
