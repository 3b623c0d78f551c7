"""A database of every earlier schema opens with this program, its rows as they were."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from videogen.domain.money import CapScope
from videogen.store import Database, month_money, month_spend
from videogen.store.copies import newest_known_schema, read_copy
from videogen.store.migration import MIGRATIONS_FOLDER

OLD = range(1, newest_known_schema())
COLUMNS = """
    SELECT table_name, column_name, data_type FROM duckdb_columns()
    WHERE NOT internal AND table_name <> 'schema_version' ORDER BY table_name, column_index
"""
VALUES = {
    "VARCHAR": "'held'",
    "JSON": "'{}'",
    "BOOLEAN": "false",
    "TIMESTAMP": "TIMESTAMP '2026-11-02 03:04:05'",
    "DATE": "DATE '2026-11-02'",
}
Rows = dict[str, list[tuple[object, ...]]]
NAMED = {
    ("reservation", "attempt_id"): "'attempt'",
    ("attempt", "attempt_id"): "'attempt'",
    ("attempt", "run_id"): "'run'",
    ("run", "run_id"): "'run'",
    ("run", "owner"): "'nok'",
    ("run", "condition_id"): "'veo'",
    ("run", "routed_to"): "NULL",
    ("attempt", "condition_id"): "NULL",
    ("condition", "condition_id"): "'veo'",
    ("condition", "backend"): "'vertex'",
    ("reservation", "month"): "'2026-11'",
    ("reservation", "campaign_id"): "NULL",
}


def columns_of(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in connection.execute(COLUMNS).fetchall():
        found.setdefault(table, []).append((column, kind))
    return found


@contextmanager
def opened(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(file), config={"checkpoint_threshold": "1TB"}) as connection:
        yield connection


def one_row_in_each_table(file: Path) -> Rows:
    """Every column filled, so that none can be lost unseen."""
    rows: Rows = {}
    with opened(file) as connection:
        for table, columns in columns_of(connection).items():
            values = [NAMED.get((table, name), VALUES.get(kind, "1")) for name, kind in columns]
            connection.execute(f'INSERT INTO "{table}" VALUES ({", ".join(values)})')
            names = ", ".join(f'"{name}"' for name, _ in columns)
            rows[f'SELECT {names} FROM "{table}"'] = connection.execute(
                f'SELECT {names} FROM "{table}"'
            ).fetchall()
    return rows


@pytest.mark.parametrize("version", OLD)
def test_every_row_of_an_earlier_schema_is_kept_and_its_money_counts(
    tmp_path: Path, version: int
) -> None:
    migrations = tmp_path / "migrations"
    migrations.mkdir()
    for number in range(1, version + 1):
        (sql,) = MIGRATIONS_FOLDER.glob(f"{number:04d}_*.sql")
        shutil.copy(sql, migrations)
    file = tmp_path / "data" / "videogen.duckdb"
    Database.open(file, migrations=migrations).close()
    before = one_row_in_each_table(file)

    with Database.open(file) as database:
        money = month_money(database, "2026-11", Decimal(50))
        spend = month_spend(database, "2026-11")

    (copy,) = (tmp_path / "data" / "backups").glob(f"videogen-schema-{version:04d}-*.duckdb")
    for there in (file, copy):
        with opened(there) as connection:
            assert {sql: connection.execute(sql).fetchall() for sql in before} == before
    assert (read_copy(copy).schema_version, read_copy(file).schema_version) == (
        version,
        newest_known_schema(),
    )
    assert spend.held_usd == Decimal(1)
    assert money.of_person("nok").held_usd == Decimal(1)
    assert money.of_provider("vertex").held_usd == Decimal(1)
    assert [one.subject for one in money.known(CapScope.PROVIDER)] == ["vertex"]
