"""`make audit`: what counts as a finding, and what may not pass for a clean answer."""

from pathlib import Path

import pytest

from audit.finding import NotCheckedError
from audit.leaks import leaks, leaks_in
from audit.licences import copyleft_parts, is_allowed, licence_findings
from audit.vulnerabilities import told


@pytest.mark.parametrize(
    "licence",
    ["MIT", "MIT License", "BSD-3-Clause AND 0BSD AND MIT", "GPL-3.0 OR MIT", "Apache License 2.0"],
)
def test_a_licence_that_may_be_passed_on_is_allowed(licence: str) -> None:
    assert is_allowed(licence)


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "MIT AND GPL-2.0", "AGPL-3.0", "", "Custom"])
def test_copyleft_and_unknown_licences_are_findings(licence: str) -> None:
    assert not is_allowed(licence)


def test_copyleft_parts_inside_a_wheel_are_seen_by_name() -> None:
    files = ["av.libs/libx265-1.so.215", "av.libs/libdav1d.so.7", "av/about.py"]

    assert copyleft_parts(files) == ["libx265-1.so.215"]


def test_everything_that_runs_here_is_allowed_by_name() -> None:
    assert licence_findings() == []


def test_a_key_is_found_by_place_and_never_shown_and_an_example_is_none(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    key = "AIza" + "SyB7q9Zk2Lw8Xc4Vn1Mp6Rt3Yu5Hj0Gd-Qe"
    file.write_text(
        f"first\nkey {key}\nAIzaSy0123456789abcdefghijklmnopqrstuv12\n", encoding="utf-8"
    )

    found = list(leaks_in("notes.md", file))

    assert found == ["notes.md:2: looks like a Google API key"]


@pytest.mark.parametrize("name", [".env", "data/secret.key", "data/access.toml", "tls/a.pem"])
def test_a_file_for_secrets_is_a_finding_whatever_it_holds(name: str, tmp_path: Path) -> None:
    assert list(leaks_in(name, tmp_path / "missing")) == [f"{name}: a file that may hold secrets"]


def test_no_file_in_git_holds_a_secret() -> None:
    try:
        found = leaks()
    except NotCheckedError:
        pytest.skip("not a git repository")

    assert found == []


def test_a_hole_is_told_with_the_version_that_closes_it() -> None:
    hole = {"id": "PYSEC-1", "fix_versions": ["1.1"]}
    packages = [{"name": "a", "version": "1.0", "vulns": [hole]}, {"name": "b", "vulns": []}]

    assert told({"dependencies": packages}) == ["a 1.0: PYSEC-1, mended in 1.1"]


def test_an_index_that_knows_most_packages_not_is_no_clean_answer() -> None:
    packages = [{"name": name, "skip_reason": "not found"} for name in "ab"]

    with pytest.raises(NotCheckedError):
        told({"dependencies": packages})
