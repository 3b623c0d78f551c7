"""What both protocols promise of starts and polls, with Google's unmodified SDK over real HTTP."""

import logging
import socket
import threading
import time
from typing import Any

import pytest
from pydantic import SecretStr

from tests.backends.google.conftest import SANDBOX_INFO, Google, small_request
from tests.backends.odd_server import Answer, OddServer
from tests.backends.requests import token
from videogen.domain.generation import BackendLight, GenerationState, MissingParts
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    FilteredError,
    ModelRetiredError,
    OutcomeUncertainError,
    QuotaError,
    RequestRefusedError,
    SignInError,
)

KEY = "AIza-very-secret-key-of-a-test"


def _error(code: int, message: str, *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "details": list(details)}}


@pytest.mark.parametrize(
    ("kind", "n_started"),
    [
        ("drop_before_accept", 0),
        ("drop_after_accept", 1),
        ("empty_body", 1),
        ("html_200", 1),
    ],
)
def test_a_start_whose_answer_is_not_seen_is_uncertain_and_sent_once(
    google: Google, kind: str, n_started: int
) -> None:
    google.script_start(kind)
    before = google.n_submits()

    with pytest.raises(OutcomeUncertainError):
        google.backend.submit(google.request(), token())

    assert google.n_submits() - before == n_started
    assert google.n_played() == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, RequestRefusedError),
        (401, SignInError),
        (403, SignInError),
        (404, ModelRetiredError),
        (408, OutcomeUncertainError),
        (429, QuotaError),
        (500, OutcomeUncertainError),
        (503, OutcomeUncertainError),
        (504, OutcomeUncertainError),
    ],
)
def test_a_refused_start_has_its_own_error_and_is_not_repeated(
    google: Google, status: int, expected: type[BackendError]
) -> None:
    google.script("http_status", status=status)

    with pytest.raises(expected) as caught:
        google.backend.submit(google.request(), token())

    assert type(caught.value) is expected
    assert str(status) in str(caught.value.detail) or expected is ModelRetiredError
    assert google.n_played() == 1


def test_a_gateways_html_page_is_uncertain_and_not_quoted(google: Google) -> None:
    google.script("http_status", status=502, body="<html><body>502 Bad Gateway</body></html>")

    with pytest.raises(OutcomeUncertainError) as caught:
        google.backend.submit(google.request(), token())

    assert "502" in str(caught.value.detail)
    assert "<" not in str(caught.value)
    assert google.n_played() == 1


@pytest.mark.parametrize("body", [{}, '{"name": "projects/p/oper'])
def test_an_answer_that_names_nothing_is_uncertain(google: Google, body: object) -> None:
    google.script("http_status", status=200, body=body)

    with pytest.raises(OutcomeUncertainError):
        google.backend.submit(google.request(), token())

    assert google.n_played() == 1


def test_a_quota_answer_says_when_to_come_back(google: Google) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37s"}
    google.script("http_status", status=429, body=_error(429, "slow down", info))

    with pytest.raises(QuotaError) as caught:
        google.backend.submit(google.request(), token())

    assert caught.value.facts["retry_after_s"] == 37.0
    assert caught.value.facts["is_per_day"] is False


def test_a_quota_header_is_read_and_never_waited_for(google: Google) -> None:
    google.script("http_status", status=429, retry_after_s=41)
    began = time.monotonic()

    with pytest.raises(QuotaError) as caught:
        google.backend.submit(google.request(), token())

    assert caught.value.facts["retry_after_s"] == 41.0
    assert time.monotonic() - began < 10
    assert google.n_played() == 1


def test_a_quota_of_the_day_is_told_from_one_of_the_minute(google: Google) -> None:
    violation = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}
    failure = {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [violation],
    }
    google.script("http_status", status=429, body=_error(429, "no more today", failure))

    with pytest.raises(QuotaError) as caught:
        google.backend.submit(google.request(), token())

    assert caught.value.facts["is_per_day"] is True


def test_a_prompt_against_the_policy_is_filtered_at_the_start(google: Google) -> None:
    said = "The prompt contains words that violate Vertex AI's usage guidelines."
    google.script("http_status", status=400, body=_error(400, said))

    with pytest.raises(FilteredError):
        google.backend.submit(google.request(), token())


def test_a_key_that_google_calls_invalid_is_a_sign_in_error(google: Google) -> None:
    body = _error(400, "API key not valid.", {"reason": "API_KEY_INVALID"})
    google.script("http_status", status=400, body=body)

    with pytest.raises(SignInError):
        google.backend.submit(google.request(), token())


def test_a_key_that_google_names_is_not_passed_on(google: Google) -> None:
    said = f"Consumer 'api_key:{KEY}' has been suspended; {KEY}"
    google.script("http_status", status=403, body=_error(403, said))

    with pytest.raises(SignInError) as caught:
        google.backend.submit(google.request(), token())

    assert KEY not in str(caught.value)
    assert KEY not in repr(caught.value)


def test_an_answer_that_takes_too_long_is_uncertain_and_billed_once(google: Google) -> None:
    google.script_start("slow_answer", delay_s=1.5)
    before = google.n_submits()
    patient = str(google.sandbox.google.base_url).rstrip("/")
    backend = google.at(patient, start_timeout_ms=500)

    with pytest.raises(OutcomeUncertainError):
        backend.submit(google.request(), token())

    assert google.n_submits() - before == 1
    backend.close()


