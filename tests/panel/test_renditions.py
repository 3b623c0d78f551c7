import time
from dataclasses import replace
from pathlib import Path

import av
import pytest

from tests.clips.drawing import draw_clip
from tests.panel.campaigns import NOW
from tests.web.studio import furnish
from videogen.domain.rating import PresentationKind
from videogen.domain.run import Origin, RunStatus
from videogen.domain.stopping import StoppedError
from videogen.panel import (
    RenditionKeeper,
    add_reference_clip,
    prepare_renditions,
    retire_reference_clip,
    start,
)
from videogen.store import (
    Database,
    campaign_runs,
    get_clip,
    presentations_of,
    reference_clips,
    renditions,
    save,
)


def test_all_blind_copies_of_a_campaign_have_one_size_and_names_that_say_nothing(
    tmp_path: Path,
) -> None:
    furnish(tmp_path)

    with Database.open(tmp_path / "videogen.duckdb") as database:
        made = renditions(database, "c1")
        originals = {get_clip(database, clip_id).size_bytes for clip_id in made}

    files = [tmp_path / "clips" / one.file for one in made.values()]
    assert len(files) == 6
    assert len(originals) > 1
    assert len({file.stat().st_size for file in files}) == 1
    assert not any(b"animatediff" in file.read_bytes() for file in files)
    assert not any("wan" in str(file.relative_to(tmp_path)) for file in files)


def test_what_is_made_is_not_made_again(tmp_path: Path) -> None:
    furnish(tmp_path)
    seen: list[tuple[int, int]] = []

    with Database.open(tmp_path / "videogen.duckdb") as database:
        again = prepare_renditions(
            database, "c1", tmp_path / "clips", on_progress=lambda *step: seen.append(step)
        )

    assert again == 0
    assert seen == []


def test_a_clip_that_joins_later_gets_the_same_form_and_size(tmp_path: Path) -> None:
    furnish(tmp_path)
    steps: list[tuple[int, int]] = []

    with Database.open(tmp_path / "videogen.duckdb") as database:
        run = campaign_runs(database, "c1")[0]
        assert run.clip_id is not None
        clip = get_clip(database, run.clip_id)
        save(
            database,
            replace(clip, clip_id="late", run_id="run-late"),
            replace(run, run_id="run-late", clip_id="late"),
        )
        made = prepare_renditions(
            database, "c1", tmp_path / "clips", on_progress=lambda *step: steps.append(step)
        )
        sizes = {one.size_bytes for one in renditions(database, "c1").values()}

    assert made == 1
    assert steps == [(1, 1)]
    assert len(sizes) == 1


def test_the_copies_are_made_in_the_background_before_a_rater_comes(tmp_path: Path) -> None:
    furnish(tmp_path, renditions=False)

    with Database.open(tmp_path / "videogen.duckdb") as database:
        keeper = RenditionKeeper(database, tmp_path / "clips", pause_s=0.05)
        keeper.start()
        deadline = time.monotonic() + 30
        while len(renditions(database, "c1")) < 6 and time.monotonic() < deadline:
            time.sleep(0.05)
        keeper.stop()
        made = renditions(database, "c1").values()

    assert len(made) == 6
    assert len({(tmp_path / "clips" / one.file).stat().st_size for one in made}) == 1


def test_a_copy_is_given_up_at_its_next_frame_when_the_app_ends(tmp_path: Path) -> None:
    furnish(tmp_path, renditions=False)
    asked = iter([False, False, True])

    with Database.open(tmp_path / "videogen.duckdb") as database:
        with pytest.raises(StoppedError):
            prepare_renditions(
                database, "c1", tmp_path / "clips", is_stopping=lambda: next(asked, True)
            )
        made = renditions(database, "c1")

    assert made == {}
    assert [*(tmp_path / "clips").rglob("*.part")] == []


