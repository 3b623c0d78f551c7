"""A maker's own clips and strips are found; campaigns and other people's runs are not."""

from datetime import timedelta
from pathlib import Path

from tests.store.records import NOON, make_run
from videogen import store
from videogen.domain.run import RunStatus
from videogen.store import Database


def test_a_maker_finds_clips_and_strips_and_nothing_of_others(tmp_path: Path) -> None:
    made = {"campaign_id": None, "status": RunStatus.SUCCEEDED, "clip_id": "k"}
    with Database.open(tmp_path / "data" / "videogen.duckdb") as database:
        store.save(
            database,
            make_run("clip", **made, owner="Nok"),
            make_run("second", campaign_id=None, owner="Nok", strip_id="s"),
            make_run("first", campaign_id=None, owner="Nok", strip_id="s"),
            make_run("failed", campaign_id=None, owner="Nok", status=RunStatus.FAILED),
            make_run("theirs", **made, owner="Chai"),
            make_run("planned", status=RunStatus.SUCCEEDED, owner="Nok", clip_id="p"),
        )
        store.save(database, make_run("later", **made, owner="Nok", queued_at=NOON + timedelta(1)))

        own = [run.run_id for run in store.own_runs(database, "Nok", limit=10)]
        strip = [run.run_id for run in store.runs_of_strip(database, "s")]

    assert own == ["later", "second", "first", "clip"]
    assert strip == ["first", "second"]
