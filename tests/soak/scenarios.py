"""The steps of an attempt's life on every back end, and what a kill at each must lead to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.runs.kill_point import KillPoint
from videogen.domain.run import FailureClass, RunStatus

IN_FLIGHT_S = 0.15  # into an answer that takes a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One run, what goes wrong with it besides, and where its app is killed."""

    story: str
    condition: str
    point: KillPoint
    status: RunStatus
    failure_class: FailureClass | None = None
    faults: tuple[Mapping[str, Any], ...] = ()
    cancel_at: str | None = None
    is_degraded: bool = False
    n_submits: int = 1
    may_have_left: bool = False  # killed in the middle of the call: one submit more, or not

    def __str__(self) -> str:
        return f"{self.story}: {self.point}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A run's whole life without a kill, told by the events that it commits."""

    name: str
    condition: str
    events: tuple[tuple[str, int], ...]
    status: RunStatus = RunStatus.SUCCEEDED
    failure_class: FailureClass | None = None
    faults: tuple[Mapping[str, Any], ...] = ()
    cancel_at: str | None = None
    is_degraded: bool = False
    n_submits: int = 1
    paid_tries: tuple[int, ...] = ()  # ordinals of the tries whose call costs money
    late: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # event -> slow answer

    def kills(self) -> Iterator[Kill]:
        for kind, nth in self.events:
            for before in (True, False):
                yield self._kill(KillPoint(kind=kind, nth=nth, before=before))
        for kind, fault in self.late.items():
            yield self._kill(KillPoint(kind=kind, delay_s=IN_FLIGHT_S), fault)

    def _kill(self, point: KillPoint, *more: Mapping[str, Any]) -> Kill:
        unsure = point.nth in self.paid_tries and _may_be_billed(point)
        return Kill(
            story=self.name,
            condition=self.condition,
            point=point,
            status=RunStatus.UNCERTAIN if unsure else self.status,
            failure_class=FailureClass.UNCERTAIN if unsure else self.failure_class,
            faults=(*self.faults, *more),
            cancel_at=self.cancel_at,
            is_degraded=self.is_degraded,
            n_submits=self.n_submits - (unsure and not point.before),
            may_have_left=unsure and point.delay_s > 0,
        )


def _may_be_billed(point: KillPoint) -> bool:
    """The call was about to leave, and no row holds the vendor's answer."""
    if point.kind in ("attempt.sending", "money.reserved"):
        return not point.before
    return point.kind == "attempt.submitted" and point.before


def _try(nth: int, *, paid: bool = False) -> list[tuple[str, int]]:
    steps = ["attempt.intended", "attempt.sending", "attempt.submitted", "attempt.running"]
    steps.append("attempt.fetching")
    if paid:
        steps.insert(1, "money.reserved")
    return [(step, nth) for step in steps]


SLOW_SUBMIT = {"kind": "slow_submit", "delay_s": 1.0, "times": 1}
SLOW_ANSWER = {"kind": "slow_answer", "delay_s": 1.0, "times": 1}
SLOW_VIEW = {"kind": "slow_view", "delay_s": 1.0, "times": 1}
OUT_OF_VRAM = {"kind": "out_of_vram", "times": 1}
BROKEN = {"kind": "execution_error", "times": 1}
FILTERED = {"kind": "rai_filtered", "times": 1}
BROKEN_AT_VENDOR = {"kind": "op_error", "times": 1}
ABORTED = {"kind": "aborted", "times": 1}
HOUR_OVER = {"kind": "data_removed", "times": 1}
# Held up in the middle, so that a wish to cancel comes while it runs.
STALLED = {"kind": "stall", "times": 1}

