"""What a campaign will take, from history, prices and claims; unknown parts stay unknown."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.evidence.records import NOON, PROMPTS, VEO, WAN, campaign, clip, run
from videogen import store
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.decision import Criteria, CriterionName
from videogen.domain.money import (
    CapScope,
    Price,
    PriceUnit,
    Reservation,
    ReservationState,
    SpendCap,
)
from videogen.domain.run import Origin
from videogen.evidence.forecast import Forecast, Lanes, Means, forecast
from videogen.evidence.plan_power import power_sentences
from videogen.store import Database
from videogen.texts import LANGUAGES

PRICES = (
    Price(
        price_id="gpu", subject="local_gpu", unit=PriceUnit.GPU_HOUR, amount_usd=Decimal("0.36"),
        as_of=date(2026, 1, 1), source="test", kind="own",
    ),
    Price(
        price_id="veo", subject=VEO.model, unit=PriceUnit.VIDEO_SECOND, amount_usd=Decimal("0.10"),
        as_of=date(2026, 1, 1), source="test", kind="published", resolution="720p",
    ),
)  # fmt: skip
LANES = {BackendKind.COMFY: Lanes(n_lanes=1), BackendKind.VERTEX: Lanes(n_lanes=2)}
VEO_720P = dataclasses.replace(VEO, settings={"resolution": "720p"})


@pytest.fixture
def database(database: Database) -> Database:
    store.save(database, Criteria(version=1))
    return database


def measured(database: Database, times_s: tuple[float, ...] = (100.0, 100.0, 100.0)) -> None:
    for place, time_s in enumerate(times_s):
        cost = Decimal(str(time_s)) / 3600 * Decimal("0.36")
        store.save(
            database,
            run(f"r{place}", campaign_id="old", wall_time_s=time_s, cost_usd=cost),
            clip(f"k{place}", f"r{place}"),
        )


def means(**changes: Any) -> Means:
    fields: dict[str, Any] = {
        "origin": Origin.LIVE,
        "claims": (),
        "prices": PRICES,
        "monthly_cap_usd": Decimal(50),
        "now": NOON,
        "lanes": LANES,
        "disk_free_bytes": 10**12,
    }
    return Means(**{**fields, **changes})


def made(
    database: Database, *, n_left: Mapping[str, int] | None = None, **changes: Any
) -> Forecast:
    plan = campaign(**{"baselines": (VEO_720P.condition_id,), **changes.pop("plan", {})})
    known = {one.condition_id: one for one in (WAN, VEO_720P)}
    return forecast(database, plan, known, means(**changes), n_left=n_left)


def test_time_and_money_come_from_the_conditions_own_history(database: Database) -> None:
    measured(database)

    (wan, _) = made(database).conditions

    assert wan.n_runs == 40
    assert (wan.wall_time_low_s, wan.wall_time_high_s) == (4_000.0, 4_000.0)
    assert wan.cost_high_usd == Decimal("0.40")
    assert wan.n_measured == 3


def test_a_spread_of_times_is_a_spread_of_money(database: Database) -> None:
    measured(database, (100.0, 200.0, 300.0))

    (wan, _) = made(database).conditions

    assert (wan.cost_low_usd, wan.cost_high_usd) == (Decimal("0.40"), Decimal("1.20"))


def test_what_nobody_knows_is_named_and_never_nothing(database: Database) -> None:
    known = made(database)

    assert known.without_time == ("wan-1.3b", "veo-3.1-fast")
    assert (known.duration_low_s, known.duration_high_s) == (None, None)
    assert known.without_cost == ("wan-1.3b",)
    assert known.cost_high_usd == Decimal("32.00")  # 40 clips of 8 s at $0.10, and no more known


def test_the_slowest_lane_is_the_duration(database: Database) -> None:
    measured(database)
    for place in range(3):
        veo = {"condition_id": VEO_720P.condition_id, "wall_time_s": 60.0}
        store.save(database, run(f"v{place}", campaign_id="old", **veo))

    assert made(database).duration_high_s == 4_000.0
    assert made(database, lanes={}).duration_high_s == 4_000.0
    two_gpus = {**LANES, BackendKind.COMFY: Lanes(n_lanes=4)}
    assert made(database, lanes=two_gpus).duration_high_s == 1_200.0


def test_a_vendors_quota_a_minute_stretches_the_calendar(database: Database) -> None:
    for place in range(3):
        veo = {"condition_id": VEO_720P.condition_id, "wall_time_s": 60.0}
        store.save(database, run(f"v{place}", campaign_id="old", **veo))
    slow = {BackendKind.VERTEX: Lanes(n_lanes=10, submit_interval_s=30.0)}

    assert made(database, lanes=slow).duration_high_s == 39 * 30.0 + 60.0


def test_a_hybrid_lies_between_its_members_until_it_was_measured(database: Database) -> None:
    measured(database)
    for place in range(3):
        veo = {
            "condition_id": VEO_720P.condition_id,
            "wall_time_s": 60.0,
            "cost_usd": Decimal("0.8"),
        }
        store.save(database, run(f"v{place}", campaign_id="old", **veo))
    members = {one.name: one for one in (WAN, VEO_720P)}
    hybrid = Condition(
        name="hybrid", backend=BackendKind.ROUTED, model="rules", workflow=None, width_px=None,
        height_px=None, n_frames=None, fps=None, settings={"members": list(members)},
    )  # fmt: skip
    plan = campaign(candidates=(hybrid.condition_id,), baselines=())

    (part,) = forecast(
        database, plan, {hybrid.condition_id: hybrid}, means(known=members)
    ).conditions
    (alone,) = forecast(database, plan, {hybrid.condition_id: hybrid}, means()).conditions

    assert (part.wall_time_low_s, part.wall_time_high_s) == (2_400.0, 4_000.0)
    assert (part.cost_low_usd, part.cost_high_usd) == (Decimal("0.40"), Decimal("32.0"))
    assert part.is_paid
    assert alone.cost_high_usd is None  # nobody says whom the rules may choose


def test_paid_calls_are_held_against_both_caps(database: Database) -> None:
    store.save(
        database,
        Reservation(
            reservation_id="x", attempt_id="a", month="2026-11", amount_usd=Decimal(30),
            state=ReservationState.HELD, reserved_at=NOON,
        ),
    )  # fmt: skip

    own, month = made(database, plan={"cap_usd": Decimal(40)}).caps

    assert (own.cap, own.left_usd, own.is_passed) == ("campaign", Decimal(40), False)
    assert (month.cap, month.left_usd, month.is_passed) == ("month", Decimal(20), True)
    assert month.asked_usd == Decimal("32.00")  # the own GPU's money is no vendor's bill


def test_nothing_is_paid_in_the_sandbox(database: Database) -> None:
    assert made(database, origin=Origin.SANDBOX).caps == ()


def test_clips_fill_the_disk_and_rated_ones_twice(database: Database) -> None:
    measured(database)  # clips of 1,000 bytes

    known = made(database, plan={"baselines": ()})

    assert known.disk_bytes == 40 * 1_000 * 1.5  # one of two seeds is rated
    assert not known.is_disk_short
    assert made(database, disk_free_bytes=10).is_disk_short


def test_raters_see_the_rated_seeds_in_sessions_of_nine_minutes(database: Database) -> None:
    known = made(database)

    assert known.n_clips_to_rate == 2 * len(PROMPTS)
    assert known.n_sessions == 2
    assert known.rating_time_s == (40 + 2 * 12) * 13.5


def test_what_is_left_is_forecast_alone(database: Database) -> None:
    measured(database)

    known = made(database, n_left={WAN.condition_id: 5})

    assert known.n_runs == 5
    assert known.duration_high_s == 500.0


def test_forty_runs_prove_every_criterion_and_twenty_do_not(database: Database) -> None:
    enough, few = made(database), made(database, plan={"seeds": (1,)})

    assert all(enough.power.can_prove.values())
    assert few.power.can_prove == {
        CriterionName.QUALITY: True,
        CriterionName.COST: True,
        CriterionName.VRAM: False,
        CriterionName.SUCCESS: False,
    }


def test_a_pass_that_a_good_condition_may_well_miss_is_left_to_luck(database: Database) -> None:
    few, many = made(database), made(database, plan={"seeds": tuple(range(1, 50))})

    assert few.power.left_to_luck == {CriterionName.SUCCESS}
    assert many.power.left_to_luck == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "plan",
    [
        {},
        {"seeds": (1,)},
        {"prompt_ids": ("p00",), "seeds": (1,)},
        {"seeds": (1, 2, 3, 4), "planned_n_raters": 20},
    ],
)
def test_every_plan_says_what_it_can_prove(
    database: Database, plan: dict[str, Any], language: str
) -> None:
    sentences = power_sentences(made(database, plan=plan).power)

    assert set(sentences) == set(CriterionName)
    assert all("{" not in sentence.say(language) for sentence in sentences.values())


def test_no_plan_is_certain_and_none_shows_that_nothing_can_fail(database: Database) -> None:
    store.save(database, Criteria(version=2, success_rate_min=1.0))

    many = power_sentences(made(database, plan={"seeds": tuple(range(1, 50))}).power)
    strict = power_sentences(made(database, plan={"criteria_version": 2}).power)

    assert "> 99 %" in many[CriterionName.SUCCESS].say("en")
    assert "None" not in strict[CriterionName.SUCCESS].say("en")


def test_a_plan_is_held_against_its_owners_and_each_vendors_cap(database: Database) -> None:
    limits = [(CapScope.PERSON, None, "5"), (CapScope.PROVIDER, "vertex", "7")]
    for scope, subject, cap_usd in limits:
        cap = SpendCap(
            spend_cap_id=scope,
            scope=scope,
            subject=subject,
            cap_usd=Decimal(cap_usd),
            set_at=NOON,
            set_by="boss",
        )
        store.save(database, cap)

    known = made(database)

    left = {check.name: (check.left_usd, check.is_passed) for check in known.caps}
    assert left["person"] == (Decimal(5), True)
    assert left["provider:vertex"] == (Decimal(7), True)
