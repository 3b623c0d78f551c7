"""A rater with a keyboard: the whole way from the name to the last clip."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from tests.web.app_process import AppProcess, running_app
from tests.web.studio import furnish
from videogen.store import Database, gate_ratings

pytestmark = pytest.mark.browser

N_CLIPS = 6
SLOW_PLAYING = """
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
        this.playbackRate = 0.0625;  // the slowest that Chromium takes: 16 s for a second
        return play.call(this);
    };
"""
VOTE_ADDRESS = re.compile(r"/rate/[^/]+/ratings")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """One app for all tests that need not look into its database; each has a rater of its own."""
    data_dir = tmp_path_factory.mktemp("rate") / "data"
    furnish(data_dir, n_prompts=3, n_conditions=2)
    with running_app(data_dir) as started:
        yield started


def _begin(page: Page, app: AppProcess, name: str) -> Locator:
    page.goto(f"{app.url}/rate")
    page.get_by_role("textbox", name="Your name").fill(name)
    page.get_by_role("button", name="Start rating").click()
    return _player(page)


def _player(page: Page) -> Locator:
    player = page.locator(".player")
    expect(player).to_have_attribute("data-phase", re.compile("playing|open"))
    return player


def _expect_position(player: Locator, position: int) -> None:
    expect(player.locator(".position")).to_have_text(f"Clip {position} of {N_CLIPS}")


def _rate(page: Page, key: str, position: int) -> None:
    player = page.locator(".player")
    _expect_position(player, position)
    expect(player).to_have_attribute("data-phase", "open")
    page.keyboard.press(key)


def _scores(data_dir: Path) -> list[int]:
    with Database.open(data_dir / "videogen.duckdb") as database:
        return sorted(one.score for one in gate_ratings(database, "c1"))


def test_a_rater_rates_by_keyboard_reloads_and_goes_on_to_the_end(
    page: Page, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    furnish(data_dir, n_prompts=3, n_conditions=2, renditions=False)

    with running_app(data_dir) as app:
        _begin(page, app, "Malee")
        for position, key in enumerate("531", start=1):
            _rate(page, key, position)
        _expect_position(page.locator(".player"), 4)

        page.reload()
        _expect_position(_player(page), 4)
        for position, key in enumerate("424", start=4):
            _rate(page, key, position)

        expect(page.get_by_text("Thank you, all rated")).to_be_visible()
        page.get_by_role("button", name="Undo the last rating").click()
        _rate(page, "1", 6)
        expect(page.get_by_text("Thank you, all rated")).to_be_visible()
        page.get_by_role("button", name="See the decision").click()
        expect(page).to_have_url(re.compile(rf"{app.url}/(decision)?$"))

    assert _scores(data_dir) == [1, 1, 2, 3, 4, 5]


def test_a_vote_counts_only_after_the_clip_has_ended(page: Page, app: AppProcess) -> None:
    votes: list[Request] = []
    page.on("request", lambda one: votes.append(one) if VOTE_ADDRESS.search(one.url) else None)
    page.add_init_script(SLOW_PLAYING)
    player = _begin(page, app, "Anan")

    page.keyboard.press("5")
    player.get_by_role("button", name="Excellent").click(force=True)

    expect(player.get_by_role("status")).to_have_text("Watch the clip to its end first.")
    assert votes == []
    _expect_position(player, 1)


def test_typing_in_a_text_box_rates_nothing(page: Page, app: AppProcess) -> None:
    player = _begin(page, app, "Somsri")
    expect(player).to_have_attribute("data-phase", "open")
    page.evaluate("document.body.append(Object.assign(document.createElement('input'), {id: 'x'}))")

    page.locator("#x").press_sequentially("1234")

    expect(page.locator("#x")).to_have_value("1234")
    expect(player).to_have_attribute("data-phase", "open")
    _expect_position(player, 1)


def test_undo_brings_the_last_clip_back_and_the_same_name_goes_on_elsewhere(
    page: Page, app: AppProcess
) -> None:
    player = _begin(page, app, "Niran")
    expect(player).to_have_attribute("data-phase", "open")
    with page.expect_request(VOTE_ADDRESS) as voted:
        page.keyboard.press("r")  # Streamlit's own R would rerun the page instead
        _rate(page, "1", 1)
    assert voted.value.post_data_json["replays"] == 1  # type: ignore[index]
    _expect_position(player, 2)

    page.keyboard.press("u")
    _rate(page, "5", 1)
    _expect_position(player, 2)
    page.context.clear_cookies()
    page.goto("about:blank")

    _expect_position(_begin(page, app, "Niran"), 2)


def test_lost_answers_and_a_reload_without_network_lose_and_double_nothing(
    page: Page, app: AppProcess
) -> None:
    sent: list[str] = []

    def lose_two_answers(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "")["rating_id"])
        if len(sent) > 2:
            route.continue_()
            return
        route.fetch()  # it arrives, but the player never hears of it
        route.abort()

    player = _begin(page, app, "Kanya")
    page.route(VOTE_ADDRESS, lose_two_answers)
    _rate(page, "2", 1)
    expect(player.get_by_role("status")).to_contain_text("Not saved yet")
    _expect_position(player, 2)
    page.unroute(VOTE_ADDRESS)

    page.route(VOTE_ADDRESS, lambda route: route.abort())
    _rate(page, "4", 2)
    expect(player.get_by_role("status")).to_contain_text("Not saved yet")
    page.unroute(VOTE_ADDRESS)
    page.reload()

    _expect_position(page.locator(".player"), 3)
    assert len(sent) == 3
    assert len(set(sent)) == 1


def test_nothing_that_the_page_loads_names_a_condition(
    context: BrowserContext, page: Page, app: AppProcess
) -> None:
    seen: list[str] = []
    context.on("request", lambda request: seen.append(request.url + (request.post_data or "")))
    page.on("websocket", lambda one: one.on("framereceived", lambda frame: seen.append(str(frame))))
    player = _begin(page, app, "Prasert")
    _rate(page, "3", 1)
    _expect_position(player, 2)
    seen += [page.content(), player.inner_html()]

    sizes = player.locator("video").evaluate_all(
        "videos => videos.map(v => `${v.videoWidth}x${v.videoHeight} ${v.duration}`)"
    )

    telling = ("animatediff", "wan-1.3b", "renditions/", "clip-run", "run-")
    assert not [word for word in telling for text in seen if word in text]
    assert len(set(sizes)) == 1


def test_the_player_speaks_thai_to_a_thai_browser(page: Page, app: AppProcess) -> None:
    page.goto(f"{app.url}/rate?lang=th")
    page.get_by_role("textbox", name="ชื่อของคุณ").fill("มาลี")
    page.get_by_role("button", name="เริ่มให้คะแนน").click()

    player = _player(page)

    expect(player.get_by_text("โดยรวมแล้ว คุณภาพของวิดีโอนี้เป็นอย่างไร")).to_be_visible()
    expect(player.locator(".score")).to_have_text(["1แย่มาก", "2แย่", "3พอใช้", "4ดี", "5ดีเยี่ยม"])


def test_a_campaign_without_clips_says_what_to_do_next(page: Page, tmp_path: Path) -> None:
    with running_app(tmp_path / "empty") as empty:
        page.goto(f"{empty.url}/rate")

        expect(page.get_by_text("No clips to rate yet")).to_be_visible()
