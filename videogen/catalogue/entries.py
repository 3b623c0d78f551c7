"""The catalogue of models: what exists, what it is for, its files, and who published what of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, model_validator

from videogen.catalogue.parts import ModelPart, Parts
from videogen.catalogue.toml_file import FromFile, parsed, read_toml
from videogen.domain.condition import Purpose
from videogen.errors import InvalidInputError

ID = r"^[a-z0-9][a-z0-9._-]{0,63}$"  # stands in addresses and in widgets' keys
Address = Annotated[str, Field(pattern=r"^https?://[^\s/]+\S*$")]
Text = Annotated[str, Field(min_length=1)]
Row = TypeVar("Row", bound=FromFile)


class EntryKind(StrEnum):
    """What an entry is beside the model that it came from."""

    BASE = "base"
    FINE_TUNE = "fine_tune"  # weights of its own
    DISTILL = "distill"  # made to need fewer steps: weights of its own, or a LoRA
    ADAPTER = "adapter"  # LoRA, ControlNet, added module: nothing without its base
    CLOUD = "cloud"  # a vendor's: no files


class Published(FromFile):
    """A figure that the makers of a model, or others who measured it, wrote down."""

    # card_vram_mib: what a card must have, as the makers say; no measured peak.
    measure: Literal["peak_vram_mib", "card_vram_mib", "wall_time_s"]
    low: float | None = Field(default=None, gt=0)  # None: that side was left open
    high: float | None = Field(default=None, gt=0)
    setting: Text  # of which clip, on which card: without it a figure says nothing
    source: Address
    read_on: date

    @model_validator(mode="after")
    def _says_a_figure(self) -> "Published":
        if self.low is None and self.high is None:
            raise ValueError("low, high or both are needed")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low:g} is above high {self.high:g}")
        return self


class _FileRow(ModelPart):
    """A file that no workflow of ours names; its name and place become a command to copy."""

    file: str = Field(pattern=r"^[A-Za-z0-9][\w.+-]*$")
    folder: str = Field(pattern=r"^models/[\w/-]+$")
    repository: str = Field(pattern=r"^https?://[\w.-]+(/[\w.+-]+)*$")
    path: str | None = Field(default=None, pattern=r"^[\w./+-]+$")


class _EntryRow(FromFile):
    id: str = Field(pattern=ID)
    title: Text
    kind: EntryKind
    family: Text
    purposes: tuple[Purpose, ...]  # empty: for something that none of our conditions does
    base: str | None = None
    needs_base: bool = False
    licence: Text | None = None
    licence_source: Address | None = None
    files: tuple[Text, ...] = ()
    needs: tuple[Text, ...] = ()
    workflows: tuple[Text, ...] = ()
    conditions: tuple[Text, ...] = ()
    source: Address
    checked_on: date
    published: tuple[Published, ...] = ()
    note: Text | None = None
    summary_en: Text
    summary_th: Text


class _EntriesFile(FromFile):
    file: tuple[dict[str, Any], ...] = ()
    entry: tuple[dict[str, Any], ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One model, fine-tune or adapter; None where nobody has established it."""

    entry_id: str
    title: str
    kind: EntryKind
    family: str
    purposes: tuple[Purpose, ...]
    base: str | None  # the entry that it came from, or runs on
    needs_base: bool  # it is nothing without the base's own files
    licence: str | None
    licence_source: str | None  # None: the same as `source`
    files: tuple[ModelPart, ...]  # its own
    needs: tuple[ModelPart, ...]  # what it shares with others: text encoder, VAE, ...
    workflows: tuple[str, ...]  # those of ours that run it
    conditions: tuple[str, ...]  # of a cloud model, which no workflow runs: names
    source: str
    checked_on: date
    published: tuple[Published, ...]
    note: str | None
    summary_en: str
    summary_th: str

    @property
    def needs_a_workflow(self) -> bool:
        """Nothing of ours can run it yet."""
        return not (self.workflows or self.conditions)


