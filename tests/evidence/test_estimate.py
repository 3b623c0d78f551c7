"""What a run will take: measured here, else of the members, else published, else claimed."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from tests.evidence.records import NOON, VEO, WAN, run
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.money import Price, PriceUnit
from videogen.domain.run import Origin, RunStatus
from videogen.evidence import Claim, Estimate, EstimateSource, estimate
from videogen.store import Database, save

HYBRID = Condition(
    name="hybrid",
    backend=BackendKind.ROUTED,
    model="rules",
    workflow=None,
    width_px=None,
    height_px=None,
    n_frames=None,
    fps=None,
)


def _claim(measure: str, low: float | None, high: float | None, kind: str = "published") -> Claim:
    """Of clips like WAN's."""
    return Claim(
        condition=WAN.name,
        measure=measure,
        low=low,
        high=high,
        kind=kind,
        source="a paper",
        width_px=WAN.width_px,
        height_px=WAN.height_px,
        n_frames=WAN.n_frames,
    )


def _price(subject: str, unit: PriceUnit, amount: str, kind: str) -> Price:
    return Price(
        price_id=f"{subject}/{kind}",
        subject=subject,
        unit=unit,
        amount_usd=Decimal(amount),
        as_of=NOON.date(),
        source="a list",
        kind=kind,
    )


GPU_HOUR = _price("local_gpu", PriceUnit.GPU_HOUR, "3.60", "claimed")  # $0.001 a second
VEO_SECOND = _price(VEO.model, PriceUnit.VIDEO_SECOND, "0.10", "published")
PRICES = (GPU_HOUR, VEO_SECOND)
CLAIMS = (
    _claim("wall_time_s", 900, 1000, "claimed"),
    _claim("wall_time_s", 261.4, 261.4),
    _claim("peak_vram_mib", 16384, 40960, "claimed"),
)


@pytest.fixture(autouse=True)
def _conditions(database: Database) -> None:
    save(database, WAN, VEO, HYBRID)


def _stored(database: Database, *times_s: float | None, **changes: Any) -> None:
    for i, wall_time_s in enumerate(times_s):
        run_id = f"{wall_time_s}-{i}-{sorted(changes.items())}"
        fields = {"wall_time_s": wall_time_s, "is_cold": False, **changes}
        save(database, run(run_id, **fields))


def _estimate(database: Database, condition: Condition = WAN, **means: Any) -> Estimate:
    members = means.pop("members", ())
    return estimate(database, condition, Origin.LIVE, CLAIMS, PRICES, members=members)


def test_without_history_the_published_time_comes_before_the_claimed_one(
    database: Database,
) -> None:
    known = _estimate(database)

    assert (known.wall_time_low_s, known.wall_time_high_s) == (261.4, 261.4)
    assert (known.source, known.n_runs) == (EstimateSource.PUBLISHED, 0)


def test_each_figure_names_its_own_source(database: Database) -> None:
    known = _estimate(database)

    assert known.source is EstimateSource.PUBLISHED
    assert known.vram_source is EstimateSource.CLAIMED
    assert known.cost_source is EstimateSource.CLAIMED  # published time at a claimed hourly price
    assert known.cost_usd == Decimal("0.2614")


def test_a_vendors_cost_comes_from_the_price_list_while_its_time_is_unknown(
    database: Database,
) -> None:
    known = _estimate(database, VEO)

    assert (known.source, known.cost_source) == (
        EstimateSource.UNKNOWN,
        EstimateSource.PRICE_LIST,
    )
    assert known.cost_usd == known.cost_low_usd == known.cost_high_usd == Decimal("0.80")


def test_three_runs_of_its_own_come_before_what_others_say(database: Database) -> None:
    _stored(database, 100, 110, 120)

    known = _estimate(database)

    assert (known.wall_time_low_s, known.wall_time_high_s) == (100, 120)
    assert (known.source, known.n_runs) == (EstimateSource.MEASURED, 3)
    assert (known.cost_source, known.cost_n_runs) == (EstimateSource.MEASURED, 3)
    assert (known.vram_source, known.vram_n_runs) == (EstimateSource.MEASURED, 3)
    assert known.peak_vram_high_mib == 8_400


def test_two_runs_say_nothing_about_the_spread(database: Database) -> None:
    _stored(database, 100, 110)

    assert _estimate(database).source is EstimateSource.PUBLISHED


def test_cold_runs_do_not_slow_the_estimate_and_say_what_loading_adds(
    database: Database,
) -> None:
    _stored(database, 100, 110, 120)
    _stored(database, 170, 190, is_cold=True)

    known = _estimate(database)

    assert (known.wall_time_high_s, known.n_runs) == (120, 3)
    assert known.cold_start_s == 70  # medians: 180 and 110
    assert not known.time_includes_cold


def test_without_enough_warm_runs_all_count_and_it_says_so(database: Database) -> None:
    _stored(database, 100)
    _stored(database, 170, 190, is_cold=True)

    known = _estimate(database)

    assert (known.wall_time_low_s, known.wall_time_high_s) == (100, 190)
    assert known.time_includes_cold
    assert known.cold_start_s is None


