"""Bringing a workflow of one's own on the Models page; a server is not there."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.pages import ROOT, checked, labelled, read, visit, words
from videogen import store
from videogen.bootstrap import Application
from videogen.texts import t

PAGE = "8_models.py"


def _graph(**changed: Any) -> bytes:
    graph = json.loads((ROOT / "workflows" / "wan-i2v-14b.json").read_text())
    return json.dumps({**graph, **changed}).encode()


def _drop(page: AppTest, content: bytes, name: str = "my_kites.json") -> AppTest:
    page.file_uploader[0].set_value((name, content, "application/json"))
    return checked(page.run())


def test_a_dropped_workflow_is_read_named_kept_and_tried_only_where_something_can_run_it(
    application: Application,
) -> None:
    page = _drop(visit(PAGE), _graph())
    shown = words(page)

    assert t("import.found", "en", file="my_kites.json") in shown
    assert "832 × 480, 81 frames, 16 fps" in shown
    assert t("import.no_server", "en") in shown

    page.text_input(key="import_name").set_value("Our <b>kites")
    page = checked(labelled(page, "import.save").click().run())
    assert "error.invalid_input" not in words(page)
    assert application.own_workflows.conditions.own() == ()

    page.text_input(key="import_name").set_value("Our kites")
    page = checked(labelled(page, "import.save").click().run())

    (condition,) = application.own_workflows.conditions.own()
    after = words(page)
    assert t("import.saved", "en", name="Our kites") in after
    assert t("import.saved_open", "en") in after
    assert t("models.why_not.no_backend", "en") in after
    assert labelled(page, "models.try").disabled
    assert labelled(page, "models.measure").disabled
    assert [slot.name for slot in condition.inputs] == ["image"]

    page = checked(page.button(key="import_remove_Our kites").click().run())
    assert store.own_workflows(application.database) == []


@pytest.mark.parametrize("lang", ["en", "th"])
def test_a_workflow_in_the_editors_format_is_told_how_to_export(
    application: Application, lang: str
) -> None:
    assert application
    content = json.dumps({"nodes": [], "links": [], "version": 0.4}).encode()

    page = _drop(visit(PAGE, lang=lang), content, "<i>ui.json")

    (error,) = page.error
    assert "Export (API)" in read(error.value)
    assert "Save (API Format)" in read(error.value)


def test_a_person_corrects_what_was_found_before_keeping_it(application: Application) -> None:
    page = _drop(visit(PAGE), _graph())

    page.selectbox(key="import_1_purpose").select("character")
    page = checked(page.run())
    page.selectbox(key="import_1_slot_negative_prompt").select("")
    page = checked(page.run())
    page = checked(labelled(page, "import.save").click().run())

    manifest = application.manifests["my_kites"]
    assert manifest.purpose.value == "character"
    assert "negative_prompt" not in manifest.slots


def test_what_cannot_be_kept_is_refused_in_one_line_and_the_field_is_free_again(
    application: Application,
) -> None:
    page = _drop(visit(PAGE), b"PK\x03\x04" + b"\x00" * 2000, "bomb.json")
    (error,) = page.error

    page = _drop(page, _graph())

    assert "bomb.json" in error.proto.title
    assert not page.error
    assert store.own_workflows(application.database) == []


def test_a_shared_file_comes_in_by_the_same_field(application: Application) -> None:
    page = _drop(visit(PAGE), _graph())
    page = checked(labelled(page, "import.save").click().run())
    shared = application.own_workflows.export("my_kites")

    page = _drop(page, shared, "my_kites.videogen.json")
    page = checked(labelled(page, "import.save").click().run())

    names = [one.name for one in application.own_workflows.conditions.own()]
    assert names == ["my_kites", "my_kites 2"]
