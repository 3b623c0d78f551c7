"""A backup that somebody has written in our place: nothing is believed, and nothing breaks."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from videogen.errors import BackupDamagedError
from videogen.upkeep import find_backup, read_manifest, verify_backup

SHA256 = "0" * 64


def told_of(data_dir: Path) -> dict[str, Any]:
    folder = find_backup(data_dir / "backups", "latest")
    told: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return told


@pytest.mark.parametrize(
    "files",
    [
        [{"path": "", "sha256": SHA256, "size_bytes": 1}],
        [{"path": ".", "sha256": SHA256, "size_bytes": 1}],
        [{"path": "clips", "sha256": SHA256, "size_bytes": 1}],
        [{"path": "clips/a", "sha256": SHA256, "size_bytes": float("inf")}],
        [],
    ],
)
def test_a_manifest_of_what_no_backup_holds_is_damaged(
    backed_up: Path, tmp_path: Path, files: list[dict[str, object]]
) -> None:
    told = told_of(backed_up)
    kept = told["files"] if files else [one for one in told["files"] if "duckdb" not in one["path"]]
    (tmp_path / "manifest.json").write_text(json.dumps(told | {"files": [*kept, *files]}))

    with pytest.raises(BackupDamagedError):
        read_manifest(tmp_path)


def test_a_link_is_no_file_of_a_backup(data_dir: Path, tmp_path: Path) -> None:
    held = find_backup(data_dir / "backups", "latest")
    # Away from the shelf, which has each file once more.
    folder = Path(shutil.copytree(held, tmp_path / "sent" / held.name))
    clip = next(one for one in (folder / "clips").rglob("*") if one.is_file())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(clip.read_bytes())
    clip.unlink()
    clip.symlink_to(elsewhere)

    with pytest.raises(BackupDamagedError):
        verify_backup(folder)
