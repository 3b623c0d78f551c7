"""How the process ends while somebody still reads."""

import signal

from uvicorn import Config, Server

from videogen.web.stopping import GOODBYE_S, is_stopping, part_soon


async def _app(*_: object) -> None:
    """Never asked."""


def test_a_server_waits_for_half_read_answers_for_a_moment_only() -> None:
    server = Server(Config(_app))
    before = signal.signal(signal.SIGTERM, server.handle_exit)

    try:
        part_soon()
        was_stopping = is_stopping()
        server.handle_exit(signal.SIGTERM, None)
        stops = is_stopping()
    finally:
        signal.signal(signal.SIGTERM, before)

    assert server.config.timeout_graceful_shutdown == GOODBYE_S
    assert (was_stopping, stops) == (False, True)


def test_without_a_server_of_ours_nothing_stops() -> None:
    part_soon()

    assert not is_stopping()
