"""Each of Google's two protocols against the same sandbox."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.backends.odd_server import Answer
from tests.backends.requests import CONDITIONS, token
from tests.sandbox.running import RunningSandbox
from videogen.backends.google import InteractionsBackend, VertexBackend
from videogen.domain.generation import GenerationRequest

# The shortest and smallest that each can do: the sandbox draws every clip.
SMALL = {
    "veo-3.1-lite": {"n_frames": 96, "settings": {"duration_s": 4}},
    "gemini-omni": {"n_frames": 72, "width_px": 640, "height_px": 360, "settings": {}},
}
NO_FAILURES = {"kind": "no_failures"}
UNDRAWN = {"kind": "bad_video"}
SANDBOX_INFO = Answer({"sandbox": True, "time_scale": 400.0})


def small_request(name: str) -> GenerationRequest:
    condition = replace(CONDITIONS[name], **SMALL[name])  # type: ignore[arg-type]
    return GenerationRequest(condition=condition, prompt_text="a red kite", seed=1)


@dataclass
class Google:
    """One protocol: its back end, what it is asked, and what it is told wrongly."""

    sandbox: RunningSandbox
    backend: VertexBackend | InteractionsBackend
    request: Callable[[], GenerationRequest]
    at: Callable[..., VertexBackend | InteractionsBackend]
    start_path: str  # how the path of a start ends
    unknown_id: str

    def script(self, kind: str, **params: Any) -> None:
        self.sandbox.script(NO_FAILURES, {"kind": kind, **params})

    def script_start(self, kind: str, **params: Any) -> None:
        """For a job that nobody will ask for: nothing is drawn of it."""
        self.sandbox.script(NO_FAILURES, {"kind": kind, **params}, UNDRAWN)

    def started(self) -> str:
        """The id of a job whose clip nobody will ask for."""
        self.sandbox.script(NO_FAILURES, UNDRAWN)
        return self.backend.submit(self.request(), token())

    def n_played(self) -> int:
        """How often the one scripted fault struck: how many requests met it."""
        faults = self.sandbox.google.get("/_sandbox/faults").json()
        return int(faults[1]["played"])

    def n_submits(self) -> int:
        submits = self.sandbox.google.get("/_sandbox/log").json()["submits"]
        return sum(submit["kind"] == self.backend.kind.value for submit in submits)


@pytest.fixture(scope="session")
def both(running: RunningSandbox) -> Iterator[dict[str, Google]]:
    """Made once: an SDK client takes 60 ms to make."""
    made = {"vertex": vertex_of(running), "interactions": interactions_of(running)}
    yield made
    for each in made.values():
        each.backend.close()


@pytest.fixture(params=["vertex", "interactions"])
def google(
    request: pytest.FixtureRequest,
    both: dict[str, Google],
    sandbox: RunningSandbox,  # begins without faults
) -> Google:
    return both[request.param]


def vertex_of(sandbox: RunningSandbox) -> Google:
    model = "projects/p/locations/l/publishers/google/models/veo-3.1-lite-generate-001"
    return Google(
        sandbox=sandbox,
        backend=VertexBackend(base_url=str(sandbox.google.base_url).rstrip("/")),
        request=lambda: small_request("veo-3.1-lite"),
        at=lambda url, **more: VertexBackend(base_url=url, **more),
        start_path=":predictLongRunning",
        unknown_id=f"{model}/operations/none",
    )


def interactions_of(sandbox: RunningSandbox) -> Google:
    return Google(
        sandbox=sandbox,
        backend=InteractionsBackend(base_url=str(sandbox.google.base_url).rstrip("/")),
        request=lambda: small_request("gemini-omni"),
        at=lambda url, **more: InteractionsBackend(base_url=url, **more),
        start_path="/interactions",
        unknown_id="v1_none",
    )
