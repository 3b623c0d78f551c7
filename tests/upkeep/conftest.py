"""One furnished and backed-up data folder, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.upkeep.folder import LATER, furnish, order_for
from videogen.store import Database
from videogen.upkeep import make_backup


@pytest.fixture(scope="package")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("upkeep") / "data"
    with furnish(folder) as database:
        make_backup(database, order_for(folder), LATER)
    return folder


@pytest.fixture
def data_dir(backed_up: Path, tmp_path: Path) -> Path:
    """With two clips and a backup of them, held by nobody."""
    copied = shutil.copytree(backed_up, tmp_path / "data", copy_function=shutil.copyfile)
    return Path(copied)  # tests may damage it: what a backup shares is read-only


@pytest.fixture
def database(backed_up: Path, tmp_path: Path) -> Iterator[Database]:
    """Of a folder `data` with two clips and no backup."""
    ignore = shutil.ignore_patterns("backups")
    folder = shutil.copytree(
        backed_up, tmp_path / "data", ignore=ignore, copy_function=shutil.copyfile
    )
    with Database.open(Path(folder) / "videogen.duckdb") as opened:
        yield opened
