"""Reading a graph that somebody brought: where its settings and its files stand, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from videogen.catalogue.graph_checks import Graph, titled
from videogen.catalogue.graph_tracing import (
    adds_noise,
    downstream,
    nearest,
    samplers,
    save_nodes,
    text_places,
    upstream,
)
from videogen.catalogue.manifest_file import Place
from videogen.catalogue.model_folders import LoadedFile, loaded_files
from videogen.catalogue.own_workflow import SEED_INPUTS, last_save_node
from videogen.catalogue.proposal import KINDS, Confidence, Note, Proposal, ProposedSlot
from videogen.catalogue.proposed_inputs import proposed_inputs, proposed_purpose
from videogen.catalogue.proposed_limits import proposed_limit
from videogen.domain.condition import Purpose

NUMBER = (int, float)
SIZE_INPUTS: Mapping[str, tuple[str, ...]] = {
    "width_px": ("width",),
    "height_px": ("height",),
    "n_frames": ("num_frames", "length", "video_length", "frame_count", "frames"),
}
# Where else in a graph the same size may stand: resized pictures, a camera render that is read.
TOLD_TO: Mapping[str, tuple[str, ...]] = {
    "width_px": ("width", "custom_width", "target_width"),
    "height_px": ("height", "custom_height", "target_height"),
    "n_frames": (*SIZE_INPUTS["n_frames"], "frame_load_cap"),
    "fps": ("fps", "force_rate"),
}
LATENT_FRAMES = ("batch_size",)  # of an empty latent: AnimateDiff's frames
FPS_INPUTS = ("frame_rate", "fps")
# name, type and inputs of what the sampler takes itself or from a node before it
SAMPLING: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("steps", "int", ("steps",)),
    ("cfg", "float", ("cfg", "guidance")),
    ("shift", "float", ("shift",)),
    ("sampler_name", "choice", ("sampler_name",)),
    ("scheduler", "choice", ("scheduler",)),
    ("blocks_to_swap", "int", ("blocks_to_swap",)),
)
FILE_SLOTS: Mapping[str, str] = {
    "models/checkpoints": "model_file",
    "models/diffusion_models": "model_file",
    "models/loras": "lora_file",
    "models/vae": "vae_file",
    "models/text_encoders": "text_encoder_file",
    "models/clip_vision": "clip_vision_file",
    "models/controlnet": "controlnet_file",
    "models/animatediff_models": "motion_file",
}
MAIN_FOLDERS = frozenset({"models/checkpoints", "models/diffusion_models", "models/loras"})
LORA_STRENGTHS = ("strength_model", "strength")
MAX_NAMED_MODELS = 3
# Between the last sampler and the save node: what leaves size and number of frames as they are.
NEUTRAL = ("decode", "passimages", "createvideo", "reroute", "colormatch", "sharpen", "preview")
RESIZES = ("scale", "resize", "crop", "pad", "rotate")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    graph: Graph
    object_info: Mapping[str, Any]
    save_node: str
    samplers: tuple[str, ...]  # the last one first
    purpose: Purpose
    above: tuple[str, ...]  # what feeds the last sampler, the nearest first, itself before all
    is_wan: bool


def propose(
    graph: Graph, object_info: Mapping[str, Any] | None = None, *, file_name: str = ""
) -> Proposal:
    """Slots, files and purpose of a checked graph; `object_info` is a server's description.

    Raises: InvalidInputError: no node of it saves a video.
    """
    save_node = last_save_node(graph, file_name)
    found = tuple(samplers(graph, save_node))
    above = tuple(upstream(graph, found[0] if found else save_node))
    purpose = proposed_purpose(graph, above)
    reading = _Reading(
        graph=graph,
        object_info=object_info or {},
        save_node=save_node,
        samplers=found,
        purpose=purpose,
        above=above,
        is_wan=_is_wan(graph, above),
    )
    slots = tuple(_slots(reading))
    return Proposal(
        graph=graph,
        save_node=save_node,
        sampler_node=found[0] if found else above[-1],
        purpose=purpose,
        slots=slots,
        inputs=proposed_inputs(graph, above, purpose, save_node, object_info),
        notes=tuple(_notes(reading, {slot.name for slot in slots})),
        model=_model(loaded_files(graph, above)),
    )


def _is_wan(graph: Graph, above: Iterable[str]) -> bool:
    words = [graph[node]["class_type"] for node in above]
    words += [one.file for one in loaded_files(graph, above)]
    return any("wan" in word.lower() for word in words)


def _slots(reading: _Reading) -> Iterator[ProposedSlot]:
    yield from _texts(reading)
    yield from _seed(reading)
    yield from _sizes(reading)
    yield from _sampling(reading)
    yield from _files(reading)


def _texts(reading: _Reading) -> Iterator[ProposedSlot]:
    if not reading.samplers:
        return
    taken: set[Place] = set()
    for name, side in (("prompt", "positive"), ("negative_prompt", "negative")):
        places = text_places(reading.graph, reading.samplers[0], side)
        free = [place for place in places if place not in taken]
        if free:
            sure = Confidence.SURE if len(places) == 1 else Confidence.LIKELY
            yield _slot(reading, name, free[0], kind="text", sure=sure, why=side)
            taken.add(free[0])


def _seed(reading: _Reading) -> Iterator[ProposedSlot]:
    """Of two samplers in a row the one that makes the noise; else the last one's."""
    makers = [each for each in reading.samplers if adds_noise(reading.graph[each])]
    for each in makers:
        place = nearest(reading.graph, upstream(reading.graph, each), SEED_INPUTS, int)
        if place is not None:
            on_it = place.node == each
            sure = Confidence.SURE if on_it else Confidence.LIKELY
            yield _slot(
                reading, "seed", place, kind="int", sure=sure, why="sampler" if on_it else "above"
            )
            return


