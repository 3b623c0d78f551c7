"""The Models page in a real Chromium: a search, a filter, ticks that outlive both, no barriers."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.app_process import AppProcess, running_app

pytestmark = pytest.mark.browser

ROWS = ".vg-models tbody tr"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    with running_app(tmp_path_factory.mktemp("models") / "data") as started:
        yield started


def _asked(page: Page, name: str) -> str | None:
    return parse_qs(urlsplit(page.url).query).get(name, [None])[0]


def test_ticks_stay_while_words_and_chips_change_what_is_listed_and_the_address_keeps_all(
    app: AppProcess, page: Page
) -> None:
    page.goto(f"{app.url}/models")
    base = page.get_by_role("checkbox", name="Pick Wan 2.1 T2V 14B", exact=True)
    base.check()
    foot = page.locator(".st-key-models_foot")
    expect(foot).to_contain_text("1 picked")

    page.get_by_role("searchbox", name="Search").fill("animatediff")
    expect(page.locator(ROWS).first).to_contain_text("AnimateDiff")
    page.get_by_role("checkbox", name="Pick AnimateDiff motion module v15 v2").check()
    expect(foot).to_contain_text("2 picked")
    page.get_by_role("button", name="Has a workflow").click()
    expect(page).to_have_url(re.compile("tag=runnable"))

    assert _asked(page, "q") == "animatediff"
    assert _asked(page, "pick") == "wan-2.1-t2v-14b,animatediff-v15-v2"

    page.reload()  # the same view as whoever gets the address sees it
    expect(foot).to_contain_text("2 picked")
    expect(page.locator(ROWS).first).to_contain_text("AnimateDiff")
    page.get_by_role("button", name="Clear filters").click()
    expect(base).to_be_checked()
    # Without the field for files, whose roles are Streamlit's own.
    ours = ".st-key-models_filters, .vg-models, .st-key-models_foot"
    found = Axe().run(page, context=ours).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
