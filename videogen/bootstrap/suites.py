"""Prompt suites of one's own: checked, kept in the database, offered beside the shipped ones."""

from collections.abc import Iterable
from dataclasses import dataclass

from videogen import store
from videogen.bootstrap.application import Application
from videogen.catalogue import parse_suite
from videogen.domain.event import Event
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.errors import InvalidInputError
from videogen.runs.context import utc_now

OTHER_CONTENT = "suite_other_content"  # the refusal that a person may overrule
HASH_CHARACTERS = 12  # enough to tell two contents apart


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedSuite:
    suite: PromptSuite
    is_new: bool  # False: just this content stands already
    replaced_sha256: str | None = None  # of what stood under its name and version


def add_suite(
    application: Application,
    content: bytes,
    file_name: str,
    *,
    who: str,
    is_replacing: bool = False,
) -> AddedSuite:
    """Raises: InvalidInputError: the file does not fit, or its name and version are taken.

    `is_replacing`: what stands under them gives way, as long as no campaign uses it.
    """
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
        if same is not None and not is_replacing:
            _refuse_other_content(application, same, suite)
        replaced = None if same is None else same.content_sha256
        store.save(application.database, suite, _added(suite, who, replaced))
    return AddedSuite(suite=suite, is_new=True, replaced_sha256=replaced)


def _refuse_other_content(application: Application, same: PromptSuite, suite: PromptSuite) -> None:
    """A used one cannot be replaced at all: the store says so."""
    if any(one.suite_id == suite.suite_id for one in store.campaigns(application.database)):
        return
    raise InvalidInputError(
        OTHER_CONTENT,
        field="version",
        value=suite.suite_id,
        old=same.content_sha256[:HASH_CHARACTERS],
        new=suite.content_sha256[:HASH_CHARACTERS],
    )


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


def _added(suite: PromptSuite, who: str, replaced_sha256: str | None) -> Event:
    return Event(
        at=utc_now(),
        kind="suite.added" if replaced_sha256 is None else "suite.replaced",
        subject_id=suite.suite_id,
        data={
            "who": who,
            "content_sha256": suite.content_sha256,
            "replaced_sha256": replaced_sha256,
            "n_prompts": len(suite.prompts),
            "n_training": len(suite.training),
        },
    )
