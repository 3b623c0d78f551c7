"""`report`: what a campaign's evidence says, as files to take away."""

import argparse
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from videogen import store
from videogen.bootstrap import Application
from videogen.cli.answer import language, print_json, say
from videogen.cli.office import answered
from videogen.client import Client
from videogen.domain.campaign import Campaign
from videogen.errors import InvalidInputError
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.case import load_case
from videogen.reports.bundle import make_bundle
from videogen.reports.content import ReportContent, report_content
from videogen.reports.making import ReportFormat, make_report, report_name
from videogen.runs.context import utc_now
from videogen.texts import LANGUAGES, t

BUNDLE = "bundle"
FORMATS = (*(form.value for form in ReportFormat), BUNDLE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--campaign", required=True, metavar="ID")
    parser.add_argument(
        "--lang",
        default=language(),
        metavar="|".join(LANGUAGES),
        help=t("cli.report.lang", language()),
    )
    parser.add_argument(
        "--format",
        default="html",
        metavar="|".join(FORMATS),
        help=t("cli.report.format", language()),
    )
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    if options.lang not in LANGUAGES:
        wanted = ", ".join(LANGUAGES)
        raise InvalidInputError("report_language", field="lang", value=options.lang, allowed=wanted)
    formats = _formats(options.format)
    out = _folder(options.out)
    files = answered(
        lambda opened: _write(opened, options, formats, out),
        lambda client: _fetch(client, options, formats, out),
    )
    if options.json:
        print_json({"files": files})
    return 0


def _formats(asked: str) -> tuple[str, ...]:
    """Each once, in the order asked for."""
    wanted = tuple(dict.fromkeys(one.strip().lower() for one in asked.split(",")))
    unknown = [one for one in wanted if one not in FORMATS]
    if unknown:
        allowed = ", ".join(FORMATS)
        raise InvalidInputError(
            "report_format", field="format", value=unknown[0] or asked, allowed=allowed
        )
    return wanted


def _folder(out: Path) -> Path:
    """Made where it is not there; told before anything is computed for it."""
    if out.exists() and not out.is_dir():
        raise InvalidInputError("out_no_folder", field="out", value=out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInputError("out_unwritable", field="out", value=out) from error
    if not os.access(out, os.W_OK):
        raise InvalidInputError("out_unwritable", field="out", value=out)
    return out


def _write(
    opened: Application, options: argparse.Namespace, formats: Sequence[str], out: Path
) -> list[Path]:
    campaign = store.get_campaign(opened.database, options.campaign)
    made_at = utc_now()
    reports = [ReportFormat(one) for one in formats if one != BUNDLE]
    files = []
    if reports:
        content = _content(opened, campaign, made_at)
        if not content.n_ended:
            say(t("report.no_runs", options.lang), as_json=options.json)
        for form in reports:
            name = report_name(campaign, made_at, f"{options.lang}.{form.value}")
            files.append(_kept(out / name, make_report(content, options.lang, form)))
    if BUNDLE in formats:
        target = out / report_name(campaign, made_at, "zip")
        make_bundle(
            opened.database,
            campaign.campaign_id,
            target,
            claims=opened.claims,
            prices=opened.prices,
            assumptions=Assumptions(),
            now=made_at,
        )
        files.append(target)
    _say_written(files, options)
    return files


def _fetch(
    client: Client, options: argparse.Namespace, formats: Sequence[str], out: Path
) -> list[Path]:
    """Files first, the bundle last, as above."""
    files = []
    for form in sorted(formats, key=lambda one: one == BUNDLE):
        name, content = client.report(options.campaign, form=form, language=options.lang)
        files.append(_kept(out / name, content))
    _say_written(files, options)
    return files


def _say_written(files: Sequence[Path], options: argparse.Namespace) -> None:
    for file in files:
        say(t("cli.report.written", language(), file=file), as_json=options.json)


def _content(opened: Application, campaign: Campaign, made_at: datetime) -> ReportContent:
    case = load_case(
        opened.database, campaign.campaign_id, claims=opened.claims, prices=opened.prices
    )
    return report_content(opened.database, case, made_at=made_at)


def _kept(file: Path, content: bytes) -> Path:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InvalidInputError("out_unwritable", field="out", value=file) from error
    return file
