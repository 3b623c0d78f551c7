"""`workflows list, import, export, remove`: people's own ComfyUI workflows from a terminal."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from videogen import store
from videogen.backends import ComfyBackend, connect_comfy
from videogen.bootstrap import Application
from videogen.bootstrap.workflow_check import ServerCheck, check_workflow, nodes_described
from videogen.catalogue import Manifest
from videogen.catalogue.graph_checks import Graph
from videogen.catalogue.graph_file import MAX_GRAPH_BYTES
from videogen.catalogue.proposing import propose
from videogen.catalogue.sharing import SharedWorkflow, read_dropped, suggested_name
from videogen.cli.actions import Answer, add_actions
from videogen.cli.answer import language, print_json, say
from videogen.cli.files import checked_out, write_out
from videogen.cli.office import application
from videogen.domain.condition import Condition
from videogen.errors import BackendError, InvalidInputError, NotFoundError
from videogen.runs.preflight import MissingModel
from videogen.texts import t

OWNER = "cli"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    spoken = language()
    for name, one in add_actions(parser, "workflows", ("list", "import", "export", "remove")):
        if name == "import":
            one.add_argument("file", type=Path, metavar="FILE")
            one.add_argument("--name", metavar="NAME", help=t("cli.workflows.name", spoken))
            one.add_argument("--comfy-url", metavar="URL", help=t("cli.workflows.url", spoken))
            one.add_argument("--owner", default=OWNER, metavar="NAME")
        if name in ("export", "remove"):
            one.add_argument("name", metavar="NAME")
        if name == "export":
            one.add_argument("--out", required=True, type=Path, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    """1: it was kept, but the server that was named lacks something for it."""
    with application() as opened:
        answer = ACTIONS[options.action](opened, options)
    if options.json:
        print_json(answer)
    return 1 if answer.get("ok") is False else 0


def _list(opened: Application, options: argparse.Namespace) -> Answer:
    own = {one.name: one for one in store.own_workflows(opened.database)}
    rows = [
        _row(condition) | {"added_at": own[condition.name].added_at.isoformat()}
        for condition in opened.own_workflows.conditions.own()
    ]
    for row in rows:
        say(t("cli.workflows.line", language(), **row), as_json=options.json)
    return {"workflows": rows}


def _import(opened: Application, options: argparse.Namespace) -> Answer:
    dropped = read_dropped(_content(options.file), options.file.name)
    graph = dropped.graph if isinstance(dropped, SharedWorkflow) else dropped
    servers = [] if options.comfy_url is None else [connect_comfy(options.comfy_url)]
    try:
        name, manifest = _named(dropped, options, servers)
        checked = opened.own_workflows.checked(name, manifest, graph)
        checks = _answered(servers, checked)
    finally:
        for server in servers:
            server.close()
    condition = opened.own_workflows.add(name, manifest, graph, options.owner)
    say(t("import.saved", language(), name=condition.name), as_json=options.json)
    for check in checks:
        _say_check(check, as_json=options.json)
    answer: Answer = {"workflow": _row(condition), "slots": sorted(checked.slots)}
    if checks:
        answer |= {"ok": all(check.is_complete for check in checks)}
        answer |= {"server": _server_row(checks[0])}
    return answer


def _named(
    dropped: SharedWorkflow | Graph, options: argparse.Namespace, servers: Sequence[ComfyBackend]
) -> tuple[str, Mapping[str, Any]]:
    if isinstance(dropped, SharedWorkflow):
        return dropped.name if options.name is None else options.name, dropped.manifest
    name = suggested_name(options.file.name) if options.name is None else options.name
    said = nodes_described(servers, dropped)
    return name, propose(dropped, said, file_name=options.file.name).manifest(name)


def _answered(servers: Sequence[ComfyBackend], manifest: Manifest) -> tuple[ServerCheck, ...]:
    """Raises: BackendError: a person named the server, and it does not answer."""
    checks = check_workflow(servers, manifest)
    for check in checks:
        if isinstance(check.error, BackendError):
            raise check.error
    return checks


def _export(opened: Application, options: argparse.Namespace) -> Answer:
    out = checked_out(options.out)
    content = opened.own_workflows.export(_known(opened, options.name))
    write_out(out, lambda opened: opened.write(content))
    say(t("cli.workflows.exported", language(), file=out), as_json=options.json)
    return {"name": options.name, "file": out, "size_bytes": len(content)}


def _remove(opened: Application, options: argparse.Namespace) -> Answer:
    opened.own_workflows.remove(_known(opened, options.name), OWNER)
    say(t("cli.workflows.removed", language(), name=options.name), as_json=options.json)
    return {"removed": options.name}


def _known(opened: Application, name: str) -> str:
    """Raises: InvalidInputError: with the names that there are."""
    try:
        return store.get_own_workflow(opened.database, name).name
    except NotFoundError:
        known = ", ".join(one.name for one in store.own_workflow_stamps(opened.database)) or "-"
        raise InvalidInputError(
            "own_workflow_unknown", field="name", value=name, known=known
        ) from None


def _content(file: Path) -> bytes:
    """One byte more than is taken, so that a file of gigabytes is not read to be refused."""
    try:
        if not file.is_file():  # nor a pipe, which may wait for ever
            raise InvalidInputError("file_missing", field="file", value=str(file))
        with file.open("rb") as opened:
            return opened.read(MAX_GRAPH_BYTES + 1)
    except OSError as error:
        raise InvalidInputError(
            "file_unreadable", field="file", value=str(file), detail=error.strerror
        ) from None


def _row(condition: Condition) -> Answer:
    return {
        "name": condition.name,
        "condition_id": condition.condition_id,
        "purpose": condition.purpose.value,
        "inputs": [slot.name for slot in condition.inputs],
        "model": condition.model,
        "width_px": condition.width_px,
        "height_px": condition.height_px,
        "n_frames": condition.n_frames,
        "fps": condition.fps,
    }


def _server_row(check: ServerCheck) -> Answer:
    return {
        "name": check.backend,
        "missing_nodes": [
            {"class": node.node_class, "pack": node.pack, "how": node.how}
            for node in check.lacks.nodes
        ],
        "missing_models": list(check.lacks.models),
        "misfits": list(check.misfits),
    }


def _say_check(check: ServerCheck, *, as_json: bool) -> None:
    n = len(check.lacks.nodes) + len(check.lacks.models)
    key = "import.lacks" if n else "import.complete"
    facts = {"n": n} if n else {}
    if n or not check.misfits:
        say(t(key, language(), server=check.backend, **facts), as_json=as_json)
    for node in check.lacks.nodes:
        how = node.how or t("import.by_manager", language())
        say(f"  {node.node_class}: {how}", as_json=as_json)
    for model in check.lacks.models:
        say(f"  {model.file}: {_how(model)}", as_json=as_json)
    for one in check.misfits:
        say(
            "  " + t("cli.workflows.misfit", language(), node=one.node, input=one.input),
            as_json=as_json,
        )


def _how(model: MissingModel) -> str:
    if model.how or model.source:
        return str(model.how or model.source)
    if model.folder:
        return t("import.nobody_knows", language(), folder=model.folder)
    return t("import.nobody_knows_folder", language())


ACTIONS = {"list": _list, "import": _import, "export": _export, "remove": _remove}
