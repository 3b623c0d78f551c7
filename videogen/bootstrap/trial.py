"""The trial: a whole campaign in the sandbox, so that a fresh machine shows what every page is."""

import dataclasses
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import structlog

from videogen import store
from videogen.bootstrap.sandbox_process import (
    SandboxProcess,
    read_note,
    recorded_sandbox,
    start_sandbox,
    write_note,
)
from videogen.bootstrap.sandbox_references import add_sandbox_references
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.prompt import PromptSuite
from videogen.domain.run import Origin, RunStatus
from videogen.domain.stopping import StoppedError
from videogen.errors import VideogenError
from videogen.panel import simulate_raters
from videogen.panel.simulated_pairs import simulate_pair_votes
from videogen.runs.context import utc_now
from videogen.runs.lights import takes_runs
from videogen.runs.plan import plan_campaign, start_campaign
from videogen.runs.worker import Worker
from videogen.store import Database
from videogen.texts import t

LOG = structlog.get_logger(__name__)

CANDIDATES = ("wan-1.3b", "wan-14b")
BASELINES = ("animatediff", "veo-3.1-fast")
N_PROMPTS = 30  # 29 runs without a failure are the least that can prove 90 % success
N_RATERS = 6
LOOK_S = 0.5  # how often the trial looks how far its campaign is
TIME_SCALE = 4000.0  # a minute and a half for 120 runs on two cores


class TrialStage(StrEnum):
    NONE = "none"
    STARTING = "starting"
    RUNNING = "running"
    RATING = "rating"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxState:
    stage: TrialStage
    campaign_id: str | None = None
    n_runs: int = 0
    n_ended: int = 0
    reason: str | None = None


