"""Holds of back ends and the servers that people added: rows that a restart finds again."""

from pathlib import Path

from tests.store.records import NOON, minutes
from videogen.domain.server import BackendHold, HoldKind, Server
from videogen.store import Database, hold_of, holds, lift_hold, remove_server, save, servers


def test_a_hold_survives_a_restart_and_is_lifted_by_name(tmp_path: Path) -> None:
    hold = BackendHold(
        backend="comfy@a", kind=HoldKind.TRIPPED, reason="lost", since=NOON, until=minutes(1)
    )
    with Database.open(tmp_path / "data" / "videogen.duckdb") as database:
        save(database, hold)

    with Database.open(tmp_path / "data" / "videogen.duckdb") as database:
        found = holds(database)
        lift_hold(database, "comfy@a")

        assert found == [hold]
        assert hold_of(database, "comfy@a") is None


def test_an_added_server_is_listed_until_it_is_removed(database: Database) -> None:
    server = Server(url="http://127.0.0.1:8188", added_at=NOON, added_by="op")
    save(database, server)

    listed = servers(database)
    remove_server(database, server.url)

    assert listed == [server]
    assert servers(database) == []
