"""The client against servers that are old, odd or no ComfyUI at all."""

import json

import pytest

from tests.backends.odd_server import Answer, OddServer, odd_server
from tests.backends.recordings import recording
from tests.backends.requests import comfy_request, token
from videogen.backends import ComfyBackend
from videogen.domain.generation import BackendLight, GenerationState
from videogen.domain.run import Origin
from videogen.errors import (
    BackendUnavailableError,
    NotComfyError,
    QuotaError,
    RequestRefusedError,
    ServerTooOldError,
    ServerWedgedError,
    SignInError,
)

STATS = recording("system_stats")["body"]


def _odd_backend(odd: OddServer) -> ComfyBackend:
    return ComfyBackend(odd.url, lookup_pause_s=0.01)


def test_a_web_page_is_no_comfyui(odd: OddServer) -> None:
    odd.otherwise = Answer("<html>Welcome</html>", 200, "text/html")
    backend = _odd_backend(odd)

    status = backend.status()

    assert (status.light, status.reason) == (BackendLight.DOWN, "not_comfyui")
    with pytest.raises(NotComfyError):
        backend.preflight(comfy_request())
    backend.close()


def test_some_other_json_is_no_comfyui(odd: OddServer) -> None:
    odd.otherwise = Answer({"status": "ok"})
    backend = _odd_backend(odd)

    assert backend.status().reason == "not_comfyui"
    with pytest.raises(NotComfyError):
        backend.poll(token())
    backend.close()


@pytest.mark.parametrize("rows", [None, {}, "none", 0])
def test_a_queue_without_lists_is_no_empty_queue(odd: OddServer, rows: object) -> None:
    odd.answers = {
        "/queue": Answer({"queue_running": [], "queue_pending": rows}),
        "/history": Answer({}),
    }
    backend = _odd_backend(odd)

    with pytest.raises(NotComfyError):  # else the prompt would count as lost
        backend.poll(token())
    backend.close()


def test_a_real_servers_stats_make_a_live_light(odd: OddServer) -> None:
    odd.answers = {
        "/system_stats": Answer(STATS),
        "/queue": Answer({"queue_running": [], "queue_pending": []}),
    }
    backend = _odd_backend(odd)

    status = backend.status()

    assert (status.light, status.origin) == (BackendLight.UP, Origin.LIVE)
    assert status.version == "0.25.0"
    assert status.device == "cpu"
    assert status.memory_total_mib is None  # a CPU's memory is not device memory
    assert status.fingerprint["pytorch"] == "2.13.0+cpu"
    assert backend.memory_reading() is None
    backend.close()


def test_an_old_server_is_named_as_too_old(odd: OddServer) -> None:
    old = STATS | {"system": STATS["system"] | {"comfyui_version": "0.3.44"}}
    odd.answers = {"/system_stats": Answer(old)}
    backend = _odd_backend(odd)

    assert backend.status().reason == "server_too_old"
    with pytest.raises(ServerTooOldError):
        backend.preflight(comfy_request())
    backend.close()


def _accepting(odd: OddServer, reply: object, status: int = 200) -> None:
    odd.answers = {
        "/object_info/": Answer({name: {"input": {}} for name in _classes()}),
        "/prompt": Answer(reply, status),
        "/queue": Answer({"queue_running": [], "queue_pending": []}),
        "/history": Answer({}),
    }


def _classes() -> tuple[str, ...]:
    return ("EmptyImage", "CreateVideo", "SaveVideo")


def test_a_server_that_mints_its_own_id_is_too_old_and_its_prompt_is_deleted(
    odd: OddServer,
) -> None:
    _accepting(odd, {"prompt_id": "its-own", "number": 1, "node_errors": {}})
    backend = _odd_backend(odd)

    with pytest.raises(ServerTooOldError):
        backend.submit(comfy_request(), token())

    assert any(seen.path == "/queue" and "its-own" in seen.body for seen in odd.seen)
    backend.close()


def test_half_accepted_is_refused_and_deleted(odd: OddServer) -> None:
    prompt_id = token()
    bad = {"class_type": "SaveImage", "errors": [{"message": "Required input is missing"}]}
    _accepting(odd, {"prompt_id": prompt_id, "number": 1, "node_errors": {"9": bad}})
    backend = _odd_backend(odd)

    with pytest.raises(RequestRefusedError) as caught:
        backend.submit(comfy_request(), prompt_id)

    assert "SaveImage (node 9)" in str(caught.value.detail)
    assert any(seen.path == "/queue" and prompt_id in seen.body for seen in odd.seen)
    backend.close()


