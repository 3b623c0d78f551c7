"""All that stands in a plan's way is said at once, in both languages."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.evidence.records import NOON, WAN, campaign
from tests.evidence.test_forecast import LANES, PRICES, VEO_720P
from videogen import store
from videogen.domain.condition import Purpose
from videogen.domain.decision import Criteria
from videogen.domain.generation import MissingParts
from videogen.domain.run import Origin
from videogen.evidence.forecast import Means, forecast
from videogen.evidence.plan_problems import Problem, ProblemKind, plan_problems, problem_sentence
from videogen.store import Database
from videogen.texts import LANGUAGES

LIVE: Mapping[str, Origin | None] = {"wan-1.3b": Origin.LIVE, "veo-3.1-fast": Origin.LIVE}


def problems(
    database: Database,
    origins: Mapping[str, Origin | None] = LIVE,
    *,
    means: Mapping[str, Any] | None = None,
    **asked: Any,
) -> tuple[Problem, ...]:
    store.save(database, Criteria(version=1))
    fields: dict[str, Any] = {
        "origin": Origin.LIVE, "claims": (), "prices": PRICES, "monthly_cap_usd": Decimal(50),
        "now": NOON, "lanes": LANES, "disk_free_bytes": 10**12,
    }  # fmt: skip
    plan = campaign(baselines=(VEO_720P.condition_id,), cap_usd=Decimal(40))
    known = {one.condition_id: one for one in (WAN, VEO_720P)}
    found = forecast(database, plan, known, Means(**{**fields, **(means or {})}))
    return plan_problems(found, origins, **asked)


def kinds(found: tuple[Problem, ...]) -> list[ProblemKind]:
    return [problem.kind for problem in found]


def test_a_sound_plan_has_no_problem(database: Database) -> None:
    assert problems(database) == ()


def test_what_nothing_takes_blocks_and_is_named(database: Database) -> None:
    (problem,) = problems(database, {"wan-1.3b": None, "veo-3.1-fast": Origin.LIVE})

    assert (problem.kind, problem.conditions) == (ProblemKind.NO_BACKEND, ("wan-1.3b",))
    assert problem.is_blocking


def test_measured_and_simulated_never_share_a_campaign(database: Database) -> None:
    (problem,) = problems(database, {"wan-1.3b": Origin.SANDBOX, "veo-3.1-fast": Origin.LIVE})

    assert (problem.kind, problem.conditions) == (ProblemKind.MIXED, ("wan-1.3b",))


def test_a_retired_model_is_said_once(database: Database) -> None:
    found = problems(
        database, {"wan-1.3b": Origin.LIVE, "veo-3.1-fast": None}, retired=["veo-3.1-fast"]
    )

    assert kinds(found) == [ProblemKind.RETIRED]


def test_a_paid_call_without_a_price_would_be_refused(database: Database) -> None:
    (problem,) = problems(database, means={"prices": PRICES[:1]})

    assert (problem.kind, problem.is_blocking) == (ProblemKind.PRICE_UNKNOWN, False)


def test_caps_parts_and_disk_warn_and_let_begin(database: Database) -> None:
    found = problems(
        database,
        means={"monthly_cap_usd": Decimal(10), "disk_free_bytes": 10},
        missing={
            "wan-1.3b": MissingParts(nodes=("WanVideoSampler",), models=("wan.safetensors",)),
            "veo-3.1-fast": MissingParts(),
        },
    )

    assert kinds(found) == [ProblemKind.MISSING, ProblemKind.CAP_MONTH, ProblemKind.DISK]
    assert not any(problem.is_blocking for problem in found)
    assert "WanVideoSampler, wan.safetensors" in problem_sentence(found[0]).say("en")
    assert "$32.00" in problem_sentence(found[1]).say("en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(ProblemKind))
def test_every_problem_has_its_sentence(kind: ProblemKind, language: str) -> None:
    facts = {
        "asked_usd": Decimal(3), "left_usd": Decimal(1), "cap_usd": Decimal(2),
        "needed_bytes": 10**9, "free_bytes": 10**8, "parts": "x", "subject": "nok",
    }  # fmt: skip

    said = problem_sentence(Problem(kind=kind, conditions=("wan-1.3b",), facts=facts)).say(language)

    assert "{" not in said


def test_clips_made_from_unlike_things_are_warned_of_and_may_begin(database: Database) -> None:
    store.save(database, Criteria(version=1))
    from_image = replace(VEO_720P, purpose=Purpose.I2V)
    plan = campaign(baselines=(from_image.condition_id,))
    means = Means(
        origin=Origin.LIVE, claims=(), prices=PRICES, monthly_cap_usd=Decimal(50), now=NOON,
        lanes=LANES, disk_free_bytes=10**12,
    )  # fmt: skip
    known = {one.condition_id: one for one in (WAN, from_image)}

    (problem,) = plan_problems(forecast(database, plan, known, means), LIVE)

    assert (problem.kind, problem.conditions) == (ProblemKind.UNLIKE, ("veo-3.1-fast",))
    assert not problem.is_blocking
