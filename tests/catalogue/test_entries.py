from pathlib import Path

from videogen.catalogue import disk_bytes, load_entries, load_manifests, load_parts

ROOT = Path(__file__).resolve().parents[2]
PARTS = load_parts(ROOT / "workflows/parts")
ENTRIES = load_entries(ROOT / "data/models.toml", PARTS)


def test_every_workflow_that_an_entry_names_exists() -> None:
    manifests = load_manifests(ROOT / "workflows")

    named = {name for entry in ENTRIES for name in entry.workflows}

    assert named <= manifests.keys()


def test_a_shared_file_is_counted_once() -> None:
    small, large = (entry for entry in ENTRIES if entry.entry_id.startswith("wan-2.1-t2v"))

    known, n_unknown = disk_bytes([small, large])

    shared = sum(part.size_bytes or 0 for part in small.needs)
    assert known == disk_bytes([small])[0] + disk_bytes([large])[0] - shared
    assert n_unknown == 0
