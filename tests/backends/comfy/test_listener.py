"""The socket over real websockets: rules of the protocol that cost a run when broken."""

import json
import struct
import time
from collections.abc import Iterator

import pytest

from tests.backends.odd_server import Answer, OddServer
from tests.backends.odd_socket import OddSocket, odd_socket
from tests.backends.requests import token
from videogen.backends import ComfyBackend
from videogen.backends.comfy.listener import Listener
from videogen.domain.generation import GenerationState

GRAPH = {"1": {"class_type": "KSampler", "inputs": {"steps": 4}}, "2": {"class_type": "SaveVideo"}}


@pytest.fixture
def served() -> Iterator[OddSocket]:
    with odd_socket() as server:
        yield server


@pytest.fixture
def listener(served: OddSocket) -> Iterator[Listener]:
    made = Listener(served.url_for)
    yield made
    made.close()


def test_the_handshake_has_our_client_id_and_no_origin(
    served: OddSocket, listener: Listener
) -> None:
    listener.watch("p", GRAPH, "1")
    served.until_opened()

    assert served.requests[0].path == f"/ws?clientId={listener.client_id}"
    assert "Origin" not in served.requests[0].headers


def test_the_first_message_asks_for_previews_that_name_their_prompt(
    served: OddSocket, listener: Listener
) -> None:
    listener.watch("p", GRAPH, "1")
    served.until_opened()

    assert json.loads(served.heard[0]) == {
        "type": "feature_flags",
        "data": {"supports_preview_metadata": True},
    }


def test_previews_large_messages_and_nonsense_do_not_stop_the_listening(
    served: OddSocket, listener: Listener
) -> None:
    board = listener.watch("p", GRAPH, "1")
    served.until_opened()
    metadata = json.dumps({"node_id": "1", "prompt_id": "p"}).encode()

    served.connections[-1].send(struct.pack(">II", 1, 1) + b"\xff\xd8 a jpeg")
    served.connections[-1].send(struct.pack(">II", 4, len(metadata)) + metadata + b"\xff\xd8")
    served.connections[-1].send(struct.pack(">I", 99))
    served.connections[-1].send(b"")
    for nonsense in ("no json", "[]", '{"type": "progress"}', '{"type": 3, "data": [1]}'):
        served.connections[-1].send(nonsense)
    served.say("executed", prompt_id="p", node="2", output={"text": ["x" * 2_000_000]})
    served.say("progress", prompt_id="p", node="1", value=2, max=4)
    served.until(lambda: board.progress is not None)

    assert board.progress == 0.4
    assert served.events == ["opened"]


def test_other_clients_progress_moves_nothing_of_ours(
    served: OddSocket, listener: Listener
) -> None:
    board = listener.watch("mine", GRAPH, "1")
    served.until_opened()

    served.say("progress", prompt_id="theirs", node="1", value=4, max=4)
    served.say("executing", prompt_id="theirs", node="2")
    served.say("progress", prompt_id="mine", node="1", value=1, max=4)
    served.until(lambda: board.progress is not None)

    assert board.progress == 0.2


def test_a_deaf_socket_is_closed_before_another_opens_under_the_same_id(
    served: OddSocket, listener: Listener
) -> None:
    listener.watch("p", GRAPH, "1")
    served.until_opened()
    listener.follow("p", listener.client_id, silent_s=60.0)
    time.sleep(0.02)

    listener.follow("p", listener.client_id, silent_s=0.01)
    served.until_opened(times=2)

    assert served.events == ["opened", "closed", "opened"]
    assert len({request.path for request in served.requests}) == 1


def test_a_socket_that_hears_is_left_alone(served: OddSocket, listener: Listener) -> None:
    board = listener.watch("p", GRAPH, "1")
    served.until_opened()
    listener.follow("p", listener.client_id, silent_s=60.0)

    served.say("progress", prompt_id="p", node="1", value=1, max=4)
    served.until(lambda: board.progress is not None)
    listener.follow("p", listener.client_id, silent_s=60.0)

    assert served.events == ["opened"]


def test_an_earlier_process_is_listened_to_under_its_own_id(
    served: OddSocket, listener: Listener
) -> None:
    listener.watch("p", GRAPH, "1")
    served.until_opened()

    listener.follow("p", "earlier", silent_s=60.0)
    served.until_opened(times=2)

    assert served.events == ["opened", "closed", "opened"]
    assert served.requests[-1].path == "/ws?clientId=earlier"


def test_the_greeting_after_a_reconnect_names_no_prompt_and_still_tells_the_stage(
    served: OddSocket, listener: Listener
) -> None:
    board = listener.watch("p", GRAPH, "1")
    listener.follow("p", listener.client_id, silent_s=60.0)
    served.until_opened()

    served.say("status", status={"exec_info": {"queue_remaining": 1}}, sid=listener.client_id)
    served.say("executing", node="1")
    served.until(lambda: board.stage is not None)

    assert board.stage == "KSampler"


def test_a_server_that_hangs_up_is_listened_to_again(served: OddSocket, listener: Listener) -> None:
    board = listener.watch("p", GRAPH, "1")
    served.until_opened()

    served.connections[-1].close()
    served.until_opened(times=2)
    served.say("progress", prompt_id="p", node="1", value=4, max=4)
    served.until(lambda: board.progress is not None)

    assert board.progress == 0.8


def test_a_redirect_leads_the_socket_nowhere(served: OddSocket, odd: OddServer) -> None:
    odd.answers = {"/ws": Answer("", 302, headers=(("Location", served.url_for("stolen")),))}
    listener = Listener(lambda _: f"ws{odd.url.removeprefix('http')}/ws", "Basic secret")

    listener.watch("p", GRAPH, "1")
    served.until(lambda: len(odd.seen) >= 2)
    listener.close()

    assert served.requests == []
    assert not any("origin" in {name.lower() for name in seen.headers} for seen in odd.seen)


def test_the_history_is_waited_for_after_the_socket_said_success(served: OddSocket) -> None:
    prompt_id = token()
    video = {"filename": "a.mp4", "subfolder": "", "type": "output"}
    row = [0, prompt_id, GRAPH, {"videogen": {"save_node": "2", "sampler_node": "1"}}, ["2"]]
    entry = {
        "prompt": row,
        "outputs": {"2": {"images": [video]}},
        "status": {"status_str": "success", "completed": True, "messages": []},
    }
    served.answers = {
        "/queue": {"queue_running": [row], "queue_pending": []},
        "/history": {},
    }
    backend = ComfyBackend(served.url)
    before = backend.poll(prompt_id)
    served.until_opened()

    served.say("execution_success", prompt_id=prompt_id, timestamp=1)
    backend.wait(prompt_id, 10.0)
    served.answers = {
        "/queue": {"queue_running": [], "queue_pending": []},
        "/history": [{}, {}, {prompt_id: entry}],
    }
    after = backend.poll(prompt_id)
    backend.close()

    assert before.state is GenerationState.RUNNING
    assert after.state is GenerationState.SUCCEEDED
