"""`tokens list, create, revoke`: what programs sign in with; each one's text is told once."""

import argparse
from collections.abc import Mapping
from typing import Any

from videogen.access.tokens import told_token
from videogen.bootstrap import Application
from videogen.cli.actions import Action, Answer, Elsewhere, add_actions, run_action
from videogen.cli.answer import language, say, whole
from videogen.client import Client
from videogen.domain.access import Permission
from videogen.errors import InvalidInputError
from videogen.runs.context import utc_now
from videogen.texts import t

USUAL_DAYS = 90


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, one in add_actions(parser, "tokens", ACTIONS):
        if name == "create":
            one.add_argument("--label", required=True, metavar="TEXT")
            one.add_argument("--scopes", required=True, metavar="a,b", help=_scopes_help())
            one.add_argument("--days", type=whole("days"), default=USUAL_DAYS, metavar="N")
            one.add_argument("--owner", metavar="NAME", help=t("cli.tokens.owner", language()))
        if name == "revoke":
            one.add_argument("token_id", metavar="TOKEN_ID")


def _scopes_help() -> str:
    return t("cli.tokens.scopes", language(), known=", ".join(Permission))


def run(options: argparse.Namespace) -> int:
    return run_action(ACTIONS, options, THROUGH_APP)


def _list(opened: Application, options: argparse.Namespace) -> Answer:
    people = opened.people
    return _told_list([told_token(one) for one in people.tokens(people.command_line())], options)


def _create(opened: Application, options: argparse.Namespace) -> Answer:
    people = opened.people
    token, text = people.issue(
        people.command_line(),
        label=options.label,
        scopes=[Permission(one) for one in _scopes(options.scopes)],
        days=options.days,
        now=utc_now(),
        owner=options.owner,
    )
    return _told_new({**told_token(token), "token": text}, options)


def _revoke(opened: Application, options: argparse.Namespace) -> Answer:
    people = opened.people
    revoked = people.revoke(people.command_line(), options.token_id, utc_now())
    return _told_revoked(told_token(revoked), options)


def _list_there(client: Client, options: argparse.Namespace) -> Answer:
    return _told_list(client.tokens(), options)


def _create_there(client: Client, options: argparse.Namespace) -> Answer:
    made = client.create_token(
        options.label, _scopes(options.scopes), days=options.days, owner=options.owner
    )
    return _told_new(made, options)


def _revoke_there(client: Client, options: argparse.Namespace) -> Answer:
    return _told_revoked(client.revoke_token(options.token_id), options)


def _told_list(rows: list[dict[str, Any]], options: argparse.Namespace) -> Answer:
    for row in rows:
        state = "revoked" if row["revoked_at"] else "until"
        day = (row["revoked_at"] or row["expires_at"])[:10]
        said = t(f"cli.tokens.{state}", language(), day=day)
        scopes = ", ".join(row["scopes"])
        _say(options, f"{row['token_id']}  {row['owner']}  {row['label']}  {scopes}  {said}")
    return {"tokens": rows}


def _told_new(row: dict[str, Any], options: argparse.Namespace) -> Answer:
    _say(options, t("cli.tokens.created", language(), day=row["expires_at"][:10]))
    if not options.json:
        say(row["token"], as_json=False)
    return {"token": row}


def _told_revoked(row: dict[str, Any], options: argparse.Namespace) -> Answer:
    _say(options, t("cli.tokens.is_revoked", language(), label=row["label"]))
    return {"token": row}


def _scopes(text: str) -> list[str]:
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [one for one in wanted if one not in set(Permission)]
    if unknown:
        known = ", ".join(Permission)
        raise InvalidInputError("token_scope", field="scopes", value=unknown[0], known=known)
    return wanted


def _say(options: argparse.Namespace, sentence: str) -> None:
    say(sentence, as_json=options.json)


ACTIONS: Mapping[str, Action] = {"list": _list, "create": _create, "revoke": _revoke}
THROUGH_APP: Mapping[str, Elsewhere] = {
    "list": _list_there,
    "create": _create_there,
    "revoke": _revoke_there,
}
