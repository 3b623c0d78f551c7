"""What a condition costs in a month at a volume: so much a clip, so much a machine, so much at all.

Rented hours and cloud calls are paid by the clip. A bought machine is paid by the month, whatever
it makes: there the clip adds electricity alone, and a further machine is a step.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from videogen.domain.condition import Location
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.gpu_hours import HOURS_PER_MONTH

_ROUNDING = Decimal("1e-9")  # a need that fills a machine to the last second is one machine


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPoint:
    n_videos_month: int
    usd: Decimal
    gpus_needed: int | None  # None in the cloud


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyLine:
    """US dollars of a month as a function of the videos made in it."""

    condition: str
    location: Location
    per_video_usd: Decimal  # what one more clip adds
    fixed_usd: Decimal = Decimal(0)
    machine_usd: Decimal = Decimal(0)  # of each bought machine
    hours_per_video: Decimal | None = None  # of a GPU, failures included; None in the cloud
    hours_per_gpu: Decimal = Decimal(HOURS_PER_MONTH)

    def gpus_needed(self, n_videos_month: int) -> int | None:
        if self.hours_per_video is None:
            return None
        return gpus_for(self.hours_per_video * n_videos_month, self.hours_per_gpu)

    def usd(self, n_videos_month: int) -> Decimal:
        """At least one bought machine stands there, and as many as the volume needs."""
        machines = max(1, self.gpus_needed(n_videos_month) or 0) * self.machine_usd
        return self.fixed_usd + machines + self.per_video_usd * n_videos_month

    def n_videos_of(self, n_gpus: int) -> int | None:
        """The most that so many GPUs can make in a month; None: no GPU is needed."""
        if not self.hours_per_video:
            return None
        return int(self.hours_per_gpu * n_gpus / self.hours_per_video + _ROUNDING)

    def points(self, volumes: Sequence[int]) -> tuple[MonthPoint, ...]:
        return tuple(
            MonthPoint(n_videos_month=n, usd=self.usd(n), gpus_needed=self.gpus_needed(n))
            for n in volumes
        )


def hours_of_a_gpu(assumptions: Assumptions) -> Decimal:
    """In a month, as its use is planned."""
    return HOURS_PER_MONTH * assumptions.utilisation


def gpus_for(hours: Decimal, hours_per_gpu: Decimal) -> int:
    return math.ceil(hours / hours_per_gpu - _ROUNDING)
