"""The Compare page in a real Chromium: clips in step, keys, a failed run, no barriers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE_MS
from tests.clips.drawing import draw_clip
from tests.panel.campaigns import NOW, make_panel
from tests.web.app_process import AppProcess, running_app
from videogen.clips import accept_clip
from videogen.domain.clip import Clip
from videogen.domain.run import FailureClass, Run, RunStatus
from videogen.store import Database, save
from videogen.texts import t

pytestmark = pytest.mark.browser

DRIFT_MAX_S = 0.050
# Seconds and frames a second; only the third has sound, which starts otherwise than the rest.
FORMS = {"animatediff": (2.0, 8, False), "wan-1.3b": (5.0, 16, False), "wan-14b": (6.0, 24, True)}
FAILED_PROMPT = "p1"
# The drift of every frame that is drawn while they play: the spread of those that have not ended.
DRIFTS = """async (player, ms) => {
  const videos = [...player.querySelectorAll("video")];
  const found = [];
  for (const until = performance.now() + ms; performance.now() < until;) {
    await new Promise(requestAnimationFrame);
    const times = videos.filter((one) => !one.ended && one.currentTime < one.duration - 0.1)
      .map((one) => one.currentTime);
    if (player.dataset.state === "playing" && times.length > 1) {
      found.push(Math.max(...times) - Math.min(...times));
    }
  }
  return found;
}"""
TIMES = "player => [...player.querySelectorAll('video')].map((one) => one.currentTime)"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    data_dir = tmp_path_factory.mktemp("compare") / "data"
    _furnish(data_dir)
    with running_app(data_dir) as started:
        yield started


def _furnish(data_dir: Path) -> None:
    """Three conditions that differ in length and rate; of the second prompt one run failed."""
    data_dir.mkdir(parents=True)

    def clip_of(run_id: str, condition_name: str) -> Clip:
        seconds, fps, audio = FORMS[condition_name]
        source = draw_clip(
            data_dir / "source.mp4",
            fps=fps,
            n_frames=round(seconds * fps),
            audio=audio,
            comment=run_id,
        )
        return accept_clip(
            source, clips_folder=data_dir / "clips", run_id=run_id, expected=None, now=NOW
        )

    with Database.open(data_dir / "videogen.duckdb") as database:
        panel = make_panel(database, n_prompts=2, n_conditions=3, seeds=(1,), clip_of=clip_of)
        failed = Run(
            run_id="failed",
            campaign_id=panel.campaign.campaign_id,
            condition_id=panel.campaign.candidates[0],
            prompt_id=FAILED_PROMPT,
            seed=2,
            status=RunStatus.FAILED,
            failure_class=FailureClass.OUT_OF_VRAM,
            owner="somchai",
            queued_at=NOW,
        )
        save(database, failed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Players:
    page: Page
    root: Locator

    def wait_for(self, state: str) -> None:
        expect(self.root).to_have_attribute("data-state", state, timeout=PATIENCE_MS)

    def drifts(self, milliseconds: int) -> list[float]:
        found: list[float] = self.root.evaluate(DRIFTS, milliseconds)
        return found

    def times(self) -> list[float]:
        found: list[float] = self.root.evaluate(TIMES)
        return found

    def scrub_to(self, share: float) -> None:
        bar = self.root.locator(".bar").bounding_box()
        assert bar is not None
        self.page.mouse.click(bar["x"] + bar["width"] * share, bar["y"] + bar["height"] / 2)


@pytest.fixture
def players(page: Page, app: AppProcess) -> Players:
    page.goto(f"{app.url}/compare?lang=en")
    found = Players(page=page, root=page.locator(".sync"))
    found.wait_for("paused")
    return found


def test_clips_stay_in_step_while_they_play_and_after_every_jump(players: Players) -> None:
    players.page.keyboard.press("Space")
    players.wait_for("playing")
    drifts = players.drifts(2500)
    for share in (0.5, 0.1):
        players.scrub_to(share)
        players.wait_for("playing")
        drifts += players.drifts(800)

    # A machine that is starved for a moment may show one late frame, never a lasting drift.
    assert len(drifts) > 20
    assert sorted(drifts)[round(0.95 * (len(drifts) - 1))] < DRIFT_MAX_S


def test_a_pause_shows_all_of_them_the_same_moment(players: Players) -> None:
    players.page.keyboard.press("Space")
    players.wait_for("playing")
    players.drifts(300)

    players.page.keyboard.press("Space")

    players.wait_for("paused")
    players.page.wait_for_function(
        "player => ![...player.querySelectorAll('video')].some((one) => one.seeking)",
        arg=players.root.element_handle(),
    )
    times = players.times()
    assert max(times) - min(times) == pytest.approx(0.0, abs=0.002)


def test_nothing_plays_and_nothing_is_heard_before_it_is_asked_for(players: Players) -> None:
    muted = players.root.evaluate(
        "player => [...player.querySelectorAll('video')].map((one) => one.muted && one.paused)"
    )

    assert muted == [True, True, True]


def test_keys_step_by_one_frame_of_the_slowest_clip(players: Players) -> None:
    before = players.times()

    players.page.keyboard.press(".")
    players.page.keyboard.press(".")
    players.page.keyboard.press(",")

    expect(players.root.locator(".time")).to_have_text("0.13 / 6.00 s")
    players.wait_for("paused")
    after = players.times()
    assert [b - a for a, b in zip(before, after, strict=True)] == pytest.approx(
        [1 / 8] * 3, abs=0.002
    )


def test_a_shorter_clip_holds_its_last_frame_and_says_that_it_ended(players: Players) -> None:
    players.scrub_to(0.6)

    expect(players.root.locator(".over:visible")).to_have_count(1)
    expect(players.root.locator(".over:visible")).to_have_text(t("compare.player.ended", "en"))
    players.wait_for("paused")
    assert min(players.times()) == pytest.approx(2 - 0.5 / 8, abs=0.01)


def test_at_most_one_clip_is_heard(players: Players) -> None:
    sound = players.page.get_by_role("button", name=t("compare.player.sound", "en"), exact=True)
    expect(sound).to_have_count(1)  # the others have no sound track

    sound.click()

    expect(sound).to_have_attribute("aria-pressed", "true")
    heard = "player => [...player.querySelectorAll('video')].filter((one) => !one.muted).length"
    assert players.root.evaluate(heard) == 1


def test_a_failed_run_keeps_its_place_with_reason_and_link(page: Page, app: AppProcess) -> None:
    page.goto(f"{app.url}/compare?lang=en&prompt={FAILED_PROMPT}&seed=2")

    empty = page.locator(".sync .is-empty")
    expect(empty).to_have_count(3, timeout=PATIENCE_MS)
    expect(empty.first).to_contain_text(t("failure.out_of_vram", "en"))
    expect(empty.first.get_by_role("link")).to_have_attribute("href", "/runs?run=failed")
    expect(empty.last).to_contain_text(t("compare.no_run", "en"))


@pytest.mark.parametrize("tab", ["clips", "quality"])
def test_nothing_serious_stands_in_anybodys_way(players: Players, tab: str) -> None:
    players.page.get_by_role("tab", name=t(f"compare.tab.{tab}", "en")).click()

    found = Axe().run(players.page, context=".stMain").response["violations"]

    grave = [one for one in found if one["impact"] in {"serious", "critical"}]
    assert grave == [], [(one["id"], one["nodes"][0]["html"][:200]) for one in grave]
