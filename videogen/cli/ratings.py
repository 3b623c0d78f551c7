"""`ratings export, import`: a campaign's ratings out to a file and in from one."""

import argparse
from pathlib import Path
from typing import Any

from videogen.bootstrap import Application
from videogen.cli.actions import add_actions
from videogen.cli.answer import language, print_json, say
from videogen.cli.files import checked_out
from videogen.cli.office import answered, application
from videogen.client import Client
from videogen.errors import InvalidInputError, VideogenError
from videogen.panel.rating_export import rating_rows
from videogen.panel.rating_import import RatingsRefusedError, import_ratings
from videogen.panel.ratings_file import (
    MAX_BYTES,
    RatingsFormat,
    json_file,
    read_rows,
    write_rows,
)
from videogen.runs.context import utc_now
from videogen.texts import error_hint, error_message, t

OWNER = "cli"
FORMATS = tuple(form.value for form in RatingsFormat)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    for name, action in add_actions(parser, "ratings", ACTIONS):
        if name == "import":
            action.add_argument("file", metavar="FILE")
            action.add_argument("--owner", default=OWNER, metavar="NAME")
        else:
            action.add_argument("--out", required=True, type=Path, metavar="FILE")
            action.add_argument(
                "--format", metavar="|".join(FORMATS), help=t("cli.ratings.format", language())
            )
        action.add_argument("--campaign", required=True, metavar="ID")


def run(options: argparse.Namespace) -> int:
    try:
        answer = ACTIONS[options.action](options)
    except RatingsRefusedError as refused:
        return _tell(refused, as_json=options.json)
    if options.json:
        print_json(answer)
    return 0


def _export(options: argparse.Namespace) -> Any:
    form = _format(options)
    out = checked_out(options.out)
    content, n_ratings = answered(
        lambda opened: _file_here(opened, options.campaign, form),
        # Parquet has types that no JSON carries.
        None
        if form is RatingsFormat.PARQUET
        else lambda client: _file_there(client, options.campaign, form),
    )
    out.write_bytes(content)
    say(t("cli.ratings.exported", language(), n=n_ratings, file=out), as_json=options.json)
    return {
        "campaign_id": options.campaign,
        "file": out,
        "format": form,
        "n_ratings": n_ratings,
    }


def _file_here(opened: Application, campaign_id: str, form: RatingsFormat) -> tuple[bytes, int]:
    rows = rating_rows(opened.database, campaign_id)
    return write_rows(rows, form), len(rows)


def _file_there(client: Client, campaign_id: str, form: RatingsFormat) -> tuple[bytes, int]:
    if form is RatingsFormat.JSON:
        rows = list(client.ratings(campaign_id))
        return json_file(rows), len(rows)
    content = client.ratings_file(campaign_id)
    return content, len(read_rows(content, campaign_id))


def _import(options: argparse.Namespace) -> Any:
    content = _read(options.file)
    with application() as opened:
        came = _imported(opened, options, content)
    facts = {"n_added": came.n_added, "n_known": came.n_known, "n_raters": came.n_raters}
    say(t("cli.ratings.imported", language(), **facts), as_json=options.json)
    return came


def _imported(opened: Application, options: argparse.Namespace, content: bytes) -> Any:
    return import_ratings(
        opened.database,
        options.campaign,
        content,
        file_name=options.file,
        who=options.owner,
        now=utc_now(),
    )


def _format(options: argparse.Namespace) -> RatingsFormat:
    wanted = options.format or options.out.suffix.removeprefix(".").lower()
    if wanted not in FORMATS:
        raise InvalidInputError("ratings_format", field="format", value=wanted or str(options.out))
    return RatingsFormat(wanted)


def _read(name: str) -> bytes:
    path = Path(name)
    if not path.is_file():
        raise InvalidInputError("file_missing", field="file", value=name)
    if path.stat().st_size > MAX_BYTES:
        raise InvalidInputError("file_too_large", field="file", value=name, limit=MAX_BYTES)
    return path.read_bytes()


def _tell(refused: RatingsRefusedError, *, as_json: bool) -> int:
    """Every row that is shown, then the sum."""
    if as_json:
        told = {**_facts(refused), "rows": [_facts(one) for one in refused.problems]}
        print_json({"error": {**told, "n_more": refused.n_more}})
        return refused.exit_code
    for one in refused.problems:
        _warn(f"{error_message(one, language())} {error_hint(one, language())}")
    if refused.n_more:
        _warn(t("cli.ratings.more", language(), n=refused.n_more))
    _warn(f"{error_message(refused, language())} {error_hint(refused, language())}")
    return refused.exit_code


def _warn(sentence: str) -> None:
    say(sentence, as_json=True)  # to stderr, as every error goes


def _facts(error: VideogenError) -> dict[str, object]:
    row = {"row": error.facts["row"]} if "row" in error.facts else {}
    return {
        "code": error.code,
        **row,
        "field": error.field,
        "value": error.value,
        "message": error_message(error, language()),
        "hint": error_hint(error, language()),
    }


ACTIONS = {"export": _export, "import": _import}
