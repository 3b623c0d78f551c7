"""Ratings from a file: `{"raw": ...}` or long CSV, checked row by row, as clips x raters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter
from typing import NamedTuple, NoReturn

from videogen.domain import strict_csv
from videogen.domain.rating import Dimension, PresentationKind
from videogen.errors import InvalidInputError

COLUMNS = ("clip_id", "prompt_id", "condition", "rater", "dimension", "score", "rated_at")
WHOLE_SCORES = {form: float(n) for n in range(1, 6) for form in (f"{n}", f"{n}.0")}
DIMENSIONS = frozenset({"", *Dimension})  # empty: overall
OVERALL = frozenset({"", Dimension.OVERALL.value})
TEST = frozenset({"", PresentationKind.TEST.value})
SHOWN = 80  # characters of a value in an error


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingTable:
    """Scores, shape (n_clips, n_raters), None = missing; the names stand in the same order.

    From JSON the names and prompts are None: each clip has a prompt of its own.
    """

    raw: tuple[tuple[float | None, ...], ...]
    clip_ids: tuple[str, ...] | None = None
    raters: tuple[str, ...] | None = None
    prompt_ids: tuple[str, ...] | None = None
    conditions: tuple[str, ...] = ()


def table_from_json(data: object) -> RatingTable:
    """From `{"raw": [[score or null per rater] per clip]}`; other keys are ignored.

    A score is any number from 1 to 5: published panels were also rated on continuous scales. Our
    own ratings, and those in a CSV, are whole.

    Raises: InvalidInputError: names the place, the value and the fix.
    """
    if not isinstance(data, dict) or "raw" not in data:
        _refuse("ratings_no_raw", "raw", None)
    rows = data["raw"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        _refuse("ratings_raw_shape", "raw", rows)
    length = len(rows[0]) if rows else 0
    for i, row in enumerate(rows):
        if len(row) != length:
            _refuse("ratings_raw_ragged", f"raw[{i}]", len(row), length=length)
    raw = tuple(
        tuple(_number(score, i, j) for j, score in enumerate(row)) for i, row in enumerate(rows)
    )
    if all(score is None for row in raw for score in row):
        _refuse("ratings_none", "raw", None)
    return RatingTable(raw=raw)


def table_from_csv(text: str, condition: str | None = None) -> RatingTable:
    """From long CSV, one vote a row, with the columns `COLUMNS` in any order and any others.

    Only votes on the overall dimension count and, where there is a column `kind`, only those of
    kind test; an empty cell means overall, and test. An empty score is a missing vote. Where a
    rater voted on a clip more than once the newest `rated_at` counts (no time zone: UTC). Comma,
    semicolon or tab; a byte order mark, Excel's `sep=;` and any line ends are taken. Clips and
    raters keep the order in which they first come.

    Args:
        text: the file's text.
        condition: only its clips; None: all clips together.

    Raises: InvalidInputError: names row (the header is row 1), column, value and fix.
    """
    rows = strict_csv.rows(text)
    pick = _picker(next(rows, (1, []))[1])
    votes = _Votes()
    seen: set[str] = set()
    for number, row in rows:
        cells = _Cells._make(pick([*row, "test"]))
        seen.add(cells.condition)
        score = _whole_score(cells.score, number)
        _check_dimension(cells.dimension, number)
        if _counts(cells) and (condition is None or cells.condition == condition):
            votes.add(cells, score, number)
    if condition is not None and condition not in seen:
        known = ", ".join(sorted(filter(None, seen)))
        _refuse("ratings_condition_unknown", "condition", condition, known=known)
    if all(vote.score is None for vote in votes.standing.values()):
        _refuse("ratings_none", "score", None)
    return votes.table()


class _Cells(NamedTuple):
    """What counts of a row; tuples, since a file may have a million."""

    clip_id: str
    prompt_id: str
    condition: str
    rater: str
    dimension: str
    score: str
    rated_at: str
    kind: str


class _Vote(NamedTuple):
    score: float | None
    rated_at: str
    row: int


@dataclass(slots=True)
class _Votes:
    """The votes that stand so far."""

    clips: dict[str, int] = field(default_factory=dict)
    raters: dict[str, int] = field(default_factory=dict)
    facts: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    standing: dict[tuple[int, int], _Vote] = field(default_factory=dict)

    def add(self, cells: _Cells, score: float | None, number: int) -> None:
        clip, rater = cells.clip_id, cells.rater
        if not (clip and rater):
            _refuse("ratings_cell_empty", "rater" if clip else "clip_id", None, row=number)
        facts = self.facts.get(clip)
        if facts is None:
            self.facts[clip] = cells.prompt_id, cells.condition, number
        elif facts[0] != cells.prompt_id or facts[1] != cells.condition:
            _refuse_clip(cells, facts, number)
        key = (
            self.clips.setdefault(clip, len(self.clips)),
            self.raters.setdefault(rater, len(self.raters)),
        )
        vote = _Vote(score, cells.rated_at, number)
        former = self.standing.get(key)
        if former is None or _is_newer(vote, former, clip=clip, rater=rater):
            self.standing[key] = vote

    def table(self) -> RatingTable:
        raw: list[list[float | None]] = [[None] * len(self.raters) for _ in self.clips]
        for (clip, rater), vote in self.standing.items():
            raw[clip][rater] = vote.score
        # A clip without a prompt stands for itself; no prompt is named with a NUL.
        prompts = tuple(prompt or f"\0{clip}" for clip, (prompt, _, _) in self.facts.items())
        conditions = {condition for _, condition, _ in self.facts.values() if condition}
        return RatingTable(
            raw=tuple(tuple(row) for row in raw),
            clip_ids=tuple(self.clips),
            raters=tuple(self.raters),
            prompt_ids=prompts,
            conditions=tuple(sorted(conditions)),
        )


def _picker(header: Sequence[str]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Takes a row's cells in the order of `_Cells`; without a column `kind` it is the cell after
    the last.
    """
    names = [name.lower() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        _refuse("ratings_columns", "header", ", ".join(header), missing=", ".join(missing))
    twice = [name for name in (*COLUMNS, "kind") if names.count(name) > 1]
    if twice:
        _refuse("ratings_column_twice", "header", ", ".join(twice))
    kind = names.index("kind") if "kind" in names else len(names)
    return itemgetter(*(names.index(name) for name in COLUMNS), kind)


def _counts(cells: _Cells) -> bool:
    return cells.dimension.lower() in OVERALL and cells.kind.lower() in TEST


def _check_dimension(cell: str, number: int) -> None:
    """A dimension that nobody knows is a slip of the pen: its votes would be lost unseen."""
    if cell.lower() not in DIMENSIONS:
        known = ", ".join(Dimension)
        _refuse("ratings_row_word", "dimension", cell, row=number, known=known)


def _refuse_clip(cells: _Cells, facts: tuple[str, str, int], number: int) -> NoReturn:
    """A clip that is named with two prompts or two conditions."""
    is_prompt = cells.prompt_id != facts[0]
    name, value = ("prompt_id", cells.prompt_id) if is_prompt else ("condition", cells.condition)
    _refuse("ratings_clip_differs", name, value, row=number, clip=cells.clip_id, other_row=facts[2])


def _whole_score(cell: str, number: int) -> float | None:
    if not cell:
        return None
    if cell not in WHOLE_SCORES:
        _refuse("ratings_score", "score", cell, row=number)
    return WHOLE_SCORES[cell]


def _number(score: object, clip: int, rater: int) -> float | None:
    if score is None:
        return None
    if not isinstance(score, (int, float)) or isinstance(score, bool) or not 1 <= score <= 5:
        _refuse("ratings_raw_score", f"raw[{clip}][{rater}]", score)
    return float(score)


def _is_newer(vote: _Vote, former: _Vote, *, clip: str, rater: str) -> bool:
    at, former_at = _time(vote), _time(former)
    if at == former_at and vote.score != former.score:
        _refuse(
            "ratings_twice", "rater", rater, row=vote.row, other_row=former.row, clip=clip[:SHOWN]
        )
    return at > former_at


def _time(vote: _Vote) -> datetime:
    """Asked only of votes that stand against each other."""
    try:
        at = datetime.fromisoformat(vote.rated_at)
    except ValueError:
        _refuse("ratings_time", "rated_at", vote.rated_at, row=vote.row)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _refuse(problem: str, field_name: str, value: object, **facts: object) -> NoReturn:
    is_small = isinstance(value, (int, float)) and abs(value) < 1e15  # NaN and Infinity are not
    shown = value if value is None or is_small else str(value)[:SHOWN]
    raise InvalidInputError(problem, field=field_name, value=shown, **facts)
