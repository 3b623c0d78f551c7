"""A workflow goes from a dropped file to a measured line of the catalogue, in a real browser."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.sandbox_servers import sandbox_servers
from tests.web.app_process import ROOT, AppProcess, running_app
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.texts import t

pytestmark = pytest.mark.browser

OWN_FILE = "kites_1_3B.safetensors"  # nobody knows it
KNOWN_FILE = "lightx2v_I2V_14B_480p_cfg_step_distill_rank4_bf16.safetensors"  # the catalogue does
TIME_SCALE = 5000.0
RUN_PATIENCE_MS = 60_000
# What a person's hand does: a file is held over the field and let go of.
DROP = """
([zone, name, content]) => {
    const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
    const held = new DataTransfer();
    held.items.add(new File([bytes], name, { type: "application/json" }));
    for (const kind of ["dragenter", "dragover", "drop"]) {
        zone.dispatchEvent(new DragEvent(kind, { bubbles: true, dataTransfer: held }));
    }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    app: AppProcess
    sandbox: SandboxProcess


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder: Path = tmp_path_factory.mktemp("import")
    with (
        sandbox_servers(folder, time_scale=TIME_SCALE) as sandbox,
        running_app(folder / "data", VIDEOGEN_COMFY_URLS=sandbox.comfy_url) as app,
    ):
        yield Studio(app=app, sandbox=sandbox)


def _graph() -> bytes:
    graph = json.loads((ROOT / "workflows" / "wan-1.3b.json").read_text())
    loader = next(one for one in graph.values() if one["class_type"] == "WanVideoModelLoader")
    loader["inputs"] |= {"model": OWN_FILE, "lora": ["90", 0]}
    graph["90"] = {
        "class_type": "WanVideoLoraSelect",
        "inputs": {"lora": KNOWN_FILE, "strength": 0.8},
    }
    return json.dumps(graph).encode()


def _drop(page: Page, name: str, content: bytes) -> None:
    zone = page.locator("[data-testid=stFileUploaderDropzone]")
    expect(zone).to_have_count(1)  # while a rerun is drawn the old one stands beside it
    handle = zone.element_handle()
    page.evaluate(DROP, [handle, name, base64.b64encode(content).decode()])


def _get(studio: Studio, folder: str, file: str) -> None:
    """As if somebody had put the file there."""
    body = {"folder": folder, "file": file}
    url = f"{studio.sandbox.comfy_url}/_sandbox/models"
    httpx.post(url, json=body).raise_for_status()


def test_a_dropped_workflow_is_told_what_it_lacks_runs_and_is_found_measured(
    page: Page, studio: Studio
) -> None:
    page.goto(f"{studio.app.url}/models")
    _drop(page, "<b>ui.json", json.dumps({"nodes": [], "links": []}).encode())
    expect(page.get_by_role("alert")).to_contain_text("Save (API Format)")

    _drop(page, "my kites.json", _graph())

    box = page.locator(".st-key-import_workflow")
    expect(box.get_by_text("832 × 480, 81 frames, 16 fps")).to_be_visible()
    lacking = box.get_by_role("row")
    expect(lacking.filter(has_text=OWN_FILE)).to_contain_text("put it into models/diffusion_models")
    expect(lacking.filter(has_text=KNOWN_FILE)).to_contain_text("models/loras")
    expect(box.locator("pre")).to_contain_text(f"ComfyUI/models/loras/{KNOWN_FILE}")

    _get(studio, "models/loras", KNOWN_FILE)
    box.get_by_role("button", name=t("models.ask_again", "en")).click()
    expect(lacking.filter(has_text=KNOWN_FILE)).to_have_count(0)
    save = box.get_by_role("button", name=t("import.save", "en"))
    expect(save).to_have_count(1)  # the one of before the rerun may still stand beside it
    save.click()

    still = t("import.saved_lacks", "en", names=OWN_FILE)
    tried = box.get_by_role("button", name=t("models.try", "en"))
    expect(box.get_by_text(still)).to_be_visible()
    expect(tried).to_be_disabled()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(lacking.filter(has_text=OWN_FILE)).to_be_in_viewport(ratio=0.5)
    _get(studio, "models/diffusion_models", OWN_FILE)
    page.locator(".st-key-models_ask button").click()
    expect(tried).to_be_enabled()
    tried.click()
    prompt = page.get_by_role("textbox", name=t("create.prompt", "en"))
    prompt.fill("A red kite over the sea")
    prompt.blur()
    page.get_by_role("button", name=t("create.go_free", "en"), exact=False).click()
    expect(page.locator("video.vg-clip")).to_be_visible(timeout=RUN_PATIENCE_MS)

    page.goto(f"{studio.app.url}/models?q=my+kites")
    line = page.locator(".vg-models tr", has_text="my kites")
    expect(line).to_contain_text(t("models.n_runs", "en", n=1))
    expect(line).to_contain_text(t("sandbox.short", "en"))