def test_every_call_has_a_time_limit(odd: OddServer, google: Google) -> None:
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    original = odd.answer

    def slowly(path: str) -> Answer:
        if not path.startswith("/_sandbox"):
            time.sleep(1.5)
        return original(path)

    odd.answer = slowly  # type: ignore[method-assign]
    backend = google.at(odd.url, start_timeout_ms=300)

    with pytest.raises(OutcomeUncertainError):
        backend.submit(google.request(), token())

    assert sum(seen.path.endswith(google.start_path) for seen in odd.seen) == 1
    backend.close()


def test_where_nothing_listens_nothing_was_sent(google: Google, dead_url: str) -> None:
    backend = google.at(dead_url)

    with pytest.raises(BackendUnavailableError):
        backend.submit(google.request(), token())
    with pytest.raises(BackendUnavailableError):
        backend.poll(google.unknown_id)
    backend.close()


def test_a_server_that_goes_away_after_the_check_is_unavailable_not_uncertain(
    google: Google,
) -> None:
    backend = google.at(_answering_once('{"sandbox": true, "time_scale": 400}'))

    with pytest.raises(BackendUnavailableError):
        backend.submit(google.request(), token())
    backend.close()


def _answering_once(body: str) -> str:
    """The address of a server that stops listening as soon as somebody has come."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = listener.accept()
        listener.close()
        with connection:
            connection.recv(65536)
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            connection.sendall((head + body).encode())

    port = listener.getsockname()[1]
    threading.Thread(target=answer, daemon=True).start()
    return f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("poll_status", {"status": 429}),
        ("poll_status", {"status": 500}),
        ("poll_status", {"status": 503}),
        ("poll_status", {"status": 502, "body": "<html>502</html>"}),
        ("poll_status", {"status": 200, "body": {}}),
        ("poll_drop", {}),
        ("poll_empty", {}),
        ("poll_html", {}),
    ],
)
def test_a_poll_that_fails_may_be_repeated(
    google: Google, kind: str, params: dict[str, Any]
) -> None:
    external_id = google.started()
    google.script(kind, times=1, **params)

    with pytest.raises(BackendUnavailableError):
        google.backend.poll(external_id)

    assert google.n_played() == 1
    google.backend.poll(external_id)


def test_a_poll_that_is_not_signed_in_says_so(google: Google) -> None:
    external_id = google.started()
    google.script("poll_status", status=403)

    with pytest.raises(SignInError):
        google.backend.poll(external_id)


def test_a_request_that_google_forgot_is_missing(google: Google) -> None:
    external_id = google.started()
    google.script("poll_status", status=404)

    assert google.backend.poll(external_id).state is GenerationState.MISSING


def test_a_key_is_sent_to_no_machine_but_googles_and_to_no_log(
    odd: OddServer,
    google: Google,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.setenv(name, "from-the-environment")
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    odd.otherwise = Answer(_error(500, "broken"), 500)
    backend = google.at(odd.url, api_key=SecretStr(KEY))

    with caplog.at_level(logging.DEBUG), pytest.raises(OutcomeUncertainError) as caught:
        backend.submit(google.request(), token())

    seen = str(odd.seen) + caplog.text + repr(caught.value) + str(backend.status())
    assert KEY not in seen
    assert "from-the-environment" not in seen
    assert sum(each.path.endswith(google.start_path) for each in odd.seen) == 1
    backend.close()


def test_the_sdk_writes_no_headers_even_when_it_is_told_to_debug(
    google: Google, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_DEBUG", "1")
    backend = google.at(str(google.sandbox.google.base_url).rstrip("/"))

    with caplog.at_level(logging.DEBUG):
        backend.poll(google.unknown_id)

    assert "api-key" not in caplog.text.lower()
    assert "api_key" not in caplog.text.lower()
    backend.close()


def test_a_redirect_of_a_start_is_not_followed(odd: OddServer, google: Google) -> None:
    odd.answers = {"/_sandbox/info": SANDBOX_INFO}
    odd.otherwise = Answer("elsewhere", 302, "text/plain")
    backend = google.at(odd.url)

    with pytest.raises(OutcomeUncertainError):
        backend.submit(google.request(), token())

    assert sum(seen.path.endswith(google.start_path) for seen in odd.seen) == 1
    backend.close()


def test_a_server_on_this_machine_that_is_no_sandbox_gets_no_request(
    odd: OddServer, google: Google
) -> None:
    backend = google.at(odd.url)

    assert backend.status().light is BackendLight.DOWN
    with pytest.raises(BackendUnavailableError):
        backend.submit(google.request(), token())

    assert {seen.path for seen in odd.seen} == {"/_sandbox/info"}
    backend.close()


def test_nothing_is_ever_missing_in_part(google: Google) -> None:
    assert google.backend.missing(google.request()) == MissingParts()


def test_ten_runs_at_once_and_a_pause_between_two_submits(google: Google) -> None:
    google.started()

    assert google.backend.n_lanes == 10
    # 10 requests a minute are one in 6 s; the sandbox plays 400 of them a second
    assert google.backend.submit_interval_s == pytest.approx(6.0 / 400.0)


def test_the_other_protocols_models_are_refused(google: Google) -> None:
    other = {"vertex": "gemini-omni", "interactions": "veo-3.1-lite"}[google.backend.kind]

    with pytest.raises(RequestRefusedError):
        google.backend.preflight(small_request(other))