def load_entries(path: Path, parts: Parts) -> tuple[CatalogueEntry, ...]:
    """In the file's order. Raises: InvalidInputError: names the entry (or file) and its field."""
    raw = parsed(_EntriesFile, path, read_toml(path))
    files = _files(path, raw.file, parts)
    entries = []
    for number, row in enumerate(raw.entry, start=1):
        name = str(row.get("id") or f"entry {number}")
        entries.append(_entry(path, _row(_EntryRow, path, name, row), files))
    _check_bases(path, entries)
    return tuple(entries)


def with_bases(
    selected: Iterable[CatalogueEntry], entries: Sequence[CatalogueEntry]
) -> tuple[CatalogueEntry, ...]:
    """What was selected and, of adapters, what they run on; each once, in order."""
    by_id = {entry.entry_id: entry for entry in entries}
    found: dict[str, CatalogueEntry] = {}
    for entry in selected:
        below: CatalogueEntry | None = entry
        while below is not None:
            found[below.entry_id] = below
            below = by_id[below.base] if below.needs_base and below.base is not None else None
    return tuple(found.values())


def files_of(entries: Iterable[CatalogueEntry]) -> tuple[ModelPart, ...]:
    """Their own and shared files, each once."""
    named = {part.file: part for entry in entries for part in (*entry.files, *entry.needs)}
    return tuple(named.values())


def disk_bytes(entries: Iterable[CatalogueEntry]) -> tuple[int, int]:
    """(bytes of the files whose size is known, how many files' size is not), each file once."""
    sizes = [part.size_bytes for part in files_of(entries)]
    known = [size for size in sizes if size is not None]
    return sum(known), len(sizes) - len(known)


def _files(path: Path, rows: Iterable[dict[str, Any]], parts: Parts) -> dict[str, ModelPart]:
    files = dict(parts.models)
    for number, raw in enumerate(rows, start=1):
        name = str(raw.get("file") or f"file {number}")
        row = _row(_FileRow, path, name, raw)
        if row.file in files:
            raise _unfit(path, name, "file", "stands twice, here or in workflows/parts")
        files[row.file] = row
    return files


def _entry(path: Path, row: _EntryRow, files: Mapping[str, ModelPart]) -> CatalogueEntry:
    kept = row.model_dump(exclude={"id", "files", "needs", "published"})
    return CatalogueEntry(
        entry_id=row.id,
        files=_named(path, row, "files", files),
        needs=_named(path, row, "needs", files),
        published=row.published,
        **kept,
    )


def _named(
    path: Path, row: _EntryRow, field: Literal["files", "needs"], files: Mapping[str, ModelPart]
) -> tuple[ModelPart, ...]:
    names: tuple[str, ...] = getattr(row, field)
    for name in names:
        if name not in files:
            raise _unfit(path, row.id, field, f"nobody lists {name}")
    return tuple(files[name] for name in names)


def _check_bases(path: Path, entries: Sequence[CatalogueEntry]) -> None:
    bases: dict[str, str | None] = {}
    for entry in entries:
        if entry.entry_id in bases:
            raise _unfit(path, entry.entry_id, "id", "stands twice")
        bases[entry.entry_id] = entry.base
    for entry in entries:
        _check_base(path, entry, bases)


def _check_base(path: Path, entry: CatalogueEntry, bases: Mapping[str, str | None]) -> None:
    if entry.base is None and entry.needs_base:
        raise _unfit(path, entry.entry_id, "base", "needs_base without a base")
    passed = [entry.entry_id]
    while (base := bases[passed[-1]]) is not None:
        if base not in bases:
            raise _unfit(path, entry.entry_id, "base", f"there is no entry {base}")
        if base in passed:
            raise _unfit(path, entry.entry_id, "base", f"a circle: {' > '.join([*passed, base])}")
        passed.append(base)


def _row(shape: type[Row], path: Path, name: str, raw: dict[str, Any]) -> Row:
    try:
        return parsed(shape, path, raw)
    except InvalidInputError as error:
        detail = str(error.facts["detail"])
        raise _unfit(path, name, error.field or "", detail) from None


def _unfit(path: Path, name: str, field: str, detail: str) -> InvalidInputError:
    return InvalidInputError(
        "file_content", field=f"{name}: {field}", value=path.name, detail=detail
    )
