"""Keeping the running application's data: backups by the clock and by hand, checks, retention."""

import contextlib
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from videogen.domain.event import Event
from videogen.domain.plain_json import plain
from videogen.domain.stopping import StoppedError
from videogen.errors import BackupRunningError, VideogenError
from videogen.panel import prepare_renditions
from videogen.runs.context import utc_now
from videogen.settings import Settings
from videogen.store import Database, campaigns, save
from videogen.upkeep import (
    MENDABLE,
    Backup,
    BackupOrder,
    CheckReport,
    Removal,
    RetentionPlan,
    Schedule,
    apply_retention,
    check_data,
    finished_folders,
    make_backup,
    mend,
    newest_backup,
    plan_retention,
)

LOG = logging.getLogger(__name__)
CLOCK = "videogen"  # who, when nobody asked


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFailure:
    at: datetime
    error: VideogenError


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepStatus:
    backup_dir: Path
    newest: Backup | None
    n_backups: int
    next_at: datetime | None  # None: not by the clock
    is_running: bool
    failure: BackupFailure | None  # since the newest backup
    checked: CheckReport | None  # the last check of this process


class Upkeep:
    """One backup or check at a time; everything else of the application goes on."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._data_dir = settings.data_dir
        self.backup_dir = backup_dir_of(settings)
        self._schedule: Schedule | None = None
        self._running = threading.Lock()
        self._failure: BackupFailure | None = None
        self._checked: CheckReport | None = None

    def start(self) -> None:
        """Backups by the clock from here on, unless the settings say never."""
        if self._settings.backup_every_h <= 0:
            return
        self._schedule = Schedule(
            every=timedelta(hours=self._settings.backup_every_h),
            last_at=self._last_at,
            make=self._by_the_clock,
        )
        self._schedule.start()

    def stop(self) -> None:
        if self._schedule is not None:
            self._schedule.stop()

    def back_up(self, who: str, *, with_secret: bool = False) -> Backup:
        """Raises: BackupRunningError, NoRoomError, DataFolderUnusableError: noted as an event."""
        now = utc_now()
        order = BackupOrder(
            data_dir=self._data_dir,
            backup_dir=self.backup_dir,
            n_kept=self._settings.backups_kept,
            with_secret=with_secret,
            is_stopping=self._is_stopping,
        )
        try:
            backup = self._made(order, now)
        except (StoppedError, BackupRunningError):
            raise
        except VideogenError as error:
            self._failure = BackupFailure(at=now, error=error)
            LOG.warning("backup failed: %s", error)
            self._note("backup.failed", str(self.backup_dir), now, who=who, reason=str(error))
            raise
        self._failure = None
        manifest = backup.manifest
        facts = {
            "took_s": manifest.took_s,
            "n_files": len(manifest.files),
            "size_bytes": manifest.size_bytes,
            "n_missing": len(manifest.missing),
            "n_damaged": len(manifest.damaged),
        }
        LOG.info("backup %s made in %s s", backup.name, manifest.took_s)
        self._note("backup.made", backup.name, now, who=who, **facts)
        return backup

    def _made(self, order: BackupOrder, now: datetime) -> Backup:
        if not self._running.acquire(blocking=False):
            raise BackupRunningError(folder=order.backup_dir)
        try:
            return make_backup(self._database, order, now)
        finally:
            self._running.release()

    def check(
        self, who: str, *, with_hashes: bool = False, is_mending: bool = False
    ) -> CheckReport:
        """Rows are never changed; what is mended is told in an event."""
        report = check_data(self._database, self._data_dir, utc_now(), with_hashes=with_hashes)
        if is_mending:
            report = mend(
                self._database, self._data_dir, report, remake_renditions=self._remake_renditions
            )
            mended = [one.subject for one in report.findings if one.is_mended]
            if mended:
                facts = {"n_mended": len(mended), "mended": mended[:20]}
                self._note("data.mended", str(self._data_dir), report.checked_at, who=who, **facts)
        self._checked = report
        return report

    def plan_retention(self, days: int) -> RetentionPlan:
        return plan_retention(self._database, days, utc_now())

    def apply_retention(self, days: int, who: str) -> Removal:
        now = utc_now()
        folder = self._data_dir / "clips"
        return apply_retention(self._database, folder, days, who=who, now=now)

    def status(self) -> UpkeepStatus:
        return UpkeepStatus(
            backup_dir=self.backup_dir,
            newest=newest_backup(self.backup_dir),
            n_backups=len(finished_folders(self.backup_dir)),
            next_at=None if self._schedule is None else self._schedule.next_at,
            is_running=self._running.locked(),
            failure=self._failure,
            checked=self._checked,
        )

    def _by_the_clock(self) -> None:
        with contextlib.suppress(StoppedError):
            self.back_up(CLOCK)

    def _last_at(self) -> datetime | None:
        newest = newest_backup(self.backup_dir)
        return newest.manifest.made_at if newest else None

    def _is_stopping(self) -> bool:
        return self._schedule is not None and self._schedule.is_stopping()

    def _remake_renditions(self) -> None:
        for campaign in campaigns(self._database):
            prepare_renditions(self._database, campaign.campaign_id, self._data_dir / "clips")

    def _note(self, kind: str, subject_id: str, now: datetime, **data: Any) -> None:
        facts: Mapping[str, Any] = data
        event = Event(at=now, kind=kind, subject_id=subject_id, data=facts)
        try:
            save(self._database, event)
        except VideogenError as error:  # a full disk; the log has it
            LOG.warning("%s could not be noted: %s", kind, error)


def backup_dir_of(settings: Settings) -> Path:
    return settings.backup_dir or settings.data_dir / "backups"


def told_backup(backup: Backup) -> dict[str, Any]:
    """As the API and `backup --json` answer it; its thousand files stand in its manifest."""
    manifest = backup.manifest
    return {
        "name": backup.name,
        "folder": str(backup.folder),
        "made_at": plain(manifest.made_at),
        "took_s": manifest.took_s,
        "program_version": manifest.program_version,
        "schema_version": manifest.schema_version,
        "newest_at": plain(manifest.newest_at),
        "n_rows": sum(manifest.rows.values()),
        "n_files": len(manifest.files),
        "size_bytes": manifest.size_bytes,
        "missing": list(manifest.missing),
        "damaged": list(manifest.damaged),
    }


def told_check(report: CheckReport) -> dict[str, Any]:
    """As the API and `check --json` answer it."""
    told: dict[str, Any] = plain(report)
    for finding in told["findings"]:
        finding["is_mendable"] = finding["kind"] in MENDABLE
    return told | {"is_clean": report.is_clean}


def told_plan(plan: RetentionPlan) -> dict[str, Any]:
    """As `retention --json` answers it; reasons are names, their words stand in texts."""
    told: dict[str, Any] = plain(plan)
    return told | {"kept": {reason.value: plain(share) for reason, share in plan.kept.items()}}
