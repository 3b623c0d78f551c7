"""What becomes of runs, as it happens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Header, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from videogen import store
from videogen.domain.access import Person
from videogen.domain.event import Event
from videogen.domain.plain_json import plain
from videogen.domain.run import Run
from videogen.errors import InvalidInputError
from videogen.runs.progress import LiveProgress
from videogen.web.api.asked import Asked, Asks
from videogen.web.api.door import Guarded
from videogen.web.api.door import router as door_router
from videogen.web.api.stream import EventStream, News, OpenStreams, Said, follow
from videogen.web.blindness import open_campaigns, see_campaign, without_reasons
from videogen.web.person import person_of

router = door_router("events")

MOST_AT_ONCE = 100
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events until there is no more to come, each with an id to go on after",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": (
                    "id: c0f5a7f2-5e63-4f3b-8d0b-53cf6b7ab8b5\nevent: run.queued\n"
                    'data: {"at": "2026-03-02T09:30:00+00:00", "run_id": "5f0f6f6e", '
                    '"data": {}, "run": {"status": "queued"}}\n\n'
                ),
            }
        },
    },
    204: {"description": "The run has ended, and nothing came after the last event that was seen"},
}
LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        max_length=100,
        description="The id of the last event that was seen: the stream goes on after it",
    ),
]


@router.get(
    "/runs/{run_id}/events",
    operation_id="follow_run",
    response_class=Response,
    responses=STREAM,
)
async def follow_run(
    request: Request,
    asked: Asks,
    run_id: Annotated[str, Path(max_length=100)],
    last_event_id: LastEventId = None,
) -> Response:
    """Everything that happened to a run and happens from now on, until its final word.

    `event: progress` comes in between, without an id: it is not kept.
    """
    following = _OfRun(asked, _Still(request, asked), run_id, last_event_id)
    first = await run_in_threadpool(following.begin)
    if first.is_last and not first.said:
        return Response(status_code=204)  # tells a browser not to come again
    return _answer(request, asked, first, following.read, following.version)


@router.get(
    "/events",
    operation_id="follow_all",
    response_class=Response,
    responses={200: STREAM[200]},
)
async def follow_all(request: Request, asked: Asks, last_event_id: LastEventId = None) -> Response:
    """What happens to runs from now on, or after the last event that was seen."""
    following = _OfAll(asked, _Still(request, asked), last_event_id)
    first = await run_in_threadpool(following.begin)
    return _answer(request, asked, first, following.read, following.version)


def open_streams(request: Request) -> OpenStreams:
    """Of this app, made with the first."""
    state = request.app.state
    if not hasattr(state, "streams"):
        state.streams = OpenStreams()
    streams: OpenStreams = state.streams
    return streams


def _answer(
    request: Request,
    asked: Asked,
    first: News,
    read: Callable[[], News],
    version: Callable[[], object],
) -> Response:
    opened = open_streams(request)
    opened.open(asked.person.name)
    return EventStream(follow(first, read, version), opened, asked.person.name)


@dataclass(frozen=True, slots=True)
class _Still:
    """Who follows, asked anew before each telling: a stream outlives tokens, sign-ins and roles."""

    request: Request
    asked: Asked

    def person(self) -> Person:
        """Raises: SignInRequiredError, NotAllowedError."""
        found = person_of(self.request, self.asked.application, datetime.now(UTC))
        route: Guarded = self.request.scope["route"]
        route.door().enter(found)
        return found


@dataclass(slots=True)
class _OfRun:
    asked: Asked
    still: _Still
    run_id: str
    last: str | None
    _shown: LiveProgress | None = field(default=None)

    def begin(self) -> News:
        """Raises: NotFoundError, RoundOpenError, InvalidInputError."""
        _check_known(self.asked, self.last)
        return self.read()

    def version(self) -> object:
        progress = self.asked.application.worker.progress(self.run_id)
        return self.asked.application.database.version, progress

    def read(self) -> News:
        database, person = self.asked.application.database, self.still.person()
        campaign_id = store.get_run(database, self.run_id).campaign_id
        if campaign_id is not None:
            see_campaign(self.asked.application, person, campaign_id)
        with database.snapshot():
            run = store.get_run(database, self.run_id)
            events = store.run_events(
                database, run_id=self.run_id, after=self.last, limit=MOST_AT_ONCE
            )
        if events:
            self.last = events[-1].event_id
        told = without_reasons(run, open_campaigns(self.asked.application, person))
        said = [_said(event, told) for event in events]
        has_more = len(events) == MOST_AT_ONCE
        is_last = run.status.is_final and not has_more
        if not is_last:
            said += self._progress()
        return News(said=said, is_last=is_last, has_more=has_more)

    def _progress(self) -> list[Said]:
        now = self.asked.application.worker.progress(self.run_id)
        if now is None or now == self._shown:
            return []
        self._shown = now
        return [Said(event="progress", data={"run_id": self.run_id, **plain(now)})]


@dataclass(slots=True)
class _OfAll:
    asked: Asked
    still: _Still
    last: str | None

    def begin(self) -> News:
        """Raises: InvalidInputError."""
        _check_known(self.asked, self.last)
        if self.last is None:
            self.last = store.last_event_id(self.asked.application.database)
        return self.read()

    def version(self) -> object:
        return self.asked.application.database.version

    def read(self) -> News:
        database, person = self.asked.application.database, self.still.person()
        with database.snapshot():
            hidden = open_campaigns(self.asked.application, person)
            events = store.run_events(database, after=self.last, limit=MOST_AT_ONCE)
            runs = {one: store.get_run(database, one) for one in {e.subject_id for e in events}}
        if events:
            self.last = events[-1].event_id
        shown = [one for one in events if runs[one.subject_id].campaign_id not in hidden]
        said = [_said(one, without_reasons(runs[one.subject_id], hidden)) for one in shown]
        return News(said=said, has_more=len(events) == MOST_AT_ONCE)


def _said(event: Event, run: Run) -> Said:
    """`run` as it stands now, which may be further than the event."""
    data = {"at": event.at, "run_id": run.run_id, "data": event.data, "run": run}
    return Said(event=event.kind, data=plain(data), event_id=event.event_id)


def _check_known(asked: Asked, event_id: str | None) -> None:
    if event_id is not None and not store.has_event(asked.application.database, event_id):
        raise InvalidInputError("api_after", field="Last-Event-ID", value=event_id)
