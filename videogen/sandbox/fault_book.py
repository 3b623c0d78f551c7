"""Which faults are in force, how often each was seen and played."""

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from videogen.sandbox.chaos import chance_name, draw
from videogen.sandbox.faults import CHAOS_KIND, Fault, Subject


@dataclass(slots=True)
class _Scripted:
    fault: Fault
    seen: int = 0
    played: int = 0
    drawn: Counter[str] = field(default_factory=Counter)  # of a chaos, by kind

    def strikes(self, subject: Subject) -> bool:
        """Counts the subject, so that `nth` means the same whatever other faults do."""
        if not self.fault.suits(subject):
            return False
        self.seen += 1
        nth = self.fault.match.get("nth")
        if nth is not None and self.seen != int(nth):
            return False
        return self.fault.times is None or self.played < self.fault.times


class FaultBook:
    """The faults in force; changeable while both servers run."""

    def __init__(self, faults: Iterable[Fault] = (), *, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._seed = seed
        self._chances: Counter[str] = Counter()
        self._scripted = [_Scripted(fault) for fault in faults]

    def replace(self, faults: Iterable[Fault]) -> None:
        with self._lock:
            self._scripted = [_Scripted(fault) for fault in faults]
            self._chances.clear()

    def take(self, kinds: Sequence[str], subject: Subject) -> Fault | None:
        """The first fault of these kinds that strikes now; counts it as played."""
        with self._lock:
            return self._scripted_one(kinds, subject) or self._chaotic_one(kinds, subject)

    def take_all(self, kinds: Sequence[str], subject: Subject) -> dict[str, Fault]:
        """What is scripted of each kind, and at most one more that a chaos draws."""
        with self._lock:
            taken = {kind: self._scripted_one((kind,), subject) for kind in kinds}
            found = {kind: fault for kind, fault in taken.items() if fault is not None}
            drawn = self._chaotic_one(kinds, subject)
            return found if drawn is None else {drawn.kind: drawn, **found}

    def _scripted_one(self, kinds: Sequence[str], subject: Subject) -> Fault | None:
        of_kind = [each for each in self._scripted if each.fault.kind in kinds]
        striking = [each for each in of_kind if each.strikes(subject)]
        if not striking:
            return None
        striking[0].played += 1
        return striking[0].fault

    def _chaotic_one(self, kinds: Sequence[str], subject: Subject) -> Fault | None:
        for scripted in self._scripted:
            if scripted.fault.kind != CHAOS_KIND or not scripted.strikes(subject):
                continue
            chance = chance_name(kinds, subject)
            self._chances[chance] += 1
            drawn = draw(
                scripted.fault, kinds, subject, f"{self._seed}/{chance}/{self._chances[chance]}"
            )
            if drawn is not None:
                scripted.played += 1
                scripted.drawn[drawn.kind] += 1
                return drawn
        return None

    def switch(self, kind: str) -> Fault | None:
        """A standing fault, which is in force as long as it is in the list."""
        with self._lock:
            return next((each.fault for each in self._scripted if each.fault.kind == kind), None)

    def holds(self, fault: Fault) -> bool:
        """True while a scripted fault is still in force, or a chaos that may have drawn it."""
        with self._lock:
            return any(
                each.fault is fault or each.fault.kind == CHAOS_KIND for each in self._scripted
            )

    @property
    def failures_are_off(self) -> bool:
        return self.switch("no_failures") is not None

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [
                {
                    "kind": scripted.fault.kind,
                    "match": dict(scripted.fault.match),
                    "times": scripted.fault.times,
                    "params": dict(scripted.fault.params),
                    "seen": scripted.seen,
                    "played": scripted.played,
                }
                | ({"drawn": dict(scripted.drawn)} if scripted.drawn else {})
                for scripted in self._scripted
            ]