def _sizes(reading: _Reading) -> Iterator[ProposedSlot]:
    settles = _settled(reading)
    for name, inputs in SIZE_INPUTS.items():
        place = nearest(reading.graph, reading.above, inputs, int)
        if place is None and name == "n_frames":
            place = _latent_frames(reading)
        if place is None or name not in settles:
            continue
        yield _slot(reading, name, place, kind="int", sure=Confidence.LIKELY, why="size")
    if "fps" not in settles:
        return
    last = upstream(reading.graph, reading.save_node)
    place = nearest(reading.graph, last, FPS_INPUTS, NUMBER)
    if place is not None:
        on_it = place.node == reading.save_node
        sure = Confidence.SURE if on_it else Confidence.LIKELY
        yield _slot(reading, "fps", place, kind="float", sure=sure, why="save")


def _latent_frames(reading: _Reading) -> Place | None:
    latents = [n for n in reading.above if "latent" in reading.graph[n]["class_type"].lower()]
    return nearest(reading.graph, latents, LATENT_FRAMES, int)


def _settled(reading: _Reading) -> frozenset[str]:
    """Which of the clip's sizes the graph's own numbers settle; of the others only it will tell."""
    settled = {"width_px", "height_px", "n_frames", "fps"}
    if not reading.samplers:
        return frozenset(settled)
    if reading.purpose is Purpose.LIPSYNC:  # the voice's length decides
        settled.discard("n_frames")
    if reading.graph[reading.save_node]["inputs"].get("pingpong") is True:
        settled.discard("n_frames")
    after = set(downstream(reading.graph, reading.samplers[0])) - {reading.samplers[0]}
    between = after & set(upstream(reading.graph, reading.save_node)) - {reading.save_node}
    for node_id in between:
        word = reading.graph[node_id]["class_type"].lower()
        if any(part in word for part in NEUTRAL):
            continue
        settled -= {"width_px", "height_px"}
        if not any(part in word for part in RESIZES):
            settled -= {"n_frames", "fps"}
    return frozenset(settled)


