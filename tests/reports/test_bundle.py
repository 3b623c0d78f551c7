"""What a bundle holds: all that its figures follow from, and nobody's name."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.evidence.records import WAN, grid, panel, plan
from tests.reports.bundle_files import CLAIM, NAMES, NOW, PRICE, SECRETS, files_of, fill, pack
from videogen.errors import DataFolderUnusableError, NotFoundError
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.case import load_case
from videogen.reports.figures import figures_of
from videogen.reports.recompute import REPORT_FILES
from videogen.reports.verify import verify_bundle
from videogen.store import Database, save


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("data") / "videogen.duckdb"
    with Database.open(path) as opened:
        fill(opened)
        yield opened


@pytest.fixture(scope="module")
def bundle(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(database, tmp_path_factory.mktemp("out") / "bundle.zip").file


def test_its_figures_are_those_that_the_database_tells(database: Database, bundle: Path) -> None:
    assumptions = Assumptions(n_videos_month=300)
    case = load_case(
        database, "c1", claims=(CLAIM,), prices=(PRICE,), assumptions=assumptions, on=NOW.date()
    )

    told = json.loads(files_of(bundle)["figures.json"])

    of_case = figures_of(case)
    assert {name: told[name] for name in of_case} == of_case
    assert told["conditions.wan-1.3b.quality.n"] == 4
    assert told["assumptions.n_videos_month"] == 300
    assert told["rows.run"] == 80
    assert told["ratings.test.overall.n"] == 160


def test_nobody_is_named_and_no_path_or_job_of_the_house_leaves_it(bundle: Path) -> None:
    files = files_of(bundle)

    content = b"\n".join(files.values()).decode()

    assert [one for one in (*NAMES, *SECRETS) if one in content] == []
    assert "Rater 4" in files["rows/rater.csv"].decode()
    assert '"Person 2"' in files["rows/setup_step.csv"].decode()


def test_no_clip_is_in_it_but_its_hash_is(bundle: Path) -> None:
    files = files_of(bundle)

    assert not [name for name in files if name.endswith((".mp4", ".jpg"))]
    assert ("ab" * 32) in files["rows/clip.csv"].decode()
    assert "clip-wan-1.3b-p00-1-live.mp4" not in files["rows/clip.csv"].decode()


def test_it_says_in_both_languages_how_to_check_it_and_holds_the_reports(bundle: Path) -> None:
    files = files_of(bundle)

    assert "python -m videogen verify" in files["README.en.md"].decode()
    assert "วิธีตรวจ" in files["README.th.md"].decode()
    assert set(REPORT_FILES) <= files.keys()


def test_the_manifest_has_the_hash_of_every_other_file_and_has_one_itself(bundle: Path) -> None:
    files = files_of(bundle)
    manifest = json.loads(files["manifest.json"])

    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}

    others = {"manifest.json", "manifest.sha256"}
    assert manifest["files"] == {n: one for n, one in hashes.items() if n not in others}
    assert files["manifest.sha256"].decode() == f"{hashes['manifest.json']}  manifest.json\n"
    assert (manifest["campaign_id"], manifest["origin"], manifest["format"]) == ("c1", "live", 2)
    assert manifest["made_at"] == "2026-11-22T18:00:00+00:00"


def test_the_same_rows_at_the_same_moment_are_the_same_file(
    database: Database, bundle: Path, tmp_path: Path
) -> None:
    again = pack(database, tmp_path / "again.zip")

    assert again.file.read_bytes() == bundle.read_bytes()
    assert again.sha256 == hashlib.sha256(bundle.read_bytes()).hexdigest()
    with zipfile.ZipFile(bundle) as packed:
        entries = packed.infolist()
    assert [one.filename for one in entries] == sorted(one.filename for one in entries)
    assert {one.date_time for one in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_of_an_unknown_campaign_nothing_is_written(database: Database, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        pack(database, tmp_path / "bundle.zip", campaign_id="c2")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(database: Database, tmp_path: Path) -> None:
    with pytest.raises(DataFolderUnusableError):
        pack(database, tmp_path / "not there" / "bundle.zip")


def test_rows_that_came_without_their_prompts_are_packed_and_the_report_says_so(
    tmp_path: Path,
) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        plan(database)
        save(database, *grid(WAN), *panel({"r1": 5, "r2": 4}))
        packed = pack(database, tmp_path / "bundle.zip").file

    files = files_of(packed)

    assert "suite not stored, 20 prompts" in files["report.en.html"].decode()
    assert "ไม่ได้เก็บชุดพรอมต์ไว้" in files["report.th.md"].decode()
    assert verify_bundle(packed).is_ok