def test_a_raters_copies_end_with_the_database(tmp_path: Path) -> None:
    furnish(tmp_path, renditions=False)
    database = Database.open(tmp_path / "videogen.duckdb")

    with pytest.raises(StoppedError):
        prepare_renditions(
            database, "c1", tmp_path / "clips", on_progress=lambda *_: database.close()
        )

    assert [*(tmp_path / "clips").rglob("*.part")] == []


def test_no_copy_is_made_beside_a_run_that_is_being_measured(tmp_path: Path) -> None:
    furnish(tmp_path, renditions=False)

    with Database.open(tmp_path / "videogen.duckdb") as database:
        run = campaign_runs(database, "c1")[0]
        save(database, replace(run, run_id="now", status=RunStatus.RUNNING, clip_id=None))
        keeper = RenditionKeeper(database, tmp_path / "clips", pause_s=0.01)
        keeper.start()
        time.sleep(0.3)
        keeper.stop()

        assert renditions(database, "c1") == {}


def test_copies_of_an_older_form_are_made_again_and_the_old_files_go(tmp_path: Path) -> None:
    furnish(tmp_path)

    with Database.open(tmp_path / "videogen.duckdb") as database:
        old_files = []
        for one in renditions(database, "c1").values():
            old = replace(one, file=f"renditions/ab/{Path(one.file).name}")
            path = tmp_path / "clips" / old.file
            path.parent.mkdir(exist_ok=True)
            (tmp_path / "clips" / one.file).rename(path)
            save(database, old)
            old_files.append(path)
        made = prepare_renditions(database, "c1", tmp_path / "clips")
        now = renditions(database, "c1").values()

    assert made == 6
    assert not any(path.exists() for path in old_files)
    assert all((tmp_path / "clips" / one.file).stat().st_size == one.size_bytes for one in now)


def test_a_batch_says_of_no_copy_that_it_is_there_before_all_are_alike(tmp_path: Path) -> None:
    furnish(tmp_path, renditions=False)
    standing = []

    with Database.open(tmp_path / "videogen.duckdb") as database:
        while prepare_renditions(database, "c1", tmp_path / "clips", limit=2):
            standing.append(len(renditions(database, "c1")))

    assert standing == [0, 0, 6]


def test_every_clip_of_a_session_has_a_blind_copy_of_the_campaigns_form(tmp_path: Path) -> None:
    furnish(tmp_path, n_conditions=3, renditions=False)  # nine clips: room for a trap
    folder = tmp_path / "clips"

    with Database.open(tmp_path / "videogen.duckdb") as database:
        for kind in (PresentationKind.TRAINING, PresentationKind.GOLD):
            source = draw_clip(tmp_path / f"{kind}.mp4", size=(320, 180), fps=30, n_frames=45)
            add_reference_clip(
                database,
                source,
                clips_folder=folder,
                kind=kind,
                expected_score=5,
                title=kind.value,
                origin=Origin.SANDBOX,
                who="operator",
                now=NOW,
            )
        prepare_renditions(database, "c1", folder)
        session = start(database, "c1", "Malee", now=NOW)
        shown = presentations_of(database, session.session_id)
        made = renditions(database, "c1")

    files = [folder / made[one.clip_id].file for one in shown]
    assert {one.kind for one in shown} == set(PresentationKind)
    assert len({file.stat().st_size for file in files}) == 1
    assert len({_form(file) for file in files}) == 1


def test_the_copies_of_an_open_session_stay_when_a_reference_is_retired(tmp_path: Path) -> None:
    furnish(tmp_path, n_conditions=3)
    folder = tmp_path / "clips"

    with Database.open(tmp_path / "videogen.duckdb") as database:
        start(database, "c1", "Malee", now=NOW)
        trap = reference_clips(database, Origin.SANDBOX)[0]
        retire_reference_clip(database, trap.clip_id, who="operator", now=NOW)
        again = prepare_renditions(database, "c1", folder)

        assert again == 0
        assert (folder / renditions(database, "c1")[trap.clip_id].file).is_file()


def _form(path: Path) -> tuple[object, ...]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return stream.width, stream.height, stream.average_rate, stream.codec_context.name