COMFY = Story(
    name="comfy",
    condition="wan-1.3b",
    events=(*_try(1), ("run.succeeded", 1)),
    late={"attempt.sending": SLOW_SUBMIT, "attempt.fetching": SLOW_VIEW},
)
COMFY_FAILED = Story(
    name="comfy, failed",
    condition="animatediff",
    events=(("run.failed", 1),),
    status=RunStatus.FAILED,
    failure_class=FailureClass.EXECUTION_ERROR,
    faults=(BROKEN,),
)
COMFY_CANCELLED = Story(
    name="comfy, cancelled",
    condition="wan-1.3b",
    events=(("attempt.running", 1), ("run.cancelled", 1)),
    status=RunStatus.CANCELLED,
    faults=(STALLED,),
    cancel_at="attempt.submitted",
)
VERTEX = Story(
    name="vertex",
    condition="veo-3.1-lite",
    events=(*_try(1, paid=True), ("run.succeeded", 1), ("money.settled", 1)),
    paid_tries=(1,),
    late={"attempt.sending": SLOW_ANSWER},
)
VERTEX_FILTERED = Story(
    name="vertex, filtered",
    condition="veo-3.1-lite",
    events=(("run.failed", 1), ("money.settled", 1)),
    status=RunStatus.FAILED,
    failure_class=FailureClass.FILTERED,
    faults=(FILTERED,),
)
INTERACTIONS = Story(
    name="interactions",
    condition="gemini-omni",
    events=(*_try(1, paid=True), ("run.succeeded", 1), ("money.settled", 1)),
    paid_tries=(1,),
    late={"attempt.sending": SLOW_ANSWER},
)
INTERACTIONS_FILTERED = Story(
    name="interactions, filtered",
    condition="gemini-omni",
    events=(("run.failed", 1), ("money.settled", 1)),
    status=RunStatus.FAILED,
    failure_class=FailureClass.FILTERED,
    faults=(FILTERED,),
)
REPLICATE = Story(
    name="replicate",
    condition="replicate-wan-2.2-i2v-fast",
    events=(*_try(1, paid=True), ("run.succeeded", 1), ("money.settled", 1)),
    paid_tries=(1,),
    late={"attempt.sending": SLOW_ANSWER},
)
REPLICATE_FAILED = Story(  # of its bill nobody knows: the money stays held
    name="replicate, failed",
    condition="replicate-wan-2.2-t2v-fast",
    events=(("run.failed", 1),),
    status=RunStatus.FAILED,
    failure_class=FailureClass.EXECUTION_ERROR,
    faults=(BROKEN_AT_VENDOR,),
)
REPLICATE_ABORTED = Story(
    name="replicate, aborted",
    condition="replicate-wan-2.2-t2v-fast",
    events=(("run.failed", 1), ("money.settled", 1)),
    status=RunStatus.FAILED,
    failure_class=FailureClass.TIMED_OUT,
    faults=(ABORTED,),
)
REPLICATE_TOO_LATE = Story(
    name="replicate, too late",
    condition="replicate-wan-2.2-t2v-fast",
    events=(("attempt.submitted", 1), ("attempt.fetching", 1), ("run.failed", 1)),
    status=RunStatus.FAILED,
    failure_class=FailureClass.DOWNLOAD_FAILED,
    faults=(HOUR_OVER,),
    paid_tries=(1,),
)
DEGRADED = Story(
    name="degraded",
    condition="wan-1.3b",
    events=(
        ("attempt.running", 1),
        ("run.queued", 1),
        *_try(2)[:-1],
        ("attempt.fetching", 1),
        ("run.succeeded", 1),
    ),
    faults=(OUT_OF_VRAM,),
    is_degraded=True,
    n_submits=2,
)
HYBRID = Story(
    name="hybrid",
    condition="hybrid",
    events=(*_try(1), ("run.succeeded", 1)),
)
HYBRID_ONWARD = Story(
    name="hybrid, onward",
    condition="hybrid",
    events=(
        ("run.queued", 1),
        ("attempt.intended", 2),
        ("money.reserved", 1),
        ("attempt.sending", 2),
        ("attempt.submitted", 2),
        ("attempt.running", 2),
        ("attempt.fetching", 1),
        ("run.succeeded", 1),
        ("money.settled", 1),
    ),
    faults=(BROKEN,),
    n_submits=2,
    paid_tries=(1, 2),
)
STORIES = (
    COMFY,
    COMFY_FAILED,
    COMFY_CANCELLED,
    VERTEX,
    VERTEX_FILTERED,
    INTERACTIONS,
    INTERACTIONS_FILTERED,
    REPLICATE,
    REPLICATE_FAILED,
    REPLICATE_ABORTED,
    REPLICATE_TOO_LATE,
    DEGRADED,
    HYBRID,
    HYBRID_ONWARD,
)
