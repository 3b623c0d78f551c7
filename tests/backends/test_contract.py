"""What every back end promises, over real HTTP."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from tests.backends.google.conftest import small_request
from tests.backends.odd_server import Answer, OddServer
from tests.backends.requests import comfy_request, token, until_final, wan_request
from tests.sandbox.running import RunningSandbox
from videogen.backends import (
    Backend,
    ComfyBackend,
    InteractionsBackend,
    ReplicateBackend,
    VertexBackend,
)
from videogen.domain.condition import BackendKind
from videogen.domain.generation import (
    BackendLight,
    GenerationRequest,
    GenerationState,
    MissingParts,
    Observation,
)
from videogen.domain.run import Origin
from videogen.errors import BackendUnavailableError, DiskFullError, DownloadFailedError


@dataclass
class Case:
    backend: Backend
    request: Callable[[], GenerationRequest]
    at: Callable[[str], Backend]
    unknown_id: str


@pytest.fixture(params=["comfy", "vertex", "interactions", "replicate"])
def case(request: pytest.FixtureRequest, sandbox: RunningSandbox) -> Iterator[Case]:
    cases = {
        "comfy": _comfy,
        "vertex": _vertex,
        "interactions": _interactions,
        "replicate": _replicate,
    }
    made = cases[request.param](sandbox)
    yield made
    made.backend.close()


def _comfy(sandbox: RunningSandbox) -> Case:
    backend = ComfyBackend(str(sandbox.comfy.base_url))
    return Case(backend, lambda: comfy_request(seed=4711), ComfyBackend, token())


def _vertex(sandbox: RunningSandbox) -> Case:
    def at(url: str) -> VertexBackend:
        return VertexBackend(base_url=url)

    model = "projects/p/locations/l/publishers/google/models/veo-3.1-lite-generate-001"
    backend = at(str(sandbox.google.base_url).rstrip("/"))
    return Case(backend, lambda: small_request("veo-3.1-lite"), at, f"{model}/operations/{token()}")


def _interactions(sandbox: RunningSandbox) -> Case:
    def at(url: str) -> InteractionsBackend:
        return InteractionsBackend(base_url=url)

    backend = at(str(sandbox.google.base_url).rstrip("/"))
    return Case(backend, lambda: small_request("gemini-omni"), at, f"v1_{token()}")


def _replicate(sandbox: RunningSandbox) -> Case:
    def at(url: str) -> ReplicateBackend:
        return ReplicateBackend(base_url=url)

    backend = at(sandbox.first_line["replicate_url"])
    return Case(backend, wan_request, at, "0" * 26)


def _url(case: Case) -> str:
    return "http://" + case.backend.name.split("@")[1]


def test_a_submitted_request_ends_in_a_clip_that_decodes(case: Case, tmp_path: Path) -> None:
    request = case.request()
    case.backend.preflight(request)

    external_id = case.backend.submit(request, token())
    seen = until_final(case.backend, external_id)
    case.backend.fetch(external_id, tmp_path / "clip.mp4")

    assert seen.state is GenerationState.SUCCEEDED
    assert not seen.is_cached
    with av.open(str(tmp_path / "clip.mp4")) as container:
        frames = sum(1 for _ in container.decode(video=0))
    assert frames == request.condition.n_frames
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_another_process_finds_the_request_by_its_id(case: Case, tmp_path: Path) -> None:
    external_id = case.backend.submit(case.request(), token())
    until_final(case.backend, external_id)
    other = case.at(_url(case))

    seen = other.poll(external_id)
    other.fetch(external_id, tmp_path / "clip.mp4")
    other.close()

    assert seen.state is GenerationState.SUCCEEDED
    assert (tmp_path / "clip.mp4").stat().st_size > 0


def test_an_unknown_id_is_missing_and_cannot_be_fetched(case: Case, tmp_path: Path) -> None:
    seen = case.backend.poll(case.unknown_id)

    assert seen.state is GenerationState.MISSING
    with pytest.raises(DownloadFailedError):
        case.backend.fetch(case.unknown_id, tmp_path / "clip.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_cancel_never_raises(case: Case) -> None:
    external_id = case.backend.submit(case.request(), token())

    case.backend.cancel(external_id)
    seen = until_final(case.backend, external_id)

    assert seen.state in (GenerationState.CANCELLED, GenerationState.SUCCEEDED)


def test_where_nothing_listens_the_back_end_is_unavailable(case: Case, dead_url: str) -> None:
    backend = case.at(dead_url)

    status = backend.status()

    assert status.light is BackendLight.DOWN
    assert status.reason == "server_down"
    with pytest.raises(BackendUnavailableError):
        backend.submit(case.request(), token())
    with pytest.raises(BackendUnavailableError):
        backend.poll(case.unknown_id)
    backend.close()


def test_the_sandbox_says_that_it_is_one(case: Case) -> None:
    status = case.backend.status()

    assert status.origin is Origin.SANDBOX
    assert status.time_scale == 400.0
    assert status.light in (BackendLight.UP, BackendLight.BUSY)
    assert status.name == case.backend.name


def test_waiting_ends_at_its_timeout(case: Case) -> None:
    case.backend.wait(case.unknown_id, 0.01)  # returns at all


def test_a_clip_can_be_fetched_again_and_is_the_same(case: Case, tmp_path: Path) -> None:
    external_id = case.backend.submit(case.request(), token())
    until_final(case.backend, external_id)

    case.backend.fetch(external_id, tmp_path / "one.mp4")
    case.backend.fetch(external_id, tmp_path / "folder" / "two.mp4")
    case.backend.fetch(external_id, tmp_path / "one.mp4")  # over what is there

    first = (tmp_path / "one.mp4").read_bytes()
    assert first == (tmp_path / "folder" / "two.mp4").read_bytes()
    assert first[4:8] == b"ftyp"


def test_a_final_word_stays_the_same_however_often_it_is_asked_for(case: Case) -> None:
    external_id = case.backend.submit(case.request(), token())
    first = until_final(case.backend, external_id)

    again = case.backend.poll(external_id)

    assert (again.state, again.progress) == (first.state, first.progress)
    assert again.billed_samples == first.billed_samples
    assert first.progress == 1.0


def test_another_object_follows_what_is_still_under_way(case: Case) -> None:
    external_id = case.backend.submit(case.request(), token())
    other = case.at(_url(case))

    seen = until_final(other, external_id)
    other.close()

    assert seen.state is GenerationState.SUCCEEDED


def test_threads_share_one_object(case: Case) -> None:
    external_id = case.backend.submit(case.request(), token())
    seen: list[Observation] = []

    threads = [
        threading.Thread(target=lambda: seen.append(until_final(case.backend, external_id)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=40.0)

    assert [each.state for each in seen] == [GenerationState.SUCCEEDED] * 4


def test_a_request_that_works_lacks_nothing(case: Case) -> None:
    assert case.backend.missing(case.request()) == MissingParts()


def test_what_lacks_cannot_be_told_where_nothing_listens(case: Case, dead_url: str) -> None:
    backend = case.at(dead_url)

    with pytest.raises(BackendUnavailableError):
        backend.missing(case.request())
    with pytest.raises(BackendUnavailableError):
        backend.preflight(case.request())
    backend.close()


def test_lanes_and_pauses_are_numbers_that_can_be_waited_for(case: Case) -> None:
    assert case.backend.n_lanes >= 1
    assert 0.0 <= case.backend.submit_interval_s < 600.0
    assert case.backend.poll_interval_s is None or case.backend.poll_interval_s > 0.0


def test_memory_can_be_freed_and_a_trace_of_an_unknown_id_is_unknown(case: Case) -> None:
    case.backend.free_memory()

    assert case.backend.device_trace(case.unknown_id) is None
    reading = case.backend.memory_reading()
    assert reading is None or 0 <= reading[0] <= reading[1]


def test_no_reading_is_no_error_where_nothing_listens(case: Case, dead_url: str) -> None:
    backend = case.at(dead_url)

    assert backend.memory_reading() is None
    assert backend.device_trace(case.unknown_id) is None
    backend.close()


def test_a_fingerprint_can_be_stored_and_does_not_change_with_the_prompt(case: Case) -> None:
    request = case.request()

    facts = {**case.backend.status().fingerprint, **case.backend.fingerprint(request)}
    again = {**case.backend.status().fingerprint, **case.backend.fingerprint(case.request())}

    assert json.loads(json.dumps(facts)) == facts == again
    assert request.prompt_text not in json.dumps(facts)


@pytest.mark.parametrize(
    "answer",
    [
        Answer("<html>Welcome</html>", 200, "text/html"),
        Answer("{", 200),
        Answer([1, 2], 200),
        Answer("no", 401, "text/plain"),
        Answer("busy", 503, "text/plain"),
        Answer("", 0),
    ],
    ids=["html", "half JSON", "a list", "401", "503", "hangs up"],
)
def test_a_light_never_raises_whatever_answers(case: Case, odd: OddServer, answer: Answer) -> None:
    odd.otherwise = answer
    backend = case.at(odd.url)

    status = backend.status()
    backend.close()

    assert status.light is BackendLight.DOWN
    assert status.reason


def test_a_clip_that_cannot_be_written_is_an_error_of_ours_and_leaves_nothing(
    case: Case, tmp_path: Path
) -> None:
    external_id = case.backend.submit(case.request(), token())
    until_final(case.backend, external_id)
    (tmp_path / "a file").write_text("in the way")

    with pytest.raises((DownloadFailedError, DiskFullError)):
        case.backend.fetch(external_id, tmp_path / "a file" / "clip.mp4")

    assert [path.name for path in tmp_path.iterdir()] == ["a file"]


def test_a_cancel_of_an_unknown_id_does_no_harm(case: Case) -> None:
    case.backend.cancel(case.unknown_id)

    after = until_final(case.backend, case.backend.submit(case.request(), token()))

    assert after.state is GenerationState.SUCCEEDED


def test_closing_twice_is_closing_once_and_ends_every_wait(case: Case) -> None:
    backend = case.at(_url(case))
    backend.status()

    backend.close()
    backend.close()
    backend.wait(case.unknown_id, 60.0)


def test_what_it_says_of_cancelling_is_what_the_runs_may_rely_on(case: Case) -> None:
    assert case.backend.can_cancel is (case.backend.kind is not BackendKind.VERTEX)
