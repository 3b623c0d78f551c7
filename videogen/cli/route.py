"""`route`: what the rules would choose for a request; asks no server and opens no database."""

import argparse
from datetime import UTC, datetime
from typing import Any

from videogen.backends.google.profiles import load_profiles
from videogen.catalogue import default_conditions, load_manifests
from videogen.cli.answer import language, print_json, say
from videogen.cli.files import read_json
from videogen.domain.condition import BackendKind
from videogen.evidence import load_claims
from videogen.evidence.route_options import option_from_claims
from videogen.pricing import load_prices
from videogen.routing import (
    RouteOption,
    Routing,
    RoutingRules,
    active_rules,
    request_from_json,
    route,
    sentence,
)
from videogen.settings import ROOT
from videogen.texts import t

DATA = ROOT / "data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("request", metavar="REQUEST.json")
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    # NaN is let through to where the field that holds it is known by name.
    request = request_from_json(read_json(options.request, keeps_nan=True))
    rules = active_rules(DATA)
    answer = _answer(route(request, _candidates(rules), rules))
    if options.json:
        print_json(answer)
    else:
        _say(answer)
    return 0


def _candidates(rules: RoutingRules) -> list[RouteOption]:
    """Every default condition that makes clips itself; whether its server is up is not asked."""
    claims = load_claims(DATA / "claims.toml")
    prices = load_prices(DATA / "prices.toml")
    today = datetime.now(UTC).date()
    ended = {
        model
        for model, profile in load_profiles().items()
        if (ended_on := profile.retired_on or profile.retires_on) is not None and ended_on <= today
    }
    return [
        option_from_claims(
            condition,
            rules,
            claims,
            prices,
            on=today,
            is_available=False if condition.model in ended else None,
            why_not="routing.why.retired" if condition.model in ended else None,
        )
        for condition in default_conditions(DATA, load_manifests(ROOT / "workflows"))
        if condition.backend is not BackendKind.ROUTED
    ]


def _answer(found: Routing) -> dict[str, Any]:
    return {
        "chosen": found.chosen,
        "reason": sentence(found.reason, language()),
        "fallbacks": found.fallbacks,
        "rejected": [
            {"condition": each.name, "reason": sentence(each.reason, language())}
            for each in found.rejected
        ],
    }


def _say(answer: dict[str, Any]) -> None:
    say(answer["reason"], as_json=False)
    if answer["fallbacks"]:
        names = ", ".join(answer["fallbacks"])
        say(t("cli.route.fallbacks", language(), names=names), as_json=False)
    for each in answer["rejected"]:
        say(t("cli.route.rejected", language(), **each), as_json=False)
