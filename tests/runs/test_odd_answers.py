"""A server, or a gate in front of it, that answers oddly while it makes a run."""

import dataclasses
import threading
import time
from collections.abc import Iterator

import pytest

from tests.backends.odd_server import Answer, OddServer, odd_server
from tests.backends.recordings import history_entry, recording
from tests.runs.asking import ask
from tests.runs.live_looking import context_of
from videogen import store
from videogen.backends import ComfyBackend
from videogen.bootstrap import Application
from videogen.domain.generation import GenerationState, Observation
from videogen.domain.run import AttemptState
from videogen.errors import BackendError, RunLostError, SignInError
from videogen.runs.context import utc_now
from videogen.runs.execute import begin
from videogen.runs.journal import Journal
from videogen.runs.watch import Watch

NOTHING = Answer({"queue_running": [], "queue_pending": []})
ODD = {
    "401": Answer("who are you", 401, "text/plain"),
    "403": Answer("not for you", 403, "text/plain"),
    "404": Answer("nothing here", 404, "text/plain"),
    "a web page": Answer("<html>Please sign in</html>", 200, "text/html"),
    "other JSON": Answer({"status": "ok"}),
    "a list": Answer([]),
    "no lists": Answer({"queue_running": None, "queue_pending": None}),
}


@pytest.fixture
def odd() -> Iterator[OddServer]:
    with odd_server() as server:
        server.answers = {
            "/system_stats": Answer(recording("system_stats")["body"]),
            "/queue": NOTHING,
            "/history": Answer({}),
            "/api/jobs/": Answer({}),
        }
        yield server


def _sent(application: Application, backend: ComfyBackend) -> Journal:
    """An attempt that the server has taken."""
    asked = ask(application, "server_check")
    run = store.claim_next_run(application.database, [asked.condition_id], utc_now())
    assert run is not None
    journal = begin(context_of(application), backend, backend.status(), run)
    journal.move(AttemptState.SUBMITTED, submitted_at=utc_now())
    return journal


def _watched(
    application: Application, backend: ComfyBackend, journal: Journal, *, server_down_s: float
) -> Observation:
    watch = _watch(application, backend, journal, server_down_s=server_down_s)
    return watch.until_final(journal.attempt.attempt_id)


def _watch(
    application: Application, backend: ComfyBackend, journal: Journal, *, server_down_s: float
) -> Watch:
    context = context_of(application)
    patience = dataclasses.replace(context.patience, poll_s=0.02, server_down_s=server_down_s)
    return Watch(
        context=dataclasses.replace(context, patience=patience),
        backend=backend,
        journal=journal,
        stop=threading.Event(),
        time_scale=1.0,
        workflow=application.manifests["server_check"].fill(
            journal.condition, prompt_text="a boat", negative_prompt=None, seed=1
        ),
    )


def _running(prompt_id: str) -> Answer:
    return Answer({"queue_running": [[1, prompt_id, {}]], "queue_pending": []})


@pytest.mark.parametrize("name", ODD)
def test_a_few_odd_answers_to_a_poll_fail_no_run(
    idle_application: Application, odd: OddServer, name: str
) -> None:
    backend = ComfyBackend(odd.url)
    journal = _sent(idle_application, backend)
    prompt_id = journal.attempt.attempt_id
    odd.answers["/history"] = Answer({prompt_id: history_entry("success")})
    odd.answers["/queue"] = [_running(prompt_id), *[ODD[name]] * 3, _running(prompt_id), NOTHING]

    seen = _watched(idle_application, backend, journal, server_down_s=20.0)
    backend.close()

    assert seen.state is GenerationState.SUCCEEDED


@pytest.mark.parametrize("name", ODD)
def test_a_run_that_only_odd_answers_are_heard_of_is_taken_off_its_server(
    idle_application: Application, odd: OddServer, name: str
) -> None:
    backend = ComfyBackend(odd.url)
    journal = _sent(idle_application, backend)
    prompt_id = journal.attempt.attempt_id
    odd.answers["/queue"] = [_running(prompt_id), ODD[name]]

    with pytest.raises(BackendError):
        _watched(idle_application, backend, journal, server_down_s=0.1)
    backend.close()

    assert ("POST", f"/api/jobs/{prompt_id}/cancel") in {(s.method, s.path) for s in odd.seen}


def test_a_wish_to_cancel_is_passed_on_again_when_it_met_an_odd_answer(
    idle_application: Application, odd: OddServer
) -> None:
    backend = ComfyBackend(odd.url)
    journal = _sent(idle_application, backend)
    prompt_id = journal.attempt.attempt_id
    store.request_cancel(idle_application.database, journal.run.run_id)
    odd.answers["/api/jobs/"] = [ODD["401"], Answer({})]
    odd.answers["/queue"] = [_running(prompt_id), NOTHING]

    seen = _watched(idle_application, backend, journal, server_down_s=20.0)
    backend.close()

    assert seen.state is GenerationState.CANCELLED
    assert sum(each.path.endswith("/cancel") for each in odd.seen) == 2


def test_a_gate_that_goes_on_asking_who_we_are_is_the_news_of_the_failed_run(
    idle_application: Application, odd: OddServer
) -> None:
    backend = ComfyBackend(odd.url)
    journal = _sent(idle_application, backend)
    odd.answers["/queue"] = ODD["401"]

    with pytest.raises(SignInError):
        _watched(idle_application, backend, journal, server_down_s=0.1)
    backend.close()


@pytest.mark.parametrize("end", [NOTHING, ODD["401"], Answer("", 502)], ids=["lost", "odd", "down"])
def test_what_was_executed_is_counted_until_the_last_sign_of_life(
    idle_application: Application, odd: OddServer, end: Answer
) -> None:
    backend = ComfyBackend(odd.url)
    journal = _sent(idle_application, backend)
    prompt_id = journal.attempt.attempt_id
    odd.answers["/queue"] = [_running(prompt_id)] * 5 + [end]
    watch = _watch(idle_application, backend, journal, server_down_s=2.0)
    patience = dataclasses.replace(watch.context.patience, missing_s=2.0)
    watch.context = dataclasses.replace(watch.context, patience=patience)
    began = time.monotonic()

    with pytest.raises(BackendError):
        watch.until_final(prompt_id)
    took_s = time.monotonic() - began
    backend.close()

    assert 0 < watch.executed_s < took_s - 1.8


def test_waiting_behind_others_prompts_is_no_executing(
    idle_application: Application, odd: OddServer
) -> None:
    backend = ComfyBackend(odd.url)
    journal = _sent(idle_application, backend)
    prompt_id = journal.attempt.attempt_id
    waits = Answer({"queue_running": [], "queue_pending": [[1, prompt_id, {}]]})
    odd.answers["/queue"] = [waits] * 20 + [NOTHING]
    watch = _watch(idle_application, backend, journal, server_down_s=20.0)

    with pytest.raises(RunLostError):
        watch.until_final(prompt_id)
    backend.close()

    assert watch.executed_s == 0.0
