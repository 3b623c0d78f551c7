"""What the Data tab of System reads and does."""

from videogen.bootstrap.upkeep import UpkeepStatus
from videogen.domain.access import Permission
from videogen.ui import loaders, who
from videogen.upkeep import Backup, CheckReport, RetentionPlan


def status() -> UpkeepStatus:
    return loaders.application().upkeep.status()


def back_up() -> Backup:
    """Raises: BackupRunningError, NoRoomError, NotAllowedError."""
    return loaders.application().upkeep.back_up(who.acting(Permission.ADMINISTER))


def check() -> CheckReport:
    """By sizes; every hash takes minutes and is the command's. Raises: NotAllowedError."""
    return loaders.application().upkeep.check(who.acting(Permission.ADMINISTER))


def retention(days: int) -> RetentionPlan:
    return loaders.application().upkeep.plan_retention(days)
