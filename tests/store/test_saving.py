"""Every record comes back as it was saved; what may not change does not."""

from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.store.every_record import PROMPT, RECORDS
from tests.store.records import (
    NOON,
    make_condition,
    make_rating,
    make_run,
)
from videogen.domain.decision import Criteria
from videogen.domain.event import Event
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.domain.run import (
    RunStatus,
    VramSample,
    VramTrace,
)
from videogen.errors import InvalidInputError
from videogen.store import (
    Database,
    add,
    criteria,
    events_of,
    find_runs,
    get_condition,
    get_prompt,
    get_run,
    get_suite,
    save,
    save_vram_trace,
    vram_trace_of,
)
from videogen.store.saving import TABLES


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_comes_back_as_it_was_saved(database: Database, record: Any) -> None:
    save(database, record)

    table = TABLES[type(record)].name
    key = fields(record)[0].name
    query = f"SELECT * FROM {table} WHERE {key} = $key"
    (found,) = database.rows(type(record), query, key=getattr(record, key))
    assert found == record


def test_every_record_is_tried_above() -> None:
    tried = {type(record) for record in RECORDS} | {VramTrace}

    assert tried == set(TABLES)


def test_a_vram_trace_comes_back_with_its_samples(database: Database) -> None:
    trace = VramTrace(
        source="nvml",
        device="RTX 5090",
        memory_total_mib=24_463,
        baseline_vram_mib=500,
        peak_vram_mib=9000,
        is_lower_bound=True,
        energy_wh=12.5,
        samples=(
            VramSample(t_s=0.0, memory_mib=500),
            VramSample(t_s=0.2, memory_mib=9000, power_w=150.0),
        ),
    )
    nothing = VramTrace(source="nvml", reason="no_gpu")

    save_vram_trace(database, "a1", trace)
    save_vram_trace(database, "a2", nothing)

    assert vram_trace_of(database, "a1") == trace
    assert vram_trace_of(database, "a2") == nothing
    assert vram_trace_of(database, "a3") is None


def test_saving_again_replaces_the_row_even_within_one_transaction(database: Database) -> None:
    run = make_run("r1")
    later = replace(run, status=RunStatus.RUNNING)

    save(database, run, later, replace(later, status=RunStatus.SUCCEEDED, peak_vram_mib=0))

    assert get_run(database, "r1").status is RunStatus.SUCCEEDED
    assert get_run(database, "r1").peak_vram_mib == 0


def test_a_wrong_record_among_good_ones_stores_none(database: Database) -> None:
    naive = make_run("r2", queued_at=datetime(2026, 1, 1))  # noqa: DTZ001 naive on purpose

    with pytest.raises(ValueError, match="time zone"):
        save(database, make_run("r1"), naive)

    assert database.value("SELECT count(*) FROM run") == 0


@pytest.mark.parametrize("final", [s for s in RunStatus if s.is_final])
def test_a_final_status_stays_unless_it_was_uncertain(database: Database, final: RunStatus) -> None:
    save(database, make_run("r1", status=final))

    for status in set(RunStatus) - {final}:
        if final is RunStatus.UNCERTAIN:
            break
        with pytest.raises(ValueError, match="cannot become"):
            save(database, make_run("r1", status=status))

    assert get_run(database, "r1").status is final


def test_an_uncertain_run_is_resolved_by_hand(database: Database) -> None:
    save(database, make_run("r1", status=RunStatus.UNCERTAIN))

    save(database, make_run("r1", status=RunStatus.FAILED))

    assert get_run(database, "r1").status is RunStatus.FAILED


def test_a_cost_that_comes_late_may_be_added_to_a_final_run(database: Database) -> None:
    run = make_run("r1", status=RunStatus.SUCCEEDED)
    save(database, run)

    save(database, replace(run, cost_usd=Decimal("0.80")))

    assert get_run(database, "r1").cost_usd == Decimal("0.80")


def test_append_only_records_keep_their_first_form(database: Database) -> None:
    save(database, make_rating("g1", "q", 5))

    save(database, make_rating("g1", "q", 1))

    assert database.value("SELECT score FROM rating") == 5


def test_a_stored_criteria_version_keeps_its_thresholds(database: Database) -> None:
    first = Criteria(version=1, who="alice", since=NOON)
    save(database, first)

    save(database, Criteria(version=1))  # the same thresholds: nothing to do
    with pytest.raises(InvalidInputError):
        save(database, Criteria(version=1, quality_min=3.0))

    assert criteria(database, 1) == first


def test_a_prompt_that_runs_were_made_with_keeps_its_text(database: Database) -> None:
    save(database, PROMPT, make_run("r1", prompt_id="p1"))

    save(database, replace(PROMPT, gloss_th="แมวกำลังเดิน"))
    with pytest.raises(InvalidInputError):
        save(database, replace(PROMPT, text="A dog"))

    assert get_prompt(database, "p1").text == PROMPT.text
    assert get_prompt(database, "p1").gloss_th == "แมวกำลังเดิน"


def test_a_suite_brings_its_prompts(database: Database) -> None:
    training = Prompt(prompt_id="t1", text="A training clip")
    suite = PromptSuite(
        suite_id="s1", name="core", version="1", prompts=(PROMPT,), training=(training,)
    )

    save(database, suite)

    assert get_suite(database, "s1") == suite
    assert get_prompt(database, "p1") == PROMPT
    assert get_prompt(database, "t1") == training


def test_a_condition_is_found_by_the_digest_of_its_settings(database: Database) -> None:
    condition = make_condition()

    save(database, condition)

    assert get_condition(database, condition.condition_id) == condition


def test_a_sum_of_money_too_fine_for_the_column_is_rounded(database: Database) -> None:
    save(database, make_run("r1", cost_usd=Decimal(1) / Decimal(3)))

    assert get_run(database, "r1").cost_usd == Decimal("0.333333")


def test_many_new_records_come_back_as_they_were_added(database: Database) -> None:
    runs = [make_run(owner=f"owner {n}") for n in range(250)]
    events = [
        Event(event_id=f"e{n}", at=run.queued_at, kind="run.queued", subject_id=run.run_id)
        for n, run in enumerate(runs)
    ]

    add(database, [*runs, *events])

    stored = {run.run_id: run for run in find_runs(database, limit=1000)}
    assert stored == {run.run_id: run for run in runs}
    assert events_of(database, runs[249].run_id) == [events[249]]


def test_many_new_records_are_added_all_or_none(database: Database) -> None:
    known = make_run()
    save(database, known)

    with pytest.raises(Exception, match=r"(?i)duplicate|constraint"):
        add(database, [make_run(), known])

    assert find_runs(database, limit=10) == [known]
