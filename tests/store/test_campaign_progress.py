"""A campaign's runs counted where they lie, and how large its clips are."""

from decimal import Decimal

from tests.store.records import make_clip, make_run
from videogen import store
from videogen.domain.run import FailureClass, Origin, RunStatus
from videogen.store import Database


def test_runs_are_counted_by_condition_status_and_cause(database: Database) -> None:
    lost = {"status": RunStatus.FAILED, "failure_class": FailureClass.OUT_OF_VRAM}
    store.save(
        database,
        make_run("a", status=RunStatus.SUCCEEDED, cost_usd=Decimal("0.10")),
        make_run("b", status=RunStatus.SUCCEEDED, cost_usd=None),
        make_run("c", **lost),
        make_run("d", requeued_from="c"),
        make_run("e", campaign_id="another"),
    )

    groups = {group.status: group for group in store.campaign_progress(database, "c1")}

    assert {status: group.n_runs for status, group in groups.items()} == {
        RunStatus.SUCCEEDED: 2,
        RunStatus.FAILED: 1,
        RunStatus.QUEUED: 1,
    }
    done = groups[RunStatus.SUCCEEDED]
    assert (done.cost_usd, done.n_costed) == (Decimal("0.10"), 1)
    assert groups[RunStatus.FAILED].failure_class is FailureClass.OUT_OF_VRAM
    assert groups[RunStatus.FAILED].cost_usd is None  # unknown, not zero
    assert groups[RunStatus.QUEUED].n_requeues == 1


def test_the_size_of_simulated_clips_says_nothing_of_real_ones(database: Database) -> None:
    store.save(
        database,
        make_run("live", origin=Origin.LIVE),
        make_run("sandbox", origin=Origin.SANDBOX),
        make_clip("k1", "live", size_bytes=2_000_000),
        make_clip("k2", "sandbox", size_bytes=9_000),
    )

    assert store.clip_sizes(database, Origin.LIVE) == {"wan@1": 2_000_000.0}
    assert store.clip_sizes(database, Origin.SANDBOX) == {"wan@1": 9_000.0}
