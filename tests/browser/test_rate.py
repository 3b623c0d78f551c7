"""A rater at the keyboard or with a finger: the whole way from the name to the last clip."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.browser.conftest import PATIENCE_MS
from tests.browser.raters import (
    VOTE_ADDRESS,
    begin,
    expect_phase,
    expect_position,
    expect_saved,
    player_of,
    rate,
    tab_to,
)
from tests.web.app_process import AppProcess, running_app, spawn
from tests.web.studio import furnish
from videogen.store import Database, gate_ratings, presentations_of, sessions

pytestmark = pytest.mark.browser

N_CLIPS = 6
RESTART_PATIENCE_MS = 40_000
FINGER_PX = 44  # a finger hits no smaller button
SLOW_PLAYING = """
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
        this.playbackRate = 0.0625;  // the slowest that Chromium takes: 16 s for a second
        return play.call(this);
    };
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """One app for all tests that need not look into its database; each has a rater of its own."""
    data_dir = tmp_path_factory.mktemp("rate") / "data"
    furnish(data_dir, n_prompts=3, n_conditions=2)
    with running_app(data_dir) as started:
        yield started


def _scores(data_dir: Path) -> list[int]:
    with Database.open(data_dir / "videogen.duckdb") as database:
        return sorted(one.score for one in gate_ratings(database, "c1"))


def test_a_whole_session_by_keyboard_alone_with_a_reload_and_an_undo(
    page: Page, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    furnish(data_dir, n_prompts=3, n_conditions=2, renditions=False)

    with running_app(data_dir) as app:
        page.goto(f"{app.url}/rate")
        name = page.get_by_role("textbox", name="Your name")
        expect(name).to_be_visible()
        tab_to(page, name)
        page.keyboard.type("Malee")
        page.keyboard.press("Enter")
        for position, key in enumerate("531", start=1):
            rate(page, key, position, N_CLIPS)
        expect_position(page, 4, N_CLIPS)
        expect_saved(page)

        page.reload()
        expect(page.get_by_role("button", name="Malee")).to_be_visible()
        for position, key in enumerate("424", start=4):
            rate(page, key, position, N_CLIPS)
        expect(page.get_by_text("Thank you, all rated")).to_be_visible()
        tab_to(page, page.get_by_role("button", name="Undo the last rating", exact=True))
        page.keyboard.press("Enter")
        rate(page, "1", 6, N_CLIPS)
        expect(page.get_by_text("Thank you, all rated")).to_be_visible()
        tab_to(page, page.get_by_role("button", name="See the decision"))
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(rf"{app.url}/(decision)?(\?campaign=c1)?$"))

    assert _scores(data_dir) == [1, 1, 2, 3, 4, 5]
    with Database.open(data_dir / "videogen.duckdb") as database:
        (session,) = sessions(database, "c1")
        shown = presentations_of(database, session.session_id)
    assert session.viewing_answers["device"] == "laptop"
    assert all(one.watched_s is not None and one.watched_s >= 0.6 for one in shown)
    assert all(one.display["stage_width_px"] == shown[0].display["stage_width_px"] for one in shown)


def test_a_whole_session_by_touch_with_the_scale_in_sight_under_the_clip(
    chromium: Browser, app: AppProcess
) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="en-GB"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{app.url}/rate")
    name = page.get_by_role("textbox", name="Your name")
    name.tap()
    name.fill("Ploy")
    page.get_by_role("button", name="Start rating").tap()
    player = player_of(page)

    boxes = []
    for position, word in enumerate(("Good", "Bad", "Poor", "Fair", "Excellent", "Good"), start=1):
        expect_position(page, position, N_CLIPS)
        expect_phase(page, "open")
        button = player.locator(".overall .score", has_text=word)
        box = button.bounding_box()
        assert box is not None
        boxes.append(box)
        button.tap()
        if position == 2:  # taken back and given again
            expect_position(page, 3, N_CLIPS)
            player.get_by_role("button", name="Undo the last rating").tap()
            expect_position(page, 2, N_CLIPS)
            expect_phase(page, "open")
            button.tap()

    expect(page.get_by_text("Thank you, all rated")).to_be_visible()
    assert page.evaluate("window.scrollY") == 0
    assert min(min(box["width"], box["height"]) for box in boxes) >= FINGER_PX
    assert max(box["y"] + box["height"] for box in boxes) <= 844
    context.close()


