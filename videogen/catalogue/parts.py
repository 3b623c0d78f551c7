"""The node packs and model files that workflows are built from, and how to get each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from pydantic import Field

from videogen.catalogue.toml_file import FromFile, parsed, read_toml
from videogen.errors import InvalidInputError

MODEL_SUFFIXES = (".safetensors", ".ckpt", ".pt", ".pth", ".gguf", ".bin")


class NodePack(FromFile):
    """Where node classes come from; `how` is the command that installs or updates it."""

    name: str
    source: str
    version: str  # the tested one
    licence: str
    how: str
    manager_name: str | None = None  # what ComfyUI-Manager lists it as; None for ComfyUI itself
    classes: frozenset[str] = Field(min_length=1)


class ModelPart(FromFile):
    """A model file; None where nobody has established it."""

    file: str
    folder: str
    repository: str
    licence: str | None = None
    path: str | None = None  # its place in the repository
    size_bytes: int | None = Field(default=None, gt=0)
    size_is_checked: bool = False  # False: a third party's figure, rounded

    @property
    def source(self) -> str:
        """Its address, or the repository where to look for it."""
        if self.path is None:
            return self.repository
        return f"{self.repository}/resolve/main/{self.path}"

    @property
    def how(self) -> str | None:
        """The command that fetches it, run in the folder that holds ComfyUI/."""
        if self.path is None:
            return None
        return f"curl -L --create-dirs -o ComfyUI/{self.folder}/{self.file} {self.source}"


class _PacksFile(FromFile):
    pack: tuple[NodePack, ...] = Field(min_length=1)


class _ModelsFile(FromFile):
    model: tuple[ModelPart, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Every known part: packs by node class, model files by base name."""

    packs: Mapping[str, NodePack]
    models: Mapping[str, ModelPart]

    def packs_of(
        self, graph: Mapping[str, Any], *, name: str, allows_unknown: bool = False
    ) -> dict[str, NodePack]:
        """Node class -> pack. Raises: InvalidInputError: a class of no known pack."""
        classes = _listed(sorted(classes_of(graph)), self.packs, name, allows_unknown)
        return {each: self.packs[each] for each in classes}

    def models_of(
        self, graph: Mapping[str, Any], *, name: str, allows_unknown: bool = False
    ) -> tuple[ModelPart, ...]:
        """In the graph's order. Raises: InvalidInputError: a file that no list names."""
        files = _listed(model_files_of(graph), self.models, name, allows_unknown)
        return tuple(self.models[each] for each in files)


def _listed(
    needed: list[str], known: Collection[str], name: str, allows_unknown: bool
) -> list[str]:
    for each in needed:
        if each not in known and not allows_unknown:
            raise InvalidInputError(
                "file_content", field="parts", value=name, detail=f"nobody lists {each}"
            )
    return [each for each in needed if each in known]


def load_parts(folder: Path) -> Parts:
    """`packs.toml` and `models.toml`. Raises: InvalidInputError."""
    packs = parsed(_PacksFile, folder / "packs.toml", read_toml(folder / "packs.toml")).pack
    models = parsed(_ModelsFile, folder / "models.toml", read_toml(folder / "models.toml")).model
    by_class: dict[str, NodePack] = {}
    for pack in packs:
        for name in sorted(pack.classes & set(by_class)):
            raise InvalidInputError(
                "file_content",
                field="classes",
                value="packs.toml",
                detail=f"{name} in {by_class[name].name} and {pack.name}",
            )
        by_class |= dict.fromkeys(pack.classes, pack)
    return Parts(packs=by_class, models={model.file: model for model in models})


def classes_of(graph: Mapping[str, Any]) -> set[str]:
    return {node["class_type"] for node in graph.values()}


def model_files_of(graph: Mapping[str, Any]) -> list[str]:
    """Base names of the model files that a graph names, each once."""
    named = [
        model_file_name(value)
        for node in graph.values()
        for value in node["inputs"].values()
        if isinstance(value, str) and value.lower().endswith(MODEL_SUFFIXES)
    ]
    return list(dict.fromkeys(named))


def model_file_name(value: str) -> str:
    """Without its folders, whichever system's slash they are written with."""
    return PureWindowsPath(PurePosixPath(value).name).name
