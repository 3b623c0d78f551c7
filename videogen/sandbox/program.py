"""Starts the servers, says where they listen, and stops them cleanly."""

import argparse
import asyncio
import contextlib
import json
import math
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from videogen.errors import InvalidInputError, PortUnavailableError
from videogen.sandbox.clock import SandboxClock
from videogen.sandbox.cloud import Cloud
from videogen.sandbox.comfy_engine import ComfyEngine
from videogen.sandbox.comfy_http import comfy_app
from videogen.sandbox.fault_book import FaultBook
from videogen.sandbox.faults import Fault, load_faults
from videogen.sandbox.google_http import google_app
from videogen.sandbox.profiles import load_profiles
from videogen.sandbox.reference_clips import draw_reference_clips
from videogen.sandbox.replicate_http import replicate_app
from videogen.sandbox.submit_log import SubmitLog
from videogen.sandbox.world import World

# With this one the first prompts people type do not happen to meet bad luck.
DEFAULT_SEED = 9
_HOST = "127.0.0.1"
_MAX_MESSAGE_BYTES = 64 * 1024 * 1024
_MAX_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """A port of 0 takes a free one; no `out` means a folder that is removed at the end."""

    comfy_port: int = 0
    google_port: int = 0
    replicate_port: int | None = None  # None: Replicate is not played
    time_scale: float = 1.0
    faults: Path | None = None
    seed: int = DEFAULT_SEED
    out: Path | None = None
    log: Path | None = None
    has_failures: bool = True
    nodes: Path | None = None
    reference_clips: Path | None = None  # draw these into it and end, without any server


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--comfy-port", type=int, default=0, metavar="P", help="0: a free one")
    parser.add_argument("--google-port", type=int, default=0, metavar="P", help="0: a free one")
    parser.add_argument(
        "--replicate-port", type=int, metavar="P", help="0: a free one; left out: none is opened"
    )
    parser.add_argument(
        "--time-scale", type=float, default=1.0, metavar="X", help="simulated seconds a real second"
    )
    parser.add_argument("--faults", type=Path, metavar="FILE", help="JSON list or TOML [[faults]]")
    parser.add_argument(
        "--seed", type=int, default=DEFAULT_SEED, metavar="S", help="the luck of all jobs"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep the files here")
    parser.add_argument("--log", type=Path, metavar="FILE", help="keep the submit log here")
    parser.add_argument(
        "--nodes", type=Path, metavar="FILE", help="JSON: more nodes (as object_info) and files"
    )
    parser.add_argument(
        "--no-failures", action="store_true", help="only scripted faults, no bad luck"
    )
    parser.add_argument(
        "--reference-clips",
        type=Path,
        metavar="DIR",
        help="draw the clips whose score is known into DIR, list them as JSON, and end",
    )


def options_from(namespace: argparse.Namespace) -> SandboxOptions:
    """Raises: InvalidInputError: no port of this machine, or a scale at which nothing is played."""
    return SandboxOptions(
        comfy_port=_port(namespace.comfy_port, "comfy_port"),
        google_port=_port(namespace.google_port, "google_port"),
        replicate_port=_optional_port(namespace.replicate_port, "replicate_port"),
        time_scale=_time_scale(namespace.time_scale),
        faults=namespace.faults,
        seed=namespace.seed,
        out=namespace.out,
        log=namespace.log,
        has_failures=not namespace.no_failures,
        nodes=namespace.nodes,
        reference_clips=namespace.reference_clips,
    )


def _port(port: int, field: str) -> int:
    if not 0 <= port <= _MAX_PORT:
        raise InvalidInputError(
            "out_of_range", field=field, value=port, minimum=0, maximum=_MAX_PORT
        )
    return port


def _optional_port(port: int | None, field: str) -> int | None:
    return None if port is None else _port(port, field)


def _time_scale(time_scale: float) -> float:
    if not (math.isfinite(time_scale) and time_scale > 0):
        raise InvalidInputError("not_above_zero", field="time_scale", value=time_scale)
    return time_scale


def _faults(file: Path | None) -> list[Fault]:
    if file is None:
        return []
    if not file.is_file():
        raise InvalidInputError("file_missing", field="faults", value=file)
    try:
        return load_faults(file)
    except (OSError, ValueError, TypeError) as error:
        raise InvalidInputError("faults", field="faults", value=file, detail=error) from error


def _nodes(file: Path | None) -> Path | None:
    if file is None:
        return None
    if not file.is_file():
        raise InvalidInputError("file_missing", field="nodes", value=file)
    try:
        json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise InvalidInputError(
            "file_not_json", field="nodes", value=file, line=error.lineno, column=error.colno
        ) from error
    except ValueError:
        raise InvalidInputError("file_not_text", field="nodes", value=file) from None
    return file


def _folder(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInputError("out_unwritable", field="out", value=out) from error
    return out


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The program stops both servers itself."""
        yield


def _server(app: ASGIApp) -> _Server:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws_max_size=_MAX_MESSAGE_BYTES,
        ws_ping_interval=None,  # ComfyUI sends no pings
        timeout_graceful_shutdown=1,
    )
    return _Server(config)


def _listen(port: int) -> socket.socket:
    """With its protocol named: asyncio switches Nagle's delay (44 ms an answer) off only then."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
    except OSError as error:
        listener.close()
        raise PortUnavailableError(field="port", value=port) from error
    listener.listen()
    return listener


def _url(listener: socket.socket) -> str:
    return f"http://{_HOST}:{listener.getsockname()[1]}"


def _world(options: SandboxOptions, folder: Path) -> World:
    return World(
        clock=SandboxClock(time_scale=options.time_scale),
        seed=options.seed,
        profiles=load_profiles(),
        faults=FaultBook(_faults(options.faults), seed=options.seed),
        log=SubmitLog(options.log),
        folder=folder,
        has_failures=options.has_failures,
        nodes=_nodes(options.nodes),
    )


async def _run(options: SandboxOptions, folder: Path) -> None:
    world = _world(options, folder)
    comfy, cloud = ComfyEngine(world), Cloud(world)
    listeners = [_listen(options.comfy_port), _listen(options.google_port)]
    servers = [_server(comfy_app(world, comfy)), _server(google_app(world, comfy, cloud))]
    if options.replicate_port is not None:
        listeners.append(_listen(options.replicate_port))
        servers.append(_server(replicate_app(world, comfy, cloud)))
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    worker = asyncio.create_task(comfy.work())
    serving = [
        asyncio.create_task(server.serve([listener]))
        for server, listener in zip(servers, listeners, strict=True)
    ]
    _announce(options, listeners)
    # A worker that dies is a bug of the sandbox: stop loudly instead of playing a wedged server.
    await asyncio.wait([worker, *serving], return_when=asyncio.FIRST_COMPLETED)
    stop()
    comfy.close()
    cloud.close()
    await asyncio.gather(*serving)
    if worker.done():
        worker.result()
    worker.cancel()


def _announce(options: SandboxOptions, listeners: list[socket.socket]) -> None:
    names = ("comfy_url", "google_url", "replicate_url")
    urls = [_url(listener) for listener in listeners]
    line = {
        **dict(zip(names, urls, strict=False)),  # the last of them only where it is played
        "time_scale": options.time_scale,
        "seed": options.seed,
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def serve(options: SandboxOptions) -> None:
    """Run until SIGTERM or SIGINT. Prints one JSON line with the addresses first."""
    if options.reference_clips is not None:
        drawn = draw_reference_clips(_folder(options.reference_clips))
        sys.stdout.write(json.dumps({"clips": drawn}) + "\n")
        return
    if options.out is not None:
        asyncio.run(_run(options, _folder(options.out)))
        return
    with tempfile.TemporaryDirectory(prefix="videogen-sandbox-") as folder:
        asyncio.run(_run(options, Path(folder)))
