"""Fifty model-free runs through videogen against a bare httpx loop on the same sandbox."""

import tempfile
import time
import uuid
from pathlib import Path

import httpx

from bench.measurement import Measurement, compared
from videogen.backends import connect_comfy
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import start_sandbox
from videogen.cli.office import QUICK, throw_away_application, wait_for_run
from videogen.domain.generation import Workflow
from videogen.domain.run import Origin, RunStatus
from videogen.runs.context import utc_now
from videogen.runs.plan import plan_run

N_RUNS = 50
N_ROUNDS = 5  # the two take turns, so that a busy minute of the machine hits both
LIMIT = 1.15


def server_check_runs() -> Measurement:
    """Seconds for all runs, each from asking to its file on disk; the sandbox plays 2.0 s a run."""
    ours_s = bare_s = 0.0
    with tempfile.TemporaryDirectory() as folder, throw_away_application() as opened:
        sandbox = start_sandbox(Path(folder) / "sandbox", time_scale=1.0)
        try:
            opened.worker.attach(connect_comfy(sandbox.comfy_url))
            for round_number in range(N_ROUNDS):
                first_seed = 1000 * (round_number + 1)
                seeds = range(first_seed, first_seed + N_RUNS // N_ROUNDS)
                bare_s += _bare(opened, sandbox.comfy_url, seeds, Path(folder))
                ours_s += _through_videogen(opened, range(seeds.start + 500, seeds.stop + 500))
            opened.worker.stop()
        finally:
            sandbox.end()
    return compared(ours_s, bare_s, limit=LIMIT)


def _through_videogen(opened: Application, seeds: range) -> float:
    condition = opened.manifests["server_check"].default_condition()
    began = time.perf_counter()
    for seed in seeds:
        planned = plan_run(
            opened.database,
            condition=condition,
            prompt_text="server check",
            seed=seed,
            owner="bench",
            origin=Origin.SANDBOX,
            now=utc_now(),
        )
        ended = wait_for_run(opened, planned.run_id)
        if ended.status is not RunStatus.SUCCEEDED:
            raise RuntimeError(f"{ended.failure_class}: {ended.failure_detail}")
    return time.perf_counter() - began


def _bare(opened: Application, url: str, seeds: range, folder: Path) -> float:
    manifest = opened.manifests["server_check"]
    began = time.perf_counter()
    with httpx.Client(base_url=url, timeout=30.0) as http:
        for seed in seeds:
            workflow = manifest.fill(
                manifest.default_condition(),
                prompt_text="server check",
                negative_prompt=None,
                seed=seed,
            )
            _bare_run(http, workflow, folder / f"{seed}.mp4")
    return time.perf_counter() - began


def _bare_run(http: httpx.Client, workflow: Workflow, out: Path) -> None:
    prompt_id = str(uuid.uuid4())
    body = {"prompt": dict(workflow.graph), "prompt_id": prompt_id}
    http.post("/prompt", json=body).raise_for_status()
    while prompt_id not in (history := http.get(f"/history/{prompt_id}").json()):
        time.sleep(QUICK.poll_s)
    file = history[prompt_id]["outputs"][workflow.save_node]["images"][0]
    out.write_bytes(http.get("/view", params=file).raise_for_status().content)
