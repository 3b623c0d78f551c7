"""Reads a graph in API format: what it would make, with what, in which order."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from videogen.sandbox.profiles import GraphTraits, Work

Graph = dict[str, dict[str, Any]]

_FRAME_INPUTS = ("num_frames", "length", "video_length", "batch_size")
_TEXT_INPUTS = ("positive_prompt", "text", "prompt")
_WINDOW_INPUTS = ("context_length", "frame_window_size")
_FPS_INPUTS = ("frame_rate", "fps")
_MODEL_SUFFIXES = (".safetensors", ".ckpt", ".pt", ".pth", ".gguf", ".bin")
# What ComfyUI counts as the generating model; encoders and VAEs do not change the condition.
_MAIN_MODEL_INPUTS = ("unet_name", "model", "ckpt_name", "model_name")
_SUPPORT_WORDS = ("vae", "umt5", "clip", "wav2vec", "lora")
_DEFAULT_SIDE_PX = 512
_DEFAULT_FRAMES = 16


def is_link(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)


def linked_ids(node: dict[str, Any]) -> list[str]:
    return [value[0] for value in node.get("inputs", {}).values() if is_link(value)]


def ancestors(graph: Graph, output_id: str) -> list[str]:
    """The output node first, then what it needs, nearest first."""
    found = [output_id]
    for node_id in found:
        found += [
            each for each in linked_ids(graph[node_id]) if each in graph and each not in found
        ]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowReading:
    """What an output node of a graph asks for."""

    work: Work
    fps: Fraction
    seed: int
    prompt: str
    model: str
    model_files: tuple[str, ...]
    loras: tuple[str, ...]
    classes: frozenset[str]
    colour: int
    has_audio: bool

    @property
    def traits(self) -> GraphTraits:
        return GraphTraits(
            classes=self.classes,
            model_files=self.model_files,
            loras=self.loras,
            work=self.work,
        )


def _literals(graph: Graph, ids: list[str], names: tuple[str, ...]) -> Iterator[int | float]:
    for node_id in ids:
        inputs = graph[node_id].get("inputs", {})
        for name in names:
            value = inputs.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield value


def _size(graph: Graph, ids: list[str]) -> tuple[int, int]:
    for node_id in ids:
        inputs = graph[node_id].get("inputs", {})
        width, height = inputs.get("width"), inputs.get("height")
        if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
            return width, height
    return _DEFAULT_SIDE_PX, _DEFAULT_SIDE_PX


def _frames(graph: Graph, ids: list[str]) -> int:
    for (
        name
    ) in _FRAME_INPUTS:  # EmptyHunyuanLatentVideo has a length and a batch_size: length first
        for value in _literals(graph, ids, (name,)):
            return max(1, int(value))
    loads_still = any(graph[each]["class_type"] == "LoadImage" for each in ids)
    return 1 if loads_still else _DEFAULT_FRAMES


def _text(graph: Graph, node_id: str) -> str | None:
    for each in ancestors(graph, node_id):
        inputs = graph[each].get("inputs", {})
        for name in _TEXT_INPUTS:
            if isinstance(inputs.get(name), str):
                return str(inputs[name])
    return None


def _prompt(graph: Graph, ids: list[str]) -> str:
    for name in ("positive", "text_embeds"):
        for node_id in ids:
            link = graph[node_id].get("inputs", {}).get(name)
            if is_link(link) and link[0] in graph:
                return _text(graph, link[0]) or ""
    return _text(graph, ids[0]) or ""


def _model_files(graph: Graph, ids: list[str]) -> tuple[str, ...]:
    found: list[str] = []
    for node_id in ids:
        for name, value in graph[node_id].get("inputs", {}).items():
            if isinstance(value, str) and value.lower().endswith(_MODEL_SUFFIXES):
                found.insert(0 if name in _MAIN_MODEL_INPUTS[:3] else len(found), value)
    return tuple(found)


def _main_models(files: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(file for file in files if not any(word in file.lower() for word in _SUPPORT_WORDS))


def _loras(graph: Graph, ids: list[str]) -> tuple[str, ...]:
    return tuple(
        value
        for node_id in ids
        for name, value in graph[node_id].get("inputs", {}).items()
        if name.startswith("lora") and isinstance(value, str) and value != "none"
    )


def _work(graph: Graph, ids: list[str]) -> Work:
    width_px, height_px = _size(graph, ids)
    windows = [int(value) for value in _literals(graph, ids, _WINDOW_INPUTS)]
    return Work(
        width_px=width_px,
        height_px=height_px,
        frames=_frames(graph, ids),
        steps=max(1, int(next(_literals(graph, ids, ("steps",)), 1))),
        swapped_blocks=int(next(_literals(graph, ids, ("blocks_to_swap",)), 0)),
        window_frames=windows[0] if windows and windows[0] > 0 else None,
    )


def read_workflow(graph: Graph, output_id: str) -> WorkflowReading:
    ids = ancestors(graph, output_id)
    files = _main_models(_model_files(graph, ids))
    fps = next((value for value in _literals(graph, ids, _FPS_INPUTS) if value > 0), 8)
    return WorkflowReading(
        work=_work(graph, ids),
        fps=Fraction(fps).limit_denominator(1001),
        seed=int(next(_literals(graph, ids, ("seed", "noise_seed")), 0)),
        prompt=_prompt(graph, ids),
        model="+".join(sorted(files)),
        model_files=files,
        loras=_loras(graph, ids),
        classes=frozenset(str(graph[each]["class_type"]) for each in ids),
        colour=int(next(_literals(graph, ids, ("color",)), 0)),
        has_audio=is_link(graph[output_id].get("inputs", {}).get("audio")),
    )


def execution_order(graph: Graph, outputs: list[str], output_classes: frozenset[str]) -> list[str]:
    """Every needed node after what it needs, in the order of the real server's ExecutionList.

    Raises: ValueError: the graph goes in a circle.
    """
    waiting = _found_depth_first(graph, outputs)
    followers: dict[str, list[str]] = {each: [] for each in waiting}
    for node_id in waiting:
        for source_id in linked_ids(graph[node_id]):
            followers[source_id].append(node_id)
    done: list[str] = []
    while waiting:
        ready = [each for each in waiting if not set(linked_ids(graph[each])) & set(waiting)]
        if not ready:
            raise ValueError(f"the graph goes in a circle through {waiting}")
        shown = {each for each in followers if graph[each]["class_type"] in output_classes}
        chosen = _friendly_pick(ready, followers, shown)
        waiting.remove(chosen)
        done.append(chosen)
    return done


def _found_depth_first(graph: Graph, outputs: list[str]) -> list[str]:
    found: list[str] = []
    for output_id in outputs:
        stack = [output_id]
        while stack:
            node_id = stack.pop()
            if node_id not in found:
                found.append(node_id)
                stack += linked_ids(graph[node_id])
    return found


def _friendly_pick(ready: list[str], followers: dict[str, list[str]], shown: set[str]) -> str:
    """An output first, then what stands one step before one, then two steps."""
    for node_id in ready:
        if node_id in shown:
            return node_id
    for node_id in ready:
        if any(each in shown for each in followers[node_id]):
            return node_id
    for node_id in ready:
        if any(later in shown for each in followers[node_id] for later in followers[each]):
            return node_id
    return ready[0]


def signatures(graph: Graph, order: list[str]) -> dict[str, str]:
    """A node's class and inputs with its ancestors': equal means the result is reused."""
    known: dict[str, str] = {}
    for node_id in order:
        node = graph[node_id]
        inputs = {
            name: (known.get(value[0], value[0]), value[1]) if is_link(value) else value
            for name, value in node.get("inputs", {}).items()
        }
        known[node_id] = repr((node["class_type"], sorted(inputs.items())))
    return {node_id: str(hash(text)) for node_id, text in known.items()}
