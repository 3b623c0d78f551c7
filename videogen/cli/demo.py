"""`demo`: its own sandbox, a campaign over the default conditions, what came out of it."""

import argparse
import statistics
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from videogen import store
from videogen.backends import sandbox_log
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess, start_sandbox
from videogen.cli.answer import above_zero, language, print_json, say, whole
from videogen.cli.office import throw_away_application, wait_for_all
from videogen.domain.condition import Condition
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.runs.context import utc_now
from videogen.runs.plan import plan_campaign, start_campaign
from videogen.runs.plan_checks import named_conditions
from videogen.texts import t

TIME_SCALE = 1000.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--prompts", type=whole("prompts"), default=3, metavar="N")
    parser.add_argument("--conditions", metavar="a,b", help=t("cli.demo.conditions", language()))
    parser.add_argument(
        "--time-scale", type=above_zero("time_scale"), default=TIME_SCALE, metavar="X"
    )
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    with throw_away_application() as opened, tempfile.TemporaryDirectory() as folder:
        promptly = [one for one in opened.conditions if not one.required_inputs]
        names = options.conditions or ",".join(one.name for one in promptly)
        _refuse_files_needed(opened, names)
        conditions = named_conditions(promptly, names, "conditions")
        sandbox = start_sandbox(Path(folder), time_scale=options.time_scale)
        try:
            answer = _run_campaign(opened, sandbox, conditions, options)
        finally:
            opened.worker.stop()
            sandbox.end()
    if options.json:
        print_json(answer)
    else:
        _say_summary(answer["conditions"])
    return 0


def _refuse_files_needed(opened: Application, names: str) -> None:
    """Raises: InvalidInputError: a condition makes clips from a file, and the demo has none."""
    for name in names.split(","):
        condition = opened.condition(name.strip())
        if condition is not None and condition.required_inputs:
            slot = min(condition.required_inputs)
            raise InvalidInputError("input_missing", field=slot, value=name, workflow=name)


def _run_campaign(
    opened: Application,
    sandbox: SandboxProcess,
    conditions: Sequence[Condition],
    options: argparse.Namespace,
) -> dict[str, Any]:
    campaign = plan_campaign(
        opened.database,
        name="demo",
        candidates=conditions,
        baselines=(),
        suite=opened.suites[0],
        n_prompts=options.prompts,
        seeds=(1,),
        rated_seeds=(1,),
        planned_n_raters=1,
        owner="demo",
        now=utc_now(),
    )
    for backend in sandbox.backends():
        opened.worker.attach(backend)
    start_campaign(opened.database, campaign.campaign_id, origin=Origin.SANDBOX, now=utc_now())
    wait_for_all(
        opened, campaign.campaign_id, each=lambda ended: _say_run(ended, as_json=options.json)
    )
    runs = store.campaign_runs(opened.database, campaign.campaign_id)
    return {
        "origin": Origin.SANDBOX,
        "conditions": {
            condition.name: _summary([r for r in runs if r.condition_id == condition.condition_id])
            for condition in conditions
        },
        "lost": sum(run.status is RunStatus.LOST or not run.status.is_final for run in runs),
        "duplicates": _duplicates(opened, sandbox, runs),
    }


def _summary(runs: Sequence[Run]) -> dict[str, Any]:
    times = [run.wall_time_s for run in runs if run.wall_time_s is not None]
    peaks = [run.peak_vram_mib for run in runs if run.peak_vram_mib is not None]
    costs = [run.cost_usd for run in runs]
    known = [cost for cost in costs if cost is not None]
    return {
        "n_runs": len(runs),
        "n_succeeded": sum(
            run.status is RunStatus.SUCCEEDED and not run.is_degraded for run in runs
        ),
        "wall_time_s_median": statistics.median(times) if times else None,
        "peak_vram_mib_max": max(peaks, default=None),
        "cost_usd_total": sum(known, Decimal(0)) if len(known) == len(costs) else None,
        "failures": dict(Counter(one for one in map(_failure, runs) if one is not None)),
    }


def _failure(run: Run) -> FailureClass | None:
    """As evidence counts it: a clip with smaller settings is not what the condition promises."""
    return FailureClass.OUT_OF_VRAM if run.is_degraded else run.failure_class


def _say_summary(conditions: Mapping[str, Mapping[str, Any]]) -> None:
    for name, summary in conditions.items():
        cost = summary["cost_usd_total"]
        say(
            t(
                "cli.demo.summary",
                language(),
                condition=name,
                n_succeeded=summary["n_succeeded"],
                n_runs=summary["n_runs"],
                cost=t("cli.demo.unknown_cost", language()) if cost is None else f"{cost:.2f}",
            ),
            as_json=False,
        )


def _duplicates(opened: Application, sandbox: SandboxProcess, runs: Sequence[Run]) -> int:
    """Submits in the sandbox's own log beyond one for each attempt that was sent."""
    asked = Counter((submit["prompt"], submit["seed"]) for submit in sandbox_log(sandbox.comfy_url))
    sent: Counter[tuple[str, int]] = Counter()
    for run in runs:
        text = store.get_prompt(opened.database, run.prompt_id).text
        attempts = store.attempts_of_run(opened.database, run.run_id)
        sent[text, run.seed] += sum(attempt.submitted_at is not None for attempt in attempts)
    return sum(max(0, n_submits - sent[key]) for key, n_submits in asked.items())


def _say_run(run: Run, *, as_json: bool) -> None:
    say(
        t(
            "cli.demo.run_ended",
            language(),
            condition=run.condition_id.split("@")[0],
            status=t(f"status.{run.status.value}", language()),
        ),
        as_json=as_json,
    )
