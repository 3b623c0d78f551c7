"""Ratings from a file: `{"raw": ...}` or long CSV, checked row by row, as clips x raters."""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

from videogen.errors import InvalidInputError

COLUMNS = ("clip_id", "prompt_id", "condition", "rater", "dimension", "score", "rated_at")
WHOLE_SCORES = {form: float(n) for n in range(1, 6) for form in (f"{n}", f"{n}.0")}
DELIMITERS = ",;\t"
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
    if not rows:
        _refuse("ratings_none", "raw", None)
    length = len(rows[0])
    for i, row in enumerate(rows):
        if len(row) != length:
            _refuse("ratings_raw_ragged", f"raw[{i}]", len(row), length=length)
    return RatingTable(
        raw=tuple(
            tuple(_number(score, i, j) for j, score in enumerate(row)) for i, row in enumerate(rows)
        )
    )


def table_from_csv(text: str, condition: str | None = None) -> RatingTable:
    """From long CSV, one vote a row, with the columns `COLUMNS` in any order and any others.

    Only votes on the overall dimension count and, where there is a column `kind`, only those of
    kind test. An empty score is a missing vote. Where a rater voted on a clip more than once the
    newest `rated_at` counts (no time zone: UTC). Comma, semicolon or tab; a byte order mark and
    any line ends are taken. Clips and raters keep the order in which they first come.

    Args:
        text: the file's text.
        condition: only its clips; None: all clips together.

    Raises: InvalidInputError: names row (the header is row 1), column, value and fix.
    """
    rows = _rows(text)
    header = next(rows, (1, []))[1]
    places = _places(header)
    votes = _Votes()
    seen: dict[str, None] = {}
    for number, row in rows:
        if len(row) != len(header):
            _refuse("ratings_row_ragged", "row", len(row), row=number, length=len(header))
        cells = {name: row[place] for name, place in places.items()}
        seen[cells["condition"]] = None
        score = _whole_score(cells["score"], number)
        if _counts(cells) and condition in {None, cells["condition"]}:
            votes.add(cells, score, number)
    if condition is not None and condition not in seen:
        known = ", ".join(sorted(filter(None, seen)))
        _refuse("ratings_condition_unknown", "condition", condition, known=known)
    if not votes.standing:
        _refuse("ratings_none", "score", None)
    return votes.table()


@dataclass(frozen=True, slots=True)
class _Vote:
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

    def add(self, cells: Mapping[str, str], score: float | None, number: int) -> None:
        clip, rater = cells["clip_id"], cells["rater"]
        for name, value in (("clip_id", clip), ("rater", rater)):
            if not value:
                _refuse("ratings_cell_empty", name, None, row=number)
        self._know(clip, cells, number)
        key = (
            self.clips.setdefault(clip, len(self.clips)),
            self.raters.setdefault(rater, len(self.raters)),
        )
        vote = _Vote(score, cells["rated_at"], number)
        former = self.standing.get(key)
        if former is None or _is_newer(vote, former, clip=clip, rater=rater):
            self.standing[key] = vote

    def _know(self, clip: str, cells: Mapping[str, str], number: int) -> None:
        prompt, condition, row = self.facts.setdefault(
            clip, (cells["prompt_id"], cells["condition"], number)
        )
        for name, value in (("prompt_id", prompt), ("condition", condition)):
            if cells[name] != value:
                _refuse(
                    "ratings_clip_differs", name, cells[name], row=number, clip=clip, other_row=row
                )

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


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Number and stripped cells of each row that is not blank."""
    text = text.removeprefix("\ufeff")
    first = text.lstrip().partition("\n")[0]
    if not first:
        _refuse("ratings_empty", "file", None)
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, strict=True)
    number = 0
    try:
        for row in reader:
            number += 1
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield number, cells
    except csv.Error as error:
        _refuse("ratings_row_broken", "row", number + 1, detail=error)


def _places(header: Sequence[str]) -> Mapping[str, int]:
    names = [name.lower() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        _refuse("ratings_columns", "header", ", ".join(header), missing=", ".join(missing))
    return {name: names.index(name) for name in (*COLUMNS, "kind") if name in names}


def _counts(cells: Mapping[str, str]) -> bool:
    dimension, kind = cells["dimension"].lower(), cells.get("kind", "test").lower()
    return dimension in {"", "overall"} and kind == "test"


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
    is_number = isinstance(value, (int, float)) and math.isfinite(value)
    shown = value if value is None or is_number else str(value)[:SHOWN]
    raise InvalidInputError(problem, field=field_name, value=shown, **facts)
