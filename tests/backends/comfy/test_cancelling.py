"""A cancel takes back our prompt and never touches anybody else's."""

import json

import pytest

from tests.backends.odd_server import Answer, OddServer, Seen
from tests.backends.recordings import recording
from tests.backends.requests import token
from videogen.backends import ComfyBackend
from videogen.domain.generation import GenerationState

STATS = recording("system_stats")["body"]
OLD = STATS | {"system": STATS["system"] | {"comfyui_version": "0.3.50"}}
OTHER = [7, "someone else's", {}, {}, []]
NOT_THERE = Answer("405: Method Not Allowed", 405, "text/plain")


def _server(
    odd: OddServer, *, running: list[object], pending: list[object], stats: object = STATS
) -> ComfyBackend:
    odd.answers = {
        "/api/jobs/": NOT_THERE,
        "/system_stats": Answer(stats),
        "/queue": Answer({"queue_running": running, "queue_pending": pending}),
        "/interrupt": Answer(""),
        "/history": Answer({}),
    }
    return ComfyBackend(odd.url)


def _sent(odd: OddServer, path: str) -> list[Seen]:
    return [seen for seen in odd.seen if seen.method == "POST" and seen.path.startswith(path)]


def test_a_newer_server_is_asked_by_its_own_route_and_nothing_else(odd: OddServer) -> None:
    prompt_id = token()
    backend = _server(odd, running=[[1, prompt_id, {}]], pending=[])
    odd.answers["/api/jobs/"] = Answer({})

    backend.cancel(prompt_id)
    backend.close()

    assert [seen.path for seen in odd.seen] == [f"/api/jobs/{prompt_id}/cancel"]


@pytest.mark.parametrize("status", [404, 405])
def test_without_that_route_it_is_deleted_and_then_interrupted_by_its_id(
    odd: OddServer, status: int
) -> None:
    prompt_id = token()
    backend = _server(odd, running=[[1, prompt_id, {}]], pending=[OTHER])
    odd.answers["/api/jobs/"] = Answer("no", status, "text/plain")

    backend.cancel(prompt_id)
    backend.close()

    assert [json.loads(seen.body) for seen in _sent(odd, "/queue")] == [{"delete": [prompt_id]}]
    assert [json.loads(seen.body) for seen in _sent(odd, "/interrupt")] == [
        {"prompt_id": prompt_id}
    ]


def test_a_waiting_prompt_is_deleted_without_any_interrupt(odd: OddServer) -> None:
    prompt_id = token()
    backend = _server(odd, running=[OTHER], pending=[])

    backend.cancel(prompt_id)
    seen = backend.poll(prompt_id)
    backend.close()

    assert seen.state is GenerationState.CANCELLED  # it is nowhere, and we took it back
    assert _sent(odd, "/interrupt") == []


@pytest.mark.parametrize("stats", [OLD, {"no": "version"}])
def test_a_server_that_may_interrupt_whoever_runs_is_not_asked_to_while_others_wait(
    odd: OddServer, stats: object
) -> None:
    prompt_id = token()
    backend = _server(odd, running=[[1, prompt_id, {}]], pending=[OTHER], stats=stats)

    backend.cancel(prompt_id)
    backend.close()

    assert _sent(odd, "/queue")
    assert _sent(odd, "/interrupt") == []


def test_such_a_server_interrupts_ours_when_nobody_else_is_there(odd: OddServer) -> None:
    prompt_id = token()
    backend = _server(odd, running=[[1, prompt_id, {}]], pending=[], stats=OLD)

    backend.cancel(prompt_id)
    backend.close()

    assert len(_sent(odd, "/interrupt")) == 1


def test_an_interrupt_that_had_no_effect_is_repeated_until_the_prompt_is_gone(
    odd: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.backends.comfy.cancelling.REPEAT_S", 0.0)
    prompt_id = token()
    backend = _server(odd, running=[[1, prompt_id, {}]], pending=[])
    backend.cancel(prompt_id)

    still = backend.poll(prompt_id)
    again = len(_sent(odd, "/interrupt"))
    odd.answers["/queue"] = Answer({"queue_running": [], "queue_pending": []})
    gone = backend.poll(prompt_id)
    backend.poll(prompt_id)
    backend.close()

    assert (still.state, gone.state) == (GenerationState.RUNNING, GenerationState.CANCELLED)
    assert again == 2
    assert len(_sent(odd, "/interrupt")) == 2


def test_a_prompt_that_nobody_cancelled_is_never_interrupted(odd: OddServer) -> None:
    prompt_id = token()
    backend = _server(odd, running=[[1, prompt_id, {}]], pending=[])

    for _ in range(3):
        backend.poll(prompt_id)
    backend.close()

    assert [seen for seen in odd.seen if seen.method == "POST"] == []
