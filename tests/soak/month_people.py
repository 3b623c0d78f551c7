"""The people of a month: each asks for runs, and rates what others made, until answered."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from tests.soak.month import OWN, SHIPPED, SMALL, Month, Order
from tests.soak.month_office import Office
from tests.soak.rating_crowd import Player
from videogen.client import Client
from videogen.errors import ServerRefusedError, ServerSilentError, VideogenError
from videogen.panel import start
from videogen.store import Database, presentations_of

PATIENCE_S = 180.0  # of one request, over a restart and a full disk
RETRY_S = 0.2
SCOPES = ("generate", "plan", "rate", "see_clips", "see_results")
# What another minute may answer otherwise: starting, servers not asked yet, no room.
PASSING_STATUSES = frozenset({503, 507})
PASSING_CODES = frozenset({"nothing_attached"})

Answer = TypeVar("Answer")


class Crowd:
    """Everybody's tokens, and what they were told."""

    def __init__(self, office: Office, month: Month) -> None:
        self._office, self._month = office, month
        self._tokens: dict[str, str] = {}
        self.run_ids: dict[str, str] = {}  # by the order's key
        self.campaign_ids: dict[str, str] = {}
        self.requeued: dict[str, str] = {}  # a run that met the full disk -> its next one
        self.refused: Counter[int] = Counter()  # by status
        self.wrong: list[str] = []

    def give_tokens(self) -> None:
        for name in self._month.people:
            made = self._office.administrator.create_token("month", SCOPES, owner=name)
            self._tokens[name] = made["token"]

    def ask(self, orders: Sequence[Order]) -> list[threading.Thread]:
        """Begun: everybody's orders one after the other, all people at once."""
        of_person: dict[str, list[Order]] = defaultdict(list)
        for order in orders:
            of_person[order.person].append(order)
        return _begun([partial(self._ask_all, own) for own in of_person.values()])

    def ask_again(self, run_id: str, key: str) -> None:
        client = self._office.administrator
        answered = self._insist(lambda: client.requeue_run(run_id, key=key))
        self.requeued[run_id] = answered["run_id"]

    def _ask_all(self, orders: Sequence[Order]) -> None:
        with Client(self._office.url, self._tokens[orders[0].person]) as client:
            for order in orders:
                try:
                    self._ask_one(client, order)
                except VideogenError as error:
                    self.wrong.append(f"{order.key}: {error}")

    def _ask_one(self, client: Client, order: Order) -> None:
        if order.condition is None:
            self._begin_campaign(client, order)
            return
        told = [self._insist(lambda: self._run(client, order)) for _ in range(2)]
        self.run_ids[order.key] = told[0]["run_id"]
        if told[0]["run_id"] != told[1]["run_id"]:
            self.wrong.append(f"{order.key}: two runs of one key")

    def _run(self, client: Client, order: Order) -> dict[str, Any]:
        assert order.condition is not None
        settings = {"settings": SMALL} if order.condition == SHIPPED else {}
        return client.create_run(
            order.condition, order.prompt, key=order.key, seed=order.seeds[0], **settings
        )

    def _begin_campaign(self, client: Client, order: Order) -> None:
        made = self._insist(
            lambda: client.create_campaign(
                key=order.key,
                name=f"Comparison {order.key}",
                candidates=list(OWN)[:1],
                baselines=list(OWN)[1:],
                n_prompts=self._month.n_prompts,
                seeds=list(order.seeds),
            )
        )
        campaign_id = made["campaign_id"]
        self._insist(lambda: client.control_campaign(campaign_id, "start"))
        self.campaign_ids[order.key] = campaign_id

    def _insist(self, call: Callable[[], Answer]) -> Answer:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                return call()
            except ServerSilentError:
                if time.monotonic() > deadline:
                    raise
            except ServerRefusedError as refused:
                passes = refused.status in PASSING_STATUSES or refused.code in PASSING_CODES
                if not passes or time.monotonic() > deadline:
                    raise
                self.refused[refused.status] += 1
            time.sleep(RETRY_S)


def sit_down(office: Office, people: Sequence[str], campaign_ids: Sequence[str]) -> list[Player]:
    """A session for everybody in every campaign; while the app is down."""
    with Database.open(office.data_dir / "videogen.duckdb") as database:
        session_ids = [
            start(database, campaign_id, name, now=datetime.now(UTC)).session_id
            for name in people
            for campaign_id in campaign_ids
        ]
        n_due = {one: len(presentations_of(database, one)) for one in session_ids}
    return [Player(session_id=one, n_due=n) for one, n in n_due.items()]


def rate(players: Sequence[Player], url: str, n_people: int) -> list[threading.Thread]:
    """Begun: everybody's sessions one after the other, all people at once."""

    def rate_all(own: Sequence[Player]) -> None:
        for player in own:
            player.rate_on(url)

    each = len(players) // n_people
    parts = [players[first : first + each] for first in range(0, len(players), each or 1)]
    return _begun([partial(rate_all, own) for own in parts])


def _begun(works: Sequence[Callable[[], None]]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    return threads
