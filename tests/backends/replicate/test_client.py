"""Starts, polls and cancels on Replicate, over real HTTP against the sandbox."""

import logging
from dataclasses import replace

import pytest
from pydantic import SecretStr

from tests.backends.odd_server import Answer, OddServer
from tests.backends.replicate.conftest import SANDBOX_INFO, Replicate
from tests.backends.requests import token, until_final, until_state, wan_request
from videogen.backends import ReplicateBackend
from videogen.backends.replicate import load_profiles
from videogen.backends.replicate.endpoint import Endpoint
from videogen.domain.generation import BackendLight, GenerationState
from videogen.domain.run import FailureClass, Origin
from videogen.errors import (
    BackendError,
    BackendUnavailableError,
    ModelRetiredError,
    OutcomeUncertainError,
    QuotaError,
    RequestRefusedError,
    SignInError,
)

FAST = "wan-video/wan-2.2-t2v-fast"
SECRET = SecretStr("r8_very_secret_token")
START = f"/v1/models/{FAST}/predictions"


@pytest.mark.parametrize(
    ("kind", "n_started"),
    [("drop_before_accept", 0), ("drop_after_accept", 1), ("empty_body", 1), ("html_200", 1)],
)
def test_a_start_whose_answer_is_not_seen_is_uncertain_and_sent_once(
    replicate: Replicate, kind: str, n_started: int
) -> None:
    replicate.script_start(kind)
    before = len(replicate.submits())

    with pytest.raises(OutcomeUncertainError):
        replicate.backend.submit(wan_request(), token())

    assert len(replicate.submits()) - before == n_started
    assert replicate.n_played() == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, RequestRefusedError),
        (401, SignInError),
        (402, QuotaError),
        (403, SignInError),
        (404, ModelRetiredError),
        (408, OutcomeUncertainError),
        (422, RequestRefusedError),
        (429, QuotaError),
        (500, OutcomeUncertainError),
        (502, OutcomeUncertainError),
    ],
)
def test_a_refused_start_has_its_own_error_and_is_not_repeated(
    replicate: Replicate, status: int, expected: type[BackendError]
) -> None:
    replicate.script("http_status", status=status)

    with pytest.raises(expected) as caught:
        replicate.backend.submit(wan_request(), token())

    assert type(caught.value) is expected
    assert f"HTTP {status}" in str(caught.value.detail)
    assert replicate.n_played() == 1


def test_used_up_credit_is_told_and_holds_more_than_a_minute(replicate: Replicate) -> None:
    replicate.script("http_status", status=402)

    with pytest.raises(QuotaError, match="insufficient credit") as caught:
        replicate.backend.submit(wan_request(), token())

    assert caught.value.facts["is_per_day"] is True


@pytest.mark.parametrize(
    ("params", "wait_s"), [({"retry_after_s": 37}, 37.0), ({}, 1.0), ({"body": "slow down"}, None)]
)
def test_a_throttled_start_says_when_to_come_back(
    replicate: Replicate, params: dict[str, object], wait_s: float | None
) -> None:
    replicate.script("http_status", status=429, **params)

    with pytest.raises(QuotaError) as caught:
        replicate.backend.submit(wan_request(), token())

    assert caught.value.facts["retry_after_s"] == wait_s
    assert caught.value.facts["is_per_day"] is False


def test_refused_fields_are_named(at_odd: ReplicateBackend, odd: OddServer) -> None:
    fields = [{"type": "number_lte", "field": "input.num_frames", "description": "Must be <= 100"}]
    problem = {"title": "Input validation failed", "status": 422, "invalid_fields": fields}
    odd.answers[START] = Answer(problem, 422)

    with pytest.raises(RequestRefusedError, match=r"input.num_frames: Must be <= 100"):
        at_odd.submit(wan_request(), token())


@pytest.mark.parametrize(
    "answer",
    [
        Answer("", 0),
        Answer("<html>", 504),
        Answer({"id": 7}, 201),
        Answer({"id": "a\x00"}, 201),
        Answer({"id": "../account"}, 201),
        Answer("[" * 100_000, 201),
    ],
)
def test_any_other_odd_answer_to_a_start_is_uncertain_and_not_quoted(
    at_odd: ReplicateBackend, odd: OddServer, answer: Answer
) -> None:
    odd.answers[START] = answer

    with pytest.raises(OutcomeUncertainError) as caught:
        at_odd.submit(wan_request(), token())

    assert "<" not in str(caught.value)
    assert sum(seen.path == START for seen in odd.seen) == 1


def test_a_pinned_version_is_asked_for_by_its_id(odd: OddServer) -> None:
    pinned = load_profiles()[FAST].model_copy(update={"version": "abc123"})
    odd.answers |= {
        "/_sandbox/info": SANDBOX_INFO,
        "/v1/predictions": Answer({"id": "pok", "status": "starting"}, 201),
    }
    backend = ReplicateBackend(base_url=odd.url, profiles={FAST: pinned})

    assert backend.submit(wan_request(), token()) == "pok"
    assert backend.fingerprint(wan_request()) == {"model_version": "abc123"}
    assert '"version":"abc123"' in odd.seen[-1].body.replace(" ", "")
    backend.close()


