"""The rows of a ratings file against a campaign: what each is an opinion of, or what is wrong."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NoReturn, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from videogen.domain.rating import Dimension, PresentationKind, Rater, RaterKind
from videogen.domain.run import Origin, Run
from videogen.errors import InvalidInputError
from videogen.panel.names import MAX_NAME_CHARACTERS
from videogen.panel.ratings_file import Cells, shown

Word = TypeVar("Word", bound=StrEnum)

OF_A_RUN = (PresentationKind.TEST, PresentationKind.REPEAT)
_SCORES = {form: n for n in range(1, 6) for form in (f"{n}", f"{n}.0")}
_COUNT_LIMIT = 2**31
_AHEAD = timedelta(days=1)  # a clock without a time zone may be ahead of ours by so much


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCampaign:
    """What the rows may name."""

    campaign_id: str
    origin: Origin
    conditions: Mapping[str, str]  # condition_id by its name and by itself
    prompt_ids: frozenset[str]
    runs: Mapping[str, Run]  # by clip_id: the clips that are up for rating
    clips_of: Mapping[tuple[str, str], Sequence[str]]  # clip_ids by condition_id and prompt_id
    references: Mapping[str, PresentationKind]  # by clip_id
    raters: Mapping[str, Rater]  # by name


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRow:
    """One opinion of a file that can be stored."""

    number: int
    rating_id: str
    rater: str
    rater_kind: RaterKind
    clip_id: str
    kind: PresentationKind
    dimension: Dimension
    score: int
    rated_at: datetime
    served_at: datetime | None
    ended_at: datetime
    session: str  # the file's word for the sitting, empty when it has none
    position: int | None
    replays: int | None
    stalls: int | None
    dropped_frames: int | None
    watched_s: float | None


def checked_row(number: int, cells: Cells, known: KnownCampaign, now: datetime) -> RatingRow:
    """Raises: InvalidInputError: the first thing that is wrong: row, field, value and fix."""
    row = _Row(number, cells, known, now)
    rater = row.rater()
    kind = row.word("kind", PresentationKind, PresentationKind.TEST)
    dimension = row.word("dimension", Dimension, Dimension.OVERALL)
    ended_at = row.time("ended_at")
    rated_at = row.time("rated_at") or ended_at or now
    row.check_origin()
    clip_id = row.clip(kind)
    score = row.score()
    return RatingRow(
        number=number,
        rating_id=row.rating_id(rater, kind, dimension, clip_id, score),
        rater=rater,
        rater_kind=row.rater_kind(rater),
        clip_id=clip_id,
        kind=kind,
        dimension=dimension,
        score=score,
        rated_at=rated_at,
        served_at=row.time("served_at"),
        ended_at=ended_at or rated_at,
        session=row.cell("session_id"),
        position=row.count("position"),
        replays=row.count("replays"),
        stalls=row.count("stalls"),
        dropped_frames=row.count("dropped_frames"),
        watched_s=row.seconds("watched_s"),
    )


class _Row:
    """Reads the cells of one row."""

    def __init__(self, number: int, cells: Cells, known: KnownCampaign, now: datetime) -> None:
        self._number = number
        self._cells = cells
        self._known = known
        self._now = now

    def cell(self, name: str) -> str:
        return self._cells.get(name, "").strip()

    def rater(self) -> str:
        name = " ".join(self.cell("rater").split())
        if not name:
            self._refuse("ratings_cell_empty", "rater")
        if len(name) > MAX_NAME_CHARACTERS:
            self._refuse("ratings_row_name_long", "rater", limit=MAX_NAME_CHARACTERS)
        return name

    def rater_kind(self, rater: str) -> RaterKind:
        stored = self._known.raters.get(rater)
        kind = self.word("rater_kind", RaterKind, stored.kind if stored else RaterKind.HUMAN)
        if kind is RaterKind.SIMULATED and self._known.origin is Origin.LIVE:
            self._refuse("ratings_row_simulated", "rater")
        if stored is not None and stored.kind is not kind:
            self._refuse("ratings_row_rater_kind", "rater", kind=stored.kind.value)
        return kind

    def word(self, name: str, words: type[Word], otherwise: Word) -> Word:
        cell = self.cell(name).lower()
        if not cell:
            return otherwise
        if cell not in {word.value for word in words}:
            known = ", ".join(word.value for word in words)
            self._refuse("ratings_row_word", name, known=known)
        return words(cell)

    def score(self) -> int:
        if self.cell("score") not in _SCORES:
            self._refuse("ratings_row_score", "score")
        return _SCORES[self.cell("score")]

    def time(self, name: str) -> datetime | None:
        cell = self.cell(name)
        if not cell:
            return None
        try:
            read = datetime.fromisoformat(cell)
            at = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self._refuse("ratings_row_time", name)
        if at > self._now + _AHEAD:
            self._refuse("ratings_row_future", name)
        return at

    def count(self, name: str) -> int | None:
        number = self._number_in(name)
        if number is not None and not (number.is_integer() and number < _COUNT_LIMIT):
            self._refuse("ratings_row_count", name)
        return None if number is None else int(number)

    def seconds(self, name: str) -> float | None:
        return self._number_in(name)

    def check_origin(self) -> None:
        """What a sandbox made and what was measured never stand in one verdict."""
        origin = self.word("origin", Origin, self._known.origin)
        if origin is not self._known.origin:
            self._refuse("ratings_row_origin", "origin", origin=self._known.origin.value)

    def clip(self, kind: PresentationKind) -> str:
        clip_id = self.cell("clip_id")
        if kind not in OF_A_RUN:
            if self._known.references.get(clip_id) is not kind:
                self._refuse("ratings_row_reference", "clip_id", kind=kind.value)
            return clip_id
        if not clip_id:
            return self._clip_of_condition()
        run = self._known.runs.get(clip_id)
        if run is None:
            self._refuse("ratings_row_clip", "clip_id")
        condition = self.cell("condition")
        if condition and self._known.conditions.get(condition) != run.condition_id:
            self._refuse("ratings_row_clip_of_another", "condition", clip=clip_id)
        if self.cell("prompt_id") not in ("", run.prompt_id):
            self._refuse("ratings_row_clip_of_another", "prompt_id", clip=clip_id)
        return clip_id

    def rating_id(
        self,
        rater: str,
        kind: PresentationKind,
        dimension: Dimension,
        clip_id: str,
        score: int,
    ) -> str:
        """The file's own id; else one that follows from the content, so that it comes once."""
        own = self.cell("rating_id")
        if not own:
            said = (rater, kind, dimension, clip_id, str(score), self.cell("rated_at"))
            place = (self._known.campaign_id, self.cell("session_id"), self.cell("position"))
            return str(uuid5(NAMESPACE_URL, "\x1f".join(("rating", *place, *said))))
        try:
            return str(UUID(own))
        except ValueError:
            self._refuse("ratings_row_id", "rating_id")

    def _clip_of_condition(self) -> str:
        condition_id = self._known.conditions.get(self.cell("condition"))
        if condition_id is None:
            names = sorted(one for one in self._known.conditions if "@" not in one)
            self._refuse("ratings_row_condition", "condition", known=", ".join(names))
        prompt_id, seed = self.cell("prompt_id"), self.count("seed")
        if prompt_id not in self._known.prompt_ids:
            self._refuse("ratings_row_prompt", "prompt_id")
        planned = self._known.clips_of.get((condition_id, prompt_id), ())
        found = [one for one in planned if seed in (None, self._known.runs[one].seed)]
        if not found:
            self._refuse("ratings_row_no_clip", "prompt_id", condition=self.cell("condition"))
        if len(found) > 1:
            self._refuse("ratings_row_seed", "seed", n_clips=len(found))
        return found[0]

    def _number_in(self, name: str) -> float | None:
        cell = self.cell(name)
        if not cell:
            return None
        try:
            number = float(cell)
        except ValueError:
            number = math.nan
        if not (math.isfinite(number) and number >= 0):
            self._refuse("ratings_row_count", name)
        return number

    def _refuse(self, problem: str, name: str, **facts: object) -> NoReturn:
        value = shown(self.cell(name)) or None
        raise InvalidInputError(problem, field=name, value=value, row=self._number, **facts)
