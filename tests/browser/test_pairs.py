"""A short round of pairs by keyboard, from the name to what the votes say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from tests.web.app_process import AppProcess, running_app
from tests.web.studio import furnish
from videogen.store import Database, voted_pairs

pytestmark = pytest.mark.browser

N_PAIRS = 4  # three prompts, one of them again
VOTE_ADDRESS = re.compile(r"/pairs/[^/]+/votes")
DRIFT_S = """
    (root) => new Promise((resolve) => {
        const [left, right] = root.querySelectorAll("video.is-shown");
        const drifts = [];
        const look = () => {
            const drift = Math.abs(left.currentTime - right.currentTime);
            if (!left.paused && !right.paused) drifts.push(drift);
            if (left.ended && right.ended && drifts.length) resolve(drifts);
            else requestAnimationFrame(look);
        };
        look();
    })
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """One app for all tests that need not look into its database; each has a voter of its own."""
    data_dir = tmp_path_factory.mktemp("pairs") / "data"
    furnish(data_dir, n_prompts=3, n_conditions=2)
    with running_app(data_dir) as started:
        yield started


def _begin(page: Page, app: AppProcess, name: str, *, lang: str = "en") -> Locator:
    page.goto(f"{app.url}/compare?lang={lang}")
    page.get_by_role("tab").nth(2).click()
    box = page.get_by_role("textbox", name="Your name").last
    box.fill(name)
    box.press("Enter")
    page.get_by_role("button", name="Start comparing").click()
    return _player(page)


def _player(page: Page) -> Locator:
    player = page.locator(".pairs")
    expect(player).to_have_attribute("data-phase", re.compile("playing|open"))
    return player


def _vote(page: Page, key: str, position: int) -> None:
    player = page.locator(".pairs")
    expect(player.locator(".position")).to_have_text(f"Pair {position} of {N_PAIRS}")
    expect(player).to_have_attribute("data-phase", "open")
    page.keyboard.press(key)


def test_a_round_by_keyboard_is_saved_taken_back_and_resumed_to_the_end(
    page: Page, tmp_path: Path
) -> None:
    data_dir = tmp_path / "data"
    furnish(data_dir, n_prompts=3, n_conditions=2, renditions=False)

    with running_app(data_dir) as app:
        player = _begin(page, app, "Malee")
        expect(page.get_by_text("Quality", exact=True)).to_have_count(0)  # no results meanwhile
        _vote(page, "ArrowLeft", 1)
        _vote(page, "0", 2)
        expect(player.locator(".saved")).to_have_text("Saved.")
        page.keyboard.press("u")
        _vote(page, "2", 2)

        page.reload()
        _player(page)
        _vote(page, "ArrowDown", 3)
        _vote(page, "1", 4)
        expect(page.get_by_text("Thank you, all pairs are done").first).to_be_visible()
        page.get_by_role("button", name="Undo the last vote").click()
        _vote(page, "ArrowRight", 4)
        page.get_by_role("button", name="See the results").click()

        expect(page.get_by_text("3 votes on 3 prompts by 1 raters")).to_be_visible()
        expect(page.get_by_text("You have voted on every pair of these.")).to_be_visible()

    with Database.open(data_dir / "videogen.duckdb") as database:
        choices = [one.choice.value for one in voted_pairs(database, "c1")]
    assert choices == ["left", "right", "tie", "right"]


def test_a_vote_counts_only_after_both_clips_have_ended_and_they_play_in_step(
    page: Page, app: AppProcess
) -> None:
    votes: list[Request] = []
    page.on("request", lambda one: votes.append(one) if VOTE_ADDRESS.search(one.url) else None)
    player = _begin(page, app, "Anan")
    expect(player).to_have_attribute("data-phase", "open")

    page.keyboard.press("r")
    drifts = player.evaluate(DRIFT_S)
    assert votes == []
    _vote(page, "ArrowRight", 1)
    expect(player).to_have_attribute("data-phase", "playing")
    page.keyboard.press("ArrowRight")  # the next pair has only begun

    expect(player.get_by_role("status").first).to_have_text("Watch both clips to their end first.")
    expect(player.locator(".saved")).to_have_text("Saved.")
    assert len(votes) == 1
    body = votes[0].post_data_json
    assert body is not None
    assert (body["choice"], body["played_to_end"], body["replays"]) == ("right", True, 1)
    assert drifts
    assert sorted(drifts)[len(drifts) // 2] < 0.05


def test_a_pair_of_which_a_clip_is_gone_is_put_off_and_the_others_go_on(
    page: Page, app: AppProcess
) -> None:
    player = _begin(page, app, "Kanya")
    expect(player).to_have_attribute("data-phase", "open")
    first = player.get_attribute("data-pair")
    page.route("**/clips/*", lambda route: route.fulfill(status=403))

    page.reload()
    expect(player).to_have_attribute("data-phase", "failed")
    page.unroute("**/clips/*")
    player.get_by_role("button", name="Skip this pair").click()

    _player(page)
    assert player.get_attribute("data-pair") != first
    _vote(page, "1", 1)
    expect(player.locator(".saved")).to_have_text("Saved.")


def test_nothing_that_a_voter_receives_names_a_condition(
    context: BrowserContext, page: Page, app: AppProcess
) -> None:
    _begin(page, app, "Somsri")
    page.goto("about:blank")
    seen: list[str] = []
    context.on("request", lambda request: seen.append(request.url + (request.post_data or "")))
    page.on("websocket", lambda one: one.on("framereceived", lambda frame: seen.append(str(frame))))

    page.goto(f"{app.url}/compare")
    player = _player(page)
    _vote(page, "1", 1)
    expect(player.locator(".position")).to_have_text(f"Pair 2 of {N_PAIRS}")
    seen += [page.content(), player.inner_html()]

    telling = ("animatediff", "wan-1.3b", "WAN", "renditions/", "clip-run", "run-")
    assert not [word for word in telling for text in seen if word in text]


def test_a_phone_votes_by_touch_and_hears_and_sees_no_hindrance(
    page: Page, context: BrowserContext, app: AppProcess
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    player = _begin(page, app, "Niran")
    expect(player).to_have_attribute("data-phase", "open")

    found = Axe().run(page)
    better = player.get_by_role("button", name="Left is better")
    expect(better).to_be_in_viewport()
    better.click()

    expect(player.locator(".saved")).to_have_text("Saved.")
    expect(player.locator(".position")).to_have_text(f"Pair 2 of {N_PAIRS}")
    serious = [
        one["id"]
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []
