"""The whole way in and out: the app, a sign-in provider and a real Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.app_process import AppProcess, free_port, running_app
from tests.web.provider import account, running_provider
from videogen.texts import t

pytestmark = pytest.mark.browser


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppProcess]:
    port = free_port()
    with (
        running_provider(account("ann", "maker")) as provider,
        running_app(
            tmp_path / "data",
            port,
            VIDEOGEN_PUBLIC_URL=f"http://localhost:{port}",
            VIDEOGEN_OIDC_METADATA_URL=provider.metadata_url,
            VIDEOGEN_OIDC_CLIENT_ID="videogen",
            VIDEOGEN_OIDC_CLIENT_SECRET="between-the-two-servers",
        ) as process,
    ):
        yield process


def says(shown: Page, key: str, **facts: object) -> None:
    expect(shown.get_by_text(t(key, "en", **facts)).first).to_be_visible()


def test_a_maker_signs_in_works_and_signs_out(app: AppProcess, context: BrowserContext) -> None:
    context.route(
        lambda url: "://localhost" not in url, lambda route: route.abort()
    )  # the provider's page would fetch its look from elsewhere
    address = f"http://localhost:{app.port}"
    page = context.new_page()
    page.goto(f"{address}/runs")
    says(page, "sign_in.title")

    page.locator(".st-key-sign_in button").click()
    page.locator("button[value=ann]").first.click()

    says(page, "runs.empty")
    expect(page).to_have_url(f"{address}/runs")
    page.goto(address)
    says(page, "create.nothing")
    page.get_by_role("button", name="Ann").click()
    says(page, "role.maker")
    other = context.new_page()
    other.goto(f"{address}/costs")
    says(other, "door.title", page=t("nav.costs", "en"))
    other.goto(f"{address}/account")
    says(other, "account.title")

    page.locator(".st-key-sign_out button").click()
    page.get_by_role("button").first.click()  # the provider asks once more

    says(page, "sign_in.title")
    other.get_by_text("ไทย").click()
    expect(other.get_by_text(t("sign_in.title", "th"))).to_be_visible()
    assert "between-the-two-servers" not in app.log.read_text()
