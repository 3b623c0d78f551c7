"""What every back end promises, over real HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from tests.backends.requests import comfy_request, token, until_final, veo_request
from tests.sandbox.running import RunningSandbox
from videogen.backends import Backend, ComfyBackend, VertexBackend
from videogen.domain.generation import BackendLight, GenerationRequest, GenerationState
from videogen.domain.run import Origin
from videogen.errors import BackendUnavailableError, DownloadFailedError


@dataclass
class Case:
    backend: Backend
    request: Callable[[], GenerationRequest]
    at: Callable[[str], Backend]
    unknown_id: str


@pytest.fixture(params=["comfy", "vertex"])
def case(request: pytest.FixtureRequest, sandbox: RunningSandbox) -> Iterator[Case]:
    made = {"comfy": _comfy, "vertex": _vertex}[request.param](sandbox)
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
    return Case(backend, veo_request, at, f"{model}/operations/{token()}")


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
    other = case.at("http://" + case.backend.name.split("@")[1])

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
