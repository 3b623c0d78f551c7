"""Where a waiting run stands and when it starts: exact where one lane serves, bounds elsewhere."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.store.records import NOON, make_campaign, make_condition, make_run, minutes
from videogen import store
from videogen.domain.condition import BackendKind
from videogen.domain.run import Origin, Run, RunStatus
from videogen.runs.eta import QueueEta, SecondsRange, eta_of, queue_eta
from videogen.store import Database, QueueAhead

WAN = make_condition("wan-1.3b")
FAST = make_condition("fast", settings={"steps": 4})
VEO = make_condition("veo", backend=BackendKind.VERTEX, workflow=None)
HYBRID = make_condition("hybrid", backend=BackendKind.ROUTED, workflow=None)
SECONDS = {
    WAN.condition_id: SecondsRange(low_s=200, high_s=300),
    FAST.condition_id: SecondsRange(low_s=20, high_s=40),
    VEO.condition_id: SecondsRange(low_s=60, high_s=90),
}
ONE_GPU = {BackendKind.COMFY: 1}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "data" / "videogen.duckdb") as opened:
        store.save(opened, WAN, FAST, VEO, HYBRID)
        yield opened


def _asked(run_id: str, place: float, **changes: object) -> Run:
    fields: dict[str, object] = {
        "condition_id": WAN.condition_id,
        "campaign_id": None,
        "origin": Origin.LIVE,
        "queued_at": minutes(place),
    }
    return make_run(run_id, **{**fields, **changes})


def _running(run_id: str, started_at: datetime, **changes: object) -> Run:
    return _asked(run_id, -9, status=RunStatus.RUNNING, started_at=started_at, **changes)


def _eta(
    database: Database, run_id: str, lanes: Mapping[BackendKind, int] = ONE_GPU, **facts: float
) -> QueueEta | None:
    return queue_eta(database, run_id, lanes=lanes, seconds_of=SECONDS.get, now=NOON, **facts)


def test_the_only_run_starts_at_once_and_ends_after_its_own_time(database: Database) -> None:
    store.save(database, _asked("r1", 0))

    assert _eta(database, "r1") == QueueEta(
        position=1,
        starts_in=SecondsRange(low_s=0, high_s=0),
        ends_in=SecondsRange(low_s=200, high_s=300),
    )


def test_one_gpu_ends_what_runs_and_what_waits_before(database: Database) -> None:
    store.save(
        database,
        _running("r0", NOON - timedelta(seconds=50)),
        _asked("r1", 1, condition_id=FAST.condition_id),
        _asked("r2", 2),
        _asked("r3", 3),
    )

    eta = _eta(database, "r2")

    assert eta is not None
    assert eta.position == 2
    assert eta.starts_in == SecondsRange(low_s=150 + 20, high_s=250 + 40)
    assert eta.ends_in == SecondsRange(low_s=370, high_s=590)


def test_a_run_over_its_estimate_may_end_at_any_moment(database: Database) -> None:
    store.save(database, _running("r0", NOON - timedelta(seconds=280)), _asked("r1", 1))

    eta = _eta(database, "r1")

    assert eta is not None
    assert eta.starts_in == SecondsRange(low_s=0, high_s=20)


def test_another_kind_another_origin_and_ended_runs_do_not_stand_before_it(
    database: Database,
) -> None:
    store.save(
        database,
        _asked("cloud", 0, condition_id=VEO.condition_id),
        _asked("sandbox", 0, origin=Origin.SANDBOX),
        _asked("ended", 0, status=RunStatus.FAILED),
        _asked("cancelling", 0, cancel_requested=True),
        _asked("r1", 1),
    )

    eta = _eta(database, "r1")

    assert eta is not None
    assert eta.position == 1


def test_a_routed_run_stands_where_it_was_sent(database: Database) -> None:
    store.save(
        database,
        _asked("r1", 0, condition_id=HYBRID.condition_id, routed_to=FAST.condition_id),
        _asked("r2", 1),
        _asked("r3", 2, condition_id=HYBRID.condition_id),
    )

    second, unrouted = _eta(database, "r2"), _eta(database, "r3")

    assert second is not None
    assert second.starts_in == SecondsRange(low_s=20, high_s=40)
    assert unrouted is not None
    assert unrouted.starts_in is None  # nobody has chosen its back end yet


def test_owners_take_turns_in_the_position_too(database: Database) -> None:
    campaign = [_asked(f"long-{i}", i, owner="alice") for i in range(5)]
    store.save(database, *campaign, _asked("short", 9, owner="mali"))

    eta = _eta(database, "short")

    assert eta is not None
    assert eta.position == 2  # after alice's first, not after her five


def test_what_the_worker_claims_next_is_at_position_1(database: Database) -> None:
    chance = random.Random(7)
    for i in range(30):
        store.save(database, _asked(f"r{i}", chance.random(), owner=chance.choice("abc")))
    for minute in range(30):
        waiting = store.find_runs(database, status=RunStatus.QUEUED)
        positions = {run.run_id: _eta(database, run.run_id) for run in waiting}
        first = [run_id for run_id, eta in positions.items() if eta and eta.position == 1]

        claimed = store.claim_next_run(database, [WAN.condition_id], minutes(10 + minute))

        assert claimed is not None
        assert first == [claimed.run_id]
        store.save(database, make_ended(claimed))


def make_ended(run: Run) -> Run:
    return make_run(
        run.run_id,
        condition_id=run.condition_id,
        campaign_id=None,
        owner=run.owner,
        origin=run.origin,
        queued_at=run.queued_at,
        started_at=run.started_at,
        status=RunStatus.SUCCEEDED,
    )


@pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.SUCCEEDED])
def test_a_run_that_does_not_wait_has_no_place(database: Database, status: RunStatus) -> None:
    store.save(database, _asked("r1", 0, status=status), _asked("r2", 1))

    assert _eta(database, "r1") is None
    assert _eta(database, "nobody") is None


def test_runs_of_a_paused_campaign_are_passed_over(database: Database) -> None:
    store.save(
        database,
        make_campaign("c1", paused_at=NOON),
        _asked("resting", 0, campaign_id="c1"),
        _asked("r1", 1),
    )

    eta = _eta(database, "r1")

    assert eta is not None
    assert eta.position == 1
    assert _eta(database, "resting") is None


def test_without_a_lane_the_place_is_known_and_the_time_is_not(database: Database) -> None:
    store.save(database, _asked("r1", 0))

    assert _eta(database, "r1", {}) == QueueEta(position=1, starts_in=None, ends_in=None)


def test_an_unknown_estimate_before_it_leaves_the_start_unknown(database: Database) -> None:
    unknown = make_condition("unknown", settings={"steps": 1})
    store.save(
        database,
        unknown,
        _asked("r1", 0, condition_id=unknown.condition_id),
        _asked("r2", 1),
    )

    first, second = _eta(database, "r1"), _eta(database, "r2")

    assert first is not None
    assert (first.starts_in, first.ends_in) == (SecondsRange(low_s=0, high_s=0), None)
    assert second is not None
    assert (second.position, second.starts_in) == (2, None)


@pytest.mark.parametrize("seed", range(40))
def test_with_several_lanes_the_true_start_lies_between_the_bounds(seed: int) -> None:
    chance = random.Random(seed)
    n_lanes = chance.randrange(1, 5)
    took = {f"c{i}": float(chance.randrange(1, 200)) for i in range(4)}
    queue = [chance.choice(list(took)) for _ in range(chance.randrange(30))]
    ahead = [
        QueueAhead(
            kind=BackendKind.VERTEX,
            making_condition_id=one,
            n_runs=queue.count(one),
            started_at=None,
            is_itself=False,
        )
        for one in sorted(set(queue))
    ]
    itself = QueueAhead(
        kind=BackendKind.VERTEX,
        making_condition_id="c0",
        n_runs=1,
        started_at=None,
        is_itself=True,
    )

    eta = eta_of(
        [*ahead, itself],
        lanes={BackendKind.VERTEX: n_lanes},
        seconds_of=lambda one: SecondsRange(low_s=took[one], high_s=took[one]),
        now=NOON,
    )

    free_at = [0.0] * n_lanes
    for one in queue:  # each goes to the lane that is free first
        free_at.sort()
        free_at[0] += took[one]
    assert eta is not None
    assert eta.starts_in is not None
    assert eta.starts_in.low_s <= min(free_at) + 1e-9
    assert min(free_at) <= eta.starts_in.high_s + 1e-9


def test_a_place_is_found_among_a_hundred_thousand_rows(database: Database) -> None:
    with database.write():
        database.execute(
            """
            INSERT INTO run (run_id, condition_id, prompt_id, seed, status, owner, queued_at,
                             origin, cancel_requested, route, is_degraded)
            SELECT 'r' || i, $condition_id, 'p', i,
                   CASE WHEN i % 10 = 0 THEN 'queued' ELSE 'succeeded' END,
                   'owner' || (i % 7), TIMESTAMP '2026-11-22' + to_seconds(i), 'live', false,
                   '{}', false
            FROM range(100000) AS made(i)
            """,
            condition_id=WAN.condition_id,
        )
    eta = _eta(database, "r99990")

    assert eta is not None
    assert eta.position == 10_000
