import dataclasses
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.evidence.records import NOON, VEO, WAN, run
from videogen.analysis.drift import DriftFinding, DriftMeasure
from videogen.analysis.memory_creep import CreepFinding
from videogen.domain.condition import Condition
from videogen.domain.run import Attempt, AttemptState, Origin, Run, RunStatus, VramTrace
from videogen.evidence import creep_text, drift, drift_text, memory_creep
from videogen.store import Database, save, save_vram_trace
from videogen.texts import LANGUAGES

HERE = "comfy@127.0.0.1:8188"
OLD = {"comfyui": "0.25.0", "device": "RTX 5090", "memory_total_mib": 24463}
NEW = {**OLD, "comfyui": "0.26.1"}


def _made(place: int, **changes: Any) -> tuple[Run, Attempt]:
    """A succeeded run; every minute one ends. `attempt` and `run` change those of it."""
    at = NOON + timedelta(minutes=place)
    of_run = {
        "campaign_id": None,
        "queued_at": NOON,
        "started_at": at,
        "ended_at": at,
        "is_cold": False,
        **changes.get("run", {}),
    }
    ended = run(f"r{place:03}", **of_run)
    attempt = Attempt(
        attempt_id=f"a{place:03}",
        run_id=ended.run_id,
        ordinal=1,
        state=AttemptState(ended.status.value),
        backend=changes.get("backend", HERE),
        intended_at=at,
        submitted_at=changes.get("submitted_at", at),
        ended_at=at,
        fingerprint=changes.get("fingerprint", OLD),
        baseline_vram_mib=changes.get("baseline_mib"),
        peak_vram_mib=9000,
    )
    return ended, attempt


def _keep_baselines(
    database: Database, baselines: Sequence[int | None], first: int = 0, **changes: Any
) -> None:
    trace = changes.pop("trace", {"source": "nvml", "device": "RTX 5090"})
    with database.write():
        for place, baseline_mib in enumerate(baselines, start=first):
            ended, attempt = _made(place, baseline_mib=baseline_mib, **changes)
            save(database, ended, attempt)
            if baseline_mib is not None:
                told = VramTrace(memory_total_mib=24463, **trace)
                save_vram_trace(database, attempt.attempt_id, told)


def _keep_times(
    database: Database, *eras: tuple[Mapping[str, Any], Sequence[float]], **changes: Any
) -> None:
    made = [(fingerprint, seconds) for fingerprint, times in eras for seconds in times]
    first = changes.pop("first", 0)
    of_run = changes.pop("run", {})
    with database.write():
        for place, (fingerprint, seconds) in enumerate(made, start=first):
            told = {"wall_time_s": seconds, "peak_vram_mib": 8000, **of_run}
            save(database, *_made(place, fingerprint=fingerprint, run=told, **changes))


def test_creeping_memory_is_told_with_the_runs_behind_it(database: Database) -> None:
    _keep_baselines(database, [900 + 100 * place for place in range(21)])

    creep = memory_creep(database, HERE)

    assert creep is not None
    assert creep.is_flagged
    assert not creep.is_sandbox
    assert creep.device == "RTX 5090"
    assert creep.limit_mib == 24463
    assert creep.trend.run_ids[0] == "r001"
    assert len(creep.trend.run_ids) == creep.trend.n_runs == 20
    assert creep.until == NOON + timedelta(minutes=20)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_to_do_about_it_is_said(database: Database, language: str) -> None:
    _keep_baselines(database, [900 + 100 * place for place in range(21)])

    creep = memory_creep(database, HERE, limit_mib=10_000)

    assert creep is not None
    said = creep_text(creep, language)
    assert "1.9 GB" in said
    assert "20" in said
    assert "9.8 GB" in said
    assert "{" not in said


def test_nothing_is_said_of_a_back_end_that_told_nothing(database: Database) -> None:
    _keep_baselines(database, [None] * 12)

    assert memory_creep(database, HERE) is None
    assert memory_creep(database, "another") is None


def test_another_back_ends_readings_do_not_count(database: Database) -> None:
    _keep_baselines(database, [900] * 12)
    _keep_baselines(database, [900 + 100 * at for at in range(12)], 20, backend="another")

    here = memory_creep(database, HERE)

    assert here is not None
    assert here.trend.finding is CreepFinding.STEADY


def test_sandbox_readings_are_marked_and_never_mixed_with_live_ones(database: Database) -> None:
    _keep_baselines(database, [900 + 100 * place for place in range(20)])
    _keep_baselines(database, [700] * 12, 20, run={"origin": Origin.SANDBOX})

    creep = memory_creep(database, HERE)

    assert creep is not None
    assert creep.is_sandbox
    assert creep.trend.finding is CreepFinding.STEADY
    assert min(creep.trend.run_ids) == "r021"


