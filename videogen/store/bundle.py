"""A campaign's rows as CSV files that leave the house, and back into a fresh database.

Names of people, their viewing answers, addresses of vendors' jobs, failure texts and file names
stay here; whoever is told apart is told apart by a number.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from videogen.domain.rating import Dimension, PresentationKind
from videogen.domain.run import FailureClass, Origin, RunStatus
from videogen.errors import InvalidInputError
from videogen.store.database import Database
from videogen.store.rater_numbers import NUMBERED_RATERS

# What stands for names, and which clips belong to the campaign; put before the rows that use it.
# New ids stand in the order of the old ones, so that means over raters sum in the same order; in
# words a rater has the number that pages and reports say.
PARTS = {
    "its_numbers": NUMBERED_RATERS,
    "its_raters": """
        SELECT rater_id AS known_id, 'Rater ' || number AS alias,
               'rater-' || lpad(CAST(row_number() OVER (ORDER BY rater_id) AS VARCHAR), 6, '0')
                   AS alias_id
        FROM its_numbers
    """,
    # An imported rating's id follows from its rater's name: whoever guesses the name could tell.
    "its_ratings": """
        SELECT rating.rating_id AS known_rating,
               'rating-' || lpad(CAST(row_number() OVER (ORDER BY rating.rowid) AS VARCHAR), 9, '0')
                   AS alias_rating
        FROM rating JOIN presentation USING (presentation_id)
        JOIN panel_session USING (session_id) WHERE campaign_id = $campaign_id
    """,
    "its_people": """
        SELECT known_who, 'Person ' || row_number() OVER (ORDER BY known_who) AS alias FROM (
            SELECT owner AS known_who FROM campaign WHERE campaign_id = $campaign_id
            UNION SELECT owner FROM run WHERE campaign_id = $campaign_id
            UNION SELECT who FROM criterion WHERE who IS NOT NULL AND version > 1
            UNION SELECT who FROM setup_step
            UNION SELECT added_by FROM reference_clip
            UNION SELECT who FROM clip_feedback
            UNION SELECT data->>'who' FROM event
            WHERE kind LIKE 'poc.%' AND data->>'who' IS NOT NULL
        )
    """,
    "its_clips": """
        SELECT clip.clip_id AS its_clip_id FROM clip
        JOIN run USING (run_id) WHERE campaign_id = $campaign_id
        UNION SELECT presentation.clip_id FROM presentation
        JOIN panel_session USING (session_id) WHERE campaign_id = $campaign_id
    """,
}
CAMPAIGN_ROWS = """
    SELECT campaign.* REPLACE (alias AS owner)
    FROM campaign JOIN its_people ON known_who = owner WHERE campaign_id = $campaign_id
"""
SUITE_ROWS = """
    SELECT * FROM prompt_suite
    WHERE suite_id = (SELECT suite_id FROM campaign WHERE campaign_id = $campaign_id)
"""
PROMPT_ROWS = """
    SELECT * FROM prompt WHERE prompt_id IN (
        SELECT unnest(from_json(prompt_ids, '["VARCHAR"]'))
        FROM campaign WHERE campaign_id = $campaign_id
    ) ORDER BY rowid
"""
# Its own, and those that a routed run was made by.
CONDITION_ROWS = """
    SELECT condition.* FROM condition WHERE condition_id IN (
        SELECT unnest(from_json(candidates, '["VARCHAR"]') || from_json(baselines, '["VARCHAR"]'))
        FROM campaign WHERE campaign_id = $campaign_id
        UNION SELECT routed_to FROM run WHERE campaign_id = $campaign_id
        UNION SELECT attempt.condition_id FROM attempt
        JOIN run USING (run_id) WHERE campaign_id = $campaign_id
    ) ORDER BY condition.rowid
"""
# The first version names the paper that it was taken from, no person.
CRITERION_ROWS = """
    SELECT criterion.* REPLACE (CASE WHEN version = 1 THEN who ELSE alias END AS who)
    FROM criterion LEFT JOIN its_people ON known_who = who ORDER BY version
