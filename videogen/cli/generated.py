"""What `generate` tells of its clip, and the same clip made by the app that holds the folder."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from videogen.cli.answer import language, print_json, say
from videogen.cli.files import write_out
from videogen.cli.input_options import read_inputs
from videogen.cli.office import why_paid_waits
from videogen.cli.setting_options import set_values
from videogen.client import Client
from videogen.domain.condition import Location
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError
from videogen.texts import t

FROM_RUN = (
    "wall_time_s",
    "peak_vram_mib",
    "cost_usd",
    "is_degraded",
    "failure_class",
    "failure_detail",
    "seed",
    "origin",
)

Row = Mapping[str, Any]


def answer_of(run: Row, attempts: list[Any], clip: Path | None) -> dict[str, Any]:
    """Args: run and attempts: in plain JSON. clip: where the file was written."""
    return {
        "run_id": run["run_id"],
        "status": run["status"],
        "clip": clip,
        **{name: run[name] for name in FROM_RUN[:3]},
        "phases": attempts[-1]["phases"] if attempts else {},
        **{name: run[name] for name in FROM_RUN[3:]},
    }


def report(answer: Row, *, as_json: bool) -> int:
    """Returns: the exit code: 1 where there is no clip."""
    is_made = answer["status"] == "succeeded"
    if as_json:
        print_json(answer)
    elif is_made:
        say(t("cli.generate.succeeded", language(), clip=answer["clip"]), as_json=False)
    else:
        failure = t(f"failure.{answer['failure_class'] or 'cancelled'}", language())
        detail = answer["failure_detail"] or ""
        said = t("cli.generate.failed", language(), failure_class=failure, detail=detail)
        say(said, as_json=False)
    return 0 if is_made else 1


def made_by_app(
    client: Client, options: argparse.Namespace, seed: int, out: Path
) -> dict[str, Any]:
    """Asked for, followed to its end and fetched; an interrupt leaves the run with the app."""
    settings = set_values(options.set)
    inputs = {}
    for one in read_inputs(options.input):
        if one.slot in inputs:
            raise InvalidInputError("input_twice", field=one.slot, value=str(one.file))
        inputs[one.slot] = client.keep_input(one.file)["input_id"]
    asked = client.create_run(
        options.condition, options.prompt, seed=seed, inputs=inputs, settings=settings
    )
    waits = why_it_waits(client, options.condition, asked["origin"])
    if waits is not None:
        say(waits, as_json=options.json)
    ended = client.wait_for_run(asked["run_id"])
    is_made = ended["status"] == "succeeded"
    if is_made:
        write_out(out, lambda target: client.save_clip(ended["run_id"], target))
    return answer_of(ended, ended["attempts"], out if is_made else None)


def why_it_waits(client: Client, condition: str, origin: str | None) -> str | None:
    """What keeps a paid run in the queue until somebody lifts it; None: nothing does."""
    if origin == Origin.SANDBOX:
        return None
    stop = client.spend()["stopped"]
    if stop is None or client.condition(condition)["location"] != Location.CLOUD:
        return None
    return why_paid_waits(stop["who"], stop["why"])