def test_a_vote_counts_only_after_the_clip_has_ended(page: Page, app: AppProcess) -> None:
    votes: list[Request] = []
    page.on("request", lambda one: votes.append(one) if VOTE_ADDRESS.search(one.url) else None)
    page.add_init_script(SLOW_PLAYING)
    player = begin(page, app, "Anan")

    page.keyboard.press("5")
    page.keyboard.press("Enter")
    player.locator(".overall .score", has_text="Excellent").click(force=True)

    expect(player.locator(".status")).to_have_text("Watch the clip to its end first.")
    assert votes == []
    expect_position(page, 1, N_CLIPS)


def test_typing_in_a_text_box_rates_nothing(page: Page, app: AppProcess) -> None:
    begin(page, app, "Somsri")
    expect_phase(page, "open")
    page.evaluate("document.body.append(Object.assign(document.createElement('input'), {id: 'x'}))")

    page.locator("#x").press_sequentially("1234")

    expect(page.locator("#x")).to_have_value("1234")
    expect_phase(page, "open")
    expect_position(page, 1, N_CLIPS)


def test_undo_brings_the_last_clip_back_and_the_same_name_goes_on_elsewhere(
    page: Page, app: AppProcess
) -> None:
    begin(page, app, "Niran")
    expect_phase(page, "open")
    with page.expect_request(VOTE_ADDRESS) as voted:
        page.keyboard.press("r")  # Streamlit's own R would rerun the page instead
        rate(page, "1", 1, N_CLIPS)
    told: dict[str, Any] = json.loads(voted.value.post_data or "")
    assert (told["replays"], told["played_to_end"]) == (1, True)
    assert told["stalls"] >= 0  # a busy machine may have been late once
    assert told["display"]["window_width_px"] == 1200
    expect_position(page, 2, N_CLIPS)

    page.keyboard.press("u")
    expect(page.locator(".player .status")).to_have_text(
        re.compile("Taken back|You can rate now"), timeout=PATIENCE_MS
    )
    rate(page, "5", 1, N_CLIPS)
    expect_position(page, 2, N_CLIPS)
    expect_saved(page)
    page.context.clear_cookies()
    page.goto("about:blank")

    begin(page, app, "Niran")
    expect_position(page, 2, N_CLIPS)


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

    begin(page, app, "Kanya")
    page.route(VOTE_ADDRESS, lose_two_answers)
    rate(page, "2", 1, N_CLIPS)
    expect_position(page, 2, N_CLIPS)  # it plays while the vote is on its way
    expect_saved(page, "Not saved yet")
    expect_saved(page)
    page.unroute(VOTE_ADDRESS)

    page.route(VOTE_ADDRESS, lambda route: route.abort())
    rate(page, "4", 2, N_CLIPS)
    rate(page, "5", 3, N_CLIPS)
    expect_phase(page, "saving")  # no further than one clip ahead of what is saved
    expect_saved(page, "Not saved yet")
    page.unroute(VOTE_ADDRESS)
    page.reload()

    expect_position(page, 4, N_CLIPS)
    assert len(sent) == 3
    assert len(set(sent)) == 1


