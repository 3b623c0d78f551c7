"""A secret that an exception carries is told at no door: page, route, command, log."""

import logging
from collections.abc import Iterator

import pytest
import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from videogen.bootstrap.logs import configure_logs
from videogen.cli.answer import report_error
from videogen.errors import BackendUnavailableError, InvalidInputError, VideogenError
from videogen.secrecy import keep_secret
from videogen.ui.crash import LOG as PAGE_LOG
from videogen.web.headers import SafeHeaders
from videogen.web.problems import problem_response

SECRET = "open-sesame-0815"
TOKEN = f"vgn_0123456789ab_{'s' * 43}"
keep_secret([SECRET])  # before an error takes it up, as the settings do


@pytest.fixture(autouse=True)
def json_logs() -> Iterator[None]:
    root, kind = logging.getLogger(), logging.getLoggerClass()
    handlers, level = list(root.handlers), root.level
    configure_logs("json")
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.setLoggerClass(kind)
    structlog.reset_defaults()


ERRORS = [
    InvalidInputError("setting", field="x", value=SECRET, detail=f"{TOKEN} {SECRET}"),
    BackendUnavailableError("comfy@a", detail=f"https://u:{SECRET}@gpu/?key={SECRET}"),
]


def is_told(text: str) -> bool:
    return SECRET in text or "ssss" in text


@pytest.mark.parametrize("error", ERRORS)
def test_an_answer_and_a_command_hide_it(
    error: VideogenError, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = problem_response(error, Headers()).body
    report_error(error, as_json=False)
    report_error(error, as_json=True)
    told = capsys.readouterr()

    assert not is_told(bytes(answer).decode())
    assert not is_told(told.out + told.err)


def test_a_page_that_fails_hides_it_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    error = RuntimeError(f"sent {TOKEN} with {SECRET}")

    PAGE_LOG.error("a page failed", exc_info=error)

    told = capsys.readouterr().err
    assert "RuntimeError" in told
    assert not is_told(told)


def test_a_route_that_fails_hides_it_in_log_and_answer(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(request: Request) -> Response:
        raise RuntimeError(f"{SECRET} {TOKEN} {request.url.path}")

    app = SafeHeaders(Starlette(routes=[Route("/fails", fail)]))
    answer = TestClient(app, raise_server_exceptions=False).get("/fails")
    logging.getLogger("uvicorn.error").error("in %s", SECRET, exc_info=RuntimeError(TOKEN))

    told = capsys.readouterr().err
    assert answer.status_code == 500
    assert "RuntimeError" in told
    assert not is_told(told + answer.text)
