"""`decisions list, freeze, show`: what was decided of a campaign, when, by whom and why."""

import argparse
from collections.abc import Mapping

from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.decisions import freeze_decision
from videogen.cli.actions import Action, Answer, add_actions, run_action
from videogen.cli.answer import language, say
from videogen.domain.event import FrozenDecision
from videogen.evidence.assumptions import Assumptions
from videogen.runs.context import utc_now
from videogen.texts import t


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, one in add_actions(parser, "decisions", ACTIONS):
        if name == "show":
            one.add_argument("decision", metavar="DECISION_ID")
        else:
            one.add_argument("--campaign", required=True, metavar="ID")
        if name == "freeze":
            one.add_argument("--who", required=True, metavar="NAME")
            one.add_argument("--why", required=True, metavar="TEXT")


def run(options: argparse.Namespace) -> int:
    return run_action(ACTIONS, options)


def _list(opened: Application, options: argparse.Namespace) -> Answer:
    store.get_campaign(opened.database, options.campaign)
    found = store.frozen_decisions(opened.database, options.campaign)
    for one in found:
        _say(one, as_json=options.json)
    if not found:
        say(t("cli.decisions.none", language()), as_json=options.json)
    return {"decisions": [_row(one) for one in found]}


def _freeze(opened: Application, options: argparse.Namespace) -> Answer:
    frozen = freeze_decision(
        opened,
        options.campaign,
        who=options.who,
        why=options.why,
        assumptions=Assumptions(),
        now=utc_now(),
    )
    _say(frozen, as_json=options.json)
    return {"decision": _row(frozen)}


def _show(opened: Application, options: argparse.Namespace) -> Answer:
    frozen = store.get_frozen_decision(opened.database, options.decision)
    _say(frozen, as_json=options.json)
    return {"decision": _row(frozen) | {"evidence": frozen.evidence}}


def _row(frozen: FrozenDecision) -> Answer:
    """The record's own names; its several hundred figures are what `show` adds."""
    return {
        "decision_id": frozen.decision_id,
        "campaign_id": frozen.campaign_id,
        "frozen_at": frozen.frozen_at,
        "who": frozen.who,
        "why": frozen.why,
        "verdict": frozen.verdict,
        "provisional_verdict": frozen.provisional_verdict,
        "criteria_version": frozen.criteria_version,
        "assumptions": frozen.assumptions,
        "bundle_file": frozen.bundle_file,
        "bundle_sha256": frozen.bundle_sha256,
    }


def _say(frozen: FrozenDecision, *, as_json: bool) -> None:
    line = t(
        "cli.decisions.line",
        language(),
        at=f"{frozen.frozen_at:%Y-%m-%d %H:%M} UTC",
        id=frozen.decision_id,
        verdict=t(f"verdict.{frozen.verdict}", language()),
        who=frozen.who,
        why=frozen.why,
        file=frozen.bundle_file or "-",
        sha256=frozen.bundle_sha256 or "-",
    )
    say(line, as_json=as_json)


ACTIONS: Mapping[str, Action] = {
    "list": _list,
    "freeze": _freeze,
    "show": _show,
}
