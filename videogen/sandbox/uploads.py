"""The uploaded files that a graph is made from: looked at as the real loaders look at them."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from videogen.sandbox.comfy_job import NodeFailedError
from videogen.sandbox.node_catalogue import UPLOAD_INPUTS
from videogen.sandbox.workflow_reading import Graph, WorkflowReading, ancestors, read_workflow

_START_CLASSES = frozenset(
    {"WanImageToVideo", "WanVideoImageToVideoEncode", "WanVideoImageToVideoMultiTalk"}
)
_SUBJECT_CLASSES = frozenset({"WanVideoPhantomEmbeds", "WanPhantomSubjectToVideo"})
_VOICE_CLASS = "MultiTalkWav2VecEmbeds"
_WINDOW_CLASS = "WanVideoImageToVideoMultiTalk"
_CAMERA_CLASS = "VHS_LoadVideo"
_FOLLOWS_CAMERA = "uni3c_embeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """What an output node's graph loads; empty where it loads nothing of the kind."""

    start: Path | None = None
    subjects: tuple[Path, ...] = ()
    voice: Path | None = None


def uploads_of(graph: Graph, output_id: str, folder: Path) -> Uploads:
    ids = ancestors(graph, output_id)
    starts = _loaded(graph, ids, _START_CLASSES, "LoadImage", folder)
    voices = _loaded(graph, ids, frozenset({_VOICE_CLASS}), "LoadAudio", folder)
    return Uploads(
        start=starts[0] if starts else None,
        subjects=_loaded(graph, ids, _SUBJECT_CLASSES, "LoadImage", folder),
        voice=voices[0] if voices else None,
    )


def _loaded(
    graph: Graph, ids: list[str], users: frozenset[str], loader: str, folder: Path
) -> tuple[Path, ...]:
    """What the loaders above nodes of these classes load, a loader once."""
    loaders = dict.fromkeys(
        source
        for each in ids
        if graph[each]["class_type"] in users
        for source in ancestors(graph, each)
        if graph[source]["class_type"] == loader
    )
    name = UPLOAD_INPUTS[loader]
    paths = [folder / str(graph[source]["inputs"].get(name)) for source in loaders]
    return tuple(path for path in paths if path.is_file())


def read_with_uploads(graph: Graph, output_id: str, folder: Path) -> WorkflowReading:
    """As `read_workflow`, but a clip with a voice lasts as many windows as the voice fills."""
    reading = read_workflow(graph, output_id)
    voice = uploads_of(graph, output_id, folder).voice
    spoken_s = None if voice is None else _duration_s(voice)
    if spoken_s is None:
        return reading
    spoken_frames = max(1, min(reading.work.frames, int(spoken_s * reading.fps)))
    frames = _whole_windows(spoken_frames, graph, output_id)
    return replace(reading, work=replace(reading.work, frames=frames))


def _whole_windows(spoken_frames: int, graph: Graph, output_id: str) -> int:
    """The real loop never cuts its last window, and each begins with the end of the one before."""
    nodes = [graph[each] for each in ancestors(graph, output_id)]
    windows = (node["inputs"] for node in nodes if node["class_type"] == _WINDOW_CLASS)
    inputs = next(windows, None)
    if inputs is None:
        return spoken_frames
    window, again = int(inputs["frame_window_size"]), int(inputs["motion_frame"])
    new = max(1, window - again)
    return window + new * max(0, -(-(spoken_frames - window) // new))


def needs_look(node: dict[str, Any]) -> bool:
    """Whether running this node depends on what an uploaded file holds."""
    return node["class_type"] in UPLOAD_INPUTS or _FOLLOWS_CAMERA in node.get("inputs", {})


def check_loader(graph: Graph, node_id: str, folder: Path) -> None:
    """Raises: NodeFailedError: what the real loader says of a file that it cannot read."""
    node = graph[node_id]
    name = UPLOAD_INPUTS.get(node["class_type"])
    if name is None:
        return
    path = folder / str(node["inputs"].get(name))
    try:
        _CHECKS[node["class_type"]](path)
    except (FFmpegError, OSError, IndexError, StopIteration, ValueError):
        raise _unreadable(node["class_type"], path) from None


def check_camera(graph: Graph, node_id: str, folder: Path, frames: int) -> None:
    """Raises: NodeFailedError: a camera render shorter than the clip that is to follow it.

    The wording is ours: nobody recorded what the real sampler says of two lengths.
    """
    if _FOLLOWS_CAMERA not in graph[node_id].get("inputs", {}):
        return
    for each in ancestors(graph, node_id):
        node = graph[each]
        if node["class_type"] != _CAMERA_CLASS:
            continue
        length_s = _duration_s(folder / str(node["inputs"]["video"])) or 0.0
        rendered = round(length_s * float(node["inputs"].get("force_rate") or 16))
        if rendered < frames:
            message = f"The render has {rendered} frames, the clip has {frames}.\n"
            raise NodeFailedError("RuntimeError", message)


def _duration_s(path: Path) -> float | None:
    """None: nobody can tell, the node that loads it will say so."""
    try:
        with av.open(str(path)) as container:
            return None if container.duration is None else container.duration / av.time_base
    except (FFmpegError, OSError):
        return None


def _decode_picture(path: Path) -> None:
    with av.open(str(path)) as container:
        next(container.decode(video=0))


def _decode_sound(path: Path) -> None:
    with av.open(str(path)) as container:
        next(container.decode(audio=0))


_CHECKS = {
    "LoadImage": _decode_picture,
    "LoadAudio": _decode_sound,
    "LoadVideo": _decode_picture,
    "VHS_LoadVideo": _decode_picture,
}


def _unreadable(class_type: str, path: Path) -> NodeFailedError:
    name = f"/comfyui/input/{path.name}"
    match class_type:
        case "LoadImage":
            kind = "PIL.UnidentifiedImageError"
            return NodeFailedError(kind, f"cannot identify image file '{name}'\n")
        case "VHS_LoadVideo":
            return NodeFailedError("ValueError", f"{name} could not be loaded with cv.\n")
        case _:
            message = f"[Errno 1094995529] Invalid data found when processing input: '{name}'\n"
            return NodeFailedError("av.error.InvalidDataError", message)
