"""Blind copies in a real Chromium: loaded ahead, played to their end, sought in, by Range."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.blind_campaign import served_campaign
from videogen.panel import start
from videogen.store import presentations_of

pytestmark = pytest.mark.browser

PLAY = """async (address) => {
    const video = document.createElement("video");
    video.muted = true;
    video.preload = "auto";
    video.src = address;
    document.body.append(video);
    const told = (name) => new Promise((resolve, reject) => {
        video.addEventListener(name, resolve, {once: true});
        video.addEventListener("error", () => reject(new Error(video.error.message)));
    });
    await told("canplaythrough");
    const ended = told("ended");
    await video.play();
    await ended;
    const playedS = video.currentTime;
    const sought = told("seeked");
    video.currentTime = playedS / 2;
    await sought;
    const again = told("ended");
    await video.play();
    await again;
    const quality = video.getVideoPlaybackQuality();
    const frames = quality.totalVideoFrames;
    return {playedS, frames, width: video.videoWidth, error: video.error, duration: video.duration};
}"""


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    folder = tmp_path_factory.mktemp("blind")
    with served_campaign(folder, n_prompts=1, n_conditions=3) as (application, server):
        now = datetime.now(UTC)
        session = start(application.database, "c1", "Malee", seed=1, now=now)
        later = now + timedelta(hours=1)
        tokens = [
            application.tokens.make("presentation", one.presentation_id, later)
            for one in presentations_of(application.database, session.session_id)
        ]
        yield server, [f"/clips/{token}" for token in tokens]


def test_a_blind_copy_is_loaded_ahead_played_to_its_end_and_sought_in(
    page: Page, addresses: tuple[str, list[str]]
) -> None:
    server, clips = addresses
    page.goto(f"{server}/health")

    told: list[dict[str, Any]] = [page.evaluate(PLAY, clip) for clip in clips]

    assert len(told) == 3
    for one in told:
        assert one["error"] is None
        assert one["width"] == told[0]["width"]
        assert abs(one["playedS"] - 0.5) < 0.1
        assert one["frames"] > 0
    assert len({one["duration"] for one in told}) == 1