def test_another_card_or_another_way_of_reading_begins_anew(database: Database) -> None:
    _keep_baselines(database, [900 + 100 * place for place in range(20)])
    _keep_baselines(database, [900] * 3, 20, trace={"source": "system_stats", "device": "RTX 5090"})

    creep = memory_creep(database, HERE)

    assert creep is not None
    assert creep.trend.finding is CreepFinding.FEW_RUNS
    assert "{" not in creep_text(creep, "en")


def test_a_run_that_was_never_sent_left_nothing_behind(database: Database) -> None:
    _keep_baselines(database, [900] * 3)
    _keep_baselines(database, [None] * 9, 3, submitted_at=None)

    creep = memory_creep(database, HERE)

    assert creep is not None
    assert creep.trend.n_runs == 2


def test_only_the_last_attempt_of_a_run_knows_whether_the_model_was_loaded(
    database: Database,
) -> None:
    _keep_baselines(database, [900 + 100 * place for place in range(11)])
    ended, first_try = _made(11, baseline_mib=2000, run={"is_cold": True})
    ended = dataclasses.replace(ended, ended_at=NOON + timedelta(hours=1))
    save(database, ended, first_try)
    told = VramTrace(source="nvml", device="RTX 5090", memory_total_mib=24463)
    save_vram_trace(database, first_try.attempt_id, told)

    creep = memory_creep(database, HERE)

    assert creep is not None
    assert creep.is_flagged
    assert creep.trend.n_runs == 11


def test_an_update_that_slowed_the_runs_is_found_and_named(database: Database) -> None:
    _keep_times(database, (OLD, [100, 101, 102, 103, 104]), (NEW, [125, 126, 127, 128, 129]))

    time, memory = drift(database, WAN.condition_id, Origin.LIVE)

    assert time.measured.measure is DriftMeasure.WALL_TIME_S
    assert time.is_flagged
    assert time.backend == HERE
    assert time.device == "RTX 5090"
    assert time.measured.run_ids_before == ("r000", "r001", "r002", "r003", "r004")
    assert "ComfyUI 0.25.0 → 0.26.1" in drift_text(time, "en")
    assert "+25 %" in drift_text(time, "en")
    assert memory.measured.finding is DriftFinding.NOT_SEEN


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n_after", [1, 5])
@pytest.mark.parametrize("factor", [1.0, 1.5])
def test_every_finding_has_its_sentence(
    database: Database, language: str, n_after: int, factor: float
) -> None:
    after = [factor * (100 + at) for at in range(n_after)]
    _keep_times(database, (OLD, [100, 101, 102, 103, 104]), (NEW, after))

    said = [drift_text(one, language) for one in drift(database, WAN.condition_id, Origin.LIVE)]

    assert len(said) == 2
    assert all("ComfyUI 0.25.0 → 0.26.1" in one and "{" not in one for one in said)


@pytest.mark.parametrize(
    "left_out",
    [
        {"run": {"is_degraded": True}},
        {"run": {"routed_to": VEO.condition_id}},
        {"run": {"is_cold": True}},
        {"run": {"status": RunStatus.FAILED}},
        {"run": {"origin": Origin.SANDBOX}},
        {"run": {"condition_id": VEO.condition_id}},
        {"backend": "another"},
        {"fingerprint": {**NEW, "device": "RTX 4090"}},
    ],
)
def test_only_like_is_compared_with_like(database: Database, left_out: dict[str, Any]) -> None:
    _keep_times(database, (OLD, [100.0] * 5))
    with database.write():
        for place in range(5, 12):
            save(database, *_made(place, **{"fingerprint": NEW, **left_out}))

    assert drift(database, WAN.condition_id, Origin.LIVE) == ()


def test_a_lower_bound_is_no_peak_to_compare(database: Database) -> None:
    bound = {"peak_is_lower_bound": True}
    _keep_times(database, (OLD, [100.0] * 5), (NEW, [100.0] * 5), run=bound)

    _, memory = drift(database, WAN.condition_id, Origin.LIVE)

    assert memory.measured.finding is DriftFinding.FEW_RUNS
    assert memory.measured.n_before == 0


def test_cloud_runs_without_warmth_are_compared_among_themselves(database: Database) -> None:
    cloud: Condition = VEO
    of_run = {"is_cold": None, "condition_id": cloud.condition_id, "peak_vram_mib": None}
    _keep_times(database, ({"api": "1"}, [60.0] * 5), ({"api": "2"}, [90.0] * 5), run=of_run)

    time, _ = drift(database, cloud.condition_id, Origin.LIVE)

    assert time.is_flagged
    assert time.device is None