def test_nothing_that_would_hit_other_users_is_ever_sent(odd: OddServer) -> None:
    prompt_id = token()
    _accepting(odd, {"prompt_id": prompt_id, "number": 1, "node_errors": {}})
    odd.answers["/queue"] = Answer({"queue_running": [[0, prompt_id, {}]], "queue_pending": []})
    backend = _odd_backend(odd)

    backend.submit(comfy_request(), prompt_id)
    backend.cancel(prompt_id)

    posts = [seen for seen in odd.seen if seen.method == "POST"]
    interrupts = [seen for seen in posts if seen.path == "/interrupt"]
    assert [seen.body for seen in interrupts] == [f'{{"prompt_id":"{prompt_id}"}}']
    assert not any("clear" in seen.body or '"number"' in seen.body for seen in posts)
    assert not any("origin" in {name.lower() for name in seen.headers} for seen in odd.seen)
    backend.close()


@pytest.mark.parametrize("status", [0, 502])
def test_a_post_that_is_lost_twice_is_unavailable(odd: OddServer, status: int) -> None:
    _accepting(odd, "bad gateway", status)
    backend = _odd_backend(odd)

    with pytest.raises(BackendUnavailableError):
        backend.submit(comfy_request(), token())

    assert sum(seen.path == "/prompt" for seen in odd.seen) == 2
    backend.close()


def test_a_refused_sign_in_has_its_own_error(odd: OddServer) -> None:
    odd.otherwise = Answer("who are you", 401, "text/plain")
    backend = _odd_backend(odd)

    assert backend.status().reason == "sign_in"
    with pytest.raises(SignInError):
        backend.poll(token())
    backend.close()


