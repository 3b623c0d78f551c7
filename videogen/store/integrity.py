"""What rows must agree on: DuckDB holds no foreign keys here (ADR 1), so they are asked after."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from videogen.store.database import Database

N_EXAMPLES = 5

BROKEN_REFERENCE = """
    SELECT DISTINCT CAST(child."{column}" AS VARCHAR) AS subject
    FROM "{table}" AS child
    WHERE child."{column}" IS NOT NULL
      AND NOT EXISTS (FROM "{parent}" AS parent WHERE parent."{key}" = child."{column}")
    ORDER BY subject
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A column that names a row of another table."""

    table: str
    column: str
    parent: str
    key: str

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Rows that contradict others; `rule` is a reference or the name of a contradiction."""

    rule: str
    n_rows: int
    examples: tuple[str, ...]  # at most `N_EXAMPLES` ids


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFile:
    """A file that a row names, and whose row that is."""

    path: str  # below the data folder
    subject: str
    kind: str  # clip, thumbnail, rendition, input, bundle
    sha256: str | None
    size_bytes: int | None
    is_removed: bool  # by retention: it should not be there


def _to(parent: str, *columns: str, key: str | None = None) -> Iterator[Reference]:
    """`table.column` names; the key of `parent` is `parent_id` unless told."""
    for one in columns:
        table, column = one.split(".")
        yield Reference(table=table, column=column, parent=parent, key=key or f"{parent}_id")


REFERENCES: tuple[Reference, ...] = (
    *_to(
        "run",
        "attempt.run_id",
        "clip.run_id",
        "run.requeued_from",
    ),
    *_to("condition", "run.condition_id", "run.routed_to", "attempt.condition_id"),
    *_to("prompt", "run.prompt_id"),
    *_to(
        "campaign",
        "run.campaign_id",
        "panel_session.campaign_id",
        "pair_round.campaign_id",
        "pair_vote.campaign_id",
        "round_exit.campaign_id",
        "rendition.campaign_id",
        "reservation.campaign_id",
        "decision.campaign_id",
    ),
    *_to("prompt_suite", "campaign.suite_id", key="suite_id"),
    *_to("criterion", "campaign.criteria_version", "decision.criteria_version", key="version"),
    *_to(
        "clip",
        "run.clip_id",
        "rendition.clip_id",
        "reference_clip.clip_id",
        "presentation.clip_id",
        "clip_feedback.clip_id",
        "input_file.from_clip_id",
        "pair.left_clip_id",
        "pair.right_clip_id",
        "pair_vote.left_clip_id",
        "pair_vote.right_clip_id",
    ),
    *_to("attempt", "vram_trace.attempt_id", "reservation.attempt_id"),
    *_to("price", "attempt.price_id"),
    *_to(
        "rater",
        "panel_session.rater_id",
        "pair_round.rater_id",
        "pair_vote.rater_id",
        "round_exit.rater_id",
    ),
    *_to("panel_session", "presentation.session_id", key="session_id"),
    *_to("presentation", "rating.presentation_id"),
    *_to("rating", "rating_withdrawal.rating_id"),
    *_to("pair_round", "pair.pair_round_id"),
    *_to("pair", "pair_vote.pair_id"),
    *_to("pair_vote", "pair_vote_withdrawal.vote_id", key="vote_id"),
)

# Ids that stand in a list or by name inside one column.
LISTED = """
    SELECT DISTINCT listed.id AS subject FROM (
        SELECT unnest(json_extract_string("{column}", '{places}')) AS id FROM "{table}"
    ) AS listed
    WHERE NOT EXISTS (FROM "{parent}" AS parent WHERE parent."{key}" = listed.id)
    ORDER BY subject
"""
KEYS = {"input_file": "input_id"}
LISTS: Mapping[str, tuple[str, str]] = {  # where -> what it names, and how deep
    "campaign.candidates": ("condition", "$[*]"),
    "campaign.baselines": ("condition", "$[*]"),
    "campaign.prompt_ids": ("prompt", "$[*]"),
    "campaign.inputs": ("input_file", "$.*.*"),
    "pair_round.condition_ids": ("condition", "$[*]"),
    "run.inputs": ("input_file", "$.*"),
}

