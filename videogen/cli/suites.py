"""`suites list, add`: prompt suites from a terminal."""

import argparse
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.suites import AddedSuite, add_suite
from videogen.catalogue import MAX_SUITE_BYTES
from videogen.cli.actions import Action, Answer, add_actions, run_action
from videogen.cli.answer import language, say
from videogen.domain.prompt import PromptSuite
from videogen.errors import InvalidInputError
from videogen.texts import t

OWNER = "cli"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    spoken = language()
    for name, one in add_actions(parser, "suites", ACTIONS):
        if name == "add":
            one.add_argument("file", type=Path, metavar="FILE.toml")
            one.add_argument("--owner", default=OWNER, metavar="NAME")
            one.add_argument("--replace", action="store_true", help=t("cli.suites.replace", spoken))


def run(options: argparse.Namespace) -> int:
    return run_action(ACTIONS, options)


def _list(opened: Application, options: argparse.Namespace) -> Answer:
    n_uses = Counter(campaign.suite_id for campaign in store.campaigns(opened.database))
    rows = [_row(suite, n_uses[suite.suite_id]) for suite in opened.suites]
    for row in rows:
        say(t("suites.line", language(), **row), as_json=options.json)
    return {"suites": rows}


def _add(opened: Application, options: argparse.Namespace) -> Answer:
    added = add_suite(
        opened,
        _content(options.file),
        options.file.name,
        who=options.owner,
        is_replacing=options.replace,
    )
    row = _row(added.suite, 0)
    replaced = added.replaced_sha256
    say(t(_outcome(added), language(), **row, old=replaced or ""), as_json=options.json)
    return {
        "suite": added.suite,
        "content_sha256": row["content_sha256"],
        "is_new": added.is_new,
        "replaced_sha256": replaced,
    }


def _outcome(added: AddedSuite) -> str:
    if added.replaced_sha256 is not None:
        return "suites.replaced"
    return "suites.added" if added.is_new else "suites.known"


def _content(file: Path) -> bytes:
    """Raises: InvalidInputError: no such file, or not to be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_SUITE_BYTES + 1)
    except FileNotFoundError:
        raise InvalidInputError("file_missing", field="path", value=str(file)) from None
    except OSError as error:
        raise InvalidInputError(
            "file_unreadable", field="path", value=str(file), detail=error.strerror
        ) from None


def _row(suite: PromptSuite, n_campaigns: int) -> Answer:
    """The record's own names; the texts themselves would fill the screen."""
    return {
        "suite_id": suite.suite_id,
        "name": suite.name,
        "version": suite.version,
        "n_prompts": len(suite.prompts),
        "n_training": len(suite.training),
        "n_campaigns": n_campaigns,
        "content_sha256": suite.content_sha256,
    }


ACTIONS: Mapping[str, Action] = {
    "list": _list,
    "add": _add,
}
