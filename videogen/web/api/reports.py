"""A campaign's report as a file to take away."""

import asyncio
import tempfile
from enum import StrEnum
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import Path, Query, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from videogen import store
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.case import load_case
from videogen.reports.bundle import make_bundle
from videogen.reports.content import report_content
from videogen.reports.making import ReportFormat, make_report, report_name
from videogen.web.api.asked import Asked, Asks
from videogen.web.api.door import router as door_router
from videogen.web.blindness import see_campaign

router = door_router("results")

MOST_AT_ONCE = 2  # each takes a core for seconds; the others wait without a thread


class ReportForm(StrEnum):
    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "md"
    BUNDLE = "bundle"


MEDIA_TYPES = {
    ReportForm.HTML: "text/html; charset=utf-8",
    ReportForm.PDF: "application/pdf",
    ReportForm.MARKDOWN: "text/markdown; charset=utf-8",
    ReportForm.BUNDLE: "application/zip",
}


@router.get(
    "/campaigns/{campaign_id}/report",
    operation_id="fetch_report",
    response_class=Response,
    responses={
        200: {
            "description": "The file, of the language that `lang` names",
            "content": {one.partition(";")[0]: {} for one in MEDIA_TYPES.values()},
        }
    },
)
async def fetch_report(
    request: Request,
    asked: Asks,
    campaign_id: Annotated[str, Path(max_length=100)],
    form: Annotated[ReportForm, Query(alias="format")] = ReportForm.HTML,
) -> Response:
    """What the evidence says, as a file; a bundle holds the rows that every figure is made from.

    Raters have numbers in it, whoever asks.
    """
    making: asyncio.Semaphore = _making(request)
    async with making:
        return await run_in_threadpool(_made, asked, campaign_id, form)


def _making(request: Request) -> asyncio.Semaphore:
    state = request.app.state
    if not hasattr(state, "reports_making"):
        state.reports_making = asyncio.Semaphore(MOST_AT_ONCE)
    making: asyncio.Semaphore = state.reports_making
    return making


def _made(asked: Asked, campaign_id: str, form: ReportForm) -> Response:
    """Raises: NotFoundError, RoundOpenError."""
    see_campaign(asked.application, asked.person, campaign_id)
    return (
        _bundle(asked, campaign_id)
        if form is ReportForm.BUNDLE
        else _report(asked, campaign_id, form)
    )


def _report(asked: Asked, campaign_id: str, form: ReportForm) -> Response:
    opened = asked.application
    with opened.database.snapshot():
        case = load_case(opened.database, campaign_id, claims=opened.claims, prices=opened.prices)
        content = report_content(opened.database, case, made_at=asked.now)
    name = report_name(content.campaign, asked.now, f"{asked.language}.{form.value}")
    made = make_report(content, asked.language, ReportFormat(form.value))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, media_type=MEDIA_TYPES[form], headers=headers)


def _bundle(asked: Asked, campaign_id: str) -> Response:
    opened = asked.application
    campaign = store.get_campaign(opened.database, campaign_id)
    folder = tempfile.TemporaryDirectory(prefix="videogen-report-")
    try:
        name = report_name(campaign, asked.now, "zip")
        bundle = make_bundle(
            opened.database,
            campaign_id,
            FilePath(folder.name) / name,
            claims=opened.claims,
            prices=opened.prices,
            assumptions=Assumptions(),
            now=asked.now,
        )
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        bundle.file,
        filename=name,
        media_type=MEDIA_TYPES[ReportForm.BUNDLE],
        background=BackgroundTask(folder.cleanup),
    )
