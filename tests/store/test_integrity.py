"""Every reference between tables is asked after: by column, in lists, and by sums of money."""

from dataclasses import replace
from decimal import Decimal

from tests.store.every_record import RECORDS
from tests.store.records import NOON, make_attempt, make_condition, make_reservation, make_run
from videogen.domain.money import ReservationState
from videogen.domain.run import AttemptState, RunStatus
from videogen.store import Database, save
from videogen.store.integrity import LISTS, REFERENCES, disagreements

NOWHERE = "no-such-row"
COLUMNS = """
    SELECT count(*) FROM duckdb_columns() WHERE NOT internal
      AND table_name || '.' || column_name = $name
"""
WITHOUT_RECORD = (
    f"INSERT INTO rating_withdrawal VALUES ('{NOWHERE}', now()::TIMESTAMP)",
    f"INSERT INTO pair_vote_withdrawal VALUES ('{NOWHERE}', now()::TIMESTAMP)",
    f"""INSERT INTO vram_trace (attempt_id, source, is_lower_bound, samples)
        VALUES ('{NOWHERE}', 'nvml', false, '[]')""",
)


def test_a_reference_to_no_row_is_found_in_each_column_that_holds_one(database: Database) -> None:
    save(database, *RECORDS)
    with database.write():
        for sql in WITHOUT_RECORD:
            database.execute(sql)
        for one in REFERENCES:
            lost = "'9999'" if one.key == "version" else f"'{NOWHERE}'"
            database.execute(f'UPDATE "{one.table}" SET "{one.column}" = {lost}')
        for where, (_, places) in LISTS.items():
            table, column = where.split(".")
            lost = f'["{NOWHERE}"]' if "[" in places else f'{{"image": "{NOWHERE}"}}'
            lost = f'{{"image": {{"p1": "{NOWHERE}"}}}}' if places.count("*") == 2 else lost
            database.execute(f'UPDATE "{table}" SET "{column}" = \'{lost}\'')

    found = {one.rule: one.examples for one in disagreements(database)}

    names = {one.name for one in REFERENCES} | LISTS.keys()
    assert names <= found.keys()
    assert {found[name] for name in names} == {(NOWHERE,), ("9999",)}
    assert all(database.value(COLUMNS, name=name) for name in names)


def test_money_that_does_not_add_up_is_found(database: Database) -> None:
    ended = {"condition_id": make_condition().condition_id, "campaign_id": None, "ended_at": NOON}
    for name, told, billed in (("right", "0.40", "0.40"), ("wrong", "0.80", "0.30")):
        save(
            database,
            make_run(name, status=RunStatus.FAILED, cost_usd=Decimal(told), **ended),
            make_attempt(name, name, state=AttemptState.FAILED, cost_usd=Decimal("0.40")),
            replace(
                make_reservation(name, "0.40"),
                state=ReservationState.SETTLED,
                settled_usd=Decimal(billed),
            ),
        )
    save(
        database,
        make_run("held", status=RunStatus.FAILED, cost_usd=Decimal("0.40"), **ended),
        make_attempt("held", "held", state=AttemptState.FAILED, cost_usd=Decimal("0.40")),
        make_reservation("held", "0.40"),
    )

    found = {one.rule: one.examples for one in disagreements(database)}

    assert found["money_settled_otherwise_than_costed"] == ("wrong",)
    assert found["run_costs_more_or_less_than_its_attempts"] == ("wrong",)
    assert found["money_held_for_finished_call"] == ("held",)
