"""The paper's contradictions, from the claims and prices that ship; changed claims change them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from videogen.evidence import Claim, load_claims
from videogen.evidence.paper.claims_audit import contradictions
from videogen.evidence.paper.contradictions import Contradiction
from videogen.evidence.paper.recomputed import recompute
from videogen.pricing import load_prices
from videogen.texts import LANGUAGES

DATA = Path(__file__).parents[3] / "data"
CLAIMS = load_claims(DATA / "claims.toml")
PRICES = tuple(load_prices(DATA / "prices.toml"))


def found(name: str, claims: Sequence[Claim] = CLAIMS) -> Contradiction | None:
    by_name = {one.name: one for one in contradictions(claims, PRICES)}
    return by_name.get(name)


def result(name: str, claims: Sequence[Claim] = CLAIMS) -> dict[str, float]:
    one = found(name, claims)
    assert one is not None
    return dict(one.result)


def changed(measure: str, condition: str | None, low: float, high: float) -> tuple[Claim, ...]:
    """The shipped claims with one claimed figure changed."""
    return tuple(
        replace(claim, low=low, high=high)
        if (claim.measure, claim.condition, claim.kind) == (measure, condition, "claimed")
        else claim
        for claim in CLAIMS
    )


def test_wan_is_priced_for_two_hours_and_told_to_take_half_a_day() -> None:
    figures = result("time_per_frame")

    assert (figures["paid_min_low"], figures["paid_min_high"]) == (122, 143)
    assert (figures["told_h_low"], figures["told_h_high"]) == (10.8, 20.25)


def test_the_arithmetic_is_told_with_the_rate_that_it_rests_on() -> None:
    one = found("time_per_frame")

    assert one is not None
    assert one.steps[0].say("en") == ("AnimateDiff: $0.26 ÷ (32 min ÷ 60) = $0.4875 per GPU hour")
    assert one.steps[2].say("en") == "8–15 min per frame × 81 frames ÷ 60 = 10.8–20.25 h"


def test_a_thousand_videos_need_more_gpus_than_there_are() -> None:
    figures = result("capacity")

    assert figures["animatediff_h"] == pytest.approx(533.3, abs=0.1)
    assert figures["animatediff_share"] == pytest.approx(0.73, abs=0.005)
    assert figures["wan_14b_h_low"] == pytest.approx(2033.3, abs=0.1)
    assert (figures["wan_14b_gpus_low"], figures["wan_14b_gpus_high"]) == (3, 4)


def test_the_small_wan_is_priced_for_many_times_its_published_minutes() -> None:
    figures = result("small_wan_time")

    assert (figures["paid_min_low"], figures["paid_min_high"]) == (84, 101)
    assert figures["published_min"] == pytest.approx(4.36, abs=0.01)


def test_veo_2_at_its_list_price_takes_the_hybrid_with_it() -> None:
    veo, hybrid = result("veo_price"), result("hybrid_price")

    assert (veo["real_usd_low"], veo["real_usd_high"]) == pytest.approx((2.80, 4.00))
    assert hybrid["month_usd_low"] == pytest.approx(920.4)
    assert hybrid["month_usd_high"] == pytest.approx(2391.8)


def test_what_took_veo_2s_place_is_priced_by_the_list() -> None:
    dearer = tuple(
        replace(price, amount_usd=Decimal("0.20"))
        if price.subject == "veo-3.1-fast-generate-001"
        else price
        for price in PRICES
    )

    figures = result("veo_retired")
    after = {one.name: one for one in contradictions(CLAIMS, dearer)}["veo_retired"].result

    assert figures == {"n_days": 184, "standard_usd": 3.2, "fast_usd": 0.8, "lite_usd": 0.4}
    assert after["fast_usd"] == 1.6


def test_weeks_memory_card_saving_and_rockets_are_computed_too() -> None:
    assert result("weeks") == {"weeks": 16}
    assert result("memory") == {"over_gb": 16}
    assert result("gpu_part") == {"less_gb": 8}
    assert result("saving") == {"more_usd_low": 190, "more_usd_high": 760}
    assert result("rockets")["factor"] == pytest.approx(5.33, abs=0.01)
    assert result("vram_configuration")["factor"] == pytest.approx(4.32, abs=0.01)


def test_another_price_in_the_file_changes_the_result() -> None:
    twice = changed("cost_usd", "animatediff", 0.52, 0.52)

    figures = result("time_per_frame", twice)

    assert (figures["paid_min_low"], figures["paid_min_high"]) == (61, 71)


@pytest.mark.parametrize(
    ("name", "agreeing"),
    [
        ("time_per_frame", changed("wall_time_s_per_frame", "wan-14b", 90, 100)),
        ("weeks", changed("wan_development_weeks", None, 14, 18)),
        ("veo_price", changed("cost_usd", "veo-2", 2.5, 4.2)),
        ("rockets", changed("rockets", "animatediff", 1, 1)),
        ("gpu_part", changed("gpu_memory_mib", None, 32_768, 32_768)),
        ("saving", changed("cost_usd_month_1000", "wan-14b", 300, 500)),
    ],
)
def test_figures_that_agree_are_no_contradiction(name: str, agreeing: tuple[Claim, ...]) -> None:
    assert found(name) is not None
    assert found(name, agreeing) is None


def test_without_claims_there_is_nothing_to_contradict() -> None:
    assert contradictions((), ()) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_contradiction_is_said_with_its_steps_in_both_languages(language: str) -> None:
    for one in contradictions(CLAIMS, PRICES):
        said = [one.sentence.say(language), *(step.say(language) for step in one.steps)]

        assert all(said)
        assert not any("{" in sentence for sentence in said)
        assert one.clashing


def test_a_claim_is_recomputed_from_the_other_figures() -> None:
    by_name = {(claim.condition, claim.measure): claim for claim in CLAIMS if claim.low}
    weeks = recompute(by_name[None, "wan_development_weeks"], CLAIMS)
    month = recompute(by_name["wan-1.3b", "cost_usd_month_1000"], CLAIMS)
    stars = recompute(by_name["wan-14b", "stars"], CLAIMS)

    assert weeks is not None
    assert weeks.arithmetic.say("en") == "2 + 6 + 8 weeks = 16 weeks"
    assert month is not None
    assert month.high == pytest.approx(35.40, abs=0.01)
    assert stars is None  # nothing else leads to a mark