"""
PRICE_ROWS = "SELECT * FROM price ORDER BY price_id"
RUN_ROWS = """
    SELECT run.* REPLACE (alias AS owner, NULL AS failure_detail)
    FROM run JOIN its_people ON known_who = owner
    WHERE campaign_id = $campaign_id ORDER BY run.rowid
"""
ATTEMPT_ROWS = """
    SELECT attempt.* REPLACE (
        NULL AS external_id, NULL AS failure_detail, NULL AS vram_reason, '{}' AS stages
    )
    FROM attempt JOIN run USING (run_id)
    WHERE campaign_id = $campaign_id ORDER BY attempt.rowid
"""
TRACE_ROWS = """
    SELECT vram_trace.* REPLACE ('[]' AS samples, NULL AS reason)
    FROM vram_trace JOIN attempt USING (attempt_id) JOIN run USING (run_id)
    WHERE campaign_id = $campaign_id ORDER BY vram_trace.rowid
"""
CLIP_ROWS = """
    SELECT clip.* REPLACE ('' AS file, NULL AS thumbnail)
    FROM clip JOIN its_clips ON its_clip_id = clip.clip_id ORDER BY clip.rowid
"""
REFERENCE_ROWS = """
    SELECT reference_clip.* REPLACE (alias AS added_by)
    FROM reference_clip JOIN its_clips ON its_clip_id = clip_id
    JOIN its_people ON known_who = added_by ORDER BY reference_clip.rowid
"""
RATER_ROWS = """
    SELECT rater.* REPLACE (alias_id AS rater_id, alias AS name)
    FROM rater JOIN its_raters ON known_id = rater.rater_id ORDER BY alias_id
"""
SESSION_ROWS = """
    SELECT panel_session.* REPLACE (
        alias_id AS rater_id, '{}' AS viewing_answers,
        CASE WHEN source IS NOT NULL THEN 'imported' END AS source
    )
    FROM panel_session JOIN its_raters ON known_id = panel_session.rater_id
    WHERE campaign_id = $campaign_id ORDER BY panel_session.rowid
"""
PRESENTATION_ROWS = """
    SELECT presentation.* REPLACE ('{}' AS display)
    FROM presentation JOIN panel_session USING (session_id)
    WHERE campaign_id = $campaign_id ORDER BY presentation.rowid
"""
# In the order in which they came in: it settles equal times.
RATING_ROWS = """
    SELECT rating.* REPLACE (alias_rating AS rating_id)
    FROM rating JOIN its_ratings ON known_rating = rating_id ORDER BY rating.rowid
"""
RATING_WITHDRAWAL_ROWS = """
    SELECT rating_withdrawal.* REPLACE (alias_rating AS rating_id)
    FROM rating_withdrawal JOIN its_ratings ON known_rating = rating_id
    ORDER BY rating_withdrawal.rowid
"""
ROUND_EXIT_ROWS = """
    SELECT round_exit.* REPLACE (alias_id AS rater_id)
    FROM round_exit JOIN its_raters ON known_id = round_exit.rater_id
    WHERE campaign_id = $campaign_id ORDER BY round_exit.rowid
"""
PAIR_ROUND_ROWS = """
    SELECT pair_round.* REPLACE (alias_id AS rater_id)
    FROM pair_round JOIN its_raters ON known_id = pair_round.rater_id
    WHERE campaign_id = $campaign_id ORDER BY pair_round.rowid
"""
PAIR_ROWS = """
    SELECT pair.* FROM pair JOIN pair_round USING (pair_round_id)
    WHERE campaign_id = $campaign_id ORDER BY pair.rowid
"""
PAIR_VOTE_ROWS = """
    SELECT pair_vote.* REPLACE (alias_id AS rater_id)
    FROM pair_vote JOIN its_raters ON known_id = pair_vote.rater_id
    WHERE campaign_id = $campaign_id ORDER BY pair_vote.rowid
"""
PAIR_VOTE_WITHDRAWAL_ROWS = """
    SELECT pair_vote_withdrawal.* FROM pair_vote_withdrawal JOIN pair_vote USING (vote_id)
    WHERE campaign_id = $campaign_id ORDER BY pair_vote_withdrawal.rowid
