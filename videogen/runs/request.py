"""What a back end is asked for, made from a run's condition, prompt and seed."""

from collections.abc import Collection, Mapping

from videogen.catalogue import Manifest
from videogen.clips import ExpectedClip
from videogen.domain.condition import BackendKind, Condition, Purpose
from videogen.domain.generation import GenerationRequest, InputContent, Workflow
from videogen.domain.prompt import Prompt
from videogen.errors import InvalidInputError

GRAPH_SETTING = "graph"  # a user's own graph travels in its condition
WINDOW_FRAMES = 81  # of a speaking image, unless its condition says otherwise


def build_request(
    condition: Condition,
    prompt: Prompt,
    seed: int,
    manifests: Mapping[str, Manifest],
    inputs: Mapping[str, InputContent] | None = None,
) -> GenerationRequest:
    """Raises: InvalidInputError: a value or an input that the workflow's slots do not take."""
    given = dict(inputs or {})
    negative = condition.settings.get("negative_prompt")
    return GenerationRequest(
        condition=condition,
        prompt_text=prompt.text,
        seed=seed,
        negative_prompt=negative,
        workflow=_workflow(condition, prompt, seed, negative, manifests, inputs=given.keys()),
        inputs=given,
    )


def user_condition(name: str, workflow: Workflow) -> Condition:
    """A condition for a graph from a file: the graph travels with it, so a restart finds it."""
    return Condition(
        name=name,
        backend=BackendKind.COMFY,
        model=name,
        workflow=None,
        width_px=None,
        height_px=None,
        n_frames=None,
        fps=None,
        settings={GRAPH_SETTING: dict(workflow.graph), "save_node": workflow.save_node},
    )


def expected_clip(condition: Condition) -> ExpectedClip | None:
    """None for a user's own graph: only the clip itself tells its size."""
    if not (condition.width_px and condition.height_px and condition.n_frames and condition.fps):
        return None
    return ExpectedClip(
        width_px=condition.width_px,
        height_px=condition.height_px,
        n_frames=condition.n_frames,
        fps=condition.fps,
        allow_flat=bool(condition.settings.get("allow_flat", False)),
        allow_noise=bool(condition.settings.get("allow_noise", False)),
        keeps_image_shape=bool(condition.settings.get("keeps_image_shape", False)),
        is_as_long_as_its_voice=condition.purpose is Purpose.LIPSYNC,
        window_frames=int(condition.settings.get("window_frames", WINDOW_FRAMES)),
    )


def _workflow(
    condition: Condition,
    prompt: Prompt,
    seed: int,
    negative: str | None,
    manifests: Mapping[str, Manifest],
    *,
    inputs: Collection[str],
) -> Workflow | None:
    if GRAPH_SETTING in condition.settings:
        return Workflow(
            name=condition.name,
            graph=condition.settings[GRAPH_SETTING],
            save_node=condition.settings["save_node"],
        )
    if condition.workflow is None:
        return None
    if condition.workflow not in manifests:
        raise InvalidInputError("workflow_unknown", field="workflow", value=condition.workflow)
    return manifests[condition.workflow].fill(
        condition, prompt_text=prompt.text, negative_prompt=negative, seed=seed, inputs=inputs
    )
