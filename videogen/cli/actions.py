"""Commands of several actions, as `runs list`, `runs show`: each with its help and an example."""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from videogen.bootstrap import Application
from videogen.cli.answer import language, print_json
from videogen.cli.office import answered
from videogen.client import Client
from videogen.texts import t

Answer = dict[str, Any]
Action = Callable[[Application, argparse.Namespace], Answer]
Elsewhere = Callable[[Client, argparse.Namespace], Answer]  # the same answer, asked of the app


def add_actions(
    parser: argparse.ArgumentParser, command: str, names: Iterable[str]
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Each action with a parser of its own, its texts under `cli.<command>.<action>`."""
    names = list(names)
    actions = parser.add_subparsers(dest="action", required=True, metavar="|".join(names))
    for name in names:
        action = actions.add_parser(
            name,
            help=t(f"cli.{command}.{name}", language()),
            description=t(f"cli.{command}.{name}", language()),
            epilog=t(f"cli.{command}.{name}.example", language()),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        action.add_argument("--json", action="store_true", help=t("cli.json", language()))
        yield name, action


def run_action(
    actions: Mapping[str, Action],
    options: argparse.Namespace,
    elsewhere: Mapping[str, Elsewhere] | None = None,
) -> int:
    """The chosen action's answer, last where JSON is asked for."""
    here = actions[options.action]
    there = (elsewhere or {}).get(options.action)
    answer = answered(
        lambda opened: here(opened, options),
        None if there is None else lambda client: there(client, options),
    )
    if options.json:
        print_json(answer)
    return 0
