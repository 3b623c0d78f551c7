"""What a month's data folder is judged by, once its app has ended."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.sandbox_servers import submits
from tests.soak.month import Month
from tests.soak.month_people import Crowd
from tests.soak.rating_crowd import Player, faults_of_ratings
from tests.soak.verdict import A_CENT, faults_of_run
from tests.web.app_process import FOREIGN_ENVIRONMENT, ROOT
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import FailureClass, Run, RunStatus
from videogen.panel import prepare_renditions
from videogen.settings import Settings
from videogen.upkeep import check_data, finished_folders, verify_backup

LATER = timedelta(hours=1)  # when nothing counts as somebody's work in progress any more


def faults_of_month(
    data_dir: Path,
    month: Month,
    crowd: Crowd,
    players: Sequence[Player],
    sandbox: SandboxProcess,
) -> list[str]:
    """Everything that is wrong; empty when nothing is."""
    wrong = [*crowd.wrong, *faults_of_ratings(data_dir, players)]
    if month.is_full:  # else in this process alone
        wrong += _checked_by_command(data_dir)
    wrong += [f"{one.session_id}: not to its end" for one in players if not one.done]
    settings = Settings(data_dir=data_dir, comfy_urls=())
    application = Application.build(settings)
    try:
        runs = store.find_runs(application.database, limit=2 * month.n_runs + 100)
        wrong += [
            *_missing(application, month, crowd, runs),
            *_each(application, runs, sandbox),
            *_folder(application),
        ]
    finally:
        application.close()
    for backup in finished_folders(data_dir / "backups"):
        verify_backup(backup)
    return wrong


def _checked_by_command(data_dir: Path) -> Iterator[str]:
    own = {"PATH": "/usr/bin:/bin", "VIDEOGEN_DATA_DIR": str(data_dir)}
    assert not [name for name in own if name in FOREIGN_ENVIRONMENT]
    command = [sys.executable, "-m", "videogen", "check", "--hashes", "--json"]
    told = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)
    if told.returncode != 0:
        yield f"check: {told.stdout[-2000:]}{told.stderr[-1000:]}"
        return
    found: dict[str, Any] = json.loads(told.stdout)["check"]
    if not found["is_clean"] or not found["has_hashes"] or found["n_files"] == 0:
        yield f"check: {found}"


def _missing(
    application: Application, month: Month, crowd: Crowd, runs: Sequence[Run]
) -> Iterator[str]:
    """Whatever was acknowledged stands there once, and nothing that nobody asked for."""
    by_campaign = Counter(run.campaign_id for run in runs)
    n_campaigns = len(store.campaigns(application.database))
    if n_campaigns != month.n_campaigns or len(crowd.campaign_ids) != month.n_campaigns:
        yield f"{n_campaigns} campaigns, {len(crowd.campaign_ids)} were acknowledged"
    of_crowd = set(crowd.requeued.values())
    for campaign_id in crowd.campaign_ids.values():
        if by_campaign[campaign_id] != month.n_runs_of_campaign:
            yield f"{campaign_id}: {by_campaign[campaign_id]} runs"
    asked = set(crowd.run_ids.values()) | of_crowd
    stored = {run.run_id for run in runs if run.campaign_id is None}
    if len(set(crowd.run_ids.values())) != month.n_single:
        yield f"{len(set(crowd.run_ids.values()))} single runs were acknowledged"
    yield from (f"lost: {run_id}" for run_id in sorted(asked - stored))
    yield from (f"nobody asked for: {run_id}" for run_id in sorted(stored - asked))


def _each(application: Application, runs: Sequence[Run], sandbox: SandboxProcess) -> Iterator[str]:
    made: dict[str, list[dict[str, Any]]] = {}
    for each in submits(sandbox):
        made.setdefault(each["id"], []).append(each)
    yield from (f"submitted twice: {key}" for key, found in made.items() if len(found) > 1)
    for run in runs:
        attempts = store.attempts_of_run(application.database, run.run_id)
        found = [each for one in attempts for each in made.get(one.external_id or "", [])]
        if not _may_end_so(run):
            yield f"{run.run_id}: {run.status} {run.failure_class} {run.failure_detail}"
        elif run.condition_id.startswith("veo"):
            yield from _bill(run, found)
        else:
            yield from faults_of_run(application, run, found)


def _may_end_so(run: Run) -> bool:
    """Made, or failed by the full disk, or a paid call that was on its way at a kill."""
    is_paid = run.condition_id.startswith("veo")
    return (
        run.status is RunStatus.SUCCEEDED
        or run.failure_class is FailureClass.DISK_FULL
        or (is_paid and run.status is RunStatus.UNCERTAIN)
    )


def _bill(run: Run, found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """As the vendor billed it; a sandbox's bill reserves nobody's money."""
    billed_usd = sum(each["billed_usd"] or 0.0 for each in found)
    if run.status is RunStatus.SUCCEEDED and (
        run.cost_usd is None or abs(float(run.cost_usd) - billed_usd) > A_CENT
    ):
        yield f"{run.run_id}: cost {run.cost_usd} USD, billed {billed_usd}"


def _folder(application: Application) -> Iterator[str]:
    database, data_dir = application.database, application.settings.data_dir
    yield from (f"open: {run.run_id}" for run, _ in store.unfinished_attempts(database))
    yield from (f"running: {run_id}" for run_id in store.running_run_ids(database))
    for campaign in store.campaigns(database):  # blind copies that a restart left half made
        prepare_renditions(database, campaign.campaign_id, application.clips_folder)
    report = check_data(database, data_dir, datetime.now(UTC) + LATER, with_hashes=True)
    yield from (f"{one.kind}: {one.subject} {one.detail}" for one in report.findings)
