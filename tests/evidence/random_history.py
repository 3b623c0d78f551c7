"""A campaign's rows as chance makes them, odd ones among them."""

import dataclasses
import random
from decimal import Decimal
from typing import Any

from tests.evidence.records import NOON, PROMPTS, VEO, WAN, panel, run
from videogen import store
from videogen.domain.decision import RunTally
from videogen.domain.rating import RaterKind, Rating
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.store import Database, save

FAILURES = (None, FailureClass.OUT_OF_VRAM, FailureClass.FILTERED, FailureClass.BUDGET)
STATUSES = (
    *(RunStatus.SUCCEEDED,) * 4,
    *(RunStatus.FAILED,) * 4,
    *(RunStatus.CANCELLED,) * 2,
    RunStatus.LOST,
    RunStatus.RUNNING,
)


def history(dice: random.Random, origins: tuple[Origin | None, ...]) -> list[Run]:
    """Runs of two conditions, many of them asked for again, whatever became of those."""
    runs: list[Run] = []
    for n in range(120):
        status = dice.choice(STATUSES)
        before = dice.choice(runs) if runs and dice.random() < 0.4 else None
        changes: dict[str, Any] = {
            "condition_id": before.condition_id if before else dice.choice((WAN, VEO)).condition_id,
            "prompt_id": dice.choice(PROMPTS),
            "seed": dice.choice((1, 2)),
            "status": status,
            "origin": dice.choice(origins),
            "requeued_from": before and before.run_id,
            "failure_class": dice.choice(FAILURES) if status is RunStatus.FAILED else None,
            "cost_usd": dice.choice((None, Decimal(0), Decimal(0), Decimal("0.35"), Decimal(2))),
            "peak_vram_mib": dice.choice((None, 9_000, 22_528, 22_529)),
            "peak_is_lower_bound": dice.choice((None, False, True)),
            "wall_time_s": dice.choice((None, 100.5, 260.0, 300.25)),
            "routed_to": dice.choice((None, None, WAN.condition_id, VEO.condition_id)),
            "is_degraded": status is RunStatus.SUCCEEDED and dice.random() < 0.2,
            "clip_id": f"clip-{n}" if status is RunStatus.SUCCEEDED else None,
        }
        runs.append(run(f"r{n}", **changes))
    return runs


def rated(database: Database, dice: random.Random, runs: list[Run]) -> None:
    """Some of the clips, some twice, some taken back; each rater has a different share."""
    for kind, name in ((RaterKind.HUMAN, "ann"), (RaterKind.HUMAN, "ben"), *BOTS):
        records = list(panel({name: 4}, kind=kind))
        shown = iter(dice.sample([one.clip_id for one in runs if one.clip_id], 12))
        for record in records:
            changed = record
            if hasattr(record, "clip_id"):
                clip_id = next(shown, None)
                if clip_id is None:
                    break
                changed = dataclasses.replace(record, clip_id=clip_id)
            elif isinstance(record, Rating):
                changed = dataclasses.replace(record, score=dice.randint(1, 5))
            save(database, changed)
            if isinstance(changed, Rating) and dice.random() < 0.3:
                again = f"again-{changed.rating_id}"
                save(database, dataclasses.replace(changed, rating_id=again, score=1))
                if dice.random() < 0.5:
                    store.withdraw_rating(database, again, NOON)


BOTS = ((RaterKind.SIMULATED, "bot"),)


def numbers(tally: RunTally) -> dict[str, Any]:
    """Sums and variances to so many digits: the order in which rows are added is nobody's."""
    return {
        field.name: round(value, 9) if isinstance(value, float) else value
        for field in dataclasses.fields(tally)
        for value in [getattr(tally, field.name)]
    }
