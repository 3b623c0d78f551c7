"""The parser, the way from a command's name to its module, and what an error exits with."""

import argparse
import importlib
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from videogen import __version__
from videogen.cli.answer import language, report_error
from videogen.errors import InvalidInputError, VideogenError
from videogen.texts import t

# name -> module; imported only when called, so that `decide` needs no database and no server
COMMANDS = {
    "app": "videogen.cli.app",
    "demo": "videogen.cli.demo",
    "sandbox": "videogen.cli.sandbox",
    "generate": "videogen.cli.generate",
    "check-server": "videogen.cli.check_server",
    "preflight": "videogen.cli.preflight",
    "runs": "videogen.cli.runs",
    "campaigns": "videogen.cli.campaigns",
    "suites": "videogen.cli.suites",
    "workflows": "videogen.cli.workflows",
    "sessions": "videogen.cli.sessions",
    "simulate-raters": "videogen.cli.simulate_raters",
    "ratings": "videogen.cli.ratings",
    "decide": "videogen.cli.decide",
    "decisions": "videogen.cli.decisions",
    "verify": "videogen.cli.verify",
    "analyse": "videogen.cli.analyse",
    "route": "videogen.cli.route",
    "tokens": "videogen.cli.tokens",
    "report": "videogen.cli.report",
    "money": "videogen.cli.money",
    "backup": "videogen.cli.backup",
    "restore": "videogen.cli.restore",
    "check": "videogen.cli.check",
    "retention": "videogen.cli.retention",
}
INTERRUPTED = 130
NO_NUMBER = re.compile(
    r"argument --(?P<option>[\w-]+): invalid (?:int|float) value: '(?P<value>.*)'$", re.DOTALL
)


class _Parser(argparse.ArgumentParser):
    """A mistyped command is bad input like any other: one line, or one JSON object."""

    def error(self, message: str) -> NoReturn:
        no_number = NO_NUMBER.match(message)
        if no_number is not None:
            field = no_number["option"].replace("-", "_")
            raise InvalidInputError("not_a_number", field=field, value=no_number["value"])
        raise InvalidInputError("command_line", field="command", value=message)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = next((word for word in arguments if word in COMMANDS), None)
    parser = _parser(name)
    try:
        options = parser.parse_args(arguments)
        if options.command is None:
            parser.print_help()
            return 2
        exit_code: int = options.run(options)
    except VideogenError as error:
        return report_error(error, as_json="--json" in arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    return exit_code


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    """Every command is listed; only the chosen one's module is loaded."""
    parser = _Parser(prog="videogen", description=t("cli.about", language()))
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, module_name in COMMANDS.items():
        key = name.replace("-", "_")
        command = commands.add_parser(
            name,
            help=t(f"cli.{key}.help", language()),
            description=t(f"cli.{key}.help", language()),
            epilog=t(f"cli.{key}.example", language()),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name == chosen:
            module = importlib.import_module(module_name)
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser
