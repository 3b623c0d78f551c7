"""What the Runs page lists, and the failures that nobody has dealt with."""

from decimal import Decimal

import pytest

from tests.store.records import make_attempt, make_reservation, make_run, minutes
from videogen.domain.run import AttemptState, FailureClass, Run, RunStatus
from videogen.store import (
    Database,
    RunSubset,
    listed_runs,
    open_failures,
    requeueable_runs,
    reserve,
    save,
    settle,
)


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


@pytest.mark.parametrize("n_per_page", [1, 2, 3])
def test_older_pages_show_every_run_once_in_the_same_order(
    database: Database, n_per_page: int
) -> None:
    save(
        database,
        make_run("now", status=RunStatus.RUNNING, started_at=minutes(6)),
        *(ended(f"twin{n}", at=3) for n in range(3)),
        ended("earlier", at=2),
        make_run("never began", status=RunStatus.CANCELLED),
        make_run("waits", status=RunStatus.QUEUED, queued_at=minutes(4)),
        ended("elsewhere", at=2.5, campaign_id="c2"),
    )
    whole = [run.run_id for run in listed_runs(database, campaign_id="c1", limit=9)]

    paged: list[str] = []
    while page := listed_runs(
        database, campaign_id="c1", limit=n_per_page, before=paged[-1] if paged else None
    ):
        paged += [run.run_id for run in page]

    assert paged == whole
    assert whole == ["now", "twin0", "twin1", "twin2", "earlier", "never began", "waits"]


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


def test_a_run_whose_paid_call_has_no_known_bill_is_not_run_again_with_all(
    database: Database,
) -> None:
    save(
        database,
        failed("lost", FailureClass.LOST, status=RunStatus.LOST),
        make_attempt("a1", "lost", state=AttemptState.LOST),
        failed("full", FailureClass.DISK_FULL),
    )
    reserve(database, make_reservation("a1", "3.20"), Decimal(50))

    assert open_failures(database) == {FailureClass.DISK_FULL: 1}
    assert [run.run_id for run in requeueable_runs(database)] == ["full"]

    settle(database, "a1", Decimal("3.20"))

    assert open_failures(database) == {FailureClass.DISK_FULL: 1, FailureClass.LOST: 1}
    assert {run.run_id for run in requeueable_runs(database)} == {"full", "lost"}


def ended(run_id: str, *, at: float, campaign_id: str = "c1", **changes: object) -> Run:
    fields: dict[str, object] = {
        "campaign_id": campaign_id,
        "status": RunStatus.SUCCEEDED,
        "started_at": minutes(1),
        "ended_at": minutes(at),
    }
    return make_run(run_id, **{**fields, **changes})


def failed(run_id: str, failure_class: FailureClass, **changes: object) -> Run:
    fields: dict[str, object] = {
        "status": RunStatus.FAILED,
        "started_at": minutes(1),
        "ended_at": minutes(2),
        "failure_class": failure_class,
    }
    return make_run(run_id, **{**fields, **changes})


def test_a_figures_runs_are_those_that_count_against_it(database: Database) -> None:
    out_of_vram = FailureClass.OUT_OF_VRAM
    save(
        database,
        ended("good", at=1, peak_vram_mib=20_000),
        ended("large", at=2, peak_vram_mib=23_000),
        ended("smaller", at=3, peak_vram_mib=20_000, is_degraded=True),
        ended("burst", at=4, status=RunStatus.FAILED, failure_class=out_of_vram),
        ended("lost", at=5, status=RunStatus.LOST),
    )

    failures = listed_runs(database, only=RunSubset.FAILURES, limit=9)
    over = listed_runs(database, only=RunSubset.OVER_VRAM, limit_mib=22_528, limit=9)

    assert [run.run_id for run in failures] == ["lost", "burst", "smaller"]
    assert [run.run_id for run in over] == ["burst", "smaller", "large"]
