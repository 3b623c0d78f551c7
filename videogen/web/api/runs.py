"""Runs: ask for one, look at them, fetch the clip, cancel, ask again."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import FileResponse, Response

from videogen import store
from videogen.access import require_for_run
from videogen.bootstrap.orders import Order, named_condition, place_order
from videogen.bootstrap.run_detail import run_detail
from videogen.clips.files import clip_path
from videogen.domain.plain_json import plain
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.errors import NotFoundError
from videogen.runs import queue
from videogen.store import Database
from videogen.web.api import examples
from videogen.web.api.asked import Asked, Asks
from videogen.web.api.documented import Answers, answered, page_schema, record_schema
from videogen.web.api.door import router as door_router
from videogen.web.api.keyed import Key, Sent, once
from videogen.web.api.models import RunOrder
from videogen.web.api.paging import USUAL_LIMIT, After, Limit, page
from videogen.web.blindness import open_campaigns, see_campaign, without_reasons

router = door_router("runs")

RUN = record_schema(Run)
LISTED = record_schema(Run, prompt_text={"type": "string"})
DETAIL = record_schema(
    Run,
    prompt_text={"type": "string"},
    attempts={"type": "array", "items": {"type": "object"}},
    clip={"type": ["object", "null"]},
    input_files={"type": "object"},
    events={"type": "array", "items": {"type": "object"}},
    progress={"type": ["object", "null"]},
)
MADE: Answers = {
    201: answered(RUN, examples.RUN, "Queued"),
    200: answered(RUN, examples.RUN, "Queued before, under this key", Idempotent_Replayed="true"),
}

RunId = Annotated[str, Path(max_length=100, examples=[examples.RUN_ID])]


@router.post("/runs", operation_id="create_run", status_code=201, responses=MADE)
def create_run(asked: Asks, order: RunOrder, key: Key) -> Response:
    """Ask for a clip.

    The run is queued when this answers; `GET /runs/{run_id}/events` tells how it goes on. Money
    is held to all caps when a paid call is sent, not here.
    """
    wanted = order.sent()

    def make() -> Run:
        return place_order(asked.application, Order(**wanted), asked.person.name, asked.now)

    answer = once(asked, Sent(key=key, route="create_run", body=wanted), make)
    asked.application.worker.wake()
    return answer


@router.get(
    "/runs",
    operation_id="list_runs",
    responses={200: answered(page_schema(LISTED), examples.page(examples.LISTED), "Newest first")},
)
def list_runs(
    asked: Asks,
    *,
    status: RunStatus | None = None,
    campaign: Annotated[str | None, Query(max_length=100)] = None,
    condition: Annotated[str | None, Query(max_length=200)] = None,
    failure_class: FailureClass | None = None,
    origin: Origin | None = None,
    owner: Annotated[str | None, Query(max_length=200)] = None,
    limit: Limit = USUAL_LIMIT,
    after: After = None,
) -> Any:
    """Runs, newest first.

    Runs of a campaign that the asker is still rating are left out.
    """
    database = asked.application.database
    if campaign is not None:
        see_campaign(asked.application, asked.person, campaign)
    if after is not None:
        store.get_run(database, after)
    if condition is not None and not store.find_runs(database, condition_id=condition, limit=1):
        named_condition(asked.application, condition)
    hidden = open_campaigns(asked.application, asked.person)
    found = store.find_runs(
        database,
        campaign_id=campaign,
        status=status,
        condition_id=condition,
        failure_class=failure_class,
        origin=origin,
        owner=owner,
        without_campaigns=hidden,
        limit=limit + 1,
        before=after,
    )
    shown = [without_reasons(run, hidden) for run in found]
    rows = [plain(run) | {"prompt_text": text} for run, text in _with_prompts(database, shown)]
    return page(rows, limit, lambda row: row["run_id"])


@router.get(
    "/runs/{run_id}",
    operation_id="show_run",
    responses={200: answered(DETAIL, examples.DETAIL, "The run and what is known of it")},
)
def show_run(asked: Asks, run_id: RunId) -> Any:
    """One run with its attempts, clip, files, events and progress."""
    run = without_reasons(
        visible_run(asked, run_id), open_campaigns(asked.application, asked.person)
    )
    return run_detail(asked.application, run_id) | {"route": plain(run.route)}


@router.post(
    "/runs/{run_id}/cancel",
    operation_id="cancel_run",
    responses={200: answered(RUN, examples.RUN, "Cancelled, or running with the wish noted")},
)
def cancel_run(asked: Asks, run_id: RunId) -> Any:
    """Cancel a run.

    At once where it is queued, else when its back end lets go of it; an ended one stays as it is.
    """
    own_run(asked, run_id)
    run = asked.application.worker.cancel(run_id)
    return plain(without_reasons(run, open_campaigns(asked.application, asked.person)))


@router.post("/runs/{run_id}/requeue", operation_id="requeue_run", status_code=201, responses=MADE)
def requeue_run(asked: Asks, run_id: RunId, key: Key) -> Response:
    """Ask again for a run that has ended.

    A new run of the same condition, prompt and seed; the old one stays as it ended.
    """
    own_run(asked, run_id)

    def make() -> Run:
        database = asked.application.database
        return queue.requeue(database, run_id, asked.person.name, asked.now)

    answer = once(asked, Sent(key=key, route="requeue_run", body=run_id), make)
    asked.application.worker.wake()
    return answer


@router.get(
    "/runs/{run_id}/clip",
    operation_id="fetch_clip",
    response_class=FileResponse,
    responses={200: {"description": "The clip", "content": {"video/mp4": {}}}},
)
def fetch_clip(asked: Asks, run_id: RunId) -> Response:
    """The clip that a run made; `Range` asks for a part of it."""
    visible_run(asked, run_id)
    clip = store.clip_of_run(asked.application.database, run_id)
    if clip is None or clip.file_removed_at is not None:
        raise NotFoundError(field="clip", value=run_id)
    path = clip_path(asked.application.clips_folder, clip.file)
    headers = {"Cache-Control": "private, max-age=3600"}
    return FileResponse(path, filename=f"{run_id}{path.suffix}", headers=headers)


def _with_prompts(database: Database, runs: Sequence[Run]) -> Iterator[tuple[Run, str]]:
    prompts = store.prompts(database, {run.prompt_id for run in runs})
    return ((run, prompts[run.prompt_id].text) for run in runs)


def visible_run(asked: Asked, run_id: str) -> Run:
    """Raises: NotFoundError. RoundOpenError: it belongs to what the asker still rates."""
    run = store.get_run(asked.application.database, run_id)
    if run.campaign_id is not None:
        see_campaign(asked.application, asked.person, run.campaign_id)
    return run


def own_run(asked: Asked, run_id: str) -> Run:
    """Raises: NotFoundError. NotAllowedError: it is somebody else's."""
    run = visible_run(asked, run_id)
    require_for_run(asked.person, run.owner)
    return run
