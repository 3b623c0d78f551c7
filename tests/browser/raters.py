"""A rater's hands and eyes in a browser: begins, waits until the vote opens, rates."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.web.app_process import AppProcess

VOTE_ADDRESS = re.compile(r"/rate/[^/]+/ratings")


def begin(page: Page, app: AppProcess, name: str, *, details: bool = False) -> Locator:
    page.goto(f"{app.url}/rate")
    page.get_by_role("textbox", name="Your name").fill(name)
    if details:
        page.get_by_text("Also rate details", exact=True).click()
    page.get_by_role("button", name="Start rating").click()
    return player_of(page)


def player_of(page: Page) -> Locator:
    player = page.locator(".player")
    expect(player).to_have_attribute("data-phase", re.compile("playing|open"))
    return player


def expect_phase(page: Page, phase: str) -> Locator:
    player = page.locator(".player")
    expect(player).to_have_attribute("data-phase", phase)
    return player


def expect_position(page: Page, position: int, total: int) -> None:
    said = page.locator(".player .position")
    expect(said).to_have_text(f"Clip {position} of {total}")


def expect_saved(page: Page, words: str = "Saved.") -> None:
    expect(page.locator(".player .saved")).to_contain_text(words)


def rate(page: Page, key: str, position: int, total: int) -> None:
    """As soon as the clip at this place was played to its end."""
    expect_position(page, position, total)
    expect_phase(page, "open")
    page.keyboard.press(key)


def tab_to(page: Page, wanted: Locator) -> None:
    """As a person without a mouse gets there."""
    for _ in range(60):
        if wanted.count() and wanted.evaluate("element => element.matches(':focus')"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")
