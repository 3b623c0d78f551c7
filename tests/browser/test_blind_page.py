"""All that reaches a rater's browser, page and websocket included, names nobody who made a clip."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, WebSocket, expect

from tests.web.app_process import AppProcess, running_app
from tests.web.studio import FORMS, furnish
from videogen.store import Database, campaign_runs

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AppProcess, set[str]]]:
    """An app, and the words that would tell a condition, a prompt or a run."""
    data_dir: Path = tmp_path_factory.mktemp("blind") / "data"
    furnish(data_dir, n_prompts=1, n_conditions=2)
    with Database.open(data_dir / "videogen.duckdb") as database:
        runs = campaign_runs(database, "c1")
    words = {run.condition_id for run in runs} | {run.run_id for run in runs} | set(FORMS)
    words |= {str(run.clip_id) for run in runs} | {"a red kite"}
    with running_app(data_dir) as app:
        yield app, words


def test_neither_page_nor_websocket_nor_any_answer_names_what_is_rated(
    page: Page, served: tuple[AppProcess, set[str]]
) -> None:
    app, words = served
    frames: list[bytes] = []
    answers: list[bytes] = []

    def keep_frame(payload: bytes | str) -> None:
        frames.append(payload if isinstance(payload, bytes) else payload.encode())

    def keep_answer(response: Response) -> None:
        kind = response.headers.get("content-type", "")
        if response.url.startswith(app.url) and "json" in kind:
            answers.append(response.url.encode() + response.body())

    def watch(socket: WebSocket) -> None:
        socket.on("framereceived", keep_frame)

    page.on("websocket", watch)
    page.on("response", keep_answer)

    page.goto(f"{app.url}/rate")
    page.get_by_role("textbox", name="Your name").fill("Malee")
    page.get_by_role("button", name="Start rating").click()
    player = page.locator(".player")
    for position in range(2):
        expect(page.locator(".player .position")).to_have_text(f"Clip {position + 1} of 2")
        expect(player).to_have_attribute("data-phase", re.compile("open"))
        stored = page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
        answers += [page.content().encode(), stored.encode()]
        page.keyboard.press("3")
    expect(player).not_to_be_visible()

    told = b"\n".join(frames + answers)
    assert len(frames) > 3
    assert b"/clips/" in told or b"presentation_id" in told
    assert sorted(word for word in words if word.encode() in told) == []
