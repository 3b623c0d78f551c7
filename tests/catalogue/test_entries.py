import re
from collections import Counter
from pathlib import Path

import pytest

from videogen.catalogue import (
    CatalogueEntry,
    EntryKind,
    default_conditions,
    disk_bytes,
    files_of,
    load_entries,
    load_manifests,
    load_parts,
    with_bases,
)
from videogen.domain.condition import CLOUD
from videogen.errors import InvalidInputError

ROOT = Path(__file__).resolve().parents[2]
PARTS = load_parts(ROOT / "workflows/parts")
MANIFESTS = load_manifests(ROOT / "workflows")
CONDITIONS = default_conditions(ROOT / "data", MANIFESTS)
ENTRIES = load_entries(ROOT / "data/models.toml", PARTS)
BY_ID = {entry.entry_id: entry for entry in ENTRIES}
THAI = re.compile("[\u0e00-\u0e7f]")


def row(entry_id: str, **changed: str) -> str:
    values = {
        "id": f'"{entry_id}"',
        "title": '"One"',
        "kind": '"base"',
        "family": '"wan-2.1"',
        "purposes": '["t2v"]',
        "source": '"https://example.org/model"',
        "checked_on": "2026-11-23",
        "summary_en": '"For trying."',
        "summary_th": '"ใช้ลองงาน"',
    } | changed
    return "[[entry]]\n" + "".join(f"{name} = {value}\n" for name, value in values.items())


def file_row(name: str, **changed: str) -> str:
    values = {
        "file": f'"{name}"',
        "folder": '"models/loras"',
        "repository": '"https://example.org/files"',
    } | changed
    return "[[file]]\n" + "".join(f"{name} = {value}\n" for name, value in values.items())


def loaded(folder: Path, *rows: str) -> tuple[CatalogueEntry, ...]:
    path = folder / "models.toml"
    path.write_text("\n".join(rows), encoding="utf-8")
    return load_entries(path, PARTS)


def refusal(folder: Path, *rows: str) -> tuple[str | None, str]:
    with pytest.raises(InvalidInputError) as caught:
        loaded(folder, *rows)
    assert caught.value.value == "models.toml"
    return caught.value.field, str(caught.value.facts["detail"])


def test_more_than_fifty_models_can_be_looked_up() -> None:
    local = [entry for entry in ENTRIES if entry.kind is not EntryKind.CLOUD]

    assert len(local) >= 60
    assert {"wan-2.1", "wan-2.2", "animatediff"} <= {entry.family for entry in local}


def test_every_workflow_stands_with_an_entry_and_every_named_one_exists() -> None:
    named = {name for entry in ENTRIES for name in entry.workflows}

    assert named == MANIFESTS.keys() - {"server_check"}  # which runs no model


def test_every_cloud_condition_stands_with_an_entry_and_every_named_one_exists() -> None:
    named = {name for entry in ENTRIES for name in entry.conditions}

    assert named == {one.name for one in CONDITIONS if one.backend in CLOUD}


def test_a_workflow_that_runs_an_entry_names_its_files() -> None:
    for entry in ENTRIES:
        for name in entry.workflows:
            in_graph = {part.file for part in MANIFESTS[name].parts}
            assert {part.file for part in entry.files} <= in_graph, (entry.entry_id, name)


def test_what_a_workflow_needs_beyond_distilling_stands_with_its_entry() -> None:
    distilled = {part.file for entry in ENTRIES if entry.kind is EntryKind.DISTILL
                 for part in entry.files}  # fmt: skip
    for entry in ENTRIES:
        listed = {part.file for part in files_of(with_bases([entry], ENTRIES))}
        for name in entry.workflows:
            assert {part.file for part in MANIFESTS[name].parts} - distilled <= listed, name


def test_no_listed_file_goes_unused() -> None:
    used = {part.file for part in files_of(ENTRIES)}
    listed = re.findall(r'^file = "(.+)"$', (ROOT / "data/models.toml").read_text(), re.MULTILINE)

    assert not set(listed) - used
    assert not [name for name, n in Counter(listed).items() if n > 1]


