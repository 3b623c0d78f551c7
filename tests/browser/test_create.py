"""From an image to a strip, its best clip and the clip that begins where that one ended."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.sandbox_servers import sandbox_servers
from tests.web.app_process import AppProcess, running_app
from videogen.texts import t

pytestmark = pytest.mark.browser

RUN_PATIENCE_MS = 60_000
CONDITION = "wan-i2v-14b-distill"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    folder = tmp_path_factory.mktemp("create")
    with (
        sandbox_servers(folder, time_scale=5000.0) as sandbox,
        running_app(folder / "data", VIDEOGEN_COMFY_URLS=sandbox.comfy_url) as started,
    ):
        yield started


def say(key: str, **facts: object) -> str:
    return t(key, "en", **facts)


def test_an_image_becomes_a_strip_whose_best_clip_goes_on(
    page: Page, app: AppProcess, tmp_path: Path
) -> None:
    damaged, image = tmp_path / "damaged.png", tmp_path / "boat.png"
    damaged.write_bytes(b"no picture at all")
    Image.new("RGB", (832, 480), "teal").save(image)
    page.goto(f"{app.url}/create?condition={CONDITION}")
    prompt = page.get_by_role("textbox", name=say("create.prompt"))
    prompt.fill("A paper boat")
    prompt.blur()
    slot = page.locator(".st-key-create_slot_image")
    field = slot.locator("[data-testid=stFileUploaderDropzoneInput]")
    make = page.locator(".st-key-go button")

    expect(make).to_be_disabled()
    field.set_input_files(damaged)
    expect(slot.get_by_role("alert")).to_contain_text("damaged.png")
    expect(prompt).to_have_value("A paper boat")
    field.set_input_files(image)
    expect(slot.locator("img.vg-input")).to_be_visible()
    expect(slot.get_by_role("alert")).to_have_count(0)
    assert slot.locator("img.vg-input").evaluate("image => image.decode().then(() => image.width)")

    page.get_by_text(say("strip.own_n"), exact=True).click()
    expect(page.get_by_role("button", name=say("strip.go_free", n=2))).to_be_enabled()
    make.click()
    clips = page.locator(".st-key-strip video.vg-clip")
    expect(clips).to_have_count(2, timeout=RUN_PATIENCE_MS)
    expect(page).to_have_url(re.compile("strip="))

    keep = page.locator(".st-key-strip").get_by_role("button", name=say("strip.keep_best"))
    kept = page.locator(".st-key-strip").get_by_role("button", name=say("strip.is_best"))
    keep.nth(1).click()
    expect(kept).to_have_count(1)
    page.reload()
    expect(clips).to_have_count(2)
    expect(kept).to_have_count(1)

    page.set_viewport_size({"width": 390, "height": 700})
    page.get_by_role("button", name=say("strip.more")).first.click()
    expect(prompt).not_to_be_in_viewport()
    page.get_by_text(say("create.continue")).click()
    expect(slot).to_contain_text("last_frame_")
    expect(page.get_by_text(say("create.continued"))).to_be_visible()
    expect(prompt).to_have_value("A paper boat")
    expect(prompt).to_be_in_viewport(ratio=1)
