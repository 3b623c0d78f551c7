"""One way out for every log line: JSON for a journal, plain lines for a terminal, no secrets."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal

import structlog

from videogen.secrecy import HIDDEN, redacted

LogForm = Literal["json", "text"]
OWN = "videogen"
SECRET_NAME = re.compile(
    r"authorization|cookie|password|passwd|secret$|api_?key|(^|_)token$", re.IGNORECASE
)
# What would forge a line of its own or steer a terminal; a traceback keeps its line breaks.
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
BREAKS = re.compile("[\r\n]")
DEEPEST = 6


class _RoutedLogger(logging.Logger):
    """Hangs no handler of its own: Streamlit and uvicorn would write past our processors."""

    @property
    def propagate(self) -> bool:
        return True

    @propagate.setter
    def propagate(self, wanted: bool) -> None:
        """Whatever is wished: there is one way out."""

    def addHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802 logging's name
        """None: the root has the only one."""


class _ToStderr(logging.Handler):
    """Where stderr leads at that moment: the one of the start may be closed by then."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:
            self.handleError(record)


def configure_logs(form: LogForm | None = None) -> None:
    """Every logger of this process through the same processors; None: JSON off a terminal."""
    is_json = form == "json" or (form is None and not sys.stderr.isatty())
    handler = _ToStderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_told_of_all(), structlog.stdlib.ExtraAdder()],
            processors=_written_as_json() if is_json else _written_as_text(),
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _ToStderr)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(OWN).setLevel(logging.INFO)
    structlog.configure(
        processors=[
            *_told_of_all(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    logging.setLoggerClass(_RoutedLogger)  # after structlog's factory, which sets one of its own
    route_every_logger()


def route_every_logger() -> None:
    """Again after a server has set up its own: loggers that exist lose their handlers."""
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and not name.startswith("_pytest"):
            logger.handlers.clear()
            logger.propagate = True
            if name.startswith("uvicorn"):  # each request and each page's socket, at INFO
                logger.setLevel(logging.WARNING)


def _told_of_all() -> list[structlog.typing.Processor]:
    return [
        structlog.contextvars.merge_contextvars,  # run_id, attempt_id, backend
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _written_as_json() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,  # without the frames' values: a key may be among them
        _without_secrets,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=_hidden_repr),
    ]


def _written_as_text() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _without_secrets,
        _on_one_line,
        structlog.dev.ConsoleRenderer(colors=False),
    ]


def _without_secrets(
    logger: Any,  # noqa: ARG001 structlog's signature, as is the next
    method: str,  # noqa: ARG001
    told: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    return {name: _hidden(name, value, DEEPEST) for name, value in told.items()}


def _on_one_line(
    logger: Any,  # noqa: ARG001 structlog's signature, as is the next
    method: str,  # noqa: ARG001
    told: MutableMapping[str, Any],
) -> MutableMapping[str, Any]:
    return {
        name: BREAKS.sub(" ", value) if isinstance(value, str) and name != "exception" else value
        for name, value in told.items()
    }


def _hidden(name: str, value: Any, depth: int) -> Any:
    if SECRET_NAME.search(name):
        return HIDDEN
    if isinstance(value, str):
        return STEERING.sub(" ", redacted(value))
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth and isinstance(value, Mapping):
        return {str(key): _hidden(str(key), inner, depth - 1) for key, inner in value.items()}
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [_hidden("", inner, depth - 1) for inner in value]
    return _hidden_repr(value)


def _hidden_repr(value: Any) -> str:
    return STEERING.sub(" ", redacted(repr(value)))
