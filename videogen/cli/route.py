"""`route`: what the rules would choose for a request; asks no server.

What is measured here counts where the database is free: while the app holds it, claims do.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from videogen.bootstrap.reach import is_retired
from videogen.bootstrap.route_answer import route_answer
from videogen.catalogue import default_conditions, load_manifests
from videogen.cli.answer import language, print_json, say
from videogen.cli.files import read_json
from videogen.domain.condition import BackendKind
from videogen.domain.run import Origin
from videogen.errors import DataFolderHeldError, VideogenError
from videogen.evidence import load_claims
from videogen.evidence.measured import MeasuredCondition, measured_conditions
from videogen.evidence.route_options import option_of
from videogen.pricing import load_prices
from videogen.routing import (
    RouteOption,
    RoutingRules,
    active_rules,
    request_from_json,
    route,
    rules_of,
)
from videogen.settings import ROOT, load_settings
from videogen.texts import t

DATA = ROOT / "data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("request", metavar="REQUEST.json")
    parser.add_argument("--rules", metavar="VERSION", help=t("cli.route.rules", language()))
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    # NaN is let through to where the field that holds it is known by name.
    request = request_from_json(read_json(options.request, keeps_nan=True))
    rules = _rules(options.rules)
    basis = _basis()
    found = route(request, _candidates(rules, basis), rules)
    answer = route_answer(found, language(), basis=basis.key)
    if options.json:
        print_json(answer)
    else:
        _say(answer)
    return 0


def _rules(version: str | None) -> RoutingRules:
    return active_rules(DATA) if version is None else rules_of(DATA / "routing", version)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Basis:
    """What is measured here, and why nothing is where nothing counts."""

    key: str
    measured: Mapping[str, MeasuredCondition] = field(default_factory=dict)  # live, by condition_id


def _basis() -> _Basis:
    """Never waits for the database, and never fails for want of it."""
    from videogen.store import Database

    path = load_settings().data_dir / "videogen.duckdb"
    if not path.exists():
        return _Basis(key="none")
    try:
        with Database.open(path) as database:
            found = measured_conditions(database)
    except DataFolderHeldError:
        return _Basis(key="held")
    except VideogenError:
        return _Basis(key="unreadable")
    live = {name: one for (name, origin), one in found.items() if origin is Origin.LIVE}
    return _Basis(key="none", measured=live)


def _candidates(rules: RoutingRules, basis: _Basis) -> list[RouteOption]:
    """Every default condition that makes clips itself; whether its server is up is not asked."""
    claims = load_claims(DATA / "claims.toml")
    prices = load_prices(DATA / "prices.toml")
    manifests = load_manifests(ROOT / "workflows")
    now = datetime.now(UTC)
    found = []
    for condition in default_conditions(DATA, manifests):
        if condition.backend is BackendKind.ROUTED:
            continue
        has_ended = is_retired(condition, now)
        option = option_of(
            condition,
            rules,
            claims,
            prices,
            on=now.date(),
            measured=basis.measured.get(condition.condition_id),
            is_available=False if has_ended else None,
            why_not="routing.why.retired" if has_ended else None,
        )
        found.append(option)
    return found


def _say(answer: dict[str, Any]) -> None:
    say(answer["reason"], as_json=False)
    if answer["fallbacks"]:
        names = ", ".join(answer["fallbacks"])
        say(t("cli.route.fallbacks", language(), names=names), as_json=False)
    for each in answer["rejected"]:
        say(t("cli.route.rejected", language(), **each), as_json=False)
    say(answer["basis"]["note"], as_json=False)