"""
FEEDBACK_ROWS = """
    SELECT clip_feedback.* REPLACE (alias AS who)
    FROM clip_feedback JOIN its_clips ON its_clip_id = clip_id
    JOIN its_people ON known_who = who ORDER BY clip_feedback.rowid
"""
SETUP_ROWS = """
    SELECT setup_step.* REPLACE (alias AS who)
    FROM setup_step JOIN its_people ON known_who = who ORDER BY setup_step.rowid
"""
# How far the proof of concept is: what people ticked, and what servers were seen to have.
PLAN_ROWS = """
    SELECT event.* REPLACE (
        CASE WHEN alias IS NULL THEN data
             ELSE json_merge_patch(data, json_object('who', alias)) END AS data
    )
    FROM event LEFT JOIN its_people ON known_who = data->>'who'
    WHERE kind LIKE 'poc.%' OR kind LIKE 'preflight.%' ORDER BY "at", event.rowid
"""
# Table -> its rows of one campaign, in the order in which they are put back.
ROWS: Mapping[str, str] = {
    "campaign": CAMPAIGN_ROWS,
    "prompt_suite": SUITE_ROWS,
    "prompt": PROMPT_ROWS,
    "condition": CONDITION_ROWS,
    "criterion": CRITERION_ROWS,
    "price": PRICE_ROWS,
    "run": RUN_ROWS,
    "attempt": ATTEMPT_ROWS,
    "vram_trace": TRACE_ROWS,
    "clip": CLIP_ROWS,
    "reference_clip": REFERENCE_ROWS,
    "rater": RATER_ROWS,
    "panel_session": SESSION_ROWS,
    "presentation": PRESENTATION_ROWS,
    "rating": RATING_ROWS,
    "rating_withdrawal": RATING_WITHDRAWAL_ROWS,
    "round_exit": ROUND_EXIT_ROWS,
    "pair_round": PAIR_ROUND_ROWS,
    "pair": PAIR_ROWS,
    "pair_vote": PAIR_VOTE_ROWS,
    "pair_vote_withdrawal": PAIR_VOTE_WITHDRAWAL_ROWS,
    "clip_feedback": FEEDBACK_ROWS,
    "setup_step": SETUP_ROWS,
    "event": PLAN_ROWS,
}
# A quoted empty text is a text, an empty place is NULL. DuckDB's null text would be quoted too.
# A text that a spreadsheet would run gets an apostrophe, as `domain.strict_csv` does it.
WRITE_CSV = """
    COPY (
        {parts} SELECT CASE
            WHEN left(COLUMNS(*)::VARCHAR, 1) IN ('=', '+', '-', '@', chr(9), chr(13), '''')
                 AND TRY_CAST(COLUMNS(*)::VARCHAR AS DOUBLE) IS NULL
            THEN '''' || COLUMNS(*)::VARCHAR ELSE COLUMNS(*)::VARCHAR
        END AS '\\0' FROM ({rows})
    ) TO $file (FORMAT csv, HEADER, FORCE_QUOTE *)
"""
UNGUARDED = """
    CASE WHEN left("{name}", 1) = ''''
              AND substr("{name}", 2, 1) IN ('=', '+', '-', '@', chr(9), chr(13), '''')
         THEN substr("{name}", 2) ELSE "{name}" END
"""
READ_CSV = """
    INSERT INTO "{table}" ({columns}) SELECT {cells} FROM read_csv(
        $file, header = true, delim = ',', quote = '"', escape = '"', nullstr = '',
        allow_quoted_nulls = false, auto_detect = false, strict_mode = true, columns = {types}
    )
"""
TEXTS = frozenset({"VARCHAR", "JSON"})
COLUMNS = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $table"
RATING_SUMS = """
    SELECT kind, dimension, count(*) AS n_ratings, sum(score)::BIGINT AS sum_of_scores
    FROM rating JOIN presentation USING (presentation_id)
    GROUP BY kind, dimension ORDER BY kind, dimension
"""
RUN_WORDS = "SELECT DISTINCT status, failure_class, origin FROM run"
COUNT = 'SELECT count(*) FROM "{table}"'
LINE = re.compile(r"Line: (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSum:
    """All ratings of one kind of presentation and dimension, withdrawn ones too."""

    kind: PresentationKind
    dimension: Dimension
    n_ratings: int
    sum_of_scores: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    column_name: str
    data_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunWords:
    status: RunStatus
    failure_class: FailureClass | None
    origin: Origin | None


def row_file(folder: Path, table: str) -> Path:
    return folder / f"{table}.csv"


def export_campaign(database: Database, campaign_id: str, folder: Path) -> dict[str, int]:
    """One CSV file per table, all of one moment; how many rows each has."""
    with database.snapshot():
        return {
            table: _export(database, rows, campaign_id, row_file(folder, table))
            for table, rows in ROWS.items()
        }


def import_campaign(database: Database, folder: Path, *, is_guarded: bool = True) -> dict[str, int]:
    """Into a database that has no rows yet; how many each table has then.

    Args: is_guarded: False for rows that were written before formulas were made harmless.
    Raises: InvalidInputError: names the file that does not hold its table's rows.
    """
    with database.write():
        for table in ROWS:
            file = row_file(folder, table)
            statement = _reading(table, _header(database, table, file), is_guarded=is_guarded)
            try:
                database.execute(statement, file=str(file))
            except duckdb.Error as error:
                raise _unreadable(file, error) from error
    return {table: int(database.value(COUNT.format(table=table))) for table in ROWS}


@contextmanager
def rows_of_strangers() -> Iterator[None]:
    """Rows that somebody changed by hand may be well written and mean nothing.

    Raises: InvalidInputError: a query met such a value.
    """
    try:
        yield
    except duckdb.Error as error:
        detail = str(error).splitlines()[0]
        raise InvalidInputError("bundle_nonsense", field="rows", value=detail) from error


def rating_sums(database: Database) -> list[RatingSum]:
    """Ratings that no verdict reads are summed too, so that none can be changed unseen."""
    return database.rows(RatingSum, RATING_SUMS)


def check_words(database: Database) -> None:
    """What counts runs where they lie makes no record of each, which would refuse such a word.

    Raises: ValueError: a run's status, failure or origin is none that there is.
    """
    database.rows(_RunWords, RUN_WORDS)


def _export(database: Database, rows: str, campaign_id: str, file: Path) -> int:
    named = [part for name, part in PARTS.items() if name in rows]
    told = " ".join((rows, *named))  # a part may be made of an earlier one
    used = [f"{name} AS ({part})" for name, part in PARTS.items() if name in told]
    parts = f"WITH {', '.join(used)}" if used else ""
    statement = WRITE_CSV.format(parts=parts, rows=rows)
    params = {"file": str(file)}
    if "$campaign_id" in statement:  # DuckDB refuses a parameter that a statement does not name
        params["campaign_id"] = campaign_id
    return int(database.value(statement, **params))


def _reading(table: str, columns: Sequence[_Column], *, is_guarded: bool) -> str:
    quoted = [f'"{one.column_name}"' for one in columns]
    cells = [
        UNGUARDED.format(name=one.column_name) if is_guarded and one.data_type in TEXTS else name
        for one, name in zip(columns, quoted, strict=True)
    ]
    types = ", ".join(f"'{one.column_name}': '{one.data_type}'" for one in columns)
    return READ_CSV.format(
        table=table,
        columns=", ".join(quoted),
        cells=", ".join(cells),
        types=f"{{{types}}}",
    )


def _header(database: Database, table: str, file: Path) -> list[_Column]:
    """The columns that the file names, each one known: nothing else may enter a statement."""
    known = {row.column_name: row for row in database.rows(_Column, COLUMNS, table=table)}
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            named = next(csv.reader(lines), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInputError("bundle_rows", field="file", value=file.name, line=1) from error
    if not named or len(set(named)) < len(named) or not set(named) <= known.keys():
        raise InvalidInputError("bundle_rows", field="file", value=file.name, line=1)
    return [known[name] for name in named]


def _unreadable(file: Path, error: duckdb.Error) -> InvalidInputError:
    found = LINE.search(str(error))
    line: object = found.group(1) if found else "?"
    return InvalidInputError("bundle_rows", field="file", value=file.name, line=line)
