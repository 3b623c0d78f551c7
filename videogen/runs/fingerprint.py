"""What must be the same for two runs' times and memory to be compared."""

from collections.abc import Mapping
from typing import Any

from videogen import __version__
from videogen.backends.contract import Backend
from videogen.catalogue import graph_sha256
from videogen.domain.condition import Condition
from videogen.domain.generation import BackendStatus, GenerationRequest
from videogen.runs.context import RunContext
from videogen.runs.request import GRAPH_SETTING


def fingerprint(
    context: RunContext, backend: Backend, status: BackendStatus, request: GenerationRequest
) -> Mapping[str, Any]:
    """The server's own words, the workflow and models of the condition, its settings, and us."""
    return {
        **status.fingerprint,
        **backend.fingerprint(request),
        **_workflow(context, request.condition),
        "settings": _settings(request.condition),
        "videogen": __version__,
    }


def _workflow(context: RunContext, condition: Condition) -> Mapping[str, Any]:
    """Of the graph as the catalogue has it: prompt and seed, which differ, are not in it yet."""
    if GRAPH_SETTING in condition.settings:
        return {"workflow_sha256": graph_sha256(condition.settings[GRAPH_SETTING])}
    manifest = context.manifests.get(condition.workflow or "")
    if manifest is None:
        return {"models": [condition.model]}
    return {
        "workflow_sha256": graph_sha256(manifest.graph),
        "models": sorted(part.file for part in manifest.parts),
    }


def _settings(condition: Condition) -> Mapping[str, Any]:
    sizes = {
        name: getattr(condition, name) for name in ("width_px", "height_px", "n_frames", "fps")
    }
    own = {name: value for name, value in condition.settings.items() if name != GRAPH_SETTING}
    return {**{name: value for name, value in sizes.items() if value is not None}, **own}
