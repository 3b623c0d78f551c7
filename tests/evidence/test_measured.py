import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.evidence.random_history import history, numbers, rated
from tests.evidence.records import NOON, VEO, WAN, campaign, clip, grid, panel, plan, run, stock
from videogen.analysis import decide
from videogen.domain.decision import CriterionName, CriterionVerdict
from videogen.domain.run import Origin, RunStatus
from videogen.evidence import load_evidence
from videogen.evidence.measured import MeasuredShelf, measured_conditions
from videogen.store import Database, save

LIKED = {"anan": 5, "beam": 4, "chai": 5, "dao": 4}


@pytest.mark.parametrize(
    ("seed", "origins"),
    [(1, (Origin.LIVE, None)), (2, (Origin.LIVE, Origin.SANDBOX, None)), (3, (None,))],
)
def test_of_one_campaign_the_numbers_are_those_of_its_decision(
    database: Database, seed: int, origins: tuple[Origin | None, ...]
) -> None:
    dice = random.Random(seed)
    runs = history(dice, origins)
    plan(database)
    stock(database, *runs, *(clip(one.clip_id, one.run_id) for one in runs if one.clip_id))
    rated(database, dice, runs)

    measured = measured_conditions(database)

    for origin in {one or Origin.LIVE for one in origins}:
        found = load_evidence(database, "c1", origin=origin)
        decided = decide(found.evidence)
        for one, judged in zip(found.evidence.conditions, decided.conditions, strict=True):
            here = measured.get((found.conditions[one.name].condition_id, origin))
            quality = judged.criteria[CriterionName.QUALITY]
            if here is None:
                assert one.tally.n_ended == one.tally.n_cancelled == 0
                continue
            assert numbers(here.tally) == numbers(one.tally)
            assert here.success is judged.criteria[CriterionName.SUCCESS].verdict
            assert here.cost_usd_mean == judged.criteria[CriterionName.COST].estimate
            assert (here.quality is None) == (quality.estimate is None)
            if here.quality is not None:
                assert here.quality.mean == pytest.approx(quality.estimate)
                assert (here.quality.low, here.quality.high) == (quality.low, quality.high)


def test_the_interval_of_a_rated_condition_is_the_decisions(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN), *panel(LIKED), *panel({"ek": 1}, n_clips=15))

    here = measured_conditions(database)[WAN.condition_id, Origin.LIVE]

    judged = decide(load_evidence(database, "c1").evidence).conditions[0]
    quality = judged.criteria[CriterionName.QUALITY]
    assert here.quality is not None
    assert (here.quality.low, here.quality.high) == (quality.low, quality.high)
    assert (here.n_raters, here.n_ratings) == (4, 80)  # Ek rated too few of them
    assert (here.n_runs, here.n_succeeded, here.wall_time_s_median) == (40, 40, 260.0)
    assert here.cost_usd_mean == pytest.approx(0.05)
    assert here.success is CriterionVerdict.PASS


def test_two_campaigns_and_single_runs_are_told_as_one(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN), *panel(LIKED))
    save(database, campaign(campaign_id="c2"))
    again = [_of("c2", record) for record in [*grid(WAN), *panel({"fern": 2, "golf": 2})]]
    save(database, *again, run("alone", campaign_id=None, wall_time_s=100.0))

    here = measured_conditions(database)[WAN.condition_id, Origin.LIVE]

    assert here.n_runs == 81
    assert here.quality is not None
    assert (here.n_raters, here.n_ratings) == (6, 120)
    assert here.quality.mean == pytest.approx((5 + 4 + 5 + 4 + 2 + 2) / 6 - 0.25, abs=0.05)


def test_live_and_sandbox_are_never_told_as_one(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN, Origin.SANDBOX), *panel(LIKED, origin=Origin.SANDBOX))
    save(database, run("live", wall_time_s=None, cost_usd=None, ended_at=NOON))

    measured = measured_conditions(database)

    live = measured[WAN.condition_id, Origin.LIVE]
    assert (live.n_runs, live.wall_time_s_median, live.cost_usd_mean) == (1, None, None)
    assert (live.quality, live.newest_at) == (None, NOON)
    assert measured[WAN.condition_id, Origin.SANDBOX].n_ratings == 80
    assert not any(condition_id == VEO.condition_id for condition_id, _ in measured)


def test_a_failure_without_a_campaign_and_without_a_back_end_is_nobodys(
    database: Database,
) -> None:
    plan(database)
    save(database, run("r1", campaign_id=None, origin=None, status=RunStatus.FAILED))

    assert measured_conditions(database) == {}


def test_a_single_clip_that_the_rules_sent_counts_for_what_made_it(database: Database) -> None:
    plan(database)
    sent = {"condition_id": "hybrid@1", "routed_to": WAN.condition_id}
    single = {**sent, "campaign_id": None}
    save(
        database,
        run("first", **single, route={"tried": []}),
        run("second", **single, route={"tried": [VEO.condition_id]}),
        run("planned", **sent, route={"tried": []}),
    )

    measured = measured_conditions(database)

    assert measured[WAN.condition_id, Origin.LIVE].n_runs == 1
    assert measured["hybrid@1", Origin.LIVE].n_runs == 2


def test_the_shelf_works_it_out_anew_after_a_commit_and_not_before(database: Database) -> None:
    plan(database)
    shelf = MeasuredShelf(database, monotonic=lambda: 5.0)
    save(database, run("r1"))
    first = shelf.measured()

    assert shelf.measured() is first

    save(database, run("r2", cost_usd=Decimal(1)))
    assert shelf.measured(max_age_s=10) is first
    assert shelf.measured()[WAN.condition_id, Origin.LIVE].n_runs == 2


def _of(campaign_id: str, record: Any) -> Any:
    """The record in another campaign, under other ids."""
    changes: dict[str, str] = {}
    if hasattr(record, "campaign_id"):
        changes["campaign_id"] = campaign_id
    for name in ("run_id", "clip_id"):
        if hasattr(record, name):
            changes[name] = f"{campaign_id}-{getattr(record, name)}"
    return replace(record, **changes)
