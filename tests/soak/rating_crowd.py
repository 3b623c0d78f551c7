"""Raters as their players would be: each posts vote after vote, and the same one until answered."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.panel.campaigns import make_panel
from tests.panel.references import add_references
from videogen.panel import start
from videogen.store import Database, presentations_of

PATIENCE_S = 90.0
RETRY_S = 0.05
ASKED_AGAIN = frozenset({503, 507})  # it starts; the disk is full


@dataclass(slots=True, kw_only=True)
class Player:
    """One rater's session as seen from the browser; `answered` are keys in the order of answers."""

    session_id: str
    answered: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    took_s: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    done: bool = False
    n_refused: int = 0  # votes that the full disk sent back
    n_due: int = 0  # presentations of the session

    def rate_on(self, url: str, n_votes: int | None = None) -> None:
        """To the end of the session, or `n_votes` further ones."""
        with httpx.Client(base_url=url, timeout=30.0) as http:
            standing = self._standing(http)
            while not self.done and (n_votes is None or n_votes > 0):
                entry = standing["next"]
                if entry["position"] != len(self.answered):
                    self.wrong.append(f"at {entry['position']}, not {len(self.answered)}")
                standing = self._vote(http, entry["presentation_id"])
                self.done = standing["done"]
                n_votes = None if n_votes is None else n_votes - 1

    def _standing(self, http: httpx.Client) -> Any:
        """An undo of what was never rated changes nothing and tells where the session stands."""
        return self._until_answered(http, "undo", {"n_rated": 1_000_000}).json()

    def _vote(self, http: httpx.Client, presentation_id: str) -> Any:
        body = {
            "rating_id": str(uuid4()),
            "presentation_id": presentation_id,
            "score": 1 + len(self.answered) % 5,
            "played_to_end": True,
            "replays": 0,
            "stalls": 0,
            "dropped_frames": 0,
            "watched_s": 2.0,
            "display": {"window_width_px": 1280},
        }
        began = time.perf_counter()
        reply = self._until_answered(http, "ratings", body)
        self.took_s.append(time.perf_counter() - began)
        told = reply.json()
        if reply.status_code != 200 or told["saved"] != body["rating_id"]:
            self.wrong.append(reply.text)
            self.done = True
            return {"done": True}
        self.answered.append(str(body["rating_id"]))
        self.shown.append(presentation_id)
        return told

    def _until_answered(self, http: httpx.Client, what: str, body: object) -> httpx.Response:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                reply = http.post(f"/rate/{self.session_id}/{what}", json=body)
                if reply.status_code not in ASKED_AGAIN:
                    return reply
                self.n_refused += reply.status_code == httpx.codes.INSUFFICIENT_STORAGE
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(RETRY_S)


def seat(data_dir: Path, n_raters: int) -> list[Player]:
    """A campaign of five conditions with references, rows only, and a session for each rater."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with Database.open(data_dir / "videogen.duckdb") as database:
        make_panel(database, n_prompts=40, n_conditions=5, seeds=(1,))
        add_references(database)
        sessions = [
            start(database, "c1", f"Rater {number}", seed=number, now=datetime.now(UTC))
            for number in range(n_raters)
        ]
    return [Player(session_id=session.session_id) for session in sessions]


def all_rating(
    players: Sequence[Player], url: str, *, n_votes: int | None = None
) -> list[threading.Thread]:
    """Begun, each in a thread of its own."""
    threads = [
        threading.Thread(target=player.rate_on, args=(url, n_votes), daemon=True)
        for player in players
    ]
    for thread in threads:
        thread.start()
    return threads


def faults_of_ratings(data_dir: Path, players: Sequence[Player]) -> list[str]:
    """Lost, doubled, out of order: empty when all is well; the app must have ended."""
    wrong = [fault for player in players for fault in player.wrong]
    with Database.open(data_dir / "videogen.duckdb") as database:
        stored: Any = database._fetch("SELECT rating_id, presentation_id FROM rating", {})[1]
        for player in players:
            order = presentations_of(database, player.session_id)
            expected = [one.presentation_id for one in order][: len(player.shown)]
            if player.shown != expected:
                wrong.append(f"{player.session_id}: shown out of order")
    answered = [key for player in players for key in player.answered]
    keys = [key for key, _ in stored]
    rated = [presentation for _, presentation in stored]
    wrong += [f"lost: {key}" for key in set(answered) - set(keys)]
    wrong += [f"nobody was told: {key}" for key in set(keys) - set(answered)]
    wrong += [f"doubled: {one}" for one, n_stored in Counter(rated).items() if n_stored > 1]
    return wrong
