"""`retention`: old clips' files that nothing needs are counted, and removed where that is asked."""

import argparse
import getpass
from typing import Any

from videogen.bootstrap import Application
from videogen.bootstrap.upkeep import told_plan
from videogen.cli.answer import language, print_json, say, whole
from videogen.cli.office import application
from videogen.texts import t
from videogen.upkeep import RetentionPlan, Share

MB = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--days",
        type=whole("days"),
        required=True,
        metavar="N",
        help=t("cli.retention.days", language()),
    )
    parser.add_argument("--apply", action="store_true", help=t("cli.retention.apply", language()))
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    with application() as opened:
        answer = _answer(opened, options)
    if options.json:
        print_json(answer)
    return 0


def _answer(opened: Application, options: argparse.Namespace) -> dict[str, Any]:
    plan = opened.upkeep.plan_retention(options.days)
    told = told_plan(plan)
    if options.apply:
        removed = opened.upkeep.apply_retention(options.days, getpass.getuser())
        facts = {"n_clips": removed.n_clips, "size_mb": f"{removed.size_bytes / MB:.1f}"}
        say(t("cli.retention.removed", language(), **facts), as_json=options.json)
        told["removed"] = removed
    else:
        _say(plan, as_json=options.json)
    return {"retention": told}


def _say(plan: RetentionPlan, *, as_json: bool) -> None:
    before = f"{plan.before:%Y-%m-%d}"
    said = t("cli.retention.would", language(), before=before, **_facts(plan.removable))
    say(said, as_json=as_json)
    for reason, share in plan.kept.items():
        words = t(f"retention.reason.{reason.value}", language())
        kept = t("cli.retention.kept", language(), reason=words, **_facts(share))
        say(kept, as_json=as_json)


def _facts(share: Share) -> dict[str, Any]:
    return {"n_clips": share.n_clips, "size_mb": f"{share.size_bytes / MB:.1f}"}
