"""`generate`: one clip from a terminal, through the same rows as every other run."""

import argparse
import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from videogen import store
from videogen.backends import Backend, connect_comfy
from videogen.bootstrap import Application
from videogen.catalogue import workflow_from_file
from videogen.cli.answer import language, whole
from videogen.cli.files import checked_out, write_out
from videogen.cli.generated import answer_of, made_by_app, report
from videogen.cli.input_options import inputs_of_run
from videogen.cli.office import answered, refusal, wait_for_run
from videogen.cli.setting_options import set_values
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.generation import Workflow
from videogen.domain.plain_json import plain
from videogen.domain.run import Origin, Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.runs.changed_condition import changed_condition
from videogen.runs.context import utc_now
from videogen.runs.inputs import check_given
from videogen.runs.lights import takes_runs
from videogen.runs.plan import plan_run
from videogen.runs.plan_checks import MAX_SEED
from videogen.runs.request import user_condition
from videogen.texts import t

OWNER = "cli"
SETTING_OF = {
    BackendKind.VERTEX: "google_cloud_project",
    BackendKind.INTERACTIONS: "google_cloud_project",
    BackendKind.REPLICATE: "replicate_api_token",
}
LOOK_S = 5.0  # how often a waiting command asks whether its server is still there


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--condition", metavar="NAME")
    what.add_argument("--workflow", metavar="FILE", type=Path)
    parser.add_argument("--comfy-url", metavar="URL")
    parser.add_argument("--prompt", required=True, metavar="TEXT")
    parser.add_argument("--seed", type=whole("seed", minimum=0), metavar="N")
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="SLOT=FILE",
        help=t("cli.generate.input", language()),
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=t("cli.generate.set", language()),
    )
    parser.add_argument("--out", required=True, type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    seed = options.seed if options.seed is not None else random.randint(0, MAX_SEED)  # noqa: S311 no secret
    out = checked_out(options.out)
    own_server = options.workflow is not None or options.comfy_url is not None
    answer = answered(
        lambda opened: _made_here(opened, options, seed, out),
        # The app makes clips on its own back ends alone.
        None if own_server else lambda client: made_by_app(client, options, seed, out),
    )
    return report(answer, as_json=options.json)


def _made_here(
    opened: Application, options: argparse.Namespace, seed: int, out: Path
) -> dict[str, Any]:
    condition = _condition(opened, options, seed)
    inputs = inputs_of_run(opened, condition, options.input, who=OWNER)
    check_given(opened.database, condition, inputs)  # bad input is told before a dark server
    condition = changed_condition(
        condition,
        set_values(options.set),
        opened.manifests,
        prompt_text=options.prompt,
        seed=seed,
        inputs=inputs,
    )
    able, origin = _able_backends(opened, condition, options.comfy_url)
    check_stop(opened, able, origin)
    planned = plan_run(
        opened.database,
        condition=condition,
        prompt_text=options.prompt,
        seed=seed,
        owner=OWNER,
        origin=origin,
        now=utc_now(),
        inputs=inputs,
    )
    for backend in able:
        opened.worker.attach(backend, only_run_id=planned.run_id)
    impatience = _Impatience(opened, able, options.comfy_url)
    ended = wait_for_run(opened, planned.run_id, each=impatience)
    clip = _deliver(opened, ended, out)
    attempts = store.attempts_of_run(opened.database, ended.run_id)
    return answer_of(plain(ended), plain(attempts), clip)


def _condition(opened: Application, options: argparse.Namespace, seed: int) -> Condition:
    if options.workflow is not None:
        workflow: Workflow = workflow_from_file(
            options.workflow, prompt_text=options.prompt, seed=seed
        )
        return user_condition(options.workflow.stem, workflow)
    condition = opened.condition(options.condition)
    if condition is None:
        known = ", ".join(c.name for c in opened.conditions)
        raise InvalidInputError(
            "condition_unknown", field="condition", value=options.condition, known=known
        )
    return condition


def _able_backends(
    opened: Application, condition: Condition, comfy_url: str | None
) -> tuple[list[Backend], Origin]:
    """What may take the run: the first that answers, or for a routed condition all of its origin.

    Raises: InvalidInputError: none is configured. BackendError: none takes runs.
    """
    asked = _asked(opened, condition, comfy_url)
    if not asked:
        field = SETTING_OF.get(condition.backend, "comfy_url")
        raise InvalidInputError("backend_not_configured", field=field, value=condition.name)
    statuses = [(backend, backend.status()) for backend in asked]
    able = [
        (backend, status.origin)
        for backend, status in statuses
        if takes_runs(status) and status.origin is not None
    ]
    if not able:
        first, status = statuses[0]
        raise refusal(status, comfy_url if first.kind is BackendKind.COMFY else None)
    origin = able[0][1]
    if condition.backend is not BackendKind.ROUTED:
        return [able[0][0]], origin
    return [backend for backend, its_origin in able if its_origin is origin], origin


def check_stop(opened: Application, able: Sequence[Backend], origin: Origin) -> None:
    """Nobody could lift it meanwhile: this command holds the data folder.

    Raises: PaidCallsStoppedError.
    """
    if origin is Origin.LIVE and all(backend.is_paid for backend in able):
        store.refuse_while_stopped(opened.database)


def _asked(opened: Application, condition: Condition, comfy_url: str | None) -> list[Backend]:
    """The named server in the place of the configured ones."""
    wanted = condition.backend
    found: list[Backend] = []
    if comfy_url is not None and wanted in (BackendKind.COMFY, BackendKind.ROUTED):
        found.append(connect_comfy(comfy_url))
    for backend in opened.configured_backends():
        is_replaced = comfy_url is not None and backend.kind is BackendKind.COMFY
        if wanted in (backend.kind, BackendKind.ROUTED) and not is_replaced:
            found.append(backend)
    return found


class _Impatience:
    """A queued run waits for its server, but a person at a terminal should not."""

    def __init__(
        self, opened: Application, backends: Sequence[Backend], comfy_url: str | None
    ) -> None:
        self._opened = opened
        self._backends = backends
        self._comfy_url = comfy_url
        self._looked_at = time.monotonic()

    def __call__(self, run: Run) -> None:
        if run.status is not RunStatus.QUEUED or time.monotonic() - self._looked_at < LOOK_S:
            return
        self._looked_at = time.monotonic()
        statuses = [backend.status() for backend in self._backends]
        if not any(takes_runs(status) for status in statuses):
            self._opened.worker.cancel(run.run_id)
            is_comfy = self._backends[0].kind is BackendKind.COMFY
            raise refusal(statuses[0], self._comfy_url if is_comfy else None)


def _deliver(opened: Application, run: Run, out: Path) -> Path | None:
    clip = store.clip_of_run(opened.database, run.run_id)
    if clip is None:
        return None
    with (opened.clips_folder / clip.file).open("rb") as made:
        write_out(out, lambda target: shutil.copyfileobj(made, target))
    return out
