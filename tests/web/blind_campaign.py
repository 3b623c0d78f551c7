"""Rated over real HTTP: a campaign whose conditions differ in size, rate and complexity."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from starlette.applications import Starlette

from tests.panel.campaigns import NOW, make_panel
from tests.web.adversary import Exhibit, answer_features, fetch
from videogen import bootstrap
from videogen.bootstrap import Application
from videogen.clips import accept_clip
from videogen.domain.clip import Clip
from videogen.panel import prepare_renditions, start
from videogen.panel.playlist import playlist
from videogen.sandbox.clip_request import ClipRequest, Look
from videogen.sandbox.renderer import render_clip
from videogen.settings import Settings
from videogen.store import Database, campaign_runs, presentations_of
from videogen.web.routes import middleware, routes

CLIP_S = 0.5
FORMS: dict[str, tuple[int, int, int, Look]] = {
    "animatediff": (96, 96, 8, "soft"),
    "wan-1.3b": (128, 80, 16, "clear"),
    "wan-14b": (160, 96, 24, "finest"),
    "veo-3.1": (160, 96, 24, "crisp"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one browser got of one clip, and who made it, which it was not told."""

    exhibit: Exhibit
    features: dict[str, float]
    condition: str


@contextmanager
def served_campaign(
    data_dir: Path, *, n_prompts: int, n_conditions: int
) -> Iterator[tuple[Application, str]]:
    """The application, and the address at which a real server answers for it."""
    data_dir.mkdir(parents=True, exist_ok=True)

    def clip_of(run_id: str, condition_name: str) -> Clip:
        width_px, height_px, fps, look = FORMS[condition_name]
        source = data_dir / "source.mp4"
        asked = ClipRequest(
            width_px=width_px,
            height_px=height_px,
            frames=round(CLIP_S * fps),
            fps=Fraction(fps),
            prompt=run_id,
            look=look,
        )
        render_clip(asked, source, comment=run_id)
        return accept_clip(
            source, clips_folder=data_dir / "clips", run_id=run_id, expected=None, now=NOW
        )

    with Database.open(data_dir / "videogen.duckdb") as database:
        make_panel(
            database, n_prompts=n_prompts, n_conditions=n_conditions, seeds=(1,), clip_of=clip_of
        )
        prepare_renditions(database, "c1", data_dir / "clips")
    application = bootstrap.start(Settings(data_dir=data_dir, comfy_urls=()))
    try:
        with _served(Starlette(routes=routes(), middleware=middleware())) as address:
            yield application, address
    finally:
        bootstrap.stop()


def rate_everything(application: Application, address: str) -> list[Seen]:
    """Sit through all sessions of one rater, keeping all that comes over the wire."""
    database = application.database
    maker = {run.clip_id: run.condition_id.split("@")[0] for run in campaign_runs(database, "c1")}
    seen: list[Seen] = []
    now = datetime.now(UTC)
    with httpx.Client(base_url=address) as http:
        while maker:
            session = start(database, "c1", "Malee", seed=len(seen), now=now)
            clip_of = {
                one.presentation_id: one.clip_id
                for one in presentations_of(database, session.session_id)
            }
            answer: dict[str, Any] = playlist(database, application.tokens, session.session_id, now)
            text, seconds = "", 0.0
            while answer["next"] is not None:
                entry = answer["next"]
                exhibit = fetch(http, f"/clips/{entry['clip']}")
                features = {**exhibit.features, **answer_features(answer, text, seconds)}
                # A repeat is one clip twice, and equal bytes: it would be asked and known at once.
                condition = maker.pop(clip_of[entry["presentation_id"]], None)
                if condition is not None:
                    seen.append(Seen(exhibit=exhibit, features=features, condition=condition))
                began = time.perf_counter()
                reply = http.post(
                    f"/rate/{session.session_id}/ratings",
                    json={
                        "rating_id": str(uuid4()),
                        "presentation_id": entry["presentation_id"],
                        "score": 3,
                        "played_to_end": True,
                    },
                    headers={"Origin": address},
                )
                seconds, text, answer = time.perf_counter() - began, reply.text, reply.json()
    return seen


def fetch_originals(application: Application, address: str) -> list[Seen]:
    seen = []
    later = datetime.now(UTC) + timedelta(hours=1)
    with httpx.Client(base_url=address) as http:
        for run in sorted(campaign_runs(application.database, "c1"), key=lambda r: r.prompt_id):
            assert run.clip_id is not None
            exhibit = fetch(http, f"/clips/{application.tokens.make('clip', run.clip_id, later)}")
            features = dict(exhibit.features)
            seen.append(
                Seen(exhibit=exhibit, features=features, condition=run.condition_id.split("@")[0])
            )
    return seen


@contextmanager
def _served(app: Starlette) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
