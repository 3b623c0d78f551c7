"""Ratings from a file into a campaign: all of its rows or none, and once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid4, uuid5

from videogen.domain.event import Event
from videogen.domain.rating import PanelSession, Presentation, Rater, RaterKind, Rating
from videogen.errors import InvalidInputError, VideogenError
from videogen.panel.rating_export import condition_labels
from videogen.panel.rating_rows import KnownCampaign, RatingRow, checked_row
from videogen.panel.ratings_file import Cells, read_rows, shown
from videogen.panel.sessions import clips_to_rate, origin_of, sessions_of
from videogen.store import (
    Database,
    add,
    get_campaign,
    get_condition,
    raters,
    reference_clips,
    standing_ratings,
)

N_SHOWN = 20
_NEEDED = ("rater", "score")
_CLIP_COLUMNS = ("clip_id", "condition", "prompt_id")


class RatingsRefusedError(VideogenError):
    """Rows of the file cannot be used, so nothing of it was stored; facts: n_wrong, n_rows."""

    code = "ratings_refused"

    def __init__(
        self, file_name: str, problems: Sequence[InvalidInputError], *, n_rows: int
    ) -> None:
        self.problems = tuple(problems[:N_SHOWN])  # each names its row, field, value and fix
        self.n_more = len(problems) - len(self.problems)
        super().__init__(field="file", value=file_name, n_wrong=len(problems), n_rows=n_rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRatings:
    """What came of a file."""

    n_rows: int
    n_added: int
    n_known: int  # stood already, from this file or another, or twice in it
    n_raters: int
    n_new_raters: int
    n_sessions: int


def import_ratings(
    database: Database,
    campaign_id: str,
    content: bytes,
    *,
    file_name: str,
    who: str,
    now: datetime,
) -> ImportedRatings:
    """Store the opinions of a CSV, JSON or Parquet file; the same file again adds nothing.

    A row names its clip by `clip_id`, or by `condition`, `prompt_id` and, where there are several,
    `seed`; and `rater` and `score`. All else may be missing.
    Raises: NotFoundError: there is no such campaign. InvalidInputError: the file cannot be read.
        RatingsRefusedError: some rows cannot be used. Then nothing is stored.
    """
    file_name = shown(file_name.replace("\\", "/").rsplit("/", 1)[-1])
    rows = read_rows(content, file_name)
    with database.write():
        known = _known(database, campaign_id)
        _check_columns(rows)
        checked = _checked(database, rows, known, file_name, now)
        new = list({row.rating_id: row for row in checked.new}.values())
        people = _people(new, known, now)
        records = list(_records(database, campaign_id, new, people, file_name))
        if new:
            add(database, [one for one in people.values() if one.name not in known.raters])
            add(database, [*records, _event(campaign_id, file_name, who, len(new), now)])
    return ImportedRatings(
        n_rows=len(rows),
        n_added=len(new),
        n_known=len(rows) - len(new),
        n_raters=len({row.rater for row in checked.rows}),
        n_new_raters=len([one for one in people if one not in known.raters]),
        n_sessions=sum(isinstance(one, PanelSession) for one in records),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    rows: Sequence[RatingRow]
    new: Sequence[RatingRow]


def _known(database: Database, campaign_id: str) -> KnownCampaign:
    campaign = get_campaign(database, campaign_id)
    clips = clips_to_rate(database, campaign)
    labels = condition_labels(campaign, lambda one: get_condition(database, one))
    origin = origin_of(clips)
    clips_of: dict[tuple[str, str], list[str]] = {}
    for clip_id, run in clips.items():
        clips_of.setdefault((run.condition_id, run.prompt_id), []).append(clip_id)
    return KnownCampaign(
        campaign_id=campaign_id,
        origin=origin,
        conditions={label: one for one, label in labels.items()} | {one: one for one in labels},
        prompt_ids=frozenset(campaign.prompt_ids),
        runs=clips,
        clips_of=clips_of,
        references={
            one.clip_id: one.kind for one in reference_clips(database, origin, retired=True)
        },
        raters={one.name: one for one in raters(database)},
    )


def _check_columns(rows: Sequence[tuple[int, Cells]]) -> None:
    if not rows:
        raise InvalidInputError("ratings_import_none", field="score")
    found = rows[0][1].keys()
    missing = [name for name in _NEEDED if name not in found]
    if "clip_id" not in found and not set(_CLIP_COLUMNS[1:]) <= set(found):
        missing.append("clip_id")  # the one that does for both of the others
    if missing:
        raise InvalidInputError(
            "ratings_import_columns",
            field="header",
            value=shown(", ".join(found)),
            missing=", ".join(missing),
        )


def _checked(
    database: Database,
    rows: Sequence[tuple[int, Cells]],
    known: KnownCampaign,
    file_name: str,
    now: datetime,
) -> _Checked:
    """Every row is looked at before any is stored."""
    checked: list[RatingRow] = []
    problems: list[InvalidInputError] = []
    for number, cells in rows:
        try:
            checked.append(checked_row(number, cells, known, now))
        except InvalidInputError as problem:
            problems.append(problem)
    standing = standing_ratings(database, {row.rating_id for row in checked})
    meanings = {
        one.rating_id: (one.campaign_id, one.rater_name, one.clip_id, one.dimension, one.score)
        for one in standing.values()
    }
    for row in checked:
        meaning = (known.campaign_id, row.rater, row.clip_id, row.dimension, row.score)
        if meanings.setdefault(row.rating_id, meaning) != meaning:
            problems.append(_id_used(row))
    problems += _contradictions(checked)
    if problems:
        problems.sort(key=lambda problem: int(str(problem.facts["row"])))
        raise RatingsRefusedError(file_name, problems, n_rows=len(rows))
    return _Checked(rows=checked, new=[row for row in checked if row.rating_id not in standing])


def _contradictions(rows: Sequence[RatingRow]) -> Iterator[InvalidInputError]:
    """Two scores of one moment: no newest one could be told that counts."""
    first: dict[tuple[object, ...], RatingRow] = {}
    for row in rows:
        key = (row.rater, row.clip_id, row.kind, row.dimension, row.rated_at)
        other = first.setdefault(key, row)
        if other.score != row.score and other.rating_id != row.rating_id:
            yield InvalidInputError(
                "ratings_twice",
                field="rater",
                value=row.rater,
                row=row.number,
                other_row=other.number,
                clip=row.clip_id,
            )


def _id_used(row: RatingRow) -> InvalidInputError:
    return InvalidInputError(
        "ratings_row_id_used", field="rating_id", value=row.rating_id, row=row.number
    )


def _people(rows: Sequence[RatingRow], known: KnownCampaign, now: datetime) -> Mapping[str, Rater]:
    """By name: those that are known already, and new ones."""
    kinds: dict[str, RaterKind] = {row.rater: row.rater_kind for row in rows}
    return {
        name: known.raters.get(name)
        or Rater(rater_id=str(uuid4()), name=name, kind=kind, created_at=now)
        for name, kind in kinds.items()
    }


def _records(
    database: Database,
    campaign_id: str,
    rows: Sequence[RatingRow],
    people: Mapping[str, Rater],
    file_name: str,
) -> Iterator[PanelSession | Presentation | Rating]:
    sittings: dict[tuple[str, str], list[RatingRow]] = {}
    for row in rows:
        sittings.setdefault((row.rater, row.session), []).append(row)
    n_rounds: dict[str, int] = {}
    for (name, _), own in sittings.items():
        rater = people[name]
        if name not in n_rounds:
            n_rounds[name] = len(sessions_of(database, campaign_id, rater.rater_id))
        n_rounds[name] += 1
        session = PanelSession(
            session_id=str(uuid4()),
            campaign_id=campaign_id,
            rater_id=rater.rater_id,
            round=n_rounds[name],
            seed=0,
            started_at=min(row.served_at or row.rated_at for row in own),
            ended_at=max(row.rated_at for row in own),  # nobody goes on with it
            source=file_name,
        )
        yield session
        yield from _shown_and_said(session, own)


def _shown_and_said(
    session: PanelSession, rows: Sequence[RatingRow]
) -> Iterator[Presentation | Rating]:
    """Opinions of one showing in several dimensions belong to one presentation."""
    shown_before: dict[tuple[object, ...], str] = {}
    for row in rows:
        key = (row.clip_id, row.kind, row.position)
        if key not in shown_before:
            name = f"{session.session_id}/{len(shown_before)}"
            shown_before[key] = str(uuid5(NAMESPACE_URL, name))
            yield Presentation(
                presentation_id=shown_before[key],
                session_id=session.session_id,
                position=len(shown_before) - 1 if row.position is None else row.position,
                clip_id=row.clip_id,
                kind=row.kind,
                served_at=row.served_at,
                ended_at=row.ended_at,
                replays=row.replays,
                stalls=row.stalls,
                dropped_frames=row.dropped_frames,
                watched_s=row.watched_s,
            )
        yield Rating(
            rating_id=row.rating_id,
            presentation_id=shown_before[key],
            dimension=row.dimension,
            score=row.score,
            rated_at=row.rated_at,
        )


def _event(campaign_id: str, file_name: str, who: str, n_added: int, now: datetime) -> Event:
    return Event(
        event_id=str(uuid4()),
        at=now,
        kind="ratings.imported",
        subject_id=campaign_id,
        data={"file": file_name, "who": who, "n_added": n_added},
    )
