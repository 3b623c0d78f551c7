"""`verify`: every figure of a bundle computed again from its rows; needs no data folder."""

import argparse
from pathlib import Path
from typing import Any

from videogen.cli.answer import language, print_json, say
from videogen.reports.verify import Difference, Verification, verify_bundle
from videogen.texts import t

N_SHOWN = 20  # --json has them all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundle", type=Path, metavar="BUNDLE.zip")
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    """1 where anything differs, so that a script can stop there."""
    found = verify_bundle(options.bundle)
    _say(found, as_json=options.json)
    if options.json:
        print_json(_answer(found))
    return 0 if found.is_ok else 1


def _say(found: Verification, *, as_json: bool) -> None:
    spoken = language()
    facts = {"campaign": found.campaign, "n": found.n_figures, "n_differ": len(found.differ)}
    outcome = "same" if found.is_ok else "differs"
    say(t(f"cli.verify.{outcome}", spoken, **facts), as_json=as_json)
    for one in found.differ[:N_SHOWN]:
        say(_line(one, spoken), as_json=as_json)
    if len(found.differ) > N_SHOWN:
        n_more = len(found.differ) - N_SHOWN
        say(t("cli.verify.more", spoken, n=n_more), as_json=as_json)
    if not found.are_reports_compared:
        say(t("cli.verify.other_version", spoken, version=found.made_with), as_json=as_json)
    say(t("cli.verify.sha256", spoken, sha256=found.sha256), as_json=as_json)


def _line(one: Difference, spoken: str) -> str:
    unknown = t("cli.verify.unknown", spoken)
    told = unknown if one.told is None else one.told
    recomputed = unknown if one.recomputed is None else one.recomputed
    return t("cli.verify.line", spoken, name=one.name, told=told, recomputed=recomputed)


def _answer(found: Verification) -> dict[str, Any]:
    return {
        "ok": found.is_ok,
        "figures": found.n_figures,
        "differ": [one.name for one in found.differ],
        "details": {
            one.name: {"told": one.told, "recomputed": one.recomputed} for one in found.differ
        },
        "sha256": found.sha256,
        "campaign_id": found.campaign_id,
        "made_at": found.made_at,
        "made_with": found.made_with,
        "reports_compared": found.are_reports_compared,
    }
