"""`money show, cap, stop, resume`: the team's caps of the month, and the stop of all paid calls."""

import argparse
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from videogen.bootstrap import Application
from videogen.cli.actions import Action, Answer, Elsewhere, add_actions, run_action
from videogen.cli.answer import language, say
from videogen.client import Client
from videogen.domain.money import CapScope
from videogen.domain.plain_json import plain
from videogen.errors import InvalidInputError
from videogen.runs.context import utc_now
from videogen.texts import t

EACH = "each"  # in place of a name: of each one without a cap of their own


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, one in add_actions(parser, "money", ACTIONS):
        if name == "cap":
            of = one.add_mutually_exclusive_group(required=True)
            of.add_argument("--month", action="store_true")
            of.add_argument("--person", metavar="NAME", help=t("cli.money.each", language()))
            of.add_argument("--provider", metavar="KIND", help=t("cli.money.each", language()))
            one.add_argument(
                "--usd", required=True, metavar="X", help=t("cli.money.usd", language())
            )
        if name != "show":
            one.add_argument("--why", required=True, metavar="TEXT")


def run(options: argparse.Namespace) -> int:
    return run_action(ACTIONS, options, THROUGH_APP)


def _show(opened: Application, options: argparse.Namespace) -> Answer:
    return _told(opened.money.told(opened.people.command_line(), utc_now()), options)


def _cap(opened: Application, options: argparse.Namespace) -> Answer:
    scope, subject = _of(options)
    cap = opened.money.set_cap(
        opened.people.command_line(), scope, subject, _sum(options.usd),
        why=options.why, now=utc_now(),
    )  # fmt: skip
    return _told_cap(plain(cap), options)


def _stop(opened: Application, options: argparse.Namespace) -> Answer:
    person = opened.people.command_line()
    return _told_switch(plain(opened.money.stop(person, why=options.why, now=utc_now())), options)


def _resume(opened: Application, options: argparse.Namespace) -> Answer:
    person = opened.people.command_line()
    return _told_switch(plain(opened.money.resume(person, why=options.why, now=utc_now())), options)


def _show_there(client: Client, options: argparse.Namespace) -> Answer:
    return _told(client.spend(), options)


def _cap_there(client: Client, options: argparse.Namespace) -> Answer:
    scope, subject = _of(options)
    cap_usd = _sum(options.usd)
    sent = None if cap_usd is None else float(cap_usd)
    made = client.set_cap(scope.value, subject, cap_usd=sent, why=options.why)
    return _told_cap(made, options)


def _stop_there(client: Client, options: argparse.Namespace) -> Answer:
    return _told_switch(client.stop_paid_calls(options.why), options)


def _resume_there(client: Client, options: argparse.Namespace) -> Answer:
    return _told_switch(client.resume_paid_calls(options.why), options)


def _told(answer: dict[str, Any], options: argparse.Namespace) -> Answer:
    _say(options, t("cli.money.month", language(), month=answer["month"]))
    stop = answer["stopped"]
    if stop is not None:
        _say(options, t("money.stopped", language(), who=stop["who"], why=stop["why"]))
    for row in answer["limits"]:
        facts = {key: _usd(row[key]) for key in ("spent_usd", "held_usd", "left_usd", "cap_usd")}
        name = row["subject"] or t("money.whole", language())
        warned = f"  {t('money.warned', language())}" if row["is_warned"] else ""
        _say(options, t("cli.money.row", language(), name=name, **facts) + warned)
    return answer


def _told_cap(row: dict[str, Any], options: argparse.Namespace) -> Answer:
    named = row["subject"] or t(f"money.each.{row['scope']}", language())
    key = "money.cap_gone" if row["cap_usd"] is None else "money.cap_set"
    _say(options, t(f"cli.{key}", language(), name=named, cap=_usd(row["cap_usd"])))
    return {"cap": row}


def _told_switch(row: dict[str, Any], options: argparse.Namespace) -> Answer:
    key = "money.stopped" if row["is_stopped"] else "money.resumed"
    _say(options, t(key, language(), who=row["who"], why=row["why"]))
    return {"switch": row}


def _of(options: argparse.Namespace) -> tuple[CapScope, str | None]:
    if options.month:
        return CapScope.MONTH, None
    scope = CapScope.PERSON if options.person is not None else CapScope.PROVIDER
    subject = options.person if options.person is not None else options.provider
    return scope, None if subject == EACH else subject


def _sum(text: str) -> Decimal | None:
    if text == "none":
        return None
    try:
        amount_usd = Decimal(text)
    except InvalidOperation:
        amount_usd = Decimal("NaN")
    if not amount_usd.is_finite():  # no JSON could carry it to the app either
        raise InvalidInputError("not_a_number", field="usd", value=text)
    return amount_usd


def _usd(amount: float | None) -> str:
    return "–" if amount is None else f"${amount:,.2f}"


def _say(options: argparse.Namespace, sentence: str) -> None:
    say(sentence, as_json=options.json)


ACTIONS: Mapping[str, Action] = {"show": _show, "cap": _cap, "stop": _stop, "resume": _resume}
THROUGH_APP: Mapping[str, Elsewhere] = {
    "show": _show_there,
    "cap": _cap_there,
    "stop": _stop_there,
    "resume": _resume_there,
}
