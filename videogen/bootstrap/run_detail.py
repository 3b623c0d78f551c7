"""One run with all that is known of it."""

from typing import Any

from videogen import store
from videogen.bootstrap.application import Application
from videogen.domain.plain_json import plain


def run_detail(application: Application, run_id: str) -> dict[str, Any]:
    """The record's own fields; its prompt, attempts, clip, files, events and progress beside them.

    Raises: NotFoundError.
    """
    database = application.database
    with database.snapshot():
        run = store.get_run(database, run_id)
        beside = {
            "prompt_text": store.get_prompt(database, run.prompt_id).text,
            "attempts": store.attempts_of_run(database, run_id),
            "clip": store.clip_of_run(database, run_id),
            "input_files": {
                slot: store.get_input(database, one) for slot, one in run.inputs.items()
            },
            "events": store.events_of(database, run_id),
            "progress": application.worker.progress(run_id),
        }
    return {**plain(run), **plain(beside)}