def test_a_cloud_model_needs_no_files_and_runs_without_a_workflow() -> None:
    veo = BY_ID["veo-3.1"]

    assert (veo.files, veo.needs, veo.workflows) == ((), (), ())
    assert not veo.needs_a_workflow


def test_a_model_that_nothing_of_ours_runs_says_so() -> None:
    assert BY_ID["wan-2.2-t2v-a14b"].needs_a_workflow
    assert not BY_ID["wan-2.1-t2v-14b"].needs_a_workflow


def test_a_licence_that_nobody_established_stays_open() -> None:
    assert BY_ID["phantom-14b"].licence is None
    assert BY_ID["wan-2.1-t2v-14b"].licence == "Apache-2.0"
    assert all(entry.licence is not None for entry in ENTRIES if entry.licence_source)


def test_a_file_and_its_entry_do_not_disagree_on_the_licence() -> None:
    differ = {
        part.file: (entry.licence, part.licence)
        for entry in ENTRIES
        for part in entry.files
        if part.file in PARTS.models and part.licence != entry.licence
    }

    assert differ == {}


def test_a_workflow_claims_no_licence_for_a_file_whose_licence_is_open() -> None:
    for name, manifest in MANIFESTS.items():
        open_ones = [part.file for part in manifest.parts if part.licence is None]

        assert bool(open_ones) == ("not established" in manifest.licence), (name, open_ones)


def test_every_entry_is_told_in_english_and_in_thai() -> None:
    for entry in ENTRIES:
        assert THAI.search(entry.summary_th), entry.entry_id
        assert not THAI.search(entry.summary_en), entry.entry_id
        assert entry.summary_en.endswith("."), entry.entry_id


def test_a_published_figure_says_of_which_clip_and_may_leave_a_side_open() -> None:
    figures = {figure.measure: figure for figure in BY_ID["wan-2.2-ti2v-5b"].published}

    assert (figures["card_vram_mib"].low, figures["card_vram_mib"].high) == (24_576, None)
    assert "1280x704" in figures["card_vram_mib"].setting
    assert (figures["wall_time_s"].low, figures["wall_time_s"].high) == (None, 540)


@pytest.mark.parametrize(
    ("ends", "said"),
    [("", "low, high or both are needed"), ("low = 9, high = 8, ", "low 9 is above high 8")],
)
def test_a_published_figure_without_sense_is_refused(ends: str, said: str, tmp_path: Path) -> None:
    source = 'source = "https://example.org", read_on = 2026-11-23'
    figure = f'[{{ measure = "wall_time_s", {ends}setting = "any", {source} }}]'

    found, detail = refusal(tmp_path, row("one", published=figure))

    assert found == "one: published.0"
    assert said in detail


def test_a_shared_file_is_counted_once() -> None:
    small, large = BY_ID["wan-2.1-t2v-1.3b"], BY_ID["wan-2.1-t2v-14b"]

    known, n_unknown = disk_bytes([small, large])

    shared = sum(part.size_bytes or 0 for part in small.needs)
    assert known == disk_bytes([small])[0] + disk_bytes([large])[0] - shared
    assert n_unknown == 0


def test_a_file_of_unknown_size_is_counted_and_not_guessed(tmp_path: Path) -> None:
    entries = loaded(
        tmp_path,
        row("one", files='["a.safetensors", "b.safetensors"]'),
        row("two", files='["b.safetensors", "c.safetensors"]'),
        file_row("a.safetensors", size_bytes="1_000"),
        file_row("b.safetensors"),
        file_row("c.safetensors", size_bytes="30"),
    )

    assert disk_bytes(entries) == (1_030, 1)
    assert disk_bytes([]) == (0, 0)


def test_an_adapter_brings_what_it_runs_on_and_a_fine_tune_does_not(tmp_path: Path) -> None:
    entries = loaded(
        tmp_path,
        row("lora-of-lora", kind='"adapter"', base='"lora"', needs_base="true"),
        row("lora", kind='"adapter"', base='"tuned"', needs_base="true"),
        row("tuned", kind='"fine_tune"', base='"base"'),
        row("base"),
    )

    chosen = with_bases([entries[0], entries[2]], entries)

    assert [entry.entry_id for entry in chosen] == ["lora-of-lora", "lora", "tuned"]


