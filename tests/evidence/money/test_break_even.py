from dataclasses import replace
from decimal import Decimal

from tests.evidence.money.test_costs import TODAY, case, ok
from tests.evidence.records import VEO, WAN
from videogen.domain.condition import Location
from videogen.evidence.assumptions import Assumptions, MachineBasis
from videogen.evidence.money.break_even import break_even_points, crossings
from videogen.evidence.money.monthly import MonthlyLine

LITE = replace(VEO, name="veo-3.1-lite", model="veo-3.1-lite-generate-001")
SLOW = replace(WAN, name="wan-14b", model="wan2.1_t2v_14B")
OWNED = Assumptions(machine=MachineBasis.OWNED, purchase_usd=Decimal(2880))  # $80 a month


def line(
    name: str,
    per_video: str,
    *,
    fixed_usd: int = 0,
    machine_usd: int = 0,
    hours_per_video: str | None = None,
) -> MonthlyLine:
    return MonthlyLine(
        condition=name,
        location=Location.LOCAL,
        per_video_usd=Decimal(per_video),
        fixed_usd=Decimal(fixed_usd),
        machine_usd=Decimal(machine_usd),
        hours_per_video=None if hours_per_video is None else Decimal(hours_per_video),
    )


def test_two_that_are_paid_by_the_clip_never_cross() -> None:
    (point,) = break_even_points(
        case([(WAN, [ok(260, 0.04)] * 20), (VEO, [ok(40, 0.80)] * 20)]), TODAY
    )

    assert (point.n_videos_month, point.cheaper_above) == (None, "wan-1.3b")
    assert "both are paid per clip" in point.sentence.say("en")


def test_an_own_machine_pays_off_where_its_month_costs_less_than_the_cloud() -> None:
    found = case([(WAN, [ok(260, 0.04)] * 20), (VEO, [ok(40, 0.80)] * 20)], OWNED)

    (point,) = break_even_points(found, TODAY)

    assert point.n_videos_month == 101  # 100 x $0.80 is the $80 of the machine
    assert (point.cheaper_below, point.cheaper_above) == ("veo-3.1-fast", "wan-1.3b")
    assert (point.usd, point.gpus_needed) == (Decimal(80), 1)
    assert point.sentence.say("en").startswith("Our own GPU for wan-1.3b pays off against")


def test_each_further_machine_may_turn_it_round_again() -> None:
    # One machine makes 100 clips for $80, the cloud asks $1: dearer again at the second machine.
    own = line("own", "0", machine_usd=80, hours_per_video="7.3")
    cloud = line("cloud", "1")

    assert list(crossings(cloud, own))[:3] == [81, 101, 161]


def test_a_fixed_cost_is_earned_back_by_cheaper_clips() -> None:
    fixed = line("fixed", "0.10", fixed_usd=90)
    free = line("free", "0.40")

    assert list(crossings(fixed, free)) == [301]  # 90 / 0.30, where both cost the same
    assert list(crossings(free, fixed)) == [301]


def test_equal_lines_have_no_crossing() -> None:
    assert list(crossings(line("one", "0.40"), line("other", "0.40"))) == []


def test_buying_is_set_against_renting_once_both_prices_are_there() -> None:
    said = replace(OWNED, machine=MachineBasis.RENTED, rent_usd_hour=Decimal("0.80"))
    found = case([(WAN, [ok(3600, 0.49)] * 20)], said)

    (point,) = break_even_points(found, TODAY)

    assert point.n_videos_month == 101  # $80 a month are 100 h of $0.80
    assert point.machine is MachineBasis.OWNED
    assert "buying the machine is cheaper than renting it from 101" in point.sentence.say("en")


def test_a_pair_with_an_unknown_cost_says_which() -> None:
    (point,) = break_even_points(case([(WAN, []), (VEO, [ok(40, 0.80)] * 20)]), TODAY)

    assert point.n_videos_month is None
    assert "the cost of wan-1.3b is unknown" in point.sentence.say("en")


def test_crossings_come_first_and_every_pair_is_answered() -> None:
    found = case(
        [(WAN, [ok(260, 0.04)] * 20), (VEO, [ok(40, 0.80)] * 20), (LITE, [ok(30, 0.40)] * 20)],
        OWNED,
    )

    points = break_even_points(found, TODAY)

    assert [point.n_videos_month for point in points] == [101, 201, None]


def test_machines_that_cost_the_same_while_one_is_enough_are_not_called_cheaper() -> None:
    # Without electricity one machine's month is all there is: the slower one needs a second first.
    found = case([(WAN, [ok(260, 0.04)] * 20), (SLOW, [ok(2_000, 0.30)] * 20)], OWNED)

    (point,) = break_even_points(found, TODAY)

    assert (point.n_videos_month, point.cheaper_above) == (None, "wan-1.3b")
    assert "never costs more than wan-14b" in point.sentence.say("en")


def test_two_that_differ_only_where_one_needs_another_machine_do_not_cost_the_same() -> None:
    # Alike with one machine each, and again where both need a second.
    found = case([(WAN, [ok(1_000, 0.04)] * 20), (SLOW, [ok(1_001, 0.30)] * 20)], OWNED)

    (point,) = break_even_points(found, TODAY)

    assert point.cheaper_above == "wan-1.3b"


def test_costs_that_the_runs_do_not_tell_apart_have_no_cheaper_one() -> None:
    spread = [ok(260, usd) for usd in (0.03, 0.05) * 10]

    (point,) = break_even_points(case([(WAN, spread), (SLOW, [ok(260, 0.041)] * 20)]), TODAY)

    assert (point.n_videos_month, point.cheaper_above) == (None, None)
    assert "do not settle which is cheaper" in point.sentence.say("en")