def test_a_vendors_runs_are_neither_cold_nor_warm_and_count(database: Database) -> None:
    _stored(database, 60, 70, 80, condition_id=VEO.condition_id, is_cold=None)

    known = _estimate(database, VEO)

    assert (known.source, known.n_runs) == (EstimateSource.MEASURED, 3)
    assert not known.time_includes_cold


def test_degraded_runs_other_origins_and_failures_are_no_history(database: Database) -> None:
    _stored(database, 10, 11, 12, is_degraded=True)
    _stored(database, 20, 21, 22, origin=Origin.SANDBOX)
    _stored(database, 30, 31, 32, status=RunStatus.FAILED)

    assert _estimate(database).n_runs == 0


def test_runs_that_were_picked_up_in_their_middle_are_no_history(database: Database) -> None:
    _stored(database, None, None, None, peak_is_lower_bound=True, peak_vram_mib=3_000)
    _stored(database, 100, 110, 120)

    known = _estimate(database)

    assert (known.n_runs, known.vram_n_runs) == (3, 3)
    assert known.peak_vram_low_mib == 8_400


def test_where_no_reading_is_whole_it_takes_at_least_the_highest(database: Database) -> None:
    _stored(database, 100, 110, peak_is_lower_bound=True, peak_vram_mib=3_000)
    _stored(database, 120, peak_is_lower_bound=True, peak_vram_mib=5_000)

    known = estimate(database, WAN, Origin.LIVE, (), PRICES)

    assert (known.peak_vram_low_mib, known.peak_vram_high_mib) == (5_000, None)
    assert known.vram_is_lower_bound


def test_a_routed_condition_has_its_members_range_until_it_has_a_history(
    database: Database,
) -> None:
    _stored(database, 100, 110, 120)
    _stored(database, 60, 70, 80, condition_id=VEO.condition_id, cost_usd=Decimal("0.80"))

    known = _estimate(database, HYBRID, members=(WAN, VEO))

    assert (known.wall_time_low_s, known.wall_time_high_s) == (60, 120)
    assert (known.cost_low_usd, known.cost_high_usd) == (Decimal("0.05"), Decimal("0.80"))
    assert known.cost_usd == Decimal("0.80")  # what it may cost at most
    assert (known.source, known.cost_source) == (EstimateSource.MEMBERS, EstimateSource.MEMBERS)
    assert known.peak_vram_high_mib == 8_400  # of its local member


def test_a_routed_condition_of_an_unknown_member_has_no_range(database: Database) -> None:
    known = _estimate(database, HYBRID, members=(WAN, VEO))

    assert known.wall_time_high_s is None  # nobody knows Veo's time
    assert known.cost_high_usd == Decimal("0.80")


def test_a_routed_conditions_own_history_comes_first(database: Database) -> None:
    _stored(
        database,
        200,
        210,
        220,
        condition_id=HYBRID.condition_id,
        is_cold=None,
        routed_to=WAN.condition_id,
    )

    known = _estimate(database, HYBRID, members=(WAN, VEO))

    assert (known.source, known.wall_time_high_s) == (EstimateSource.MEASURED, 220)


def test_what_nobody_knows_is_unknown(database: Database) -> None:
    stranger = dataclasses.replace(WAN, name="stranger")

    known = estimate(database, stranger, Origin.LIVE, CLAIMS, ())

    assert (known.wall_time_low_s, known.cost_usd, known.peak_vram_high_mib) == (None, None, None)
    assert known.source is known.cost_source is known.vram_source is EstimateSource.UNKNOWN


def test_a_published_figure_of_other_clips_does_not_stand_before_a_claimed_one(
    database: Database,
) -> None:
    claimed = _claim("wall_time_s", 1920, 1920, "claimed")
    smaller = dataclasses.replace(_claim("wall_time_s", 59.9, 195), n_frames=8)
    unsaid = dataclasses.replace(
        _claim("wall_time_s", 60, 70), width_px=None, height_px=None, n_frames=None
    )

    beside = estimate(database, WAN, Origin.LIVE, (smaller, unsaid, claimed), PRICES)
    alone = estimate(database, WAN, Origin.LIVE, (smaller, unsaid), PRICES)
    of_others = estimate(database, WAN, Origin.LIVE, (smaller,), PRICES)

    assert (beside.wall_time_low_s, beside.source) == (1920, EstimateSource.CLAIMED)
    assert (alone.wall_time_high_s, alone.source) == (70, EstimateSource.PUBLISHED)
    assert of_others.source is EstimateSource.UNKNOWN


def test_published_figures_of_several_cards_give_a_range(database: Database) -> None:
    claims = tuple(_claim("wall_time_s", took_s, took_s) for took_s in (6935.5, 3342.6, 1837.9))

    known = estimate(database, WAN, Origin.LIVE, claims, PRICES)

    assert (known.wall_time_low_s, known.wall_time_high_s) == (1837.9, 6935.5)


def test_a_claim_that_was_left_open_at_one_end_counts_with_the_other(database: Database) -> None:
    claims = (_claim("wall_time_s", None, 600),)

    known = estimate(database, WAN, Origin.LIVE, claims, PRICES)

    assert (known.wall_time_low_s, known.wall_time_high_s) == (600, 600)
