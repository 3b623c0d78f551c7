"""A measured campaign and the report made of it, for the tests of every format."""

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.evidence.records import NOON, PROMPTS, VEO, WAN, grid, panel, plan, run
from videogen.domain.event import FrozenDecision
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.domain.rating import RaterKind
from videogen.domain.run import FailureClass, Origin, RunStatus
from videogen.evidence.case import load_case
from videogen.evidence.claims import load_claims
from videogen.pricing import load_prices
from videogen.reports.content import ReportContent, report_content
from videogen.store import Database, save

DATA = Path(__file__).resolve().parents[2] / "data"
MADE_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> | [x](https://example.org) *WAN*"
WAN_SCORES = {"nok": 5, "mali": 5, "somchai": 4, "arthit": 5}
VEO_SCORES = {"nok": 4, "mali": 5, "somchai": 4, "arthit": 4}


def suite() -> PromptSuite:
    prompts = tuple(
        Prompt(prompt_id=one, text=f"A cat {HOSTILE}", gloss_th="แมว", tags=("animals",))
        for one in PROMPTS
    )
    return PromptSuite(suite_id="s1", name="core", version="1.0", prompts=prompts)


def content(
    database: Database, *, origin: Origin = Origin.LIVE, name: str = HOSTILE, has_runs: bool = True
) -> ReportContent:
    """Forty runs of each condition with a panel of four, and one run out of memory."""
    known = suite()
    plan(database, name=name)
    save(database, known, *known.prompts, *load_prices(DATA / "prices.toml"))
    kind = RaterKind.SIMULATED if origin is Origin.SANDBOX else RaterKind.HUMAN
    if has_runs:
        save(database, *grid(WAN, origin), *grid(VEO, origin), _failed(origin), _frozen())
        save(database, *panel(WAN_SCORES, WAN, origin=origin, kind=kind))
        ratings = panel(VEO_SCORES, VEO, origin=origin, kind=kind)
        save(database, *(dataclasses.replace(row) for row in ratings))
    case = load_case(
        database,
        "c1",
        claims=load_claims(DATA / "claims.toml"),
        prices=load_prices(DATA / "prices.toml"),
    )
    return report_content(database, case, made_at=MADE_AT)


def _failed(origin: Origin) -> Any:
    return run(
        "out-of-memory",
        seed=2,
        status=RunStatus.FAILED,
        origin=origin,
        failure_class=FailureClass.OUT_OF_VRAM,
        cost_usd=Decimal("0.02"),
        wall_time_s=None,
        peak_vram_mib=24_100,
    )


def _frozen() -> FrozenDecision:
    return FrozenDecision(
        decision_id="d1",
        campaign_id="c1",
        frozen_at=NOON,
        who="Anong",
        why="The meeting of week 3",
        verdict="no_go",
        evidence={},
    )
