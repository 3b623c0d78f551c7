"""What changed since a decision was frozen, in sentences of either language."""

from decimal import Decimal
from typing import Any

import pytest

from tests.evidence import records
from videogen.domain.event import FrozenDecision
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.case import Case, load_case
from videogen.evidence.changes import changes_since
from videogen.reports.figures import figures_of
from videogen.store import Database, save


def freeze(case: Case, **changes: Any) -> FrozenDecision:
    fields: dict[str, Any] = {
        "decision_id": "d1",
        "campaign_id": "c1",
        "frozen_at": records.NOON,
        "who": "Anan",
        "why": "Meeting",
        "verdict": case.decision.verdict.value,
        "evidence": figures_of(case),
        "provisional_verdict": case.decision.provisional_verdict,
        "criteria_version": 1,
        "assumptions": case.assumptions.as_full_query(),
    }
    return FrozenDecision(**{**fields, **changes})


def case_of(database: Database, assumptions: Assumptions | None = None) -> Case:
    return load_case(database, "c1", claims=(), prices=(), assumptions=assumptions)


@pytest.fixture
def case(database: Database) -> Case:
    records.plan(database)
    records.stock(database, *records.grid(records.WAN))
    records.stock(database, *records.panel({"r1": 5, "r2": 5, "r3": 5, "r4": 5}))
    return case_of(database)


def said(frozen: FrozenDecision, case: Case, language: str = "en") -> list[str]:
    return [one.say(language) for one in changes_since(frozen, case)]


def test_that_nothing_changed_is_said_too(case: Case) -> None:
    assert said(freeze(case), case) == [
        "Nothing has changed: same verdict, figures, thresholds and assumptions."
    ]
    assert said(freeze(case), case, "th")[0].startswith("ไม่มีอะไรเปลี่ยน")


def test_a_figure_that_moved_is_told_with_both_n(database: Database, case: Case) -> None:
    before = freeze(case)
    dear = records.run("more", prompt_id="p00", seed=3, cost_usd=Decimal("2.00"))
    save(database, dear)

    lines = said(before, case_of(database))

    assert "wan-1.3b: cost $0.050 (n = 40) → $0.098 (n = 41)." in lines
    assert [line for line in lines if "success rate stays at 100 %, now with n = 41" in line]
    assert not [line for line in lines if "quality" in line]


def test_a_verdict_that_turned_is_told_first(case: Case) -> None:
    evidence = dict(figures_of(case))
    evidence["conditions.wan-1.3b.quality.verdict"] = "not_yet"
    evidence["conditions.wan-1.3b.quality.n"] = 3

    lines = said(freeze(case, verdict="no_go", evidence=evidence), case)

    assert lines[0] == f"The verdict changed from NO-GO to {_word(case)}."
    assert lines[1].startswith("wan-1.3b: quality changed from Not yet (")
    assert "n = 3) to Pass (" in lines[1]


def test_other_thresholds_and_assumptions_are_told(database: Database, case: Case) -> None:
    now = case_of(database, Assumptions(n_videos_month=300))

    lines = said(freeze(case, criteria_version=2), now)

    assert lines == [
        "The thresholds changed from version 2 to 1.",
        "Assumption changed: Videos a month, 1000 → 300.",
    ]


def test_a_decision_frozen_before_there_were_figures_claims_no_change_of_them(case: Case) -> None:
    old = freeze(case, evidence={}, assumptions={}, criteria_version=None)

    assert said(old, case) == [
        "wan-1.3b was not part of it then.",
        "veo-3.1-fast was not part of it then.",
    ]


def _word(case: Case) -> str:
    return {"go": "GO", "no_go": "NO-GO", "not_yet": "NOT YET"}[case.decision.verdict.value]
