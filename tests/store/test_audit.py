"""The audit log: what belongs into it, in which order, and how it is paged."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.store.records import minutes
from videogen.domain.event import Event
from videogen.store import Database, audit_events, save


def event(kind: str, at: float = 0, **data: Any) -> Event:
    told: Mapping[str, Any] = data
    return Event(event_id=f"{kind}@{at}", at=minutes(at), kind=kind, subject_id="s", data=told)


def kinds_of(found: list[Event]) -> list[str]:
    return [one.kind for one in found]


def test_changes_are_told_newest_first_with_who_before_and_after(database: Database) -> None:
    cap = event("money.cap_changed", 2, who="nok", before="10", after="20")
    save(database, event("thresholds.changed", 1), cap, event("role.changed", 3))

    found = audit_events(database, limit=10)

    assert kinds_of(found) == ["role.changed", "money.cap_changed", "thresholds.changed"]
    assert found[1] == cap


def test_what_machines_do_all_day_is_left_out(database: Database) -> None:
    noise = ("run.queued", "attempt.submitted", "money.reserved", "backend.tripped")
    save(database, *(event(kind, who="x") for kind in noise))
    save(database, event("backend.resumed", 1), event("backend.resumed", 2, who="nok"))

    found = audit_events(database, limit=10)
    asked_for = audit_events(database, kinds=("run.queued", "money.reserved"), limit=10)

    assert [(one.kind, one.data["who"]) for one in found] == [("backend.resumed", "nok")]
    assert asked_for == []


def test_a_room_or_a_whole_kind_narrows_it(database: Database) -> None:
    save(database, event("token.issued", 1), event("token.revoked", 2), event("price.added", 3))

    by_room = audit_events(database, kinds={"token"}, limit=10)
    by_kind = audit_events(database, kinds={"token.issued", "price"}, limit=10)

    assert kinds_of(by_room) == ["token.revoked", "token.issued"]
    assert kinds_of(by_kind) == ["price.added", "token.issued"]


@pytest.mark.parametrize("n_per_page", [1, 2])
def test_pages_show_every_change_once_even_of_one_moment(
    database: Database, n_per_page: int
) -> None:
    for n in range(3):
        save(database, event(f"suite.added{n}", 1))
    save(database, event("suite.replaced", 2))
    whole = kinds_of(audit_events(database, limit=9))

    paged: list[Event] = []
    while page := audit_events(
        database, limit=n_per_page, before=paged[-1].event_id if paged else None
    ):
        paged += page

    assert kinds_of(paged) == whole
    assert whole == ["suite.replaced", "suite.added2", "suite.added1", "suite.added0"]
