from dataclasses import dataclass
from pathlib import Path

from videogen.sandbox.clock import SandboxClock
from videogen.sandbox.fault_book import FaultBook
from videogen.sandbox.faults import Fault, Subject
from videogen.sandbox.profiles import Draw, Profile, ProfileBook
from videogen.sandbox.submit_log import SubmitLog


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What both servers share: time, luck, faults and the log."""

    clock: SandboxClock
    seed: int
    profiles: ProfileBook
    faults: FaultBook
    log: SubmitLog
    folder: Path
    has_failures: bool  # the profiles' own failure rates are played
    nodes: Path | None = None  # more node classes and model files than the recorded server had

    def draw(self, *, profile: Profile, prompt: str, job_seed: int) -> Draw:
        return Draw.of(sandbox_seed=self.seed, prompt=prompt, job_seed=job_seed, profile=profile)

    def run_faults(self, kinds: tuple[str, ...], subject: Subject, draw: Draw) -> dict[str, Fault]:
        """The scripted faults of one job, and the profile's own bad luck if nothing is scripted."""
        scripted = self.faults.take_all(kinds, subject)
        luck_is_on = self.has_failures and not self.faults.failures_are_off
        if not scripted and luck_is_on and draw.failure is not None:
            return {draw.failure: Fault(kind=draw.failure)}
        return scripted
