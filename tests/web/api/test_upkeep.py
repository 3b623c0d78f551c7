"""A running app is backed up and checked through its API, by administrators alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.api.served import Served, furnish, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served") / "data"
    furnish(folder)
    with serving(folder) as found:
        yield found


def test_an_administrator_makes_a_backup_that_says_what_it_lacks(served: Served) -> None:
    answer = served.of["admin"].post("/backups")

    told = answer.json()
    assert answer.status_code == 201, told
    assert (Path(told["folder"]) / "manifest.json").is_file()
    assert told["n_rows"] > 0
    assert told["missing"]  # the rows of this test name clips that nobody made


def test_a_check_names_what_is_missing_and_changes_nothing(served: Served) -> None:
    told = served.of["admin"].get("/check", params={"hashes": "true"}).json()

    kinds = {finding["kind"] for finding in told["findings"]}
    assert told["has_hashes"]
    assert not told["is_clean"]
    assert "file_missing" in kinds


@pytest.mark.parametrize("role", ["operator", "stakeholder", "maker", "rater"])
def test_nobody_else_may(served: Served, role: str) -> None:
    assert served.of[role].post("/backups").status_code == 403
    assert served.of[role].get("/check").status_code == 403


def test_a_backup_that_finds_no_folder_is_refused_and_noted(served: Served) -> None:
    upkeep = served.application.upkeep
    shutil.rmtree(upkeep.backup_dir)
    upkeep.backup_dir.write_text("a file stands where the folder should")
    try:
        answer = served.of["admin"].post("/backups")
    finally:
        upkeep.backup_dir.unlink()

    assert answer.json()["code"] == "data_folder_unusable"
    failure = upkeep.status().failure
    assert failure is not None
    assert failure.error.code == "data_folder_unusable"
