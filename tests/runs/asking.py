"""Asking for runs and waiting for their ends, as the tests do it."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import replace

from videogen import store
from videogen.bootstrap import Application
from videogen.domain.run import Origin, Run
from videogen.runs.context import utc_now
from videogen.runs.plan import plan_run

PATIENCE_S = 40.0


def ask(
    application: Application,
    condition_name: str,
    *,
    prompt: str | None = None,
    seed: int = 7,
    origin: Origin = Origin.SANDBOX,
    inputs: Mapping[str, str] | None = None,
    is_short: bool = False,
) -> Run:
    """A queued run; without a prompt of its own it gets one that no server has cached.

    A short one is 4 s of a vendor's 8, where neither the size nor the price matters.
    """
    condition = application.condition(condition_name)
    if condition is None:
        condition = application.manifests[condition_name].default_condition()
    if is_short:
        settings = {**condition.settings, "duration_s": 4}
        condition = replace(condition, n_frames=4 * 24, settings=settings)
    return plan_run(
        application.database,
        condition=condition,
        prompt_text=prompt or f"a boat on a lake {uuid.uuid4()}",
        seed=seed,
        owner="tester",
        origin=origin,
        now=utc_now(),
        inputs=inputs,
    )


def ended(application: Application, run: Run) -> Run:
    application.worker.wake()
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        current = store.get_run(application.database, run.run_id)
        if current.status.is_final:
            return current
        time.sleep(0.02)
    raise TimeoutError(f"run {run.run_id} did not end")
