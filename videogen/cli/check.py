"""`check`: whether rows and files agree; exit code 0 when they do, 1 when something was found."""

import argparse
import getpass
from typing import Any

from videogen.bootstrap import Application
from videogen.bootstrap.upkeep import told_check
from videogen.cli.answer import language, print_json, say
from videogen.cli.office import answered
from videogen.texts import t


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--hashes", action="store_true", help=t("cli.check.hashes", language()))
    parser.add_argument("--mend", action="store_true", help=t("cli.check.mend", language()))
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    def here(opened: Application) -> dict[str, Any]:
        report = opened.upkeep.check(
            getpass.getuser(), with_hashes=options.hashes, is_mending=options.mend
        )
        return told_check(report)

    # Files that somebody is about to name are told from orphans by their age alone: mending waits
    # until nobody works.
    told = answered(
        here, None if options.mend else lambda client: client.check(hashes=options.hashes)
    )
    _say(told, as_json=options.json)
    if options.json:
        print_json({"check": told})
    return 0 if told["is_clean"] else 1


def _say(told: dict[str, Any], *, as_json: bool) -> None:
    findings = told["findings"]
    for one in findings:
        words = t(f"check.finding.{one['kind']}", language())
        mended = f" ({t('check.mended', language())})" if one["is_mended"] else ""
        count = f" x {one['n']}" if one["n"] > 1 else ""
        line = f"{words}{mended}: {one['subject']}{count}  {one['detail']}".rstrip()
        say(line, as_json=as_json)
    facts = {"n_files": told["n_files"], "took_s": told["took_s"]}
    if not findings:
        say(t("cli.check.clean", language(), **facts), as_json=as_json)
        return
    n_mended = sum(one["is_mended"] for one in findings)
    facts |= {"n_findings": len(findings), "n_mended": n_mended}
    say(t("cli.check.findings", language(), **facts), as_json=as_json)
    n_mendable = sum(one["is_mendable"] and not one["is_mended"] for one in findings)
    if n_mendable:
        say(t("cli.check.mendable", language(), n=n_mendable), as_json=as_json)
