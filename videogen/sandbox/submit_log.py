import json
import threading
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

Outcome = Literal[
    "refused", "queued", "running", "succeeded", "failed", "filtered", "cancelled", "lost"
]
Protocol = Literal["comfy", "vertex", "interactions", "replicate"]
_OPEN: tuple[Outcome, ...] = ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """One request that a server accepted (or refused), as the server saw it."""

    entry: int  # counts accepted submits: one id may come twice
    id: str
    kind: Protocol
    profile: str
    model: str
    at: str  # ISO 8601, UTC
    prompt: str
    seed: int | None
    outcome: Outcome
    billed_usd: Decimal | None

    def as_json(self) -> dict[str, Any]:
        billed = None if self.billed_usd is None else float(self.billed_usd)
        return asdict(self) | {"billed_usd": billed}


class SubmitLog:
    """Every submit by id, shared by all servers; with a file it survives a restart."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._submits: dict[int, Submit] = {}
        self._path = path
        if path is not None and path.exists():
            self._read(path)

    def _read(self, path: Path) -> None:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            billed = row["billed_usd"]
            row["billed_usd"] = None if billed is None else Decimal(str(billed))
            self._submits[row["entry"]] = Submit(**row)
        for submit in list(self._submits.values()):
            if submit.outcome in _OPEN:
                self._keep(replace(submit, outcome="lost"))

    def _keep(self, submit: Submit) -> None:
        self._submits[submit.entry] = submit
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(submit.as_json(), ensure_ascii=False) + "\n")

    def add(
        self,
        *,
        external_id: str,
        kind: Protocol,
        profile: str,
        model: str,
        prompt: str,
        seed: int | None,
        outcome: Outcome = "queued",
    ) -> int:
        """Returns the entry number by which the outcome is noted later."""
        with self._lock:
            entry = max(self._submits, default=0) + 1
            self._keep(
                Submit(
                    entry=entry,
                    id=external_id,
                    kind=kind,
                    profile=profile,
                    model=model,
                    at=datetime.now(UTC).isoformat(),
                    prompt=prompt,
                    seed=seed,
                    outcome=outcome,
                    billed_usd=None,
                )
            )
            return entry

    def note(self, entry: int, outcome: Outcome, billed_usd: Decimal | None = None) -> None:
        with self._lock:
            submit = self._submits[entry]
            self._keep(replace(submit, outcome=outcome, billed_usd=billed_usd))

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            return {"submits": [submit.as_json() for submit in self._submits.values()]}
