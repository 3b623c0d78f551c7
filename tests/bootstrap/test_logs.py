"""Log lines: JSON or text, one way out for every logger, and no secret in any of them."""

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from videogen.bootstrap.logs import LogForm, configure_logs, route_every_logger
from videogen.secrecy import keep_secret

SECRET = "open-sesame-4711"
TOKEN = f"vgn_0123456789ab_{'s' * 43}"


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The processors belong to the process: other tests find them as they were."""
    root, kind = logging.getLogger(), logging.getLoggerClass()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.setLoggerClass(kind)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_the_run_that_it_belongs_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("json")

    with structlog.contextvars.bound_contextvars(run_id="r1"):
        structlog.get_logger("videogen.runs").info("attempt_sent", n=1)
        logging.getLogger("videogen.store").warning("%s put off", "checkpoint")

    ours, theirs = lines(capsys)
    assert (ours["event"], ours["run_id"], ours["n"], ours["level"]) == (
        "attempt_sent",
        "r1",
        1,
        "info",
    )
    assert (theirs["event"], theirs["run_id"]) == ("checkpoint put off", "r1")
    assert theirs["timestamp"].endswith("Z")


def test_no_part_of_a_line_tells_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    keep_secret([SECRET])
    log = logging.getLogger("videogen.web")
    forms: tuple[LogForm, ...] = ("json", "text")
    for form in forms:
        configure_logs(form)

        log.warning("sent %s", SECRET, extra={"headers": {"authorization": "x1", "n": [TOKEN]}})
        structlog.get_logger("videogen.runs").warning(SECRET, cookie="c00kie", deep={"a": [SECRET]})
        try:
            raise_both()
        except RuntimeError:
            log.exception("it broke")

        told = capsys.readouterr().err
        assert "RuntimeError" in told
        assert not [word for word in (SECRET, "sss", "x1", "c00kie") if word in told]


def raise_both() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise RuntimeError(f"outer {TOKEN}") from error


def test_a_foreign_logger_cannot_write_past_us(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger("streamlit.early")
    before.addHandler(logging.StreamHandler(sys.stderr))
    before.propagate = False

    configure_logs("json")
    late = logging.getLogger("streamlit.late")
    late.addHandler(logging.StreamHandler(sys.stderr))
    late.propagate = False
    before.warning("one %s", TOKEN)
    late.warning("two %s", TOKEN)

    assert [line["logger"] for line in lines(capsys)] == ["streamlit.early", "streamlit.late"]


def test_a_text_line_cannot_be_forged_nor_steer_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("text")

    logging.getLogger("videogen").warning(
        "hi\n2026 [error] forged\x1b[31m\u202e", extra={"p": "a\nb"}
    )

    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_a_server_that_sets_up_its_own_logs_tells_no_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("json")
    access = logging.getLogger("uvicorn.access")
    access.setLevel(logging.INFO)

    route_every_logger()
    access.info("GET /clips/x 200")
    logging.getLogger("uvicorn.error").warning("it broke")

    assert [line["event"] for line in lines(capsys)] == ["it broke"]
