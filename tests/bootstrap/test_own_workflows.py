"""Workflows that people bring, in a real application on an empty data folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from videogen import store
from videogen.bootstrap import Application
from videogen.catalogue.graph_checks import Graph
from videogen.catalogue.graph_file import parse_graph
from videogen.catalogue.proposing import propose
from videogen.domain.condition import Purpose
from videogen.errors import InvalidInputError, NotFoundError
from videogen.settings import ROOT, Settings


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """Built once: that takes longer than all these tests together."""
    opened = Application.build(Settings(data_dir=tmp_path_factory.mktemp("own"), comfy_urls=()))
    yield opened
    opened.close()


@pytest.fixture
def application(built: Application) -> Iterator[Application]:
    yield built
    for own in store.own_workflow_stamps(built.database):
        built.own_workflows.remove(own.name, "test")


def _graph(**changed: Any) -> Graph:
    graph = parse_graph((ROOT / "workflows" / "wan-1.3b.json").read_bytes(), "wan.json")
    graph["22"]["inputs"] |= changed
    return graph


def _add(application: Application, name: str, graph: Graph | None = None) -> str:
    graph = graph or _graph()
    manifest = propose(graph).manifest(name)
    return application.own_workflows.add(name, manifest, graph, "Nok").condition_id


def _problem(application: Application, name: str) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        _add(application, name)
    assert caught.value.field == "name"
    return caught.value


def test_an_own_workflow_is_asked_for_like_a_shipped_one(application: Application) -> None:
    _add(application, "Our kites")

    condition = application.condition("Our kites")
    assert condition is not None
    assert (condition.width_px, condition.height_px, condition.n_frames) == (832, 480, 81)
    assert (condition.purpose, condition.inputs) == (Purpose.T2V, ())
    workflow = application.manifests["Our kites"].fill(
        condition, prompt_text="a kite", negative_prompt=None, seed=7
    )
    assert workflow.graph["16"]["inputs"]["positive_prompt"] == "a kite"
    assert condition in store.conditions(application.database)
    assert "Our kites" in list(application.manifests)
    assert condition not in application.shipped_conditions


def test_an_own_workflow_survives_a_restart(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, comfy_urls=())
    first = Application.build(settings)
    condition_id = _add(first, "Our kites")
    first.close()

    second = Application.build(settings)

    found = second.condition("Our kites")
    second.close()
    assert found is not None
    assert found.condition_id == condition_id


@pytest.mark.parametrize("name", ["wan-14b", "WAN-14B", "Veo-3.1", "hybrid", "server_check"])
def test_a_shipped_name_is_taken_whatever_its_capitals(application: Application, name: str) -> None:
    said = _problem(application, name)

    assert said.problem == "workflow_name_taken"
    assert said.facts["free"] == f"{name} 2"


def test_two_workflows_of_one_name_are_refused_and_the_first_stays(
    application: Application,
) -> None:
    _add(application, "Straße")

    said = _problem(application, "  STRASSE ")

    assert (said.problem, said.facts["other"]) == ("workflow_name_taken", "Straße")
    assert [one.name for one in store.own_workflows(application.database)] == ["Straße"]


@pytest.mark.parametrize(
    "name", ["", " ", "a/b", "..", "-x", "a\nb\x00", "<b>", "x" * 61, "a@1", '"a"', "\u202eabc"]
)
def test_a_name_that_could_not_stand_everywhere_is_refused(
    application: Application, name: str
) -> None:
    assert _problem(application, name).problem == "workflow_name_unfit"


def test_a_thai_name_is_a_name(application: Application) -> None:
    _add(application, "คลิปเปิดตัวสินค้า (ทดลอง)")

    assert application.condition("คลิปเปิดตัวสินค้า (ทดลอง)") is not None


def test_files_that_no_list_names_do_not_stop_a_workflow(application: Application) -> None:
    graph = _graph(model="my/own_model.safetensors")
    graph["22"]["class_type"] = "SomebodysLoader"

    _add(application, "Our kites", graph)

    manifest = application.manifests["Our kites"]
    assert "own_model.safetensors" not in {part.file for part in manifest.parts}
    assert "umt5-xxl-enc-bf16.safetensors" in {part.file for part in manifest.parts}


def test_a_manifest_that_names_a_missing_node_is_refused_and_nothing_is_kept(
    application: Application,
) -> None:
    graph = _graph()
    manifest = propose(graph).manifest("x")
    manifest["slots"]["seed"]["node"] = "999"

    with pytest.raises(InvalidInputError) as caught:
        application.own_workflows.add("x", manifest, graph, "Nok")

    assert caught.value.problem == "manifest_node_missing"
    assert store.own_workflows(application.database) == []


@pytest.mark.parametrize(
    ("table", "name", "value"),
    [
        ("defaults", "width_px", "wide"),
        ("defaults", "n_frames", -5),
        ("defaults", "fps", None),
        ("defaults", "n_frames", {"a": 1}),
        ("limits", "width_px", {"min": 9, "max": 1}),
        ("slots", "seed", {"node": "16", "input": "t5", "type": "int"}),
        ("inputs", "image", {"kind": "virus", "node": "16", "input": "x"}),
        ("settings", "fps", [1]),
        ("defaults", "width_px", 10**15),
        ("defaults", "n_frames", 0),
        ("defaults", "fps", 1e-300),
        ("smaller", "n_frames", -5),
        ("settings", "model_file", ["a"]),
    ],
)
def test_a_manifest_that_was_tampered_with_is_refused_before_anything_is_kept(
    application: Application, table: str, name: str, value: object
) -> None:
    graph = _graph()
    manifest = propose(graph).manifest("x")
    changed = {**manifest, table: {**manifest.get(table, {}), name: value}}

    with pytest.raises(InvalidInputError):
        application.own_workflows.add("x", changed, graph, "Nok")

    assert store.own_workflows(application.database) == []


@pytest.mark.parametrize(
    ("lie", "problem"),
    [
        ({"save_node": "27"}, "manifest_saves_nothing"),
        ({"stall_s": "inf"}, "file_content"),
        ({"deadline_s": 1e12}, "file_content"),
        ({"slots": {"<b>": {"node": "27", "input": "steps", "type": "int"}}}, "file_content"),
        (
            {
                "slots": {
                    f"s{n}": {"node": "27", "input": "steps", "type": "int"} for n in range(999)
                }
            },
            "file_content",
        ),
        (
            {"inputs": {"../x": {"node": "22", "input": "quantization", "kind": "image"}}},
            "file_content",
        ),
    ],
)
def test_a_manifest_that_lies_is_refused(
    application: Application, lie: dict[str, Any], problem: str
) -> None:
    graph = _graph()

    with pytest.raises(InvalidInputError) as caught:
        application.own_workflows.checked("x", {**propose(graph).manifest("x"), **lie}, graph)

    assert caught.value.problem == problem


def test_a_removed_workflow_is_gone_everywhere_and_its_name_is_free(
    application: Application,
) -> None:
    _add(application, "Gone kites")

    application.own_workflows.remove("Gone kites", "Nok")

    assert application.condition("Gone kites") is None
    assert "Gone kites" not in application.manifests
    assert application.own_workflows.free_name("Gone kites") == "Gone kites"
    kinds = {event.kind for event in store.events_of(application.database, "Gone kites")}
    assert kinds == {"workflow.added", "workflow.removed"}


def test_a_shipped_workflow_cannot_be_removed(application: Application) -> None:
    with pytest.raises(NotFoundError):
        application.own_workflows.remove("wan-14b", "Nok")

    assert "wan-14b" in application.manifests


def test_a_stored_workflow_that_no_longer_fits_is_left_out_alone(
    application: Application,
) -> None:
    _add(application, "good")
    bad = store.get_own_workflow(application.database, "good")
    changed = {**bad.manifest, "save_node": "999"}
    store.save(
        application.database,
        type(bad)(
            name="bad",
            manifest=changed,
            graph=bad.graph,
            added_at=bad.added_at,
            added_by=bad.added_by,
        ),
    )

    assert list(application.own_workflows.manifests.own()) == ["good"]


def test_the_exported_file_is_json_with_the_graph_in_it(application: Application) -> None:
    _add(application, "Our kites")

    shared = json.loads(application.own_workflows.export("Our kites"))

    assert shared["name"] == "Our kites"
    assert shared["graph"] == _graph()
    assert b"Nok" not in application.own_workflows.export("Our kites")
