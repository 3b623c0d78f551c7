"""The bars and messages of one node: how often it reports and how long it takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Shares of a run's time by kind of node, after the recorded runs: sampling dwarfs the rest.
_WEIGHTS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("Sampler",), 100.0),
    (("Decode",), 8.0),
    (("ModelLoader", "UNETLoader", "CheckpointLoader", "AnimateDiffLoader"), 4.0),
    (("Loader", "LoadWanVideo", "TextEncode", "ToVideo", "VHS_VideoCombine", "SaveVideo"), 1.0),
)
_LIGHT = 0.2
_WEIGHT_BAR = 825  # WanVideoSampler shows its weights as a first bar of this length


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One report of a node: at which share of the node's time, what the bar says (None: no bar)."""

    share: float
    value: int
    maximum: int


def node_weight(class_type: str) -> float:
    for words, weight in _WEIGHTS:
        if any(word in class_type for word in words):
            return weight
    return _LIGHT


def ticks(class_type: str, inputs: Mapping[str, Any], frames: int) -> Iterator[Tick]:
    """The bars a node shows while it runs, in order; most nodes show none."""
    if class_type.startswith("WanVideoSampler"):
        yield Tick(share=0.01, value=1, maximum=_WEIGHT_BAR)
        yield Tick(share=0.03, value=_WEIGHT_BAR, maximum=_WEIGHT_BAR)
        yield Tick(share=0.03, value=0, maximum=_WEIGHT_BAR)
        yield from _bar(_whole(inputs.get("steps"), 30), first=0.04)
    elif "Sampler" in class_type and "steps" in inputs:
        yield from _bar(_whole(inputs["steps"], 20), first=0.0)
    elif "steps" in inputs and "Scheduler" not in class_type:
        yield from _bar(_whole(inputs["steps"], 1), first=0.0)
    elif class_type == "WanVideoDecode":
        yield from _bar(max(1, (frames + 3) // 4), first=0.0)
    elif class_type == "VHS_VideoCombine":
        yield Tick(share=0.1, value=1, maximum=frames)
        yield Tick(share=0.9, value=frames, maximum=frames)


def progress_entry(
    node_id: str, prompt_id: str, value: float, maximum: float, state: str
) -> dict[str, Any]:
    """A node's part of a progress_state message."""
    return {
        "value": value,
        "max": maximum,
        "state": state,
        "node_id": node_id,
        "prompt_id": prompt_id,
        "display_node_id": node_id,
        "parent_node_id": None,
        "real_node_id": node_id,
    }


def _whole(value: object, default: int) -> int:
    return max(1, value) if isinstance(value, int) else default


def _bar(steps: int, *, first: float) -> Iterator[Tick]:
    for step in range(1, steps + 1):
        yield Tick(share=first + (1 - first) * step / steps, value=step, maximum=steps)
