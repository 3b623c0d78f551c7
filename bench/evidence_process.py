"""A process of its own that works out one campaign's evidence and prints seconds, as JSON."""

import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from videogen.analysis import decide
from videogen.evidence import CampaignEvidence, comparison_matrix, load_evidence
from videogen.evidence.shelf import EvidenceShelf
from videogen.store import Database

DATABASE = "videogen.duckdb"
BASELINE = Path(__file__).with_name("baseline.sql")
N_WARM = 20


def judge(found: CampaignEvidence) -> None:
    comparison_matrix(found, decide(found.evidence))


def cold_s(data_dir: Path, campaign_id: str) -> float:
    """The product's way, nothing known before."""
    with Database.open(data_dir / DATABASE) as database:
        began = time.perf_counter()
        judge(load_evidence(database, campaign_id))
        return time.perf_counter() - began


def sql_s(data_dir: Path, campaign_id: str) -> float:
    """`baseline.sql`, bare."""
    statements = [one for one in BASELINE.read_text(encoding="utf-8").split(";") if one.strip()]
    with duckdb.connect(str(data_dir / DATABASE)) as connection:
        began = time.perf_counter()
        for statement in statements:
            connection.execute(statement, {"campaign_id": campaign_id}).fetchall()
        return time.perf_counter() - began


def warm_s(data_dir: Path, campaign_id: str) -> float:
    """Asked for again, and judged anew from what is kept."""
    with Database.open(data_dir / DATABASE) as database:
        shelf = EvidenceShelf(database)
        judge(shelf.evidence(campaign_id).found)
        began = time.perf_counter()
        for _ in range(N_WARM):
            judge(shelf.evidence(campaign_id).found)
        return (time.perf_counter() - began) / N_WARM


def readers_s(data_dir: Path, campaign_id: str, n_readers: int) -> float:
    """Until the last of so many who ask at once has it."""
    with Database.open(data_dir / DATABASE) as database:
        shelf = EvidenceShelf(database)
        readers = [
            threading.Thread(target=lambda: judge(shelf.evidence(campaign_id).found))
            for _ in range(n_readers)
        ]
        began = time.perf_counter()
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        return time.perf_counter() - began


def main() -> None:
    way, data_dir, campaign_id = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    import scipy.special  # noqa: F401 the app has loaded it too before anybody asks

    ways: dict[str, Callable[[Path, str], float]] = {
        "cold": cold_s,
        "sql": sql_s,
        "warm": warm_s,
        "one": lambda data_dir, campaign_id: readers_s(data_dir, campaign_id, 1),
        "four": lambda data_dir, campaign_id: readers_s(data_dir, campaign_id, 4),
    }
    print(json.dumps(ways[way](data_dir, campaign_id)))


if __name__ == "__main__":
    main()