@pytest.mark.parametrize("kind", ["poll_status", "poll_drop", "poll_empty", "poll_html"])
def test_a_poll_that_tells_nothing_is_no_word_about_the_clip(
    replicate: Replicate, kind: str
) -> None:
    replicate.script_start(kind)
    external_id = replicate.started()

    with pytest.raises(BackendUnavailableError):
        replicate.backend.poll(external_id)


def test_a_refused_sign_in_is_told_while_polling(replicate: Replicate) -> None:
    replicate.script_start("poll_status", status=401)

    with pytest.raises(SignInError, match="valid authentication token"):
        replicate.backend.poll(replicate.started())


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("op_error", FailureClass.EXECUTION_ERROR),
        ("rai_filtered", FailureClass.FILTERED),
        ("aborted", FailureClass.TIMED_OUT),
    ],
)
def test_what_ended_badly_says_how(replicate: Replicate, kind: str, expected: FailureClass) -> None:
    replicate.script(kind)

    seen = until_final(replicate.backend, replicate.started())

    assert (seen.state, seen.failure_class) == (GenerationState.FAILED, expected)
    assert seen.failure_detail
    assert seen.billed_samples == (0 if kind == "aborted" else None)


def test_what_replicate_itself_ends_is_cancelled_and_billed(replicate: Replicate) -> None:
    replicate.script("canceled_there")

    seen = until_final(replicate.backend, replicate.started())

    assert (seen.state, seen.billed_samples) == (GenerationState.CANCELLED, 1)
    assert replicate.submits()[-1]["billed_usd"] == 0.05


def test_a_word_that_nobody_knows_is_no_end(replicate: Replicate) -> None:
    replicate.script_start("odd_word", status="defrosting")
    external_id = replicate.started()

    first = replicate.backend.poll(external_id)

    assert (first.state, first.stage) == (GenerationState.RUNNING, "defrosting")
    assert until_final(replicate.backend, external_id).state is GenerationState.SUCCEEDED


def test_a_cancelled_clip_ends_and_is_billed(replicate: Replicate) -> None:
    replicate.script("never_done")
    external_id = replicate.started()
    until_state(replicate.backend, external_id, GenerationState.RUNNING)

    replicate.backend.cancel(external_id)

    seen = replicate.backend.poll(external_id)
    assert (seen.state, seen.billed_samples) == (GenerationState.CANCELLED, 1)
    replicate.backend.cancel(external_id)  # it has ended: nothing to stop


def test_a_cancel_that_is_not_heard_says_so(at_odd: ReplicateBackend, odd: OddServer) -> None:
    odd.answers["/v1/predictions/pok/cancel"] = Answer("busy", 503)

    with pytest.raises(BackendUnavailableError):
        at_odd.cancel("pok")


def test_a_model_without_a_profile_is_refused_unsent(replicate: Replicate) -> None:
    request = wan_request()
    request = replace(request, condition=replace(request.condition, model="nobody/nothing"))
    before = len(replicate.submits())

    with pytest.raises(RequestRefusedError, match="no model profile"):
        replicate.backend.submit(request, token())

    assert len(replicate.submits()) == before


def _as_if_live(odd: OddServer) -> ReplicateBackend:
    """What the back end does with a vendor, at an address that a test can answer at."""
    backend = ReplicateBackend(token=SECRET)
    backend._endpoint = Endpoint(base_url=odd.url, is_vendor=True, token=SECRET)
    return backend


@pytest.mark.parametrize(
    ("answer", "light", "reason"),
    [
        (Answer({"username": "team"}), BackendLight.UP, None),
        (Answer({"title": "Unauthenticated"}, 401), BackendLight.DOWN, "sign_in"),
        (Answer("<html>", 200), BackendLight.DOWN, "server_down"),
        (Answer("", 0), BackendLight.DOWN, "server_down"),
    ],
)
def test_the_light_proves_the_token_and_asks_once_a_minute(
    odd: OddServer, answer: Answer, light: BackendLight, reason: str | None
) -> None:
    odd.answers["/v1/account"] = answer
    backend = _as_if_live(odd)

    lights = [backend.status() for _ in range(3)]
    backend.close()

    assert {(each.light, each.reason) for each in lights} == {(light, reason)}
    assert lights[0].origin == (Origin.LIVE if light is BackendLight.UP else None)
    assert len(odd.seen) == 1
    assert odd.seen[0].headers["Authorization"] == f"Bearer {SECRET.get_secret_value()}"


def test_the_token_is_in_no_error_no_log_and_no_text(
    odd: OddServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = f"token {SECRET.get_secret_value()} is unknown"
    odd.answers["/v1/predictions"] = Answer({"detail": words}, 401)
    backend = _as_if_live(odd)

    with pytest.raises(SignInError) as caught:
        backend.poll("pok")
    backend.close()

    told = [str(caught.value), repr(caught.value), repr(backend.status()), caplog.text]
    assert not [text for text in told if "very_secret" in text]


def test_a_redirect_does_not_take_the_token_along(odd: OddServer) -> None:
    odd.answers["/v1/predictions"] = Answer(
        "", 302, headers=(("Location", f"{odd.url}/elsewhere"),)
    )
    backend = _as_if_live(odd)

    with pytest.raises(BackendUnavailableError):
        backend.poll("pok")
    backend.close()

    assert [seen.path for seen in odd.seen] == ["/v1/predictions/pok"]
