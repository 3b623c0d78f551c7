"""Which files a graph is made from besides its prompt, and what it is for."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from videogen.catalogue.graph_checks import Graph, links_of
from videogen.catalogue.graph_tracing import readers_of
from videogen.catalogue.proposal import Confidence, ProposedInput
from videogen.domain.condition import Purpose
from videogen.domain.input_file import InputKind

# Loader class -> which input holds the file's name, and what kind of file it is.
LOADERS: Mapping[str, tuple[str, InputKind]] = {
    "LoadImage": ("image", InputKind.IMAGE),
    "LoadAudio": ("audio", InputKind.AUDIO),
    "VHS_LoadAudioUpload": ("audio", InputKind.AUDIO),
    "VHS_LoadVideo": ("video", InputKind.VIDEO),
    "LoadVideo": ("file", InputKind.VIDEO),
}
CHARACTER_WORDS = ("phantom", "subject")
CAMERA_WORDS = ("uni3c", "camera")
LAST_FRAME_INPUTS = ("end_image", "last_image", "last_frame", "end_frame")
SUBJECT_INPUTS = ("phantom_latent", "subject", "reference_image")
START_INPUTS = ("start_image", "first_frame", "first_image", "init_image")
MAX_SUBJECTS = 4
MAX_LOADERS = 16  # there are names for eight; the rest keep their own files


def proposed_purpose(graph: Graph, above: Sequence[str]) -> Purpose:
    """By what feeds the sampler; a voice that is only laid under the clip makes no lip sync."""
    kinds = {kind for _, _, kind in _loaders(graph, above)}
    words = [graph[node]["class_type"].lower() for node in above]
    if InputKind.AUDIO in kinds:
        return Purpose.LIPSYNC
    if any(part in word for word in words for part in CHARACTER_WORDS):
        return Purpose.CHARACTER
    if InputKind.VIDEO in kinds or any(part in word for word in words for part in CAMERA_WORDS):
        return Purpose.CAMERA
    return Purpose.I2V if InputKind.IMAGE in kinds else Purpose.T2V


def proposed_inputs(
    graph: Graph,
    above: Sequence[str],
    purpose: Purpose,
    save_node: str,
    object_info: Mapping[str, Any] | None,
) -> tuple[ProposedInput, ...]:
    """In the file's order; a loader that no name is left for keeps its own file."""
    among = set(above)
    in_order = [node_id for node_id in graph if node_id in among]
    readers = readers_of(graph)
    taken: dict[str, ProposedInput] = {}
    for node_id, input_name, kind in itertools.islice(_loaders(graph, in_order), MAX_LOADERS):
        fed = _fed_inputs(graph, node_id, readers)
        name, confidence = _name(kind, fed, purpose, taken)
        if name is None:
            continue
        taken[name] = ProposedInput(
            name=name,
            kind=kind,
            node=node_id,
            input=input_name,
            confidence=confidence,
            branch=_branch(graph, node_id, save_node, readers, object_info),
        )
    return tuple(taken.values())


def _loaders(graph: Graph, nodes: Sequence[str]) -> Iterator[tuple[str, str, InputKind]]:
    for node_id in nodes:
        known = LOADERS.get(graph[node_id]["class_type"])
        if known is not None and isinstance(graph[node_id]["inputs"].get(known[0]), str):
            yield node_id, known[0], known[1]


def _fed_inputs(graph: Graph, start: str, readers: Mapping[str, list[str]]) -> list[str]:
    """Names of the inputs that a node's output ends up in, the nearest first."""
    waiting, seen, names = [start], {start}, list[str]()
    for node_id in waiting:
        for reader in readers[node_id]:
            names += [name for name, source, _ in links_of(graph[reader]) if source == node_id]
            if reader not in seen:
                seen.add(reader)
                waiting.append(reader)
    return names


def _name(
    kind: InputKind, fed: Sequence[str], purpose: Purpose, taken: Mapping[str, ProposedInput]
) -> tuple[str | None, Confidence]:
    if kind is not InputKind.IMAGE:
        name = "audio" if kind is InputKind.AUDIO else "camera"
        return (None if name in taken else name), Confidence.SURE
    role = _role(fed)
    if role == "subject" or (role is None and purpose is Purpose.CHARACTER):
        return _subject(taken), Confidence.SURE if role else Confidence.LIKELY
    if role == "last_frame" and "last_frame" not in taken:
        return "last_frame", Confidence.SURE
    if "image" not in taken:
        return "image", Confidence.SURE if role else Confidence.LIKELY
    return _subject(taken), Confidence.GUESS


def _role(fed: Sequence[str]) -> str | None:
    for name in fed:
        if name.startswith(LAST_FRAME_INPUTS):
            return "last_frame"
        if name.startswith(SUBJECT_INPUTS):
            return "subject"
        if name.startswith(START_INPUTS):
            return "image"
    return None


def _subject(taken: Mapping[str, ProposedInput]) -> str | None:
    names = (f"subject_{n}" for n in range(1, MAX_SUBJECTS + 1))
    return next((name for name in names if name not in taken), None)


def _branch(
    graph: Graph,
    start: str,
    save_node: str,
    readers: Mapping[str, list[str]],
    object_info: Mapping[str, Any] | None,
) -> tuple[str, ...]:
    """The nodes that cannot stay without this loader; none, where the clip is among them.

    Without a server's description nobody knows which inputs a node can do without.
    """
    if object_info is None:
        return ()
    gone, waiting = {start: None}, [start]
    for node_id in waiting:
        for reader in readers[node_id]:
            if reader not in gone and _needs(graph[reader], node_id, object_info):
                gone[reader] = None
                waiting.append(reader)
    return () if save_node in gone else tuple(gone)


def _needs(node: Mapping[str, Any], source: str, object_info: Mapping[str, Any]) -> bool:
    spec = object_info.get(node["class_type"])
    groups = spec.get("input") if isinstance(spec, Mapping) else None
    optional = groups.get("optional") if isinstance(groups, Mapping) else None
    free = optional if isinstance(optional, Mapping) else {}
    return any(name not in free for name, other, _ in links_of(node) if other == source)
