"""The audit log under System: who changed what, harmless to read and to open elsewhere."""

from decimal import Decimal

from streamlit.testing.v1 import AppTest

from tests.ui.pages import checked, visit, words
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.event import Event
from videogen.runs.context import utc_now
from videogen.ui import security_view

SYSTEM = "9_system.py"
EVIL = "<img src=x onerror=alert(1)>"


def note(application: Application, kind: str, n: int = 0, **data: object) -> None:
    event = Event(event_id=f"{kind}{n}", at=utc_now(), kind=kind, subject_id=EVIL, data={**data})
    store.save(application.database, event)


def log(**query: str) -> AppTest:
    return visit(SYSTEM, tab="security", **query)


def test_a_change_is_told_with_who_before_and_after(application: Application) -> None:
    note(application, "money.cap_changed", who=EVIL, before=str(Decimal(10)), after="20", why="=1")

    page = log()

    said = words(page)
    assert "Cap changed" in said
    assert "10 → 20" in said
    assert EVIL not in said
    assert "&lt;img src=x" in said


def test_older_changes_come_when_asked_for_and_a_room_narrows_the_list(
    application: Application,
) -> None:
    for n in range(security_view.PER_PAGE + 1):
        note(application, "price.added", n, who=f"rater{n:03}")
    note(application, "token.issued", who="nok")
    page = log()
    first = words(page)

    checked(page.button(key="audit_older").click().run())
    both = words(page)
    checked(page.selectbox(key="audit_room").set_value("token").run())

    assert "rater000" not in first
    assert "rater000" in both
    assert "rater050" not in words(page)
    assert "Token made" in words(page)


def test_the_file_for_elsewhere_runs_no_formula(application: Application) -> None:
    note(application, "price.added", who="=HYPERLINK(1)")

    content = store.audit_events(application.database, limit=1)

    assert "'=HYPERLINK(1)" in security_view.as_csv(content).decode("utf-8-sig")
