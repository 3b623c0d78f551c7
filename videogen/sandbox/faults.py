"""Scripted faults: what goes wrong, for which jobs, how often. The README lists the kinds."""

import json
import threading
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

COMFY_SUBMIT_KINDS = ("http_500", "drop_before_accept", "drop_after_accept")
COMFY_RUN_KINDS = (
    "out_of_vram",
    "execution_error",
    "lose_job",
    "stall",
    "deaf_socket",
    "bad_video",
    "frozen_video",
    "black_video",
    "restart",
    "no_output",
)
COMFY_VIEW_KINDS = ("slow_view", "truncate_view", "view_404")
GOOGLE_SUBMIT_KINDS = (
    "http_status",
    "drop_before_accept",
    "drop_after_accept",
    "empty_body",
    "html_200",
    "slow_answer",
)
GOOGLE_POLL_KINDS = ("poll_status", "poll_drop", "poll_empty", "poll_html")
GOOGLE_FILE_KINDS = ("file_status", "file_cut", "file_json", "file_empty", "file_redirect")
GOOGLE_RUN_KINDS = (
    "op_error",
    "rai_filtered",
    "partly_filtered",
    "done_empty",
    "odd_status",
    "never_done",
    "gcs_uri",
    "empty_video",
    "cut_video",
    "json_video",
    "bad_video",
    "frozen_video",
    "black_video",
)
SWITCHES = ("no_failures",)
KINDS = frozenset(
    COMFY_SUBMIT_KINDS
    + COMFY_RUN_KINDS
    + COMFY_VIEW_KINDS
    + GOOGLE_SUBMIT_KINDS
    + GOOGLE_POLL_KINDS
    + GOOGLE_FILE_KINDS
    + GOOGLE_RUN_KINDS
    + SWITCHES
)
_MATCH_KEYS = frozenset({"profile", "condition", "nth", "prompt_contains", "model"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a fault may be matched against."""

    profile: str
    prompt: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    kind: str
    match: Mapping[str, Any] = field(default_factory=dict)
    times: int | None = None  # None: always
    params: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault kind {self.kind!r}; known: {', '.join(sorted(KINDS))}")
        unknown = set(self.match) - _MATCH_KEYS
        if unknown:
            raise ValueError(f"unknown match keys {sorted(unknown)}; known: {sorted(_MATCH_KEYS)}")
        if self.times is not None and self.times < 0:
            raise ValueError(f"times must be 0 or more, not {self.times}")

    def suits(self, subject: Subject) -> bool:
        """Everything but `nth`, which needs a count."""
        wanted = self.match
        name = wanted.get("profile", wanted.get("condition"))
        return (
            (name is None or name == subject.profile)
            and str(wanted.get("prompt_contains", "")) in subject.prompt
            and str(wanted.get("model", "")) in subject.model
        )

    def number(self, name: str, default: float) -> float:
        return float(self.params.get(name, default))


@dataclass(slots=True)
class _Scripted:
    fault: Fault
    seen: int = 0
    played: int = 0

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

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._scripted = [_Scripted(fault) for fault in faults]

    def replace(self, faults: Iterable[Fault]) -> None:
        with self._lock:
            self._scripted = [_Scripted(fault) for fault in faults]

    def take(self, kinds: Sequence[str], subject: Subject) -> Fault | None:
        """The first fault of these kinds that strikes now; counts it as played."""
        with self._lock:
            of_kind = [each for each in self._scripted if each.fault.kind in kinds]
            striking = [each for each in of_kind if each.strikes(subject)]
            if not striking:
                return None
            striking[0].played += 1
            return striking[0].fault

    def take_all(self, kinds: Sequence[str], subject: Subject) -> dict[str, Fault]:
        taken = {kind: self.take((kind,), subject) for kind in kinds}
        return {kind: fault for kind, fault in taken.items() if fault is not None}

    @property
    def failures_are_off(self) -> bool:
        with self._lock:
            return any(scripted.fault.kind == "no_failures" for scripted in self._scripted)

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
                for scripted in self._scripted
            ]


def parse_faults(rows: object) -> list[Fault]:
    """Raises: ValueError: not a list of faults, or an unknown kind or key."""
    if not isinstance(rows, list):
        raise ValueError("faults are a list")  # noqa: TRY004  # bad input, not a bug
    return [_fault(row) for row in rows]


def _fault(row: object) -> Fault:
    if not isinstance(row, dict) or "kind" not in row:
        raise ValueError(f"a fault is an object with a kind, not {row!r}")
    known = {"kind", "match", "times", "params"}
    # `seen` and `played` may come back from GET /_sandbox/faults.
    params = {key: value for key, value in row.items() if key not in known | {"seen", "played"}}
    return Fault(
        kind=str(row["kind"]),
        match=cast("dict[str, Any]", row.get("match") or {}),
        times=row.get("times"),
        params=params | cast("dict[str, Any]", row.get("params") or {}),
    )


def load_faults(path: Path) -> list[Fault]:
    """Faults of a JSON list, or of `[[faults]]` tables in TOML."""
    if path.suffix == ".toml":
        with path.open("rb") as file:
            return parse_faults(tomllib.load(file).get("faults", []))
    return parse_faults(json.loads(path.read_text(encoding="utf-8")))
