"""SQL is written in the store and nowhere else."""

import ast
import re

import pytest

from tests.architecture.sources import docstrings, name_of, python_files, tree_of, written

SQL = re.compile(
    r"\b(?:SELECT\s.+\sFROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET"
    r"|(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:TABLE|VIEW|INDEX|SCHEMA|SEQUENCE))\b"
    r"|\b(?i:select\s+[\w*,.() ]+\s+from\s+\w+\s+(?:where|group|order|limit|join))\b",
    re.DOTALL,
)


def sql_in(tree: ast.Module) -> list[int]:
    """The lines on which a string holds SQL."""
    said = docstrings(tree)
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr) and node not in said
        if SQL.search(written(node, " x ") or "")
    ]


def test_no_module_outside_the_store_holds_sql() -> None:
    outside = [
        path
        for path in python_files("videogen", "pages", "app.py")
        if not name_of(path).startswith("videogen/store/")
    ]

    found = [f"{name_of(path)}:{line}" for path in outside for line in sql_in(tree_of(path))]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        'rows = ask("SELECT run_id FROM run")',
        'ask(f"DELETE FROM {table} WHERE run_id = 1")',
        'X = """\n    UPDATE run SET status = 1\n"""',
        'ask("select clip_id, rater from rating where score > 3")',
    ],
)
def test_the_rule_sees_sql(code: str) -> None:
    assert sql_in(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        '"""SELECT is explained FROM here in a docstring."""',
        'say("Select a clip from the list")',
        'say("Update the price set")',
    ],
)
def test_the_rule_leaves_sentences_alone(code: str) -> None:
    assert sql_in(ast.parse(code)) == []
