"""A suite file goes in through a real browser and is chosen for the plan."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.app_process import ROOT, AppProcess, running_app
from videogen.texts import t

pytestmark = pytest.mark.browser

EXAMPLE = ROOT / "data" / "suite_example.toml"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    with running_app(tmp_path_factory.mktemp("suites") / "data") as started:
        yield started


def _upload(page: Page, file: Path) -> None:
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(file)
    page.get_by_text(file.name).wait_for()
    page.get_by_role("button", name=t("suites.save", "en")).click()


def test_the_example_is_downloaded_added_and_chosen_and_a_damaged_one_is_refused(
    page: Page, app: AppProcess, tmp_path: Path
) -> None:
    page.goto(f"{app.url}/campaigns")
    page.get_by_text(t("suites.add", "en"), exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name=t("suites.example", "en")).click()
    waiting.value.save_as(tmp_path / "mine.toml")
    damaged = tmp_path / "damaged.toml"
    damaged.write_text(EXAMPLE.read_text(encoding="utf-8").replace('"low"', '"slow"'))

    _upload(page, damaged)
    refusal = page.get_by_role("alert").filter(has_text="damaged.toml")
    expect(refusal).to_contain_text("slow")
    _upload(page, tmp_path / "mine.toml")

    counts = {"suite_id": "example@1.0", "n_prompts": 2, "n_training": 2}
    expect(page.get_by_text(t("suites.added", "en", **counts))).to_be_visible()
    expect(page.get_by_label(t("campaigns.n_prompts", "en"), exact=True)).to_have_value("2")
    assert (tmp_path / "mine.toml").read_bytes() == EXAMPLE.read_bytes()
