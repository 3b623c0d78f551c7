"""Strips: several seeds of one prompt, asked for together."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from videogen import store
from videogen.domain.access import Permission
from videogen.domain.feedback import ClipFeedback
from videogen.domain.run import Run
from videogen.panel import feedback
from videogen.ui import loaders, run_loaders, who
from videogen.ui.loaders import Snapshot
from videogen.ui.run_loaders import RunRow

WORTH_READING = 10  # runs looked at for each group that is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    runs: tuple[Run, ...]
    best: tuple[ClipFeedback, ...]  # which clip each person keeps

    @property
    def n_left(self) -> int:
        return sum(not run.status.is_final for run in self.runs)

    def is_best(self, clip_id: str | None, person: str) -> bool:
        return any(one.clip_id == clip_id and one.who == person for one in self.best)

    def keepers(self, clip_id: str | None) -> list[str]:
        """Who keeps this clip."""
        return [one.who for one in self.best if one.clip_id == clip_id]


def find(strip_id: str) -> Strip | None:
    """None: no strip has this id."""
    return _find(loaders.snapshot(), strip_id)


def keep_best(clip_id: str, *, is_best: bool) -> None:
    """Raises: InvalidInputError, NotFoundError."""
    feedback.say_best(
        loaders.application().database,
        clip_id,
        who.acting(Permission.GENERATE),
        loaders.now(),
        is_best=is_best,
    )


def cancel_rest(strip: Strip) -> None:
    for run in strip.runs:
        if not run.status.is_final:
            run_loaders.cancel(run.run_id)


def recent(limit: int) -> list[list[RunRow]]:
    """The visitor's last clips, a strip as one group."""
    groups = grouped(run_loaders.own_rows(limit * WORTH_READING))
    return [group for group in groups if any(_is_worth_finding(row.run) for row in group)][:limit]


def grouped(rows: Sequence[RunRow]) -> list[list[RunRow]]:
    """In the order of the newest of each group; within a strip in the order of asking."""
    groups: dict[str, list[RunRow]] = {}
    for row in rows:
        groups.setdefault(row.run.strip_id or row.run.run_id, []).append(row)
    return [group[::-1] for group in groups.values()]


def _is_worth_finding(run: Run) -> bool:
    return run.clip_id is not None or not run.status.is_final


@st.cache_resource(max_entries=32, show_spinner=False)
def _find(key: Snapshot, strip_id: str) -> Strip | None:  # noqa: ARG001 the cache's key
    database = loaders.application().database
    runs = tuple(store.runs_of_strip(database, strip_id))
    if not runs:
        return None
    return Strip(runs=runs, best=tuple(store.best_of_strip(database, strip_id)))
