"""What a sitting has beside the clips: practice, details, rest; and who cannot see it may rate."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.raters import (
    begin,
    expect_phase,
    expect_position,
    expect_saved,
    rate,
)
from tests.clips.drawing import draw_clip
from tests.panel.campaigns import NOW
from tests.web.app_process import AppProcess, running_app
from tests.web.studio import CLIP_S, furnish
from videogen.domain.prompt import Prompt
from videogen.domain.rating import PresentationKind
from videogen.domain.run import Origin
from videogen.panel import add_reference_clip, prepare_renditions, start
from videogen.panel.standing import next_turn
from videogen.panel.votes import Vote
from videogen.panel.votes import rate as save_vote
from videogen.store import Database, save

pytestmark = pytest.mark.browser

N_SHOWN = 9  # one for practice, eight to rate
THAI_GLOSS = "ว่าวสีแดง"
GLOSSED = [Prompt(prompt_id=f"p{n}", text=f"a red kite {n}", gloss_th=THAI_GLOSS) for n in range(4)]
# Under five minutes apart is one sitting: 29 minutes at the last of them, over 30 at the next.
N_RATED_BEFORE, APART = 7, timedelta(minutes=4, seconds=50)
BEGAN_BEFORE = timedelta(minutes=30, seconds=15)
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign of eight clips, with one clip for practice before them."""
    folder = tmp_path_factory.mktemp("sitting") / "data"
    furnish(folder, n_prompts=4, n_conditions=2, renditions=False)
    with Database.open(folder / "videogen.duckdb") as database:
        save(database, *GLOSSED)
        add_reference_clip(
            database,
            draw_clip(
                folder / "practice.mp4", "noise", size=(160, 90), n_frames=round(CLIP_S * 16)
            ),
            clips_folder=folder / "clips",
            kind=PresentationKind.TRAINING,
            expected_score=1,
            title="Noise",
            origin=Origin.SANDBOX,
            who="operator",
            now=NOW,
        )
        prepare_renditions(database, "c1", folder / "clips")
        _rate_before(database, "Tired", N_RATED_BEFORE, datetime.now(UTC) - BEGAN_BEFORE)
        _rate_before(database, "Napa", N_SHOWN - 1, datetime.now(UTC) - timedelta(days=1))
    return folder


@pytest.fixture(scope="module")
def app(data_dir: Path) -> Iterator[AppProcess]:
    with running_app(data_dir) as started:
        yield started


def _rate_before(database: Database, name: str, n_rated: int, began_at: datetime) -> None:
    session = start(database, "c1", name, now=began_at)
    for number in range(n_rated):
        at = began_at + APART * number
        shown = next_turn(database, session.session_id, at).current
        assert shown is not None
        vote = Vote(
            session_id=session.session_id,
            rating_id=str(uuid4()),
            presentation_id=shown.presentation_id,
            score=3,
            played_to_end=True,
        )
        save_vote(database, vote, at)


def _grave_violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']]}"
        for one in found
        if one["impact"] in GRAVE
    ]


def test_practice_is_called_so_and_details_follow_the_overall_rating(
    page: Page, app: AppProcess
) -> None:
    player = begin(page, app, "Anong", details=True)
    practice = player.get_by_text("Practice, not counted")
    expect(practice).to_be_visible()
    rate(page, "1", 1, N_SHOWN)  # of practice no details are asked
    expect_position(page, 2, N_SHOWN)
    expect(practice).to_be_hidden()
    expect(player.get_by_text("a red kite")).to_be_hidden()
    rate(page, "4", 2, N_SHOWN)

    details = expect_phase(page, "details").locator(".details")
    expect(details).to_contain_text("a red kite")
    expect_saved(page)
    for row, key in zip(("Visual quality", "Motion and", "Prompt match"), "352", strict=True):
        expect(details.locator("[data-current]")).to_contain_text(row)
        page.keyboard.press(key)

    expect_position(page, 3, N_SHOWN)
    rate(page, "5", 3, N_SHOWN)
    expect_phase(page, "details")
    page.keyboard.press("2")
    page.keyboard.press("Enter")  # the rest is skipped
    rate(page, "3", 4, N_SHOWN)
    expect_phase(page, "details")
    page.keyboard.press("u")  # takes the clip's overall rating back
    expect_position(page, 4, N_SHOWN)
    expect_phase(page, "open")


def test_a_thai_reader_gets_the_gloss_with_the_english_prompt_beside(
    page: Page, app: AppProcess
) -> None:
    player = begin(page, app, "Mali", details=True)
    rate(page, "1", 1, N_SHOWN)
    rate(page, "4", 2, N_SHOWN)
    expect_phase(page, "details")
    expect(player.locator(".prompt .first")).to_contain_text("a red kite")

    page.get_by_role("radio", name="ไทย").click()

    expect(player.locator(".prompt .first")).to_have_text(THAI_GLOSS)
    expect(player.locator(".prompt .second")).to_contain_text("a red kite")


def test_a_break_is_offered_after_twenty_minutes_and_a_stop_comes_after_thirty(
    page: Page, app: AppProcess
) -> None:
    page.clock.install()
    page.goto(f"{app.url}/rate")
    page.get_by_role("textbox", name="Your name").fill("Tired")
    page.get_by_role("button", name="Start rating").click()
    card = expect_phase(page, "break").locator(".card")
    expect(card).to_contain_text("Time for a short break")
    assert _grave_violations(page) == []

    page.keyboard.press("Enter")
    rate(page, "4", 8, N_SHOWN)

    expect_phase(page, "stop")
    expect(card).to_contain_text("Everything is saved")
    expect(card.get_by_role("button")).to_have_count(0)
    page.clock.fast_forward("06:00")
    expect(card.get_by_role("button", name="Go on")).to_be_visible()


def test_no_grave_violation_of_accessibility_in_any_phase(page: Page, app: AppProcess) -> None:
    found: dict[str, list[str]] = {}
    page.goto(f"{app.url}/rate")
    expect(page.get_by_role("button", name="Start rating")).to_be_visible()
    found["entry"] = _grave_violations(page)
    begin(page, app, "Somying", details=True)
    found["playing"] = _grave_violations(page)
    expect_phase(page, "open")
    found["open"] = _grave_violations(page)
    rate(page, "2", 1, N_SHOWN)
    rate(page, "2", 2, N_SHOWN)
    expect_phase(page, "details")
    found["details"] = _grave_violations(page)

    assert {phase: told for phase, told in found.items() if told} == {}


def test_the_thanks_after_the_last_clip_are_accessible(page: Page, app: AppProcess) -> None:
    begin(page, app, "Napa")
    rate(page, "3", N_SHOWN, N_SHOWN)
    expect(page.get_by_text("Thank you, all rated")).to_be_visible()
    expect(page.locator(".player")).to_have_count(0)

    assert _grave_violations(page) == []
