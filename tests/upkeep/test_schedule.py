"""Backups come by the clock: a late one after the start, a failed one again, none at shutdown."""

import threading
from datetime import UTC, datetime, timedelta

from videogen.upkeep import Schedule

DAY = timedelta(days=1)


def test_the_next_is_a_day_after_the_last() -> None:
    last = datetime.now(UTC) - timedelta(hours=1)

    assert Schedule(every=DAY, last_at=lambda: last, make=list).next_at == last + DAY


def test_one_that_is_overdue_waits_until_the_start_has_settled() -> None:
    before = datetime.now(UTC)
    schedule = Schedule(every=DAY, last_at=lambda: None, make=list, settle=timedelta(minutes=2))

    assert before + timedelta(minutes=2) <= schedule.next_at


def test_a_backup_of_the_future_delays_none() -> None:
    schedule = Schedule(every=DAY, last_at=lambda: datetime.now(UTC) + 300 * DAY, make=list)

    assert schedule.next_at < datetime.now(UTC) + DAY


def test_an_overdue_one_is_made_and_a_failure_is_tried_again_later() -> None:
    tried = threading.Event()

    def fail() -> None:
        tried.set()
        raise OSError(28, "No space left on device")

    schedule = Schedule(every=DAY, last_at=lambda: None, make=fail, settle=timedelta(0))
    schedule.start()
    assert tried.wait(10)
    schedule.stop()

    assert schedule.next_at > datetime.now(UTC) + timedelta(minutes=50)


def test_it_stops_while_it_waits() -> None:
    schedule = Schedule(every=DAY, last_at=lambda: None, make=list)
    schedule.start()

    schedule.stop()

    assert schedule.is_stopping()