def _sampling(reading: _Reading) -> Iterator[ProposedSlot]:
    for name, kind, inputs in SAMPLING:
        if name in ("steps", "cfg") and len(reading.samplers) > 1:
            continue  # one of two would change, and the other go on as before
        place = nearest(reading.graph, reading.above, inputs, KINDS[kind])
        if place is not None:
            on_it = place.node in reading.samplers
            sure = Confidence.SURE if on_it else Confidence.LIKELY
            yield _slot(
                reading, name, place, kind=kind, sure=sure, why="sampler" if on_it else "above"
            )


def _files(reading: _Reading) -> Iterator[ProposedSlot]:
    counts: dict[str, int] = {}
    for one in loaded_files(reading.graph, reading.above):
        name = FILE_SLOTS.get(one.folder or "")
        if name is None:
            continue
        counts[name] = counts.get(name, 0) + 1
        ending = "" if counts[name] == 1 else f"_{counts[name]}"
        place = Place(node=one.node, input=one.input)
        yield _slot(reading, name + ending, place, kind="text", sure=Confidence.SURE, why="file")
        strength = _strength(reading, one) if name == "lora_file" else None
        if strength is not None:
            slot_name = f"lora_strength{ending}"
            yield _slot(
                reading, slot_name, strength, kind="float", sure=Confidence.SURE, why="lora"
            )


def _strength(reading: _Reading, one: LoadedFile) -> Place | None:
    number = one.input.rpartition("_")[2]
    names = (f"strength_{number}",) if number.isdigit() else LORA_STRENGTHS
    return nearest(reading.graph, [one.node], names, NUMBER)


def _slot(
    reading: _Reading, name: str, place: Place, *, kind: str, sure: Confidence, why: str
) -> ProposedSlot:
    value = reading.graph[place.node]["inputs"][place.input]
    limit = None
    if kind in ("int", "float"):
        limit = proposed_limit(
            name, value, place, reading.graph, reading.object_info, is_wan=reading.is_wan
        )
    return ProposedSlot(
        name=name,
        node=place.node,
        input=place.input,
        type=kind,
        value=value,
        confidence=sure,
        why=why,
        limit=limit,
        also=tuple(_also(reading, name, place, value)),
    )


def _also(reading: _Reading, name: str, place: Place, value: Any) -> Iterator[Place]:
    """A size is told to several nodes, a text to several encoders: all of them change together."""
    if name in ("prompt", "negative_prompt"):
        side = "positive" if name == "prompt" else "negative"
        found = text_places(reading.graph, reading.samplers[0], side)
        yield from (one for one in found if one != place and _value(reading, one) == value)
        return
    inputs = TOLD_TO.get(name, ())
    for node_id in reading.above:
        for other in (Place(node=node_id, input=each) for each in inputs):
            if other != place and _value(reading, other) == value:
                yield other


def _value(reading: _Reading, place: Place) -> Any:
    return reading.graph[place.node]["inputs"].get(place.input)


def _notes(reading: _Reading, found: set[str]) -> Iterator[Note]:
    graph = reading.graph
    saving = save_nodes(graph)
    if len(saving) > 1:
        others = ", ".join(titled(graph, node) for node in saving[:-1])
        facts = {"node": titled(graph, reading.save_node), "others": others}
        yield Note(what="two_save_nodes", facts=facts)
    if not reading.samplers:
        yield Note(what="no_sampler")
    if len(reading.samplers) > 1:
        yield Note(what="two_samplers", facts={"n": str(len(reading.samplers))})
    for name in ("prompt", "seed"):
        if name not in found:
            yield Note(what=f"no_{name}")
    if {"width_px", "height_px", "n_frames", "fps"} - found:
        yield Note(what="open_size")


def _model(files: Iterable[LoadedFile]) -> str:
    named = [PurePosixPath(one.file).stem for one in files if one.folder in MAIN_FOLDERS]
    return " + ".join(dict.fromkeys(named[:MAX_NAMED_MODELS])) or "-"
