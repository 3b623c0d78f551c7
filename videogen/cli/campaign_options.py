"""A campaign's plan as it is typed: names and numbers, comma-separated."""

import argparse
from decimal import Decimal, InvalidOperation
from typing import Any

from videogen.cli.answer import language, whole
from videogen.errors import InvalidInputError
from videogen.runs.plan_checks import MAX_CAP_USD
from videogen.texts import t


def add_plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, metavar="TEXT")
    parser.add_argument("--candidates", required=True, metavar="a,b")
    parser.add_argument("--baselines", default="", metavar="a,b")
    parser.add_argument("--suite", default="core", metavar="NAME")
    parser.add_argument("--prompts", type=whole("n_prompts"), default=30, metavar="N")
    parser.add_argument("--seeds", default="1", metavar="1,2")
    parser.add_argument("--rated-seeds", metavar="1", help=t("cli.campaigns.rated", language()))
    parser.add_argument("--raters", type=whole("planned_n_raters"), default=6, metavar="N")
    parser.add_argument("--cap-usd", metavar="X", help=t("cli.campaigns.cap", language()))
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="SLOT[@PROMPT_ID]=FILE",
        help=t("cli.campaigns.input", language()),
    )
    parser.add_argument(
        "--dry-run", action="store_true", help=t("cli.campaigns.dry_run", language())
    )


def plan_of(options: argparse.Namespace) -> dict[str, Any]:
    """By the names that a plan has in the API too, without its inputs.

    Raises: InvalidInputError: seeds or money that are none.
    """
    plan: dict[str, Any] = {
        "name": options.name,
        "candidates": names(options.candidates),
        "baselines": names(options.baselines),
        "suite": options.suite,
        "n_prompts": options.prompts,
        "seeds": _seeds(options.seeds, "seeds"),
        "planned_n_raters": options.raters,
    }
    if options.rated_seeds is not None:
        plan["rated_seeds"] = _seeds(options.rated_seeds, "rated_seeds")
    if options.cap_usd is not None:
        plan["cap_usd"] = _money(options.cap_usd)
    return plan


def names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _seeds(text: str, field: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise InvalidInputError("seeds_text", field=field, value=text) from None


def _money(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InvalidInputError("cap_usd", field="cap_usd", value=text, limit=MAX_CAP_USD) from None
