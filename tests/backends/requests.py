"""Requests as the runs make them, from the catalogue's own conditions."""

import time
import uuid
from pathlib import Path

from videogen.backends.contract import Backend
from videogen.catalogue import default_conditions, load_manifests
from videogen.domain.generation import (
    GenerationRequest,
    GenerationState,
    InputContent,
    Observation,
)

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = load_manifests(ROOT / "workflows")
CONDITIONS = {c.name: c for c in default_conditions(ROOT / "data", MANIFESTS)}
FINAL = (GenerationState.SUCCEEDED, GenerationState.FAILED, GenerationState.CANCELLED)


def comfy_request(name: str = "server_check", *, seed: int = 1) -> GenerationRequest:
    manifest = MANIFESTS[name]
    condition = CONDITIONS.get(name) or manifest.default_condition()
    workflow = manifest.fill(condition, prompt_text="a red kite", negative_prompt=None, seed=seed)
    return GenerationRequest(
        condition=condition, prompt_text="a red kite", seed=seed, workflow=workflow
    )


def veo_request(name: str = "veo-3.1-lite", *, seed: int = 1) -> GenerationRequest:
    return GenerationRequest(condition=CONDITIONS[name], prompt_text="a red kite", seed=seed)


def omni_request(name: str = "gemini-omni", *, seed: int = 1) -> GenerationRequest:
    return GenerationRequest(condition=CONDITIONS[name], prompt_text="a red kite", seed=seed)


def wan_request(
    name: str = "replicate-wan-2.2-t2v-fast", *, seed: int = 1, image: InputContent | None = None
) -> GenerationRequest:
    return GenerationRequest(
        condition=CONDITIONS[name],
        prompt_text="a red kite",
        seed=seed,
        inputs={} if image is None else {"image": image},
    )


def token() -> str:
    return str(uuid.uuid4())


def until_final(backend: Backend, external_id: str, timeout_s: float = 30.0) -> Observation:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        seen = backend.poll(external_id)
        if seen.state in FINAL:
            return seen
        backend.wait(external_id, 0.5)
    raise TimeoutError(external_id)


def until_state(backend: Backend, external_id: str, state: GenerationState) -> None:
    deadline = time.monotonic() + 20.0
    while time.monotonic() < deadline:
        if backend.poll(external_id).state is state:
            return
        time.sleep(0.01)
    raise TimeoutError(f"{external_id} never was {state}")
