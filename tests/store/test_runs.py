"""The queue: who is next, who has what, and that nobody gets a run twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.store.records import NOON, make_attempt, make_condition, make_run, minutes
from videogen.domain.run import AttemptState, Origin, Run, RunStatus
from videogen.errors import NotFoundError
from videogen.store import (
    Database,
    attempts_of_run,
    claim_next_run,
    events_of,
    find_runs,
    get_run,
    queue_position,
    request_cancel,
    run_counts,
    run_history,
    save,
    unfinished_attempts,
)


def test_a_claimed_run_is_running_and_knows_how_long_it_waited(database: Database) -> None:
    save(database, make_run("r1", queued_at=NOON))

    claimed = claim_next_run(database, ["wan@1"], minutes(1.5))

    assert claimed is not None
    assert claimed.status is RunStatus.RUNNING
    assert claimed.started_at == minutes(1.5)
    assert claimed.queue_time_s == 90.0
    assert get_run(database, "r1") == claimed
    assert [event.kind for event in events_of(database, "r1")] == ["run.running"]


def test_only_runs_of_the_named_conditions_are_claimed(database: Database) -> None:
    save(database, make_run("r1", condition_id="wan@1"))

    assert claim_next_run(database, [], NOON) is None
    assert claim_next_run(database, ["veo@1"], NOON) is None
    assert claim_next_run(database, ["veo@1", "wan@1"], NOON) is not None


def test_a_sandbox_run_is_not_claimed_for_a_live_back_end(database: Database) -> None:
    save(database, make_run("r1", origin=Origin.SANDBOX))

    assert claim_next_run(database, ["wan@1"], NOON, origin=Origin.LIVE) is None
    assert claim_next_run(database, ["wan@1"], NOON, origin=Origin.SANDBOX) is not None


def test_the_owner_with_the_fewest_running_runs_is_next(database: Database) -> None:
    save(
        database,
        *(make_run(f"a{i}", owner="alice", queued_at=minutes(i)) for i in range(3)),
        make_run("b0", owner="bob", queued_at=minutes(60)),
    )

    claimed = [claim_next_run(database, ["wan@1"], minutes(61)) for _ in range(4)]

    assert [run.run_id for run in claimed if run] == ["a0", "b0", "a1", "a2"]


def test_the_queue_position_is_one_for_the_run_that_is_next(database: Database) -> None:
    condition = make_condition()
    made_by = {"condition_id": condition.condition_id}
    save(
        database,
        condition,
        make_run("late", queued_at=minutes(2), **made_by),
        make_run("early", queued_at=minutes(1), **made_by),
        make_run("ended", status=RunStatus.FAILED, **made_by),
    )

    assert queue_position(database, "early") == 1
    assert queue_position(database, "late") == 2
    assert queue_position(database, "ended") is None


def test_eight_threads_never_claim_a_run_twice(database: Database) -> None:
    save(database, *(make_run(f"r{i}", owner=f"o{i % 3}") for i in range(80)))
    start = threading.Barrier(8)

    def claim_until_empty(_: int) -> list[str]:
        start.wait()
        mine: list[str] = []
        while run := claim_next_run(database, ["wan@1"], NOON):
            mine.append(run.run_id)
        return mine

    with ThreadPoolExecutor(8) as pool:
        claimed = [run_id for mine in pool.map(claim_until_empty, range(8)) for run_id in mine]

    assert sorted(claimed) == sorted(f"r{i}" for i in range(80))


def test_eight_threads_write_and_read_at_once_without_an_error(database: Database) -> None:
    def write_and_read(thread: int) -> int:
        for i in range(15):
            save(database, make_run(f"t{thread}-{i}"), make_run("shared", seed=thread))
            assert get_run(database, f"t{thread}-{i}").seed == 42
        return len(find_runs(database, limit=1000))

    before = database.version
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write_and_read, range(8)))

    assert run_counts(database)[RunStatus.QUEUED] == 8 * 15 + 1
    assert database.version == before + 8 * 15  # one per commit


def test_runs_are_found_newest_first_and_page_by_page(database: Database) -> None:
    save(database, *(make_run(f"r{i}", queued_at=minutes(i // 2)) for i in range(5)))

    first = find_runs(database, limit=2)
    second = find_runs(database, limit=2, before=first[-1].run_id)
    third = find_runs(database, limit=2, before=second[-1].run_id)

    assert [run.run_id for run in [*first, *second, *third]] == ["r4", "r3", "r2", "r1", "r0"]


def test_runs_are_found_by_what_they_are(database: Database) -> None:
    save(
        database,
        make_run("r1", owner="bob", status=RunStatus.LOST, origin=Origin.LIVE),
        make_run("r2", campaign_id=None),
    )

    assert _ids(find_runs(database, owner="bob")) == ["r1"]
    assert _ids(find_runs(database, status=RunStatus.LOST, origin=Origin.LIVE)) == ["r1"]
    assert _ids(find_runs(database, campaign_id="c1")) == ["r1"]
    assert find_runs(database, condition_id="none") == []


def test_a_queued_run_is_cancelled_at_once_and_never_claimed(database: Database) -> None:
    save(database, make_run("r1"))

    request_cancel(database, "r1")

    assert get_run(database, "r1").status is RunStatus.CANCELLED
    assert get_run(database, "r1").ended_at is not None
    assert claim_next_run(database, ["wan@1"], NOON) is None


def test_a_wish_to_cancel_survives_a_save_of_what_was_read_before(database: Database) -> None:
    save(database, make_run("r1"))
    read_before = claim_next_run(database, ["wan@1"], NOON)
    assert read_before is not None

    request_cancel(database, "r1")
    save(database, replace(read_before, peak_vram_mib=9000))

    assert get_run(database, "r1").cancel_requested
    assert get_run(database, "r1").status is RunStatus.RUNNING


def test_cancelling_an_ended_run_changes_nothing(database: Database) -> None:
    ended = make_run("r1", status=RunStatus.SUCCEEDED)
    save(database, ended)

    request_cancel(database, "r1")

    assert get_run(database, "r1") == ended


def test_the_open_attempts_of_running_runs_are_what_a_start_up_takes_up(
    database: Database,
) -> None:
    running = make_run("r1", status=RunStatus.RUNNING)
    failed = make_attempt("a1", "r1", state=AttemptState.FAILED)
    open_attempt = make_attempt("a2", "r1", ordinal=2, state=AttemptState.SUBMITTED)
    save(
        database,
        running,
        failed,
        open_attempt,
        make_run("r2", status=RunStatus.UNCERTAIN),
        make_attempt("a3", "r2", state=AttemptState.SUBMITTED),
    )

    assert unfinished_attempts(database) == [(running, open_attempt)]
    assert attempts_of_run(database, "r1") == [failed, open_attempt]


def test_history_holds_succeeded_runs_of_one_origin_only(database: Database) -> None:
    save(
        database,
        make_run("r1", status=RunStatus.SUCCEEDED, origin=Origin.LIVE),
        make_run("r2", status=RunStatus.SUCCEEDED, origin=Origin.SANDBOX),
        make_run("r3", status=RunStatus.FAILED, origin=Origin.LIVE),
    )

    assert _ids(run_history(database, "wan@1", Origin.LIVE)) == ["r1"]


def test_an_unknown_run_is_not_found(database: Database) -> None:
    with pytest.raises(NotFoundError):
        get_run(database, "nobody")


def _ids(runs: list[Run]) -> list[str]:
    return [run.run_id for run in runs]
