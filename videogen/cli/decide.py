"""`decide`: a verdict from an evidence file, with no database and no server."""

import argparse

from videogen.analysis import decide
from videogen.analysis.exchange import decision_to_json, evidence_from_json
from videogen.cli.answer import language, print_json, say
from videogen.cli.files import read_json
from videogen.texts import t


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("evidence", metavar="EVIDENCE.json")
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    evidence = evidence_from_json(read_json(options.evidence))
    answer = decision_to_json(decide(evidence), language())
    if options.json:
        print_json(answer)
        return 0
    for name, condition in answer["conditions"].items():
        say(f"{name}: {condition['verdict']}", as_json=False)
    say(t("cli.decide.verdict", language(), verdict=answer["verdict"]), as_json=False)
    return 0
