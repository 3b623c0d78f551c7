"""What executing a run needs, built once by bootstrap."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from videogen.catalogue import Manifest
from videogen.domain.condition import Condition
from videogen.domain.money import Price
from videogen.domain.run import Origin
from videogen.gpu import GpuMonitor
from videogen.routing import RouteOption, RoutingRules
from videogen.runs.progress import ProgressBoard
from videogen.store import Database

INPUTS_FOLDER = "inputs"


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a worker waits, in seconds of real time unless said otherwise."""

    poll_s: float = 1.0  # local back ends; the socket wakes earlier
    missing_s: float = 2.0  # between the two polls that make a run lost
    server_down_s: float = 120.0  # nothing answers: the run fails after this
    grace_s: float = 60.0  # over a limit, or a high time scale would call a busy machine a stall
    cloud_grace_s: float = 600.0  # a paid job given up too early leaves a question for a person
    cancel_s: float = 30.0  # for a vendor's last word on a job that was asked to end
    idle_s: float = 1.0  # an idle worker looks into the queue so often unless woken
    tripped_s: float = 60.0  # a back end that failed too often rests so long, then twice as long
    tripped_max_s: float = 900.0
    quota_s: float = 60.0  # where a vendor refuses a call for now without saying for how long
    quota_of_day_s: float = 3600.0  # a day's quota is used up and nobody says until when


# Why a condition cannot be asked now, a key of texts; None: it can.
WhyNot = Callable[[Condition, Origin | None], str | None]


class OptionsOf(Protocol):
    """Conditions as the router sees them now: measured, claimed, queued for, capped."""

    def __call__(
        self,
        members: Sequence[Condition],
        *,
        rules: RoutingRules,
        origin: Origin | None,
        why_not: WhyNot,
        campaign_id: str | None,
        owner: str | None = None,  # whose call it would be: a person may have a cap
    ) -> Sequence[RouteOption]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """The rules, all versions of them, and the conditions that they name."""

    rules: RoutingRules  # of who names no version
    conditions: Sequence[Condition]
    options_of: OptionsOf
    versions: Mapping[str, RoutingRules] = field(default_factory=dict)

    def rules_of(self, hybrid: Condition) -> RoutingRules | None:
        """The version that it names; None: nobody has that one."""
        wanted = hybrid.settings.get("rules_version", self.rules.version)
        return self.rules if wanted == self.rules.version else self.versions.get(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunContext:
    database: Database
    clips_folder: Path
    manifests: Mapping[str, Manifest]
    prices: Sequence[Price]
    monthly_cap_usd: Decimal  # until somebody sets another on the System page
    monitor: GpuMonitor
    board: ProgressBoard = field(default_factory=ProgressBoard)
    patience: Patience = field(default_factory=Patience)
    now: Callable[[], datetime] = utc_now
    router: Router | None = None  # without one the runs of routed conditions wait

    @property
    def inputs_folder(self) -> Path:
        """Beside the clips: a data folder holds both."""
        return self.clips_folder.with_name(INPUTS_FOLDER)
