"""A workflow as one file: what people hand to each other, and what comes in of it."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from videogen.catalogue.graph_checks import Graph, refusal
from videogen.catalogue.graph_file import checked_graph, parse_json
from videogen.domain.own_workflow import OwnWorkflow
from videogen.errors import InvalidInputError

FORMAT = "videogen_workflow"
VERSION = 1
SUFFIX = ".videogen.json"
FIELDS = frozenset({FORMAT, "name", "manifest", "graph"})
MAX_NAME_CHARACTERS = 60
MAX_TEXT_CHARACTERS = 1000  # of a manifest's texts: a title, a note
NAME_CATEGORIES = ("L", "M", "N")  # of Unicode: letters, the marks that Thai writes on them, digits
NAME_SIGNS = " .-_+()"
SECRET_WORDS = ("key", "token", "secret", "password", "passwd", "credential")
ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
PLACE_ON_DISK = re.compile(r"^(?:[A-Za-z]:[\\/]|[\\/]|~[\\/])")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedWorkflow:
    """From a stranger: its graph was checked, its manifest not yet held against it."""

    name: str
    manifest: Mapping[str, Any]
    graph: Graph


def share(own: OwnWorkflow) -> bytes:
    """The file that others import: no address, no name of a person or of a folder of theirs."""
    graph = {node_id: _shareable(node) for node_id, node in own.graph.items()}
    content = {FORMAT: VERSION, "name": own.name, "manifest": dict(own.manifest), "graph": graph}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def read_dropped(raw: bytes, file_name: str) -> SharedWorkflow | Graph:
    """A shared workflow, or a bare graph as ComfyUI exports it.

    Raises: InvalidInputError: it is neither.
    """
    content = parse_json(raw, file_name)
    if not isinstance(content, dict) or FORMAT not in content:
        return checked_graph(content, file_name)
    if content[FORMAT] != VERSION or isinstance(content[FORMAT], bool):
        raise refusal("workflow_share_version", file_name, known=VERSION)
    name, manifest = content.get("name"), content.get("manifest")
    is_whole = content.keys() == FIELDS and isinstance(name, str) and isinstance(manifest, dict)
    if not is_whole or _has_long_text(manifest):
        raise refusal("workflow_share_damaged", file_name)
    return SharedWorkflow(
        name=str(name)[:MAX_NAME_CHARACTERS],
        manifest=dict(manifest or {}),
        graph=checked_graph(content["graph"], file_name),
    )


def checked_name(name: str) -> str:
    """Raises: InvalidInputError: it could not stand in a table, a file name or an address."""
    found = unicodedata.normalize("NFC", " ".join(name.split()))
    fits = 0 < len(found) <= MAX_NAME_CHARACTERS and unicodedata.category(found[0])[0] in "LN"
    if not (fits and all(_fits(letter) for letter in found)):
        shown = found[: MAX_NAME_CHARACTERS + 1]
        raise InvalidInputError(
            "workflow_name_unfit", field="name", value=shown, limit=MAX_NAME_CHARACTERS
        )
    return found


def suggested_name(file_name: str) -> str:
    """A name made of the file's, which a person may change."""
    stem = PurePosixPath(file_name).name.removesuffix(SUFFIX).removesuffix(".json")
    letters = "".join(letter if _fits(letter) else " " for letter in stem)
    return " ".join(letters.split()).lstrip(NAME_SIGNS)[:MAX_NAME_CHARACTERS] or "workflow"


def file_name_of(name: str) -> str:
    return f"{name}{SUFFIX}"


def _fits(letter: str) -> bool:
    return unicodedata.category(letter)[0] in NAME_CATEGORIES or letter in NAME_SIGNS


def _has_long_text(value: object) -> bool:
    waiting = [value]
    for one in waiting:
        if isinstance(one, str) and len(one) > MAX_TEXT_CHARACTERS:
            return True
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
    return False


def _shareable(node: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "class_type": node["class_type"],
        "inputs": {name: _without_traces(name, value) for name, value in node["inputs"].items()},
    }
    meta = node.get("_meta")
    title = meta.get("title") if isinstance(meta, dict) else None
    return {**kept, "_meta": {"title": title}} if isinstance(title, str) else kept


def _without_traces(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if any(word in name.lower() for word in SECRET_WORDS) or ADDRESS.match(value):
        return ""
    # A folder of somebody's machine tells their name, and means nothing on another.
    return PureWindowsPath(value).name if PLACE_ON_DISK.match(value) else value