def test_a_killed_app_that_comes_back_finds_the_vote_and_the_right_clip(
    page: Page, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    furnish(data_dir, n_prompts=3, n_conditions=1)
    with running_app(data_dir) as app:
        begin(page, app, "Wichai")
        rate(page, "3", 1, 3)
        expect_position(page, 2, 3)
        expect_saved(page)
        expect_phase(page, "open")
        app.process.kill()
        app.process.wait()

        page.keyboard.press("4")
        expect_saved(page, "Not saved yet")
        again = spawn(data_dir, app.port, tmp_path / "again.log")
        try:
            rate(page, "5", 3, 3)
            thanks = page.get_by_text("Thank you, all rated")
            expect(thanks).to_be_visible(timeout=RESTART_PATIENCE_MS)
        finally:
            again.terminate()
            again.wait()

    assert _scores(data_dir) == [3, 4, 5]


def test_a_stale_tab_says_so_and_shows_the_clip_that_is_due(page: Page, app: AppProcess) -> None:
    begin(page, app, "Darunee")
    expect_phase(page, "open")
    stale = page.context.new_page()
    stale.goto(page.url)
    expect_phase(stale, "open")
    for position, key in enumerate("54", start=1):
        rate(page, key, position, N_CLIPS)
    expect_saved(page)

    rate(stale, "1", 1, N_CLIPS)

    expect_position(stale, 3, N_CLIPS)
    expect(stale.locator(".player .status")).to_contain_text("already rated in another window")
    rate(stale, "2", 3, N_CLIPS)
    expect_saved(stale)


def test_a_clip_that_cannot_be_loaded_says_so_and_is_tried_again(
    page: Page, app: AppProcess
) -> None:
    page.route(re.compile("/clips/"), lambda route: route.fulfill(status=404))
    page.goto(f"{app.url}/rate")
    page.get_by_role("textbox", name="Your name").fill("Busaba")
    page.get_by_role("button", name="Start rating").click()
    card = expect_phase(page, "failed").locator(".card")
    expect(card).to_contain_text("This clip could not be loaded")
    page.unroute(re.compile("/clips/"))

    page.keyboard.press("Enter")

    expect(card).to_be_hidden()
    rate(page, "3", 1, N_CLIPS)
    expect_saved(page)


def test_a_clip_whose_file_is_gone_is_put_off_and_the_rater_goes_on(
    page: Page, app: AppProcess
) -> None:
    gone: list[str] = []

    def lose_the_first(route: Route) -> None:
        gone.append(route.request.url)
        if route.request.url == gone[0]:
            route.fulfill(status=404)
        else:
            route.continue_()

    page.route(re.compile("/clips/"), lose_the_first)
    page.goto(f"{app.url}/rate")
    page.get_by_role("textbox", name="Your name").fill("Chai")
    page.get_by_role("button", name="Start rating").click()
    card = expect_phase(page, "failed").locator(".card")

    card.get_by_role("button", name="Put this clip off").click()

    rate(page, "4", 1, N_CLIPS)
    expect_position(page, 2, N_CLIPS)
    expect_saved(page)


def test_nothing_that_the_page_loads_names_a_condition(
    context: BrowserContext, page: Page, app: AppProcess
) -> None:
    seen: list[str] = []
    context.on("request", lambda request: seen.append(request.url + (request.post_data or "")))
    page.on("websocket", lambda one: one.on("framereceived", lambda frame: seen.append(str(frame))))
    player = begin(page, app, "Prasert")
    rate(page, "3", 1, N_CLIPS)
    expect_position(page, 2, N_CLIPS)
    expect_saved(page)
    seen += [page.content(), player.inner_html()]

    for video in player.locator("video").all():
        expect(video).not_to_have_js_property("readyState", 0)  # the next one is loaded after this
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

    player = player_of(page)

    expect(player.get_by_text("โดยรวมแล้ว คุณภาพของวิดีโอนี้เป็นอย่างไร")).to_be_visible()
    scale = player.locator(".overall .score")
    expect(scale).to_have_text(["1แย่มาก", "2แย่", "3พอใช้", "4ดี", "5ดีเยี่ยม"])
