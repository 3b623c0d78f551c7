"""`backup`: one more copy of all data, made here or by the app that holds them."""

import argparse
import getpass
from datetime import datetime
from typing import Any

from videogen.bootstrap import Application
from videogen.bootstrap.upkeep import backup_dir_of, told_backup
from videogen.cli.answer import language, print_json, say
from videogen.cli.office import answered
from videogen.settings import load_settings
from videogen.texts import t
from videogen.upkeep import Backup, finished_folders, read_manifest

MB = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", help=t("cli.backup.list", language()))
    parser.add_argument(
        "--with-secret", action="store_true", help=t("cli.backup.with_secret", language())
    )
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    if options.list:
        return _list(as_json=options.json)

    def here(opened: Application) -> dict[str, Any]:
        made = opened.upkeep.back_up(getpass.getuser(), with_secret=options.with_secret)
        return told_backup(made)

    told = answered(here, None if options.with_secret else lambda client: client.back_up())
    facts = {**told, "size_mb": f"{told['size_bytes'] / MB:.1f}"}
    say(t("cli.backup.made", language(), **facts), as_json=options.json)
    n_lacking = len(told["missing"]) + len(told["damaged"])
    if n_lacking:
        say(t("cli.backup.lacks", language(), n=n_lacking), as_json=options.json)
    if options.json:
        print_json({"backup": told})
    return 0


def _list(*, as_json: bool) -> int:
    """From the folder itself: nobody needs to hold the data for it."""
    folder = backup_dir_of(load_settings())
    found = [
        told_backup(Backup(folder=one, manifest=read_manifest(one)))
        for one in finished_folders(folder)
    ]
    for told in found:
        made_at = f"{datetime.fromisoformat(told['made_at']):%Y-%m-%d %H:%M}"
        facts = {**told, "made_at": made_at, "size_mb": f"{told['size_bytes'] / MB:.1f}"}
        say(t("cli.backup.line", language(), **facts), as_json=as_json)
    if not found:
        say(t("cli.backup.none", language(), folder=folder), as_json=as_json)
    if as_json:
        print_json({"backups": found})
    return 0
