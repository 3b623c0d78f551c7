"""The planned grid: conditions x prompts x seeds."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from videogen.domain.condition import Condition

EVERY_PROMPT = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    campaign_id: str
    name: str
    candidates: tuple[str, ...]  # condition_ids that get a verdict
    baselines: tuple[str, ...]  # condition_ids shown beside, they never decide
    suite_id: str
    prompt_ids: tuple[str, ...]
    seeds: tuple[int, ...]
    rated_seeds: tuple[int, ...]
    planned_n_raters: int
    criteria_version: int
    owner: str
    created_at: datetime
    frozen_at: datetime | None = None  # at its first run
    cap_usd: Decimal | None = None  # of its paid calls together; None: only the monthly cap holds
    paused_at: datetime | None = None  # its queued runs wait
    preregistration_sha256: str | None = None  # `plan_sha256` as it stood when it was frozen
    screening_version: int | None = None  # rules for leaving a rater out; None: nobody is left out
    suite_sha256: str | None = None
    # slot name -> prompt_id -> input_id; "*" stands for every prompt that is not named
    inputs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not set(self.rated_seeds) <= set(self.seeds):
            raise ValueError("rated_seeds must be among seeds")
        if set(self.candidates) & set(self.baselines):
            raise ValueError("a condition is a candidate or a baseline, not both")

    @property
    def condition_ids(self) -> tuple[str, ...]:
        return self.candidates + self.baselines

    @property
    def plan_sha256(self) -> str:
        """Of everything that decides what the campaign can show; names and money stay out."""
        plan: list[Any] = [
            sorted(self.candidates),
            sorted(self.baselines),
            self.suite_id,
            sorted(self.prompt_ids),
            sorted(self.seeds),
            sorted(self.rated_seeds),
            self.planned_n_raters,
            self.criteria_version,
        ]
        # Registered since there are screening rules: older plans keep the hash that they had.
        registered_later = [self.screening_version, self.suite_sha256]
        if any(one is not None for one in registered_later):
            plan += registered_later
        if self.inputs:
            plan.append({slot: dict(files) for slot, files in self.inputs.items()})
        return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()

    def inputs_of(self, condition: Condition, prompt_id: str) -> dict[str, str]:
        """Slot name -> input_id, of what this condition takes."""
        found = {
            slot.name: files.get(prompt_id, files.get(EVERY_PROMPT))
            for slot in condition.inputs
            if (files := self.inputs.get(slot.name)) is not None
        }
        return {name: input_id for name, input_id in found.items() if input_id is not None}

    @property
    def planned_n_runs(self) -> int:
        """Runs per condition."""
        return len(self.prompt_ids) * len(self.seeds)
