"""Prompt suites of one's own: checked, kept in the database, offered beside the shipped ones."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from videogen import store
from videogen.bootstrap.application import Application
from videogen.catalogue import parse_suite
from videogen.domain.event import Event
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.errors import InvalidInputError
from videogen.runs.context import utc_now


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedSuite:
    suite: PromptSuite
    is_new: bool  # False: just this content stands already


def add_suite(application: Application, content: bytes, file_name: str, *, who: str) -> AddedSuite:
    """Raises: InvalidInputError: the file does not fit, or its name and version are taken."""
    suite = parse_suite(content, file_name)
    with application.database.write():
        known = {one.suite_id: one for one in application.suites}
        same = known.get(suite.suite_id)
        if same is not None and _prompts_of(same) == _prompts_of(suite):
            return AddedSuite(suite=same, is_new=False)
        if any(suite.suite_id == one.suite_id for one in application.shipped_suites):
            raise InvalidInputError("suite_shipped", field="version", value=suite.suite_id)
        others = [one for one in known.values() if one.suite_id != suite.suite_id]
        _refuse_taken_ids(suite, others)
        store.save(application.database, suite, _added(suite, who))
    return AddedSuite(suite=suite, is_new=True)


def _prompts_of(suite: PromptSuite) -> tuple[tuple[Prompt, ...], tuple[Prompt, ...]]:
    return suite.prompts, suite.training


def _refuse_taken_ids(suite: PromptSuite, others: Iterable[PromptSuite]) -> None:
    """An id names one text for ever: runs and ratings of two texts must not meet under it."""
    taken = {
        prompt.prompt_id: (prompt, other)
        for other in others
        for prompt in (*other.prompts, *other.training)
    }
    for prompt in (*suite.prompts, *suite.training):
        found = taken.get(prompt.prompt_id)
        if found is not None and found[0] != prompt:
            raise InvalidInputError(
                "suite_prompt_taken",
                field="prompts.id",
                value=prompt.prompt_id.rsplit("@", 1)[0],
                version=suite.version,
                suite=found[1].suite_id,
            )


def _added(suite: PromptSuite, who: str) -> Event:
    return Event(
        event_id=str(uuid.uuid4()),
        at=utc_now(),
        kind="suite.added",
        subject_id=suite.suite_id,
        data={
            "who": who,
            "content_sha256": suite.content_sha256,
            "n_prompts": len(suite.prompts),
            "n_training": len(suite.training),
        },
    )
