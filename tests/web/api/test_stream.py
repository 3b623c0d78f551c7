"""What goes on a line of events, and when it ends; the line itself is tried in test_events."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.web.api.aside import run_aside
from videogen.errors import RoundOpenError
from videogen.web.api.stream import News, Said, follow

QUEUED = Said(event="run.queued", data={"owner": "สมศรี"}, event_id="e1")
ENDED = Said(event="run.succeeded", data={}, event_id="e2")


class Server:
    """As uvicorn's: its signal handler is its own method."""

    should_exit = True

    def handle_exit(self, *_: object) -> None:
        raise AssertionError("nobody sends a signal here")


def heard(
    first: News,
    read: Callable[[], News],
    *,
    at_most: int = 20,
    heartbeat_s: float = 99.0,
    longest_s: float = 99.0,
) -> list[bytes]:
    async def listen() -> list[bytes]:
        found: list[bytes] = []
        versions = iter(range(1000))
        lines = follow(
            first,
            read,
            lambda: next(versions),
            poll_s=0.001,
            heartbeat_s=heartbeat_s,
            longest_s=longest_s,
        )
        async for line in lines:
            found.append(line)
            if len(found) == at_most:
                break
        return found

    return run_aside(listen())


@contextmanager
def stopping_server() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, Server().handle_exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_event_is_one_line_of_json_with_its_id_and_name() -> None:
    assert QUEUED.as_bytes().decode() == 'id: e1\nevent: run.queued\ndata: {"owner": "สมศรี"}\n\n'
    assert Said(event="progress", data={"a": "x\ny"}).as_bytes() == (
        b'event: progress\ndata: {"a": "x\\ny"}\n\n'
    )


def test_it_ends_with_the_last_word() -> None:
    found = heard(News(said=[QUEUED]), lambda: News(said=[ENDED], is_last=True))

    assert found == [b"retry: 2000\n\n", QUEUED.as_bytes(), ENDED.as_bytes()]


def test_a_silent_line_has_a_heartbeat() -> None:
    found = heard(News(), News, at_most=3, heartbeat_s=0.0)

    assert found[1:] == [b": \n\n", b": \n\n"]


def test_what_may_not_be_said_any_more_ends_it_without_a_word() -> None:
    def read() -> News:
        raise RoundOpenError(field="campaign_id", value="c1")

    assert heard(News(said=[QUEUED]), read)[1:] == [QUEUED.as_bytes()]


def test_it_ends_when_its_time_is_over_and_when_the_server_stops() -> None:
    over = heard(News(said=[QUEUED]), News, longest_s=-1.0)
    with stopping_server():
        stopped = heard(News(said=[QUEUED]), News)

    assert over == stopped == [b"retry: 2000\n\n", QUEUED.as_bytes()]
