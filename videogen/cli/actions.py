"""Commands of several actions, as `runs list`, `runs show`: each with its help and an example."""

import argparse
from collections.abc import Iterable, Iterator

from videogen.cli.answer import language
from videogen.texts import t


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
