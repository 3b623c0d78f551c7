"""Server-sent events over a real line: what becomes of runs, as it happens."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.evidence.records import run
from tests.web.api.served import Served, asking, furnish, serving, token_of
from videogen import store
from videogen.domain.access import Role
from videogen.domain.event import Event
from videogen.domain.run import Run, RunStatus
from videogen.web.api.stream import MOST_STREAMS


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir = tmp_path_factory.mktemp("events")
    furnish(data_dir)
    with serving(data_dir) as found:
        yield found


def happened(served: Served, made: Run, kind: str) -> Event:
    event = Event(
        event_id=str(uuid4()), at=datetime.now(UTC), kind=kind, subject_id=made.run_id, data={}
    )
    store.save(served.application.database, made, event)
    return event


def queued(served: Served, campaign_id: str | None = None) -> Run:
    made = run(str(uuid4()), campaign_id=campaign_id, status=RunStatus.QUEUED, origin=None)
    happened(served, made, "run.queued")
    return made


def told(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Each event's name and id with its data."""
    found: dict[str, Any] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "data":
            found |= json.loads(value)
        elif name in {"event", "id"} and value:
            found[name] = value
        elif not line and "event" in found:
            yield found
            found = {}


def test_a_run_is_followed_from_its_first_event_to_its_last(served: Served) -> None:
    made = queued(served)

    with served.of["maker"].stream("GET", f"/runs/{made.run_id}/events") as answer:
        events = told(answer.iter_lines())
        first = next(events)
        happened(served, replace(made, status=RunStatus.RUNNING), "run.running")
        second = next(events)
        happened(served, replace(made, status=RunStatus.SUCCEEDED), "run.succeeded")
        rest = list(events)

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert (first["event"], first["run"]["status"]) == ("run.queued", "queued")
    assert (second["event"], second["run"]["status"]) == ("run.running", "running")
    assert [(one["event"], one["run"]["status"]) for one in rest] == [
        ("run.succeeded", "succeeded")
    ]


def test_who_comes_again_goes_on_after_the_last_event_that_was_seen(served: Served) -> None:
    made = queued(served)
    seen = happened(served, replace(made, status=RunStatus.RUNNING), "run.running")
    last = happened(served, replace(made, status=RunStatus.FAILED), "run.failed")
    path, maker = f"/runs/{made.run_id}/events", served.of["maker"]

    again = maker.get(path, headers={"Last-Event-ID": seen.event_id})
    over = maker.get(path, headers={"Last-Event-ID": last.event_id})
    unknown = maker.get(path, headers={"Last-Event-ID": "nothing"})

    assert [one["id"] for one in told(iter(again.text.splitlines()))] == [last.event_id]
    assert over.status_code == 204  # which tells a browser not to come again
    assert (unknown.status_code, unknown.json()["field"]) == (422, "Last-Event-ID")


def test_all_runs_are_followed_but_those_of_a_campaign_that_one_still_rates(
    served: Served,
) -> None:
    decha = token_of(served.application, Role.OPERATOR, name="Decha")
    with ExitStack() as open_lines:
        lines = []
        for http in (served.of["operator"], open_lines.enter_context(asking(served.url, decha))):
            answer = open_lines.enter_context(http.stream("GET", "/events"))
            lines.append(told(answer.iter_lines()))
        of_campaign = queued(served, "c1")
        single = queued(served)

        to_operator = [next(lines[0])["run_id"] for _ in range(2)]
        to_decha = next(lines[1])["run_id"]

    assert to_operator == [of_campaign.run_id, single.run_id]
    assert to_decha == single.run_id


def test_a_run_of_a_campaign_that_one_still_rates_is_not_followed(served: Served) -> None:
    made = queued(served, "c1")
    decha = token_of(served.application, Role.OPERATOR, name="Decha")
    with asking(served.url, decha) as http:
        answer = http.get(f"/runs/{made.run_id}/events")

    assert (answer.status_code, answer.json()["code"]) == (403, "round_open")


def test_one_person_follows_so_many_streams_and_a_closed_one_makes_room(served: Served) -> None:
    token = token_of(served.application, Role.MAKER, name="many@example.org")
    n_threads = threading.active_count()
    with asking(served.url, token) as http:
        with ExitStack() as opened:
            for _ in range(MOST_STREAMS):
                opened.enter_context(http.stream("GET", "/events"))
            refused = http.get("/events")
            n_more = threading.active_count() - n_threads
        room = eventually_open(http)

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
    assert refused.headers["retry-after"]
    assert n_more < MOST_STREAMS  # none of them holds a thread
    assert room


def eventually_open(http: httpx.Client) -> bool:
    """The server learns of a closed line a moment later."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with http.stream("GET", "/events") as answer:
            if answer.status_code == 200:
                return True
        time.sleep(0.05)
    return False


def test_a_stream_ends_with_the_token_that_opened_it(served: Served) -> None:
    people, made = served.application.people, queued(served)
    text = token_of(served.application, Role.MAKER)
    asker = people.by_token(text, datetime.now(UTC))

    with (
        asking(served.url, text) as program,
        program.stream("GET", f"/runs/{made.run_id}/events") as answer,
    ):
        events = told(answer.iter_lines())
        next(events)
        people.revoke(asker, asker.token_id or "", datetime.now(UTC))
        happened(served, replace(made, status=RunStatus.RUNNING), "run.running")
        rest = list(events)

    assert rest == []
