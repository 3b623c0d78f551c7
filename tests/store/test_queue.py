"""Who is next: turns between owners, paused campaigns, routed runs, and how quick the answer is."""

from dataclasses import replace
from datetime import timedelta

from tests.store.records import NOON, make_attempt, make_campaign, make_condition, make_run, minutes
from videogen.domain.condition import BackendKind
from videogen.domain.run import AttemptState, Origin, RunStatus
from videogen.store import (
    Database,
    add,
    attempts_of_run,
    claim_next_run,
    has_queued,
    queue_position,
    routed_destinations,
    routed_runs,
    save,
    unfinished_attempts,
)

OWNERS = ("alice", "bob", "carol")


def test_on_one_gpu_nobody_waits_behind_anothers_whole_queue(database: Database) -> None:
    add(
        database,
        [
            make_run(f"{owner}{n}", owner=owner, queued_at=minutes(60 * place + n))
            for place, owner in enumerate(OWNERS)
            for n in range(50)
        ],
    )

    served = [_served_alone(database, place) for place in range(150)]

    for round_begins in range(0, 150, 3):
        assert set(served[round_begins : round_begins + 3]) == set(OWNERS)


def test_runs_that_wait_elsewhere_do_not_cost_an_owner_a_turn_here(database: Database) -> None:
    """Alice's two long cloud runs go on while Bob's queue for the GPU is being served."""
    save(
        database,
        *(
            make_run(f"cloud{n}", owner="alice", condition_id="veo@1", status=RunStatus.RUNNING)
            for n in range(2)
        ),
        *(make_run(f"b{n}", owner="bob", queued_at=minutes(n)) for n in range(5)),
        make_run("a0", owner="alice", queued_at=minutes(10)),
    )

    served = [_served_alone(database, place) for place in range(6)]

    assert served.index("alice") == 1


def test_runs_of_a_paused_campaign_stay_queued_and_others_go_on(database: Database) -> None:
    save(
        database,
        make_campaign("c1", paused_at=NOON),
        make_campaign("c2"),
        make_run("paused", campaign_id="c1", origin=Origin.SANDBOX),
        make_run("going", campaign_id="c2", queued_at=minutes(1), origin=Origin.SANDBOX),
        make_run("alone", campaign_id=None, queued_at=minutes(2), origin=Origin.SANDBOX),
    )

    claimed = [claim_next_run(database, ["wan@1"], minutes(3)) for _ in range(3)]

    assert [run.run_id for run in claimed if run] == ["going", "alone"]
    assert not has_queued(database, ["wan@1"], origin=Origin.SANDBOX)
    save(database, make_campaign("c1", paused_at=None))
    assert has_queued(database, ["wan@1"], origin=Origin.SANDBOX)


def test_a_routed_run_waits_for_the_back_end_that_it_was_sent_to(database: Database) -> None:
    save(database, make_run("r1", condition_id="hybrid@1", routed_to="veo@1"))

    assert claim_next_run(database, ["hybrid@1", "wan@1"], NOON) is None
    claimed = claim_next_run(database, ["veo@1"], NOON)

    assert claimed is not None
    assert claimed.making_condition_id == "veo@1"


def test_queued_routed_runs_are_found_by_where_they_wait(database: Database) -> None:
    hybrid = make_condition("hybrid", backend=BackendKind.ROUTED, workflow=None)
    save(
        database,
        hybrid,
        make_run("r1", condition_id=hybrid.condition_id, routed_to="veo@1"),
        make_run("r2", condition_id=hybrid.condition_id),
        make_run("r3", condition_id="wan@1"),
    )

    destinations = routed_destinations(database)
    found = {
        one: [run.run_id for run in routed_runs(database, one, limit=9)] for one in destinations
    }

    assert found == {None: ["r2"], "veo@1": ["r1"]}


def test_the_time_of_earlier_attempts_is_no_waiting(database: Database) -> None:
    save(
        database,
        make_run("r1"),
        make_attempt("a1", "r1", state=AttemptState.FAILED, ended_at=minutes(4)),
    )

    claimed = claim_next_run(database, ["wan@1"], minutes(10))

    assert claimed is not None
    assert claimed.queue_time_s == 360.0
    assert len(attempts_of_run(database, "r1")) == 1


def test_positions_take_turns_as_the_back_end_will(database: Database) -> None:
    wan, veo = make_condition(), make_condition("veo", backend=BackendKind.VERTEX)
    here, there = {"condition_id": wan.condition_id}, {"condition_id": veo.condition_id}
    save(
        database,
        wan,
        veo,
        *(make_run(f"a{n}", owner="alice", queued_at=minutes(n), **here) for n in range(3)),
        make_run("b0", owner="bob", queued_at=minutes(9), **here),
        make_run("elsewhere", owner="bob", queued_at=NOON, **there),
    )

    positions = [queue_position(database, name) for name in ("a0", "b0", "a1", "a2", "elsewhere")]

    assert positions == [1, 2, 3, 4, 1]


def test_an_empty_house_has_no_unfinished_attempts(database: Database) -> None:
    save(database, make_run("r1", status=RunStatus.SUCCEEDED), make_attempt("a1", "r1"))

    assert unfinished_attempts(database) == []


def _served_alone(database: Database, place: int) -> str:
    """The owner of the next run, which has ended before the one after it is chosen."""
    at = minutes(1000 + place)
    claimed = claim_next_run(database, ["wan@1"], at)
    assert claimed is not None
    ended = at + timedelta(seconds=30)
    save(database, replace(claimed, status=RunStatus.SUCCEEDED, ended_at=ended))
    return claimed.owner