CONTRADICTIONS: Mapping[str, str] = {
    "run_without_clip": """
        SELECT run_id AS subject FROM run WHERE status = 'succeeded' AND clip_id IS NULL
    """,
    "run_without_end": """
        SELECT run_id AS subject FROM run
        WHERE status NOT IN ('queued', 'running') AND ended_at IS NULL
    """,
    "run_ended_and_open": """
        SELECT run_id AS subject FROM run
        WHERE status IN ('queued', 'running') AND ended_at IS NOT NULL
    """,
    "ended_run_with_open_attempt": """
        SELECT DISTINCT run_id AS subject FROM run JOIN attempt USING (run_id)
        WHERE run.status NOT IN ('queued', 'running', 'uncertain')
          AND attempt.state IN ('intended', 'submitted', 'running', 'fetching')
    """,
    "run_with_two_open_attempts": """
        SELECT run_id AS subject FROM attempt
        WHERE state IN ('intended', 'submitted', 'running', 'fetching')
        GROUP BY run_id HAVING count(*) > 1
    """,
    "run_without_its_attempt": """
        SELECT run_id AS subject FROM run WHERE status IN ('running', 'succeeded')
          AND NOT EXISTS (FROM attempt WHERE attempt.run_id = run.run_id)
    """,
    "clip_of_another_run": """
        SELECT run.run_id AS subject FROM run JOIN clip USING (clip_id)
        WHERE clip.run_id <> run.run_id
    """,
    "money_held_for_finished_call": """
        SELECT attempt_id AS subject FROM reservation JOIN attempt USING (attempt_id)
        WHERE reservation.state = 'held'
          AND (attempt.state = 'succeeded' OR attempt.cost_usd IS NOT NULL)
    """,
    "money_settled_otherwise_than_costed": """
        SELECT attempt_id AS subject FROM reservation JOIN attempt USING (attempt_id)
        WHERE reservation.state = 'settled' AND settled_usd IS DISTINCT FROM attempt.cost_usd
    """,
    "run_costs_more_or_less_than_its_attempts": """
        SELECT run_id AS subject FROM run JOIN attempt USING (run_id)
        WHERE run.ended_at IS NOT NULL GROUP BY run_id, run.cost_usd
        HAVING count(*) = count(attempt.cost_usd)
           AND abs(run.cost_usd - sum(attempt.cost_usd)) > 0.00001  -- each row is rounded
    """,
    "money_settled_without_amount": """
        SELECT attempt_id AS subject FROM reservation
        WHERE (state = 'settled') <> (settled_usd IS NOT NULL)
    """,
    "two_ratings_of_one_question": """
        SELECT presentation_id || ' ' || dimension AS subject FROM rating
        WHERE rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
        GROUP BY presentation_id, dimension HAVING count(*) > 1
    """,
    "rating_off_the_scale": """
        SELECT rating_id AS subject FROM rating WHERE score NOT BETWEEN 1 AND 5
    """,
    "session_ended_before_it_began": """
        SELECT session_id AS subject FROM panel_session WHERE ended_at < started_at
    """,
}

NAMED_FILES = """
    SELECT 'clips/' || file AS path, clip_id AS subject, 'clip' AS kind, sha256, size_bytes,
           file_removed_at IS NOT NULL AS is_removed FROM clip
    UNION ALL
    SELECT 'clips/' || thumbnail, clip_id, 'thumbnail', NULL, NULL, false FROM clip
    WHERE thumbnail IS NOT NULL
    UNION ALL
    SELECT 'clips/' || file, clip_id, 'rendition', NULL, size_bytes, false FROM rendition
    UNION ALL
    SELECT 'inputs/' || file, input_id, 'input', input_id, size_bytes, false FROM input_file
    UNION ALL
    SELECT bundle_file, decision_id, 'bundle', bundle_sha256, NULL, false FROM decision
    WHERE bundle_file IS NOT NULL
    ORDER BY path, subject
"""
OPEN_ATTEMPTS = """
    SELECT attempt_id AS subject FROM attempt
    WHERE state IN ('intended', 'submitted', 'running', 'fetching', 'uncertain')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    subject: str


def disagreements(database: Database) -> list[Disagreement]:
    """Every broken reference, then every contradiction; nothing is changed."""
    asked = {
        one.name: BROKEN_REFERENCE.format(
            table=one.table, column=one.column, parent=one.parent, key=one.key
        )
        for one in REFERENCES
    }
    rules = {**asked, **dict(_listed()), **CONTRADICTIONS}
    with database.snapshot():
        found = {
            rule: [row.subject for row in database.rows(_Subject, sql)]
            for rule, sql in rules.items()
        }
    return [
        Disagreement(rule=rule, n_rows=len(rows), examples=tuple(rows[:N_EXAMPLES]))
        for rule, rows in found.items()
        if rows
    ]


def _listed() -> Iterator[tuple[str, str]]:
    for where, (parent, places) in LISTS.items():
        table, column = where.split(".")
        key = KEYS.get(parent, f"{parent}_id")
        yield (
            where,
            LISTED.format(table=table, column=column, parent=parent, key=key, places=places),
        )


def named_files(database: Database) -> list[NamedFile]:
    return database.rows(NamedFile, NAMED_FILES)


def open_attempt_ids(database: Database) -> frozenset[str]:
    """Whose file may be on its way here."""
    return frozenset(row.subject for row in database.rows(_Subject, OPEN_ATTEMPTS))
