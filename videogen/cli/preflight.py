"""`preflight`: every node and model file that a ComfyUI server lacks, and how to get each."""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from videogen.backends import connect_comfy, shown_address
from videogen.catalogue import (
    Manifest,
    Parts,
    default_conditions,
    load_entries,
    load_manifests,
    load_parts,
)
from videogen.cli.answer import language, print_json, say
from videogen.domain.condition import BackendKind, Condition
from videogen.errors import BackendError, DataFolderHeldError, InvalidInputError, VideogenError
from videogen.runs.preflight import Lacks, MissingModel, ServerPreflight, preflight
from videogen.settings import ROOT, load_settings
from videogen.texts import t

BYTES_PER_GB = 1_000_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--comfy-url", required=True, metavar="URL")
    parser.add_argument(
        "--condition",
        action="append",
        default=[],
        metavar="NAME",
        help=t("cli.preflight.condition", language()),
    )
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    known = _known(options.condition)
    conditions = _chosen(options.condition, known.conditions)
    backend = connect_comfy(options.comfy_url)
    try:
        (found,) = preflight([backend], conditions, known.manifests)
    finally:
        backend.close()
    if found.error is not None:
        raise _named(found.error, options.comfy_url)
    if options.json:
        print_json(_answer(found) | {"own_workflows": known.own})
    else:
        for line in _lines(found):
            say(line, as_json=False)
    if known.own not in ("read", "not_needed"):
        say(t(f"cli.preflight.own_{known.own}", language()), as_json=options.json)
    return 0 if found.is_complete else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What can be asked about, and what became of people's own workflows."""

    manifests: Mapping[str, Manifest]
    conditions: Sequence[Condition]
    own: str  # read, held, unreadable; not_needed: only shipped ones were named


def _known(names: Sequence[str]) -> _Known:
    """The data are opened only for what is not shipped.

    Raises: VideogenError: a workflow of somebody's own may be meant, and the data do not open.
    """
    parts = load_parts(ROOT / "workflows" / "parts")
    shipped = load_manifests(ROOT / "workflows", parts)
    conditions = default_conditions(ROOT / "data", shipped)
    own = "not_needed"
    if not names or not {one.name for one in conditions}.issuperset(names):
        try:
            manifests, conditions = _with_own(shipped, conditions, parts)
        except VideogenError as error:
            if names:
                raise
            own = "held" if isinstance(error, DataFolderHeldError) else "unreadable"
        else:
            return _Known(manifests=manifests, conditions=conditions, own="read")
    return _Known(manifests=shipped, conditions=conditions, own=own)


def _with_own(
    shipped: Mapping[str, Manifest], conditions: tuple[Condition, ...], parts: Parts
) -> tuple[Mapping[str, Manifest], tuple[Condition, ...]]:
    from videogen.bootstrap.own_workflows import LiveConditions, LiveManifests, known_parts
    from videogen.store import Database

    path = load_settings().data_dir / "videogen.duckdb"
    if not path.exists():
        return shipped, conditions
    entries = load_entries(ROOT / "data" / "models.toml", parts)
    with Database.open(path) as database:
        live = LiveManifests(database, shipped, known_parts(parts, entries))
        return dict(live), LiveConditions(conditions, live).all()


def _named(error: BackendError, comfy_url: str) -> BackendError:
    """The same error under the address that the person gave."""
    address = shown_address(comfy_url)
    facts: dict[str, Any] = {**error.facts, "backend": address}
    return type(error)(**facts, field="comfy_url", value=address)


def _chosen(names: list[str], conditions: Iterable[Condition]) -> list[Condition]:
    """All that run on a ComfyUI server unless some are named."""
    default = {one.name: one for one in conditions}
    known = {name: one for name, one in default.items() if one.backend is BackendKind.COMFY}
    for name in names:
        if name not in known:
            problem = "not_on_comfyui" if name in default else "condition_unknown"
            raise InvalidInputError(problem, field="condition", value=name, known=", ".join(known))
    return [known[name] for name in names or known]


def _answer(found: ServerPreflight) -> dict[str, Any]:
    return {
        "ok": found.is_complete,
        "conditions": {
            name: {
                "missing_nodes": [
                    {"class": node.node_class, "pack": node.pack, "how": node.how}
                    for node in lacks.nodes
                ],
                "missing_models": list(lacks.models),
            }
            for name, lacks in found.conditions.items()
        },
    }


def _lines(found: ServerPreflight) -> Iterator[str]:
    """What lacks, condition by condition; then each command once, however many need it."""
    yield found.backend
    for name, lacks in found.conditions.items():
        if lacks.is_complete:
            yield "  " + t("cli.preflight.complete", language(), condition=name)
            continue
        yield "  " + t("cli.preflight.lacks", language(), condition=name)
        yield from (f"    {line}" for line in _parts(lacks))
    commands = list(dict.fromkeys(_commands(found)))
    if commands:
        yield t("cli.preflight.commands", language())
        yield from (f"  {command}" for command in commands)


def _parts(lacks: Lacks) -> Iterator[str]:
    packs = dict.fromkeys(node.pack for node in lacks.nodes)
    for pack in packs:
        classes = ", ".join(node.node_class for node in lacks.nodes if node.pack == pack)
        if pack is None:
            yield t("cli.preflight.nodes_unknown", language(), classes=classes)
        else:
            yield t("cli.preflight.nodes", language(), pack=pack, classes=classes)
    for model in lacks.models:
        yield _file(model)


def _file(model: MissingModel) -> str:
    path = model.file if model.folder is None else f"{model.folder}/{model.file}"
    if model.size_bytes is None:
        return t("cli.preflight.file_of_unknown_size", language(), path=path)
    size = f"{model.size_bytes / BYTES_PER_GB:.1f}"
    return t("cli.preflight.file", language(), path=path, size_gb=size)


def _commands(found: ServerPreflight) -> Iterator[str]:
    for lacks in found.conditions.values():
        yield from (node.how for node in lacks.nodes if node.how)
        for model in lacks.models:
            if model.how:
                yield model.how
            elif model.source:
                yield t("cli.preflight.look", language(), file=model.file, source=model.source)
