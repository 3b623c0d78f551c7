"""What a server still needs, from the manifests' own facts."""

from collections.abc import Iterator

import pytest

from tests.backends.requests import CONDITIONS, MANIFESTS
from tests.sandbox.running import RunningSandbox, running_sandbox
from videogen.backends import ComfyBackend, VertexBackend
from videogen.domain.condition import BackendKind
from videogen.errors import BackendUnavailableError
from videogen.runs.preflight import preflight

COMFY = [c for c in CONDITIONS.values() if c.backend is BackendKind.COMFY]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox("--comfy-port", "0", "--google-port", "0") as running:
        yield running


@pytest.fixture
def comfy(sandbox: RunningSandbox) -> Iterator[ComfyBackend]:
    backend = ComfyBackend(str(sandbox.comfy.base_url))
    yield backend
    backend.close()


def test_the_sandbox_has_all_that_the_default_conditions_need(comfy: ComfyBackend) -> None:
    (found,) = preflight([comfy], CONDITIONS.values(), MANIFESTS)

    assert {n: lacks for n, lacks in found.conditions.items() if not lacks.is_complete} == {}
    assert set(found.conditions) == {condition.name for condition in COMFY}
    assert found.is_complete


def test_a_file_that_no_manifest_lists_is_named_without_guesses(comfy: ComfyBackend) -> None:
    condition = CONDITIONS["wan-1.3b"]
    changed = type(condition)(
        name=condition.name,
        backend=condition.backend,
        model=condition.model,
        workflow=condition.workflow,
        width_px=condition.width_px,
        height_px=condition.height_px,
        n_frames=condition.n_frames,
        fps=condition.fps,
        settings={**condition.settings, "model_file": "folder/my own.safetensors"},
    )

    (found,) = preflight([comfy], [changed], MANIFESTS)

    (model,) = found.conditions["wan-1.3b"].models
    assert (model.file, model.folder, model.size_bytes) == ("my own.safetensors", None, None)
    assert not found.is_complete


def test_each_server_is_asked_for_itself_and_a_dead_one_says_so(comfy: ComfyBackend) -> None:
    dead = ComfyBackend("http://127.0.0.1:9")
    cloud = VertexBackend(base_url="http://127.0.0.1:9")

    up, down = preflight([comfy, dead, cloud], [CONDITIONS["animatediff"]], MANIFESTS)

    assert up.is_complete
    assert isinstance(down.error, BackendUnavailableError)
    assert (down.backend, down.is_complete) == ("comfy@127.0.0.1:9", False)
    dead.close()
    cloud.close()
