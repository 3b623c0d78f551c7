"""`simulate-raters`: invented people rate a campaign of the sandbox, whole sessions each."""

import argparse
from typing import Any

from videogen.bootstrap import Application
from videogen.bootstrap.rating import bring_references
from videogen.cli.answer import language, print_json, say, whole
from videogen.cli.office import application
from videogen.domain.rating import Rater
from videogen.panel import simulate_raters
from videogen.panel.sessions import sessions_of
from videogen.runs.context import utc_now
from videogen.runs.plan_checks import checked_seed
from videogen.store import gate_ratings
from videogen.texts import t


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--campaign", required=True, metavar="ID")
    parser.add_argument("--raters", required=True, type=whole("raters"), metavar="N")
    parser.add_argument(
        "--seed",
        type=whole("seed", minimum=0),
        default=1,
        metavar="S",
        help=t("cli.simulate_raters.seed", language()),
    )
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    seed = checked_seed(options.seed)
    now = utc_now()
    with application() as opened:
        bring_references(opened, options.campaign)
        raters = simulate_raters(opened.database, options.campaign, options.raters, seed, now)
        answer = {
            "campaign_id": options.campaign,
            "seed": seed,
            **_counted(opened, options.campaign, raters),
        }
    said = t("cli.simulate_raters.done", language(), **answer)
    say(said, as_json=options.json)
    if options.json:
        print_json(answer)
    return 0


def _counted(opened: Application, campaign_id: str, raters: list[Rater]) -> dict[str, Any]:
    """`n_ratings` are those of test clips: what the gate reads."""
    names = {rater.rater_id: rater.name for rater in raters}
    ratings = gate_ratings(opened.database, campaign_id)
    return {
        "raters": list(names.values()),
        "n_raters": len(names),
        "n_sessions": sum(
            len(sessions_of(opened.database, campaign_id, rater_id)) for rater_id in names
        ),
        "n_ratings": sum(rating.rater_id in names for rating in ratings),
    }
