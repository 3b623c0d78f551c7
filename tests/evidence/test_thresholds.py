"""Versions of the thresholds: what a new one needs, and what is refused with field and fix."""

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.evidence.records import WAN, grid, plan, run, stock
from videogen import store
from videogen.analysis import decide
from videogen.domain.decision import Criteria, CriterionName, CriterionVerdict
from videogen.errors import InvalidInputError
from videogen.evidence import load_evidence
from videogen.evidence.thresholds import (
    MemoryUnit,
    ThresholdsAsked,
    add_thresholds,
    changed_limits,
    decided_by,
)
from videogen.store import Database
from videogen.texts import error_hint, error_message

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def asked(**changes: Any) -> ThresholdsAsked:
    fields: dict[str, Any] = {
        "quality_min": 4.0,
        "cost_max": 1.20,
        "currency": "USD",
        "peak_vram_max": 22.0,
        "memory_unit": MemoryUnit.GB,
        "success_rate_min": 0.9,
        "why": "The cloud became cheaper",
    }
    return ThresholdsAsked(**{**fields, **changes})


def added(database: Database, *, who: str = "Nok", **changes: Any) -> Criteria:
    return add_thresholds(database, asked(**changes), who=who, now=NOW)


@pytest.fixture
def stocked(database: Database) -> Database:
    store.save(database, Criteria(version=1))
    return database


def test_a_new_version_is_signed_and_the_old_one_stays(stocked: Database) -> None:
    new = added(stocked)

    history = store.criteria_history(stocked)
    assert [one.version for one in history] == [1, 2]
    assert history[0].cost_usd_max == 1.50
    assert (new.version, new.who, new.why, new.since) == (2, "Nok", "The cloud became cheaper", NOW)
    assert store.criteria(stocked) == new


def test_the_difference_names_only_what_changed() -> None:
    changed = changed_limits(Criteria(version=1), Criteria(version=2, quality_min=4.2))

    assert changed == {CriterionName.QUALITY: (4.0, 4.2)}


def test_memory_is_kept_in_mib_whichever_unit_it_was_asked_in(stocked: Database) -> None:
    in_gb = added(stocked, peak_vram_max=16.0)
    in_mib = added(stocked, peak_vram_max=22_000.0, memory_unit=MemoryUnit.MIB)

    assert in_gb.peak_vram_mib_max == 16_384
    assert in_mib.peak_vram_mib_max == 22_000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quality_min": 5.1}, "quality_min"),
        ({"quality_min": math.nan}, "quality_min"),
        ({"cost_max": 0.0}, "cost_usd_max"),
        ({"cost_max": math.inf}, "cost_usd_max"),
        ({"cost_max": 2e6}, "cost_usd_max"),
        ({"currency": ""}, "currency"),
        ({"currency": "THB"}, "currency"),
        ({"peak_vram_max": 22.0, "memory_unit": MemoryUnit.MIB}, "peak_vram_mib_max"),
        ({"peak_vram_max": 1000.5}, "peak_vram_mib_max"),
        ({"peak_vram_max": 1e308}, "peak_vram_mib_max"),
        ({"success_rate_min": 90.0}, "success_rate_min"),
        ({"success_rate_min": 0.49}, "success_rate_min"),
        ({"why": "  "}, "why"),
        ({"who": ""}, "who"),
        ({"who": "\ud800\x00 \u202e"}, "who"),
        ({"cost_max": 1.50}, "quality_min"),  # nothing of version 1 would change
    ],
)
def test_what_cannot_be_a_threshold_is_refused_with_its_field_and_a_fix(
    change: dict[str, Any], field: str, stocked: Database
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        added(stocked, **change)

    assert refused.value.field == field
    assert error_message(refused.value, "th") != error_message(refused.value, "en")
    assert error_hint(refused.value, "en")
    assert len(store.criteria_history(stocked)) == 1


def test_a_lower_memory_limit_counts_the_same_runs_anew(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN), run("large", seed=2, peak_vram_mib=9_500))
    found = load_evidence(database, "c1")
    registered = decide(found.evidence).conditions[0].criteria[CriterionName.VRAM]

    stricter = decided_by(database, found, Criteria(version=2, peak_vram_mib_max=9_000))

    vram = stricter.conditions[0].criteria[CriterionName.VRAM]
    assert (registered.verdict, vram.verdict) == (CriterionVerdict.PASS, CriterionVerdict.FAIL)
    assert (registered.facts["n_over"], vram.facts["n_over"]) == (0, 1)
    assert vram.n == registered.n == 41


def test_the_audit_log_tells_what_a_new_version_changed(stocked: Database) -> None:
    added(stocked, quality_min=4.2)

    [told] = store.audit_events(stocked, limit=5)

    assert (told.kind, told.subject_id, told.data["who"]) == ("thresholds.changed", "v2", "Nok")
    assert told.data["before"]["quality"] == 4.0
    assert told.data["after"]["quality"] == 4.2
