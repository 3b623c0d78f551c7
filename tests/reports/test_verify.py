"""A bundle is computed again on a machine that has nothing else; whatever was changed is named."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.reports.bundle_files import (
    NOW,
    as_json,
    changed,
    files_of,
    fill,
    forged,
    pack,
    row_field,
    written,
)
from videogen import __version__
from videogen.errors import InvalidInputError
from videogen.reports.verify import Verification, is_same, verify_bundle
from videogen.store import Database


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    with Database.open(folder / "data" / "videogen.duckdb") as database:
        fill(database)
        pack(database, folder / "bundle.zip")
    return folder / "bundle.zip"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "changed.zip"


def names(found: Verification) -> list[str]:
    return [one.name for one in found.differ]


def set_to(name: str, value: Any) -> Any:
    def change(parsed: dict[str, Any]) -> None:
        parsed[name] = value

    return as_json(change)


def test_an_untouched_bundle_says_what_its_rows_say(bundle: Path) -> None:
    found = verify_bundle(bundle)

    told = json.loads(files_of(bundle)["figures.json"])
    assert (found.is_ok, found.n_figures, found.differ) == (True, len(told), ())
    assert (found.campaign, found.campaign_id, found.made_at) == ("WAN", "c1", NOW)
    assert found.are_reports_compared


def test_a_changed_figure_is_named_though_the_hashes_fit_again(bundle: Path, target: Path) -> None:
    name = "conditions.wan-1.3b.quality.estimate"
    before = json.loads(files_of(bundle)["figures.json"])[name]

    found = verify_bundle(forged(bundle, target, "figures.json", set_to(name, 4.9)))

    assert names(found) == [name]
    assert found.differ[0].told == 4.9
    assert found.differ[0].recomputed == pytest.approx(before)


def test_a_changed_score_shows_in_the_figures_that_follow_from_it(
    bundle: Path, target: Path
) -> None:
    change = row_field(3, "score", "1")

    found = verify_bundle(forged(bundle, target, "rows/rating.csv", change))

    assert "conditions.wan-1.3b.quality.estimate" in names(found)
    assert "ratings.test.overall.sum_of_scores" in names(found)
    assert not [one for one in names(found) if one.startswith("file:")]
    assert "report:report.en.md" in names(found)


def test_a_changed_cost_of_one_run_shows_in_its_condition_alone(bundle: Path, target: Path) -> None:
    change = row_field(2, "cost_usd", "0.06")

    found = verify_bundle(changed(bundle, target, "rows/run.csv", change))

    assert names(found)[0] == "file:rows/run.csv"
    assert "conditions.wan-1.3b.cost.estimate" in names(found)
    assert "costs.wan-1.3b.month_usd" in names(found)
    assert not [one for one in names(found) if "veo" in one]


def test_every_file_that_was_changed_put_in_or_taken_out_is_named(
    bundle: Path, target: Path
) -> None:
    files = files_of(bundle)
    del files["report.en.html"]
    html = files["report.th.html"].replace(b"WAN", b"VAN", 1)
    clips = files["rows/clip.csv"].replace(b"ab" * 32, b"cd" * 32, 1)
    others = {
        "claims.json": files["claims.json"].replace(b"0.68", b"0.60"),
        "README.en.md": files["README.en.md"] + b"Trust me.",
        "report.th.html": html,
        "rows/clip.csv": clips,
        "notes.txt": b"hello",
    }

    found = verify_bundle(written(target, {**files, **others}))

    told = [one for one in names(found) if one.startswith("file:")]
    assert told == sorted(f"file:{name}" for name in (*others, "report.en.html"))
    assert "report:report.th.html" in names(found)


def test_a_changed_assumption_is_named_though_the_hashes_fit(bundle: Path, target: Path) -> None:
    found = verify_bundle(forged(bundle, target, "assumptions.json", set_to("n", "400")))

    assert "assumptions.n_videos_month" in names(found)
    assert "costs.wan-1.3b.month_usd" in names(found)


def test_every_changed_word_of_the_manifest_is_named(bundle: Path, target: Path) -> None:
    words = {"verdict": "go_now", "criteria_version": 2, "campaign": "Other", "n_figures": 1}
    change = as_json(lambda parsed: parsed.update(words))

    found = verify_bundle(changed(bundle, target, "manifest.json", change))

    assert set(names(found)) == {"file:manifest.json", *(f"manifest.{name}" for name in words)}


def test_another_moment_in_the_manifest_is_told_by_its_hash_and_by_the_reports(
    bundle: Path, target: Path
) -> None:
    change = set_to("made_at", "2026-12-01T00:00:00+00:00")

    found = verify_bundle(changed(bundle, target, "manifest.json", change))

    assert "file:manifest.json" in names(found)
    assert "report:report.th.md" in names(found)


def test_of_another_version_the_figures_are_compared_and_the_reports_words_are_not(
    bundle: Path, target: Path
) -> None:
    change = set_to("videogen", "0.0.9")

    found = verify_bundle(changed(bundle, target, "manifest.json", change))

    assert (found.are_reports_compared, found.made_with) == (False, "0.0.9")
    assert names(found) == ["file:manifest.json"]


def test_another_state_of_this_version_may_say_less_and_say_it_in_other_words(
    bundle: Path, target: Path
) -> None:
    def older(parsed: dict[str, Any]) -> None:
        parsed.update(code_sha256="0123456789", n_figures=parsed["n_figures"] - 1)

    without = forged(bundle, target, "figures.json", as_json(lambda told: told.popitem()))
    reworded = forged(without, target, "report.en.md", lambda text: text + "In other words.")

    found = verify_bundle(changed(reworded, target, "manifest.json", as_json(older)))

    assert (found.are_reports_compared, found.made_with) == (False, f"{__version__} (01234567)")
    assert names(found) == ["file:manifest.json"]


def test_a_file_that_is_no_zip_or_is_cut_is_refused(bundle: Path, tmp_path: Path) -> None:
    cut, other = tmp_path / "cut.zip", tmp_path / "other.zip"
    cut.write_bytes(bundle.read_bytes()[:5000])
    other.write_text("not a zip")

    problems = [_refusal(file).problem for file in (cut, other, tmp_path / "missing.zip")]

    assert problems == ["bundle_no_zip", "bundle_no_zip", "bundle_missing"]


def test_a_byte_that_fell_over_is_refused_with_the_files_name(bundle: Path, target: Path) -> None:
    with zipfile.ZipFile(bundle) as packed:
        entry = packed.getinfo("rows/run.csv")
    content = bytearray(bundle.read_bytes())
    content[entry.header_offset + 400] ^= 0xFF
    target.write_bytes(content)

    refused = _refusal(target)

    assert (refused.problem, refused.value) == ("bundle_damaged", "rows/run.csv")


@pytest.mark.parametrize("name", ["manifest.json", "figures.json", "rows/rating.csv"])
def test_without_a_file_that_figures_need_it_is_refused(
    bundle: Path, target: Path, name: str
) -> None:
    files = files_of(bundle)
    del files[name]

    refused = _refusal(written(target, files))

    assert (refused.problem, refused.value) == ("bundle_incomplete", name)


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil", "rows/../../evil", "C:\\evil", "a b"])
def test_a_name_that_could_lead_outside_is_refused(bundle: Path, target: Path, name: str) -> None:
    refused = _refusal(written(target, {**files_of(bundle), name: b"x"}))

    assert refused.problem == "bundle_name"


def test_a_bomb_is_refused_before_anything_is_unpacked(
    bundle: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videogen.reports.unpacking.MAX_BYTES", 10_000)
    many = {f"file{n}": b"" for n in range(300)}

    too_large, too_many = _refusal(bundle), _refusal(written(target, many))

    assert too_large.problem == too_many.problem == "bundle_too_large"


def test_a_file_that_unpacks_to_a_thousand_times_its_size_is_refused(
    bundle: Path, target: Path
) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files_of(bundle).items():
            packed.writestr(name, bytes(20_000_000) if name == "rows/run.csv" else content)

    refused = _refusal(target)

    assert (refused.problem, refused.value) == ("bundle_damaged", "rows/run.csv")


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("manifest.json", "{", "bundle_file"),
        ("manifest.json", '{"format": 99, "files": {}}', "bundle_version"),
        ("manifest.json", '{"format": 1, "files": {}, "made_at": "noon"}', "bundle_file"),
        ("figures.json", "[1]", "bundle_file"),
        ("claims.json", '[{"condition": 1}]', "bundle_file"),
        ("prices.json", "7", "bundle_file"),
        ("assumptions.json", '{"n": 4}', "bundle_file"),
        ("assumptions.json", '{"gpuz": "4"}', "bundle_file"),
        ("assumptions.json", '{"gpus": "many"}', "assumption_no_number"),
        ("rows/run.csv", '"run_id","; DROP TABLE run"\n', "bundle_rows"),
        ("rows/run.csv", "", "bundle_rows"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(
    bundle: Path, target: Path, name: str, text: str, problem: str
) -> None:
    refused = _refusal(written(target, {**files_of(bundle), name: text.encode()}))

    assert refused.problem == problem


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("rows/rating.csv", lambda text: text[:-30], "bundle_rows"),
        ("rows/rating.csv", row_field(3, "score", "very good"), "bundle_rows"),
        ("rows/run.csv", row_field(3, "status", "splendid"), "bundle_nonsense"),
        ("rows/condition.csv", row_field(1, "backend", "magic"), "bundle_nonsense"),
        ("rows/campaign.csv", lambda text: text.splitlines()[0] + "\n", "bundle_row_missing"),
    ],
)
def test_rows_from_which_nothing_can_be_computed_are_refused(
    bundle: Path, target: Path, name: str, change: Any, problem: str
) -> None:
    assert _refusal(changed(bundle, target, name, change)).problem == problem


def test_what_a_stranger_wrote_is_told_without_harm(bundle: Path, target: Path) -> None:
    wild = {"\x1b[2J \ud83d": 1, "rows.run": float("inf"), "criteria.version": 10**400}
    change = as_json(lambda told: told.update(wild))

    found = verify_bundle(changed(bundle, target, "figures.json", change))

    told = {one.name: one.told for one in found.differ}
    assert told["\\x1b[2J \\ud83d"] == 1
    assert told["rows.run"] == "inf"
    assert "criteria.version" in told


def test_figures_are_the_same_within_what_summing_in_another_order_changes() -> None:
    assert is_same(0.1 + 0.2, 0.3)
    assert is_same(4, 4.0)
    assert is_same(None, None)
    assert not is_same(4.000001, 4.0)
    assert not is_same(None, 0)
    assert not is_same(True, 1)
    assert not is_same("4", 4)


def _refusal(file: Path) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as refused:
        verify_bundle(file)
    assert refused.value.exit_code == 2
    return refused.value


def test_a_bundle_of_the_first_format_still_verifies(bundle: Path, target: Path) -> None:
    old = changed(bundle, target, "manifest.json", set_to("format", 1))

    found = verify_bundle(old)

    assert names(found) == ["file:manifest.json"]  # its own hash, which the change broke