def test_a_file_of_a_workflow_is_referred_to_and_keeps_its_facts(tmp_path: Path) -> None:
    (entry,) = loaded(tmp_path, row("one", needs='["wan_2.1_vae.safetensors"]'))

    assert entry.needs == (PARTS.models["wan_2.1_vae.safetensors"],)


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"source": '"ftp://example.org/x"'}, "one: source", "should match pattern"),
        ({"licence_source": '"javascript:alert(1)"'}, "one: licence_source", "should match"),
        ({"kind": '"checkpoint"'}, "one: kind", "Input should be 'base'"),
        ({"purposes": '["upscale"]'}, "one: purposes.0", "Input should be 't2v'"),
        ({"license": '"MIT"'}, "one: license", "Extra inputs are not permitted"),
        ({"id": '"One"'}, "One: id", "should match pattern"),
        ({"summary_th": '""'}, "one: summary_th", "at least 1 character"),
        ({"files": '["nowhere.safetensors"]'}, "one: files", "nobody lists nowhere.safetensors"),
        ({"base": '"gone"'}, "one: base", "there is no entry gone"),
        ({"needs_base": "true"}, "one: base", "needs_base without a base"),
        ({"base": '"one"'}, "one: base", "a circle: one > one"),
    ],
)
def test_a_row_that_does_not_fit_is_named_with_its_field(
    changed: dict[str, str], field: str, said: str, tmp_path: Path
) -> None:
    found, detail = refusal(tmp_path, row("one", **changed))

    assert found == field
    assert said in detail


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"file": '"../x.safetensors"'}, "../x.safetensors: file"),
        ({"file": '"x; rm -rf y"'}, "x; rm -rf y: file"),
        ({"folder": '"models/../.."'}, "a.safetensors: folder"),
        ({"repository": '"git@example.org:x"'}, "a.safetensors: repository"),
        ({"repository": '"https://example.org/$(x)"'}, "a.safetensors: repository"),
        ({"path": '"a b$(c)"'}, "a.safetensors: path"),
        ({"size_bytes": "0"}, "a.safetensors: size_bytes"),
    ],
)
def test_a_file_that_would_make_a_harmful_command_is_refused(
    changed: dict[str, str], field: str, tmp_path: Path
) -> None:
    found, _ = refusal(tmp_path, row("one"), file_row("a.safetensors", **changed))

    assert found == field


def test_two_entries_of_one_id_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, row("one"), row("one")) == ("one: id", "stands twice")


@pytest.mark.parametrize("twin", ["a.safetensors", "wan_2.1_vae.safetensors"])
def test_a_file_has_one_place_where_it_is_described(twin: str, tmp_path: Path) -> None:
    field, detail = refusal(tmp_path, row("one"), file_row("a.safetensors"), file_row(twin))

    assert field == f"{twin}: file"
    assert detail == "stands twice, here or in workflows/parts"


def test_a_circle_of_bases_is_refused_wherever_it_is_entered(tmp_path: Path) -> None:
    found, detail = refusal(
        tmp_path, row("one", base='"two"'), row("two", base='"three"'), row("three", base='"two"')
    )

    assert (found, detail) == ("one: base", "a circle: one > two > three > two")


def test_a_row_without_an_id_is_named_by_its_number(tmp_path: Path) -> None:
    found, detail = refusal(tmp_path, row("one"), '[[entry]]\ntitle = "Two"')

    assert found == "entry 2: id"
    assert detail == "Field required"


def test_five_hundred_entries_are_read_in_order_and_once(tmp_path: Path) -> None:
    rows = [
        row(f"model-{number}", files=f'["f{number % 50}.safetensors"]') for number in range(500)
    ]
    files = [file_row(f"f{number}.safetensors", size_bytes="10") for number in range(50)]

    entries = loaded(tmp_path, *rows, *files)

    assert [entry.entry_id for entry in entries] == [f"model-{number}" for number in range(500)]
    assert disk_bytes(entries) == (500, 0)
