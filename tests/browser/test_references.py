"""An operator brings a reference clip in through a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.clips.drawing import draw_clip
from tests.web.app_process import AppProcess, running_app
from videogen.texts import t

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    with running_app(tmp_path_factory.mktemp("references") / "data") as started:
        yield started


def _say(key: str, **facts: object) -> str:
    return t(f"references.{key}", "en", **facts)


def _open(page: Page, app: AppProcess) -> None:
    page.goto(f"{app.url}/system")
    page.get_by_text(_say("add"), exact=True).click()


def _upload(page: Page, file: Path, title: str) -> None:
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(file)
    page.get_by_text(file.name).wait_for()
    field = page.get_by_label(_say("clip_title"), exact=True)
    field.fill(title)
    # A form that is still sending its file takes no click.
    sending = page.locator("[data-testid=stFileChipIconSpinner]")
    expect(sending).to_have_count(0)
    expect(field).to_have_value(title)
    page.get_by_role("button", name=_say("save")).click()


def test_a_clip_is_uploaded_checked_played_and_known_the_second_time(
    page: Page, app: AppProcess, tmp_path: Path
) -> None:
    file = draw_clip(tmp_path / "street.mp4", n_frames=48)
    _open(page, app)

    _upload(page, file, "Street *in* rain")
    expect(page.get_by_text(_say("added", title="Street *in* rain"))).to_be_visible()
    expect(page.get_by_role("paragraph").filter(has_text="Street *in* rain").first).to_be_visible()
    video = page.get_by_label(_say("player", title="Street *in* rain"), exact=True)
    width_px = video.evaluate("async video => { await video.play(); return video.videoWidth; }")

    page.get_by_text(_say("add"), exact=True).click()
    _upload(page, file, "Another name")

    expect(page.get_by_text(_say("known", title="Street *in* rain"))).to_be_visible()
    assert width_px == 128
    assert page.get_by_role("button", name=_say("retire")).count() == 1


def test_a_file_that_is_no_video_is_refused_in_words(
    page: Page, app: AppProcess, tmp_path: Path
) -> None:
    file = tmp_path / "notes.mp4"
    file.write_text("not a video")
    _open(page, app)

    _upload(page, file, "Notes")

    alert = page.get_by_role("alert").filter(has_text="notes.mp4")
    expect(alert).to_be_visible()
    expect(alert).to_contain_text(t("error.invalid_input.reference_no_video.hint", "en"))
