"""Fifty runs in our queue at once against fifty prompts in the server's own."""

import tempfile
import time
import uuid
from pathlib import Path

import httpx

from bench.measurement import Measurement, compared
from videogen import store
from videogen.backends import connect_comfy
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import start_sandbox
from videogen.cli.office import QUICK, throw_away_application
from videogen.domain.run import Origin, Run, RunStatus
from videogen.runs.context import utc_now
from videogen.runs.plan import plan_run

N_RUNS = 50
LIMIT = 1.15


def fifty_runs_at_once() -> Measurement:
    """Seconds from the first ask to the last file on disk; the sandbox plays 2.0 s a run.

    The bare side posts everything first, so its server never waits; ours sends one at a time, so
    that a restart of the server loses one run and nobody else on it waits behind fifty.
    """
    with tempfile.TemporaryDirectory() as folder, throw_away_application() as opened:
        sandbox = start_sandbox(Path(folder) / "sandbox", time_scale=1.0)
        try:
            bare_s = _bare(opened, sandbox.comfy_url, Path(folder))
            opened.worker.attach(connect_comfy(sandbox.comfy_url))
            ours_s = _through_videogen(opened)
            opened.worker.stop()
        finally:
            sandbox.end()
    return compared(ours_s, bare_s, limit=LIMIT)


def _through_videogen(opened: Application) -> float:
    began = time.perf_counter()
    waiting = {_asked(opened, seed).run_id for seed in range(N_RUNS)}
    opened.worker.wake()
    while waiting:
        ended = [store.get_run(opened.database, run_id) for run_id in waiting]
        for run in ended:
            if run.status.is_final and run.status is not RunStatus.SUCCEEDED:
                raise RuntimeError(f"{run.failure_class}: {run.failure_detail}")
        waiting -= {run.run_id for run in ended if run.status.is_final}
        time.sleep(QUICK.poll_s)
    return time.perf_counter() - began


def _asked(opened: Application, seed: int) -> Run:
    return plan_run(
        opened.database,
        condition=opened.manifests["server_check"].default_condition(),
        prompt_text="server check",
        seed=seed,
        owner="bench",
        origin=Origin.SANDBOX,
        now=utc_now(),
    )


def _bare(opened: Application, url: str, folder: Path) -> float:
    manifest = opened.manifests["server_check"]
    began = time.perf_counter()
    with httpx.Client(base_url=url, timeout=30.0) as http:
        prompt_ids = []
        for seed in range(1000, 1000 + N_RUNS):
            workflow = manifest.fill(
                manifest.default_condition(), prompt_text="-", negative_prompt=None, seed=seed
            )
            prompt_ids.append(str(uuid.uuid4()))
            body = {"prompt": dict(workflow.graph), "prompt_id": prompt_ids[-1]}
            http.post("/prompt", json=body).raise_for_status()
        for prompt_id in prompt_ids:
            while prompt_id not in (history := http.get(f"/history/{prompt_id}").json()):
                time.sleep(QUICK.poll_s)
            outputs = history[prompt_id]["outputs"].values()
            (file,) = (images[0] for images in (one["images"] for one in outputs))
            clip = http.get("/view", params=file).raise_for_status().content
            (folder / f"{prompt_id}.mp4").write_bytes(clip)
    return time.perf_counter() - began