def test_a_queue_that_only_waits_darkens_the_light_and_ends_the_waiting(
    odd: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.backends.comfy.system.WEDGED_AFTER_S", 0.0)
    prompt_id = token()
    odd.answers = {
        "/system_stats": Answer(STATS),
        "/queue": Answer({"queue_running": [], "queue_pending": [[1, prompt_id, {}]]}),
    }
    backend = _odd_backend(odd)

    first = backend.status()
    waiting = backend.poll(prompt_id)
    third = backend.status()

    assert first.light is BackendLight.BUSY  # one look proves nothing
    assert waiting.state is GenerationState.PENDING
    assert (third.light, third.reason) == (BackendLight.DOWN, "server_wedged")
    with pytest.raises(ServerWedgedError, match="worker dead, restart ComfyUI"):
        backend.poll(prompt_id)
    with pytest.raises(ServerWedgedError):
        backend.preflight(comfy_request())
    backend.close()


def test_a_queue_that_moves_again_is_no_longer_wedged(
    odd: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.backends.comfy.system.WEDGED_AFTER_S", 0.0)
    waits = Answer({"queue_running": [], "queue_pending": [[1, "other", {}]]})
    works = Answer({"queue_running": [[1, "other", {}]], "queue_pending": []})
    odd.answers = {"/system_stats": Answer(STATS), "/queue": [waits, waits, waits, works]}
    backend = _odd_backend(odd)

    lights = [backend.status().light for _ in range(4)]

    assert lights[2:] == [BackendLight.DOWN, BackendLight.BUSY]
    backend.close()


def test_freeing_memory_sends_the_body_that_a_server_requires(odd: OddServer) -> None:
    odd.answers = {"/free": Answer("", 200, "text/plain")}
    backend = _odd_backend(odd)

    backend.free_memory()

    assert [json.loads(seen.body) for seen in odd.seen] == [
        {"unload_models": True, "free_memory": True}
    ]
    backend.close()


def test_a_server_that_will_not_free_its_memory_says_so(odd: OddServer) -> None:
    backend = _odd_backend(odd)

    with pytest.raises(NotComfyError):
        backend.free_memory()
    backend.close()


def test_a_lost_answer_of_a_server_that_then_is_gone_counts_as_sent(odd: OddServer) -> None:
    _accepting(odd, "", 0)
    odd.answers["/queue"] = Answer("bad gateway", 502)
    backend = _odd_backend(odd)
    prompt_id = token()

    external_id = backend.submit(comfy_request(), prompt_id)

    assert external_id == prompt_id  # polling finds out; posting again could run it twice
    assert sum(seen.path == "/prompt" for seen in odd.seen) == 1
    backend.close()


def test_a_lost_answer_is_not_posted_again_when_the_prompt_has_already_ended(
    odd: OddServer,
) -> None:
    prompt_id = token()
    _accepting(odd, "", 0)
    odd.answers["/history"] = Answer({prompt_id: {"outputs": {}}})
    backend = _odd_backend(odd)

    backend.submit(comfy_request(), prompt_id)

    assert sum(seen.path == "/prompt" for seen in odd.seen) == 1
    backend.close()


def test_a_refusal_stays_the_news_though_the_prompt_cannot_be_taken_back(odd: OddServer) -> None:
    prompt_id = token()
    bad = {"class_type": "SaveImage", "errors": [{"message": "Required input is missing"}]}
    _accepting(odd, {"prompt_id": prompt_id, "number": 1, "node_errors": {"9": bad}})
    odd.answers |= {"/api/jobs/": Answer("", 500), "/queue": Answer("", 500)}
    backend = _odd_backend(odd)

    with pytest.raises(RequestRefusedError):
        backend.submit(comfy_request(), prompt_id)
    backend.close()


def test_a_gate_that_limits_requests_is_a_quota_with_its_pause(odd: OddServer) -> None:
    _accepting(odd, "slow down", 429)
    odd.answers["/prompt"] = Answer("slow down", 429, "text/plain", (("Retry-After", "7"),))
    odd.answers["/queue"] = Answer("slow down", 429, "text/plain")
    backend = _odd_backend(odd)

    with pytest.raises(QuotaError) as caught:
        backend.submit(comfy_request(), token())

    assert caught.value.facts["retry_after_s"] == 7.0
    with pytest.raises(BackendUnavailableError):  # a run that goes on there is not failed by it
        backend.poll(token())
    backend.close()


def test_a_redirect_is_not_followed_to_another_server(odd: OddServer) -> None:
    with odd_server() as elsewhere:
        elsewhere.otherwise = Answer(STATS)
        odd.otherwise = Answer("", 302, headers=(("Location", f"{elsewhere.url}/system_stats"),))
        backend = ComfyBackend(odd.url.replace("http://", "http://me:secret@"))

        assert backend.status().reason == "not_comfyui"
        backend.close()
        assert elsewhere.seen == []


def test_a_password_is_sent_to_the_server_and_shown_nowhere(odd: OddServer) -> None:
    odd.otherwise = Answer("who are you", 500, "text/plain")
    backend = ComfyBackend(odd.url.replace("http://", "http://me:very-secret@"))

    with pytest.raises(BackendUnavailableError) as caught:
        backend.poll(token())

    assert odd.seen[0].headers["Authorization"].startswith("Basic ")
    assert "secret" not in f"{caught.value} {backend.name} {backend.status()}"
    backend.close()


UNREADABLE = {
    "a web page": Answer("<html>one moment</html>", 200, "text/html"),
    "an empty object": Answer({}),
    "no content": Answer("", 204, "text/plain"),
    "a null id": Answer({"prompt_id": None, "number": 1, "node_errors": {}}),
    "a number": Answer({"prompt_id": 7}),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_prompt_whose_acceptance_cannot_be_read_is_looked_for_and_followed(
    odd: OddServer, name: str
) -> None:
    prompt_id = token()
    _accepting(odd, {})
    odd.answers["/prompt"] = UNREADABLE[name]
    odd.answers["/queue"] = Answer({"queue_running": [[0, prompt_id, {}]], "queue_pending": []})
    backend = _odd_backend(odd)

    external_id = backend.submit(comfy_request(), prompt_id)

    assert external_id == prompt_id  # it runs there: refused, it would run unseen
    assert sum(seen.path == "/prompt" for seen in odd.seen) == 1
    backend.close()


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_answer_for_a_prompt_that_is_nowhere_is_unavailable(
    odd: OddServer, name: str
) -> None:
    _accepting(odd, {})
    odd.answers["/prompt"] = UNREADABLE[name]
    backend = _odd_backend(odd)

    with pytest.raises(BackendUnavailableError):
        backend.submit(comfy_request(), token())
    backend.close()


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_gate_that_answers_everything_alike_leaves_a_prompt_to_be_polled_for(
    odd: OddServer, name: str
) -> None:
    prompt_id = token()
    _accepting(odd, {})
    odd.answers |= {"/prompt": UNREADABLE[name], "/queue": UNREADABLE["a web page"]}
    backend = _odd_backend(odd)

    external_id = backend.submit(comfy_request(), prompt_id)

    assert external_id == prompt_id
    assert sum(seen.path == "/prompt" for seen in odd.seen) == 1
    backend.close()
