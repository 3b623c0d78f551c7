from datetime import date
from decimal import Decimal
from pathlib import Path

from videogen.catalogue import default_conditions, load_manifests
from videogen.evidence import load_claims
from videogen.evidence.route_options import option_of, route_option
from videogen.pricing import load_prices
from videogen.routing import RouteOption, load_rules

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
CONDITIONS = {c.name: c for c in default_conditions(DATA, load_manifests(ROOT / "workflows"))}
RULES = load_rules(DATA / "routing" / "brief-1.toml")
CLAIMS = load_claims(DATA / "claims.toml")
PRICES = load_prices(DATA / "prices.toml")
TODAY = date(2026, 11, 22)


def _claimed(name: str) -> RouteOption:
    return option_of(CONDITIONS[name], RULES, CLAIMS, PRICES, on=TODAY, measured=None)


def test_of_several_figures_the_slowest_and_what_it_costs_is_taken() -> None:
    option = _claimed("animatediff")

    assert option.wall_time_s == 1920  # the brief's, not the faster one of a much smaller clip
    assert option.cost_usd == Decimal("0.26")  # 1920 s at $0.4875 an hour


def test_a_cloud_condition_costs_its_list_price() -> None:
    assert _claimed("veo-3.1-fast").cost_usd == Decimal("0.80")
    assert _claimed("gemini-omni").cost_usd == Decimal("0.81088")


def test_what_is_said_of_all_of_veo_holds_for_its_clips_from_an_image() -> None:
    names = ("veo-3.1", "veo-3.1-i2v", "veo-3.1-fast-i2v", "veo-3.1-lite-i2v")

    assert {_claimed(name).wall_time_s for name in names} == {360.0}


def test_what_nobody_says_stays_unknown() -> None:
    option = _claimed("wan-14b-distill")

    assert (option.wall_time_s, option.cost_usd, option.quality) == (None, None, None)
    assert option.is_available is None


def test_without_a_time_the_claimed_cost_counts() -> None:
    assert _claimed("wan-14b").cost_usd == Decimal("1.16")


def test_a_measured_quality_takes_the_place_of_the_claimed_one() -> None:
    claimed = route_option(CONDITIONS["wan-1.3b"], RULES, cost_usd=None, wall_time_s=None)
    measured = route_option(
        CONDITIONS["wan-1.3b"], RULES, cost_usd=None, wall_time_s=None, quality=3.2
    )

    assert (claimed.quality, claimed.is_quality_claimed) == (4.0, True)
    assert (measured.quality, measured.is_quality_claimed) == (3.2, False)
