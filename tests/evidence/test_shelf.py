import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.evidence.records import WAN, grid, plan, run, stock
from videogen.errors import NotFoundError
from videogen.evidence import CampaignEvidence, load_evidence, shelf
from videogen.evidence.shelf import EvidenceShelf
from videogen.store import Database, save


class Loading:
    """The true loading, counted, and held back while the gate is closed."""

    def __init__(self) -> None:
        self.n = 0
        self.begun = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self._load = load_evidence

    def __call__(self, database: Database, campaign_id: str) -> CampaignEvidence:
        self.n += 1
        self.begun.set()
        self.gate.wait(timeout=10)
        return self._load(database, campaign_id)


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loading]:
    held = Loading()
    monkeypatch.setattr(shelf, "load_evidence", held)
    yield held
    held.gate.set()


def n_runs(kept: shelf.ShelvedEvidence) -> int:
    return kept.found.evidence.conditions[0].tally.n_ended


def test_four_who_ask_at_once_wait_for_one_computation(
    database: Database, loading: Loading
) -> None:
    plan(database)
    stock(database, *grid(WAN))
    one = EvidenceShelf(database)
    loading.gate.clear()

    with ThreadPoolExecutor(4) as readers:
        asked = [readers.submit(one.evidence, "c1") for _ in range(4)]
        loading.begun.wait(timeout=10)
        loading.gate.set()
        found = [each.result(timeout=10) for each in asked]

    assert loading.n == 1
    assert [n_runs(each) for each in found] == [40] * 4


def test_after_a_commit_one_works_it_out_and_nobody_else_waits(
    database: Database, loading: Loading
) -> None:
    plan(database)
    stock(database, *grid(WAN))
    one = EvidenceShelf(database)
    one.evidence("c1")
    save(database, run("late", prompt_id="p01", seed=2))
    loading.begun.clear()
    loading.gate.clear()

    with ThreadPoolExecutor(1) as readers:
        first = readers.submit(one.evidence, "c1")
        loading.begun.wait(timeout=10)
        second = one.evidence("c1")
        loading.gate.set()
        newest = first.result(timeout=10)

    assert n_runs(second) == 40
    assert n_runs(newest) == 41
    assert n_runs(one.evidence("c1")) == 41
    assert loading.n == 2


def test_what_is_not_there_is_refused_and_asked_for_again_later(database: Database) -> None:
    one = EvidenceShelf(database)
    with pytest.raises(NotFoundError):
        one.evidence("c1")
    plan(database)

    assert n_runs(one.evidence("c1")) == 0
