"""Keeping data: backup, restore, check and retention of a data folder."""

from videogen.upkeep.backup import BackupOrder, make_backup
from videogen.upkeep.check import MENDABLE, CheckReport, Finding, FindingKind, check_data
from videogen.upkeep.manifest import (
    Backup,
    BackupFile,
    Manifest,
    finished_folders,
    newest_backup,
    read_manifest,
)
from videogen.upkeep.mending import mend
from videogen.upkeep.restore import (
    Restored,
    RestoreOrder,
    find_backup,
    restore_backup,
    verify_backup,
)
from videogen.upkeep.retention import (
    Removal,
    RetentionPlan,
    Share,
    apply_retention,
    plan_retention,
)
from videogen.upkeep.schedule import Schedule
from videogen.upkeep.shelf import OBJECTS_FOLDER

__all__ = [
    "MENDABLE",
    "OBJECTS_FOLDER",
    "Backup",
    "BackupFile",
    "BackupOrder",
    "CheckReport",
    "Finding",
    "FindingKind",
    "Manifest",
    "Removal",
    "RestoreOrder",
    "Restored",
    "RetentionPlan",
    "Schedule",
    "Share",
    "apply_retention",
    "check_data",
    "find_backup",
    "finished_folders",
    "make_backup",
    "mend",
    "newest_backup",
    "plan_retention",
    "read_manifest",
    "restore_backup",
    "verify_backup",
]
