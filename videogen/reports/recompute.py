"""A bundle's rows become figures and reports again: making and checking go this one way."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from videogen.domain.decision import Decision
from videogen.domain.money import Price
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError
from videogen.evidence.assumptions import QUERY_NAMES, Assumptions
from videogen.evidence.case import load_case
from videogen.evidence.claims import Claim
from videogen.reports.content import ReportContent, report_content
from videogen.reports.figures import Figure, figures_of_content, flattened
from videogen.reports.making import ReportFormat, make_report
from videogen.store import Database
from videogen.store.bundle import check_words, import_campaign, rating_sums
from videogen.store.mapping import from_json, to_json

ROWS_FOLDER = "rows"
CLAIMS_FILE, PRICES_FILE, ASSUMPTIONS_FILE = "claims.json", "prices.json", "assumptions.json"
BESIDE_ROWS = (CLAIMS_FILE, PRICES_FILE, ASSUMPTIONS_FILE)
REPORT_LANGUAGES = ("th", "en")
REPORT_FORMATS = (ReportFormat.MARKDOWN, ReportFormat.HTML)
REPORT_FILES = tuple(
    f"report.{language}.{form.value}" for language in REPORT_LANGUAGES for form in REPORT_FORMATS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    decision: Decision
    origin: Origin
    campaign_name: str
    criteria_version: int
    figures: Mapping[str, Figure]
    reports: Mapping[str, bytes]  # by file name


def recompute(
    folder: Path,
    *,
    campaign_id: str,
    origin: Origin | None,
    made_at: datetime,
    with_reports: bool = True,
    is_guarded: bool = True,
) -> Recomputed:
    """From the files of an unpacked bundle alone; the database of it goes in the same folder.

    Args: origin: None takes live runs where there are any.
    Raises: InvalidInputError: names the file that cannot be read.
    """
    claims: list[Claim] = _records(folder / CLAIMS_FILE, Claim)
    prices: list[Price] = _records(folder / PRICES_FILE, Price)
    assumptions = read_assumptions(folder / ASSUMPTIONS_FILE)
    with Database.open(folder / "recomputed" / "videogen.duckdb") as database:
        n_rows = import_campaign(database, folder / ROWS_FOLDER, is_guarded=is_guarded)
        check_words(database)
        case = load_case(
            database,
            campaign_id,
            claims=claims,
            prices=prices,
            assumptions=assumptions,
            origin=origin,
            on=made_at.date(),
        )
        content = report_content(database, case, made_at=made_at)
        return Recomputed(
            decision=case.decision,
            origin=case.found.origin,
            campaign_name=case.found.campaign.name,
            criteria_version=case.found.evidence.criteria.version,
            figures={**figures_of_content(content), **_sums(database, n_rows)},
            reports=_reports(content) if with_reports else {},
        )


def write_beside_rows(
    folder: Path, *, claims: Sequence[Claim], prices: Sequence[Price], assumptions: Assumptions
) -> None:
    """What figures follow from besides rows, as `recompute` reads it."""
    write_json(folder / CLAIMS_FILE, [to_json(one) for one in claims])
    write_json(folder / PRICES_FILE, [to_json(one) for one in prices])
    write_json(folder / ASSUMPTIONS_FILE, assumptions.as_full_query())


def write_json(file: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    file.write_text(text + "\n", encoding="utf-8")


def read_json(file: Path) -> Any:
    """Raises: InvalidInputError: it is no JSON text."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise unreadable(file) from error


def unreadable(file: Path) -> InvalidInputError:
    return InvalidInputError("bundle_file", field="file", value=file.name)


def read_assumptions(file: Path) -> Assumptions:
    """Raises: InvalidInputError: they are none, or one of them is out of its range."""
    told = read_json(file)
    if not isinstance(told, dict) or not all(isinstance(one, str) for one in told.values()):
        raise unreadable(file)
    if not set(told) <= set(QUERY_NAMES.values()):  # a misspelt name would be left at its default
        raise unreadable(file)
    return Assumptions.from_query(told)


def _records(file: Path, kind: Any) -> list[Any]:
    told = read_json(file)
    try:
        return [from_json(kind, row) for row in told]
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError) as error:
        raise unreadable(file) from error


def _sums(database: Database, n_rows: Mapping[str, int]) -> dict[str, Figure]:
    """How much there is of what: rows that no verdict reads are counted too."""
    found: dict[str, Figure] = {f"rows.{table}": n for table, n in n_rows.items()}
    for one in rating_sums(database):
        prefix = f"ratings.{one.kind.value}.{one.dimension.value}"
        found |= flattened(prefix, {"n": one.n_ratings, "sum_of_scores": one.sum_of_scores})
    return found


def _reports(content: ReportContent) -> dict[str, bytes]:
    return {
        f"report.{language}.{form.value}": make_report(content, language, form)
        for language in REPORT_LANGUAGES
        for form in REPORT_FORMATS
    }
