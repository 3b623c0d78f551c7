"""`restore`: a backup in the place of a data folder that nobody holds."""

import argparse
import getpass
from pathlib import Path

from videogen.bootstrap.upkeep import backup_dir_of
from videogen.cli.answer import language, print_json, say
from videogen.runs.context import utc_now
from videogen.settings import load_settings
from videogen.texts import t
from videogen.upkeep import Restored, RestoreOrder, find_backup, restore_backup

SHOWN = 5  # of files that were left out; --json names them all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", metavar="BACKUP", help=t("cli.restore.backup", language()))
    parser.add_argument("--to", type=Path, metavar="DIR", help=t("cli.restore.to", language()))
    parser.add_argument("--force", action="store_true", help=t("cli.restore.force", language()))
    parser.add_argument(
        "--without-damaged",
        action="store_true",
        help=t("cli.restore.without_damaged", language()),
    )
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    settings = load_settings()
    order = RestoreOrder(
        backup=find_backup(backup_dir_of(settings), options.backup),
        target=(options.to or settings.data_dir).absolute(),
        who=getpass.getuser(),
        force=options.force,
        without_damaged=options.without_damaged,
        stop_why=t("cli.restore.why", language()),
    )
    restored = restore_backup(order, utc_now())
    _say(restored, as_json=options.json)
    if options.json:
        told = {
            "backup": restored.backup.name,
            "target": restored.target,
            "aside": restored.aside,
            "n_files": restored.n_files,
            "left_out": restored.left_out,
            "n_unfinished_runs": restored.n_unfinished_runs,
            "are_paid_calls_stopped": restored.are_paid_calls_stopped,
            "took_s": restored.took_s,
        }
        print_json({"restored": told})
    return 0


def _say(restored: Restored, *, as_json: bool) -> None:
    facts = {
        "name": restored.backup.name,
        "target": restored.target,
        "took_s": restored.took_s,
        "n_files": restored.n_files,
    }
    say(t("cli.restore.done", language(), **facts), as_json=as_json)
    if restored.left_out:
        left = {"n": len(restored.left_out), "files": ", ".join(restored.left_out[:SHOWN])}
        say(t("cli.restore.left_out", language(), **left), as_json=as_json)
    if restored.aside is not None:
        say(t("cli.restore.aside", language(), aside=restored.aside), as_json=as_json)
    if restored.are_paid_calls_stopped:
        n_runs = restored.n_unfinished_runs
        say(t("cli.restore.stopped", language(), n_runs=n_runs), as_json=as_json)