class Trial:
    """One thread that starts the sandbox, waits for its campaign and simulates the raters."""

    def __init__(
        self, database: Database, worker: Worker, folder: Path, clips_folder: Path
    ) -> None:
        self._database = database
        self._worker = worker
        self._folder = folder
        self._clips_folder = clips_folder
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._state = SandboxState(stage=TrialStage.NONE)

    def state(self) -> SandboxState:
        with self._lock:
            return self._state

    def begin(
        self,
        *,
        owner: str,
        conditions: Sequence[Condition],
        suite: PromptSuite,
        now: datetime,
        language: str = "en",
    ) -> None:
        """A second click while the first trial goes on changes nothing."""
        with self._lock:
            if self._state.stage not in (TrialStage.NONE, TrialStage.FAILED):
                return
            self._state = SandboxState(stage=TrialStage.STARTING)
        name = t("trial.campaign_name", language)
        try:
            campaign_id = self._plan(name, owner, conditions, suite, now)
        except BaseException:
            self._show(stage=TrialStage.NONE)
            raise
        self._spawn(campaign_id)

    def _plan(
        self,
        name: str,
        owner: str,
        conditions: Sequence[Condition],
        suite: PromptSuite,
        now: datetime,
    ) -> str:
        named = {condition.name: condition for condition in conditions}
        campaign = plan_campaign(
            self._database,
            name=name,
            candidates=[named[name] for name in CANDIDATES],
            baselines=[named[name] for name in BASELINES],
            suite=suite,
            n_prompts=N_PROMPTS,
            seeds=(1,),
            rated_seeds=(1,),
            planned_n_raters=N_RATERS,
            owner=owner,
            now=now,
        )
        write_note(self._note, {"campaign_id": campaign.campaign_id})
        return campaign.campaign_id

    def pick_up(self, *, nothing_else: bool) -> None:
        """After a restart: the sandbox that still runs, and the trial where it stood.

        With `nothing_else` connected a sandbox that was once opened is opened again.
        """
        recorded = recorded_sandbox(self._folder)
        if recorded is None:
            return
        campaign_id = self._remembered()
        is_done = campaign_id is None or self._is_rated(campaign_id)
        stage = TrialStage.DONE if is_done else TrialStage.STARTING
        self._state = SandboxState(stage=stage, campaign_id=campaign_id)
        if not is_done or nothing_else or self._has_open_runs() or recorded.answers():
            self._spawn(None if is_done else campaign_id)

    def reopen(self) -> None:
        """The sandbox again, without a new campaign; nothing while it is being started."""
        if self._thread is None or not self._thread.is_alive():
            self._spawn(None)

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        recorded = recorded_sandbox(self._folder)
        if recorded is not None and not self._has_open_runs() and recorded.answers():
            recorded.end()

    def _spawn(self, campaign_id: str | None) -> None:
        self._thread = threading.Thread(
            target=self._go, args=(campaign_id,), name="sandbox trial", daemon=True
        )
        self._thread.start()

    def _go(self, campaign_id: str | None) -> None:
        try:
            for backend in self._live_sandbox().backends():
                self._worker.attach(backend)
            if campaign_id is not None:
                self._run_campaign(campaign_id)
        except StoppedError:
            return
        except VideogenError as error:
            LOG.warning("trial_failed", reason=str(error))
            self._show(stage=TrialStage.FAILED, reason=error.code)
        except (OSError, ValueError):
            LOG.exception("trial_failed")
            self._show(stage=TrialStage.FAILED, reason="internal")

    def _live_sandbox(self) -> SandboxProcess:
        recorded = recorded_sandbox(self._folder)
        if recorded is not None and recorded.answers():
            return recorded
        # Runs in flight know it by its address; otherwise any free port will do.
        like = recorded if self._has_open_runs() else None
        return start_sandbox(self._folder, time_scale=TIME_SCALE, like=like)

    def _run_campaign(self, campaign_id: str) -> None:
        start_campaign(self._database, campaign_id, origin=Origin.SANDBOX, now=utc_now())
        self._worker.wake()
        self._look(campaign_id)
        self._add_references()
        while not self._stop.wait(LOOK_S):
            if not self._worker_sees_sandbox():
                self._live_sandbox()  # at its old address, so that its runs are found lost
            if self._look(campaign_id):
                self._rate(campaign_id)
                return

    def _look(self, campaign_id: str) -> bool:
        """Whether every run has its final word."""
        runs = store.campaign_runs(self._database, campaign_id)
        n_ended = sum(run.status.is_final for run in runs)
        self._show(
            stage=TrialStage.RUNNING,
            campaign_id=campaign_id,
            n_runs=len(runs),
            n_ended=n_ended,
        )
        return n_ended == len(runs)

    def _add_references(self) -> None:
        """While the campaign runs; without them its panel is rated too, and called unscreened."""
        try:
            add_sandbox_references(
                self._database,
                self._clips_folder,
                utc_now(),
                is_stopping=self._stop.is_set,
            )
        except VideogenError as error:
            LOG.warning("no_sandbox_references", reason=str(error))

    def _rate(self, campaign_id: str) -> None:
        self._show(stage=TrialStage.RATING)
        # The same seed again adds only what a killed process left out.
        simulate_raters(self._database, campaign_id, n_raters=N_RATERS, seed=1, now=utc_now())
        simulate_pair_votes(self._database, campaign_id, n_raters=N_RATERS, seed=1, now=utc_now())
        self._show(stage=TrialStage.DONE)

    def _is_rated(self, campaign_id: str) -> bool:
        sessions = store.sessions(self._database, campaign_id)
        return len({session.rater_id for session in sessions}) >= N_RATERS

    def _worker_sees_sandbox(self) -> bool:
        seen = [s for s in self._worker.statuses() if s.kind == BackendKind.COMFY.value]
        return not seen or any(takes_runs(status) for status in seen)

    def _show(self, **changes: object) -> None:
        with self._lock:
            self._state = dataclasses.replace(self._state, **changes)  # type: ignore[arg-type]

    def _has_open_runs(self) -> bool:
        return any(
            store.find_runs(self._database, status=status, origin=Origin.SANDBOX, limit=1)
            for status in (RunStatus.QUEUED, RunStatus.RUNNING)
        )

    def _remembered(self) -> str | None:
        noted = read_note(self._note) or {}
        return noted.get("campaign_id")

    @property
    def _note(self) -> Path:
        return self._folder / "trial.json"
