"""Thirty raters at one rating per eight seconds each, beside a bare commit of the same rows."""

import itertools
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import duckdb
import httpx

from bench.app_process import started
from bench.evidence_rows import fill_with_evidence
from bench.measurement import Measurement
from videogen.clips import form_for, rendition_file
from videogen.domain.clip import Rendition
from videogen.panel import start
from videogen.panel.shown_clips import shown_clip_ids
from videogen.store import Database, get_campaign, get_clip, save

N_RATERS = 30
SECONDS_PER_RATING = 8.0
N_VOTES = 6  # of each rater
ALLOWED_MS = 500.0
BARE_ROWS = """
    CREATE TABLE rating (
        rating_id VARCHAR PRIMARY KEY, presentation_id VARCHAR, score INTEGER, rated_at TIMESTAMP
    );
    CREATE TABLE event (event_id VARCHAR PRIMARY KEY, happened_at TIMESTAMP, data VARCHAR);
    CREATE TABLE presentation (presentation_id VARCHAR PRIMARY KEY, ended_at TIMESTAMP);
"""


def thirty_raters() -> Measurement:
    """Milliseconds from a vote's post to "saved", 95th percentile; at most `ALLOWED_MS`."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        campaign_id = fill_with_evidence(data_dir)
        with Database.open(data_dir / "videogen.duckdb") as database:
            _say_that_copies_stand(database, campaign_id, data_dir / "clips")
            session_ids = [
                start(database, campaign_id, f"Rater {n}", now=datetime.now(UTC)).session_id
                for n in range(N_RATERS)
            ]
        with started(data_dir) as app:
            value = _p95_ms(_saved_s(f"http://127.0.0.1:{app.port}", session_ids))
        baseline = _p95_ms(list(_bare_s(Path(folder) / "bare.duckdb")))
    return Measurement(
        value=value, baseline=baseline, ratio=value / baseline, limit=ALLOWED_MS / baseline
    )


def _say_that_copies_stand(database: Database, campaign_id: str, clips_folder: Path) -> None:
    """Else the app would try to make them from files that are not there, while it is measured."""
    now = datetime.now(UTC)
    campaign = get_campaign(database, campaign_id)
    shown = [
        get_clip(database, one) for one in shown_clip_ids(database, campaign, clips_folder, now)
    ]
    form = form_for([clip.probe for clip in shown])
    save(
        database,
        *(
            Rendition(
                clip_id=clip.clip_id,
                campaign_id=campaign_id,
                file=rendition_file(clip, campaign_id, form),
                size_bytes=1,
            )
            for clip in shown
        ),
    )


def _saved_s(url: str, session_ids: list[str]) -> list[float]:
    """Each rater in a thread of its own, begun one after the other within the eight seconds."""
    took_s: list[float] = []
    threads = [
        threading.Thread(
            target=_rate, args=(url, session_id, SECONDS_PER_RATING * n / N_RATERS, took_s)
        )
        for n, session_id in enumerate(session_ids)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(took_s) != N_RATERS * N_VOTES:
        raise RuntimeError("not every vote was saved")
    return took_s


def _rate(url: str, session_id: str, offset_s: float, took_s: list[float]) -> None:
    with httpx.Client(base_url=f"{url}/rate/{session_id}", timeout=30.0) as http:
        # An undo of what was never rated changes nothing and tells where the session stands.
        standing = http.post("/undo", json={"n_rated": 1_000_000}).json()
        due = time.perf_counter() + offset_s
        for _ in range(N_VOTES):
            time.sleep(max(0.0, due - time.perf_counter()))
            body = {
                "rating_id": str(uuid.uuid4()),
                "presentation_id": standing["next"]["presentation_id"],
                "score": 4,
                "played_to_end": True,
                "replays": 0,
                "stalls": 0,
                "dropped_frames": 0,
                "watched_s": 7.5,
            }
            began = time.perf_counter()
            standing = http.post("/ratings", json=body).raise_for_status().json()
            took_s.append(time.perf_counter() - began)
            due += SECONDS_PER_RATING


def _bare_s(path: Path) -> Iterator[float]:
    """One transaction with a vote's three rows, on disk when it returns."""
    connection = duckdb.connect(str(path))
    connection.execute(BARE_ROWS)
    for _ in itertools.repeat(None, N_RATERS * N_VOTES):
        now = datetime.now(UTC).replace(tzinfo=None)
        shown = str(uuid.uuid4())
        connection.execute("INSERT INTO presentation VALUES (?, NULL)", [shown])
        began = time.perf_counter()
        connection.begin()
        connection.execute(
            "UPDATE presentation SET ended_at = ? WHERE presentation_id = ?", [now, shown]
        )
        connection.execute(
            "INSERT INTO rating VALUES (?, ?, 4, ?)", [str(uuid.uuid4()), shown, now]
        )
        connection.execute("INSERT INTO event VALUES (?, ?, '{}')", [str(uuid.uuid4()), now])
        connection.commit()
        yield time.perf_counter() - began
    connection.close()


def _p95_ms(took_s: list[float]) -> float:
    return quantiles(took_s, n=20)[-1] * 1000
