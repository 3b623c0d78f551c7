"""What the Runs page lists, and the failures that nobody has dealt with."""

from tests.store.records import make_run, minutes
from videogen.domain.run import FailureClass, Run, RunStatus
from videogen.store import Database, listed_runs, open_failures, requeueable_runs, save


def test_running_runs_stand_first_then_the_last_ended_then_the_next_to_start(
    database: Database,
) -> None:
    save(
        database,
        make_run("second", status=RunStatus.QUEUED, queued_at=minutes(5)),
        make_run("first", status=RunStatus.QUEUED, queued_at=minutes(4)),
        ended("earlier", at=2),
        ended("later", at=3),
        make_run("now", status=RunStatus.RUNNING, started_at=minutes(6)),
    )

    listed = listed_runs(database, limit=4)

    assert [run.run_id for run in listed] == ["now", "later", "earlier", "first"]


def test_a_filter_leaves_only_what_was_asked_for(database: Database) -> None:
    save(database, failed("lost", FailureClass.LOST), failed("full", FailureClass.DISK_FULL))

    listed = listed_runs(database, failure_class=FailureClass.LOST, limit=10)

    assert [run.run_id for run in listed] == ["lost"]


def test_a_failure_that_was_asked_for_again_is_no_open_failure(database: Database) -> None:
    save(
        database,
        failed("a", FailureClass.OUT_OF_VRAM),
        failed("b", FailureClass.OUT_OF_VRAM),
        failed("c", FailureClass.LOST, status=RunStatus.LOST),
        failed("elsewhere", FailureClass.LOST, campaign_id="c2"),
        make_run("again", requeued_from="a"),
    )

    assert open_failures(database, campaign_id="c1") == {
        FailureClass.LOST: 1,
        FailureClass.OUT_OF_VRAM: 1,
    }


def test_an_uncertain_run_waits_for_a_person_and_is_no_open_failure(database: Database) -> None:
    save(database, failed("u", FailureClass.UNCERTAIN, status=RunStatus.UNCERTAIN))

    assert open_failures(database) == {}


def test_a_settled_uncertain_run_is_neither_an_open_failure_nor_run_again_with_all(
    database: Database,
) -> None:
    save(
        database, failed("settled", FailureClass.UNCERTAIN), failed("full", FailureClass.DISK_FULL)
    )

    assert open_failures(database) == {FailureClass.DISK_FULL: 1}
    assert [run.run_id for run in requeueable_runs(database)] == ["full"]


def ended(run_id: str, *, at: float) -> Run:
    return make_run(run_id, status=RunStatus.SUCCEEDED, started_at=minutes(1), ended_at=minutes(at))


def failed(run_id: str, failure_class: FailureClass, **changes: object) -> Run:
    fields: dict[str, object] = {
        "status": RunStatus.FAILED,
        "started_at": minutes(1),
        "ended_at": minutes(2),
        "failure_class": failure_class,
    }
    return make_run(run_id, **{**fields, **changes})
