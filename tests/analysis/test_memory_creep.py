import random
from collections.abc import Sequence
from typing import Any

import pytest

from videogen.analysis.memory_creep import (
    MOST_RUNS,
    BaselineReading,
    CreepFinding,
    find_creep,
    since_fresh,
)


def _readings(
    baselines: Sequence[int | None], conditions: Sequence[str] = ("wan",), **changes: Any
) -> list[BaselineReading]:
    return [
        BaselineReading(
            run_id=f"r{place}",
            condition_id=conditions[place % len(conditions)],
            baseline_mib=baseline,
            **changes,
        )
        for place, baseline in enumerate(baselines)
    ]


def test_memory_that_grows_by_a_hundred_a_run_is_flagged() -> None:
    creep = find_creep(_readings([1000 + 100 * place for place in range(21)]))

    assert creep.finding is CreepFinding.GROWS
    assert creep.slope_mib_per_run == 100.0
    assert creep.n_runs == 20  # the first finds an empty server, whatever it holds later
    assert creep.growth_mib == 1900.0
    assert creep.run_ids[0] == "r1"
    assert creep.p_value is not None
    assert creep.p_value < 1e-6


def test_the_p_value_is_kendalls() -> None:
    creep = find_creep(_readings([0, 1, 2, 3, 4, 5, 6, 8, 7]))

    # 27 pairs rise and 1 falls: S = 26, variance 8 * 7 * 21 / 18, z = (26 - 1) / 8.0829
    assert creep.p_value == pytest.approx(0.000991, abs=1e-5)


def test_seven_comparable_runs_are_too_few_to_tell() -> None:
    creep = find_creep(_readings([1000 + 500 * place for place in range(8)]))

    assert creep.finding is CreepFinding.FEW_RUNS
    assert creep.n_runs == 7
    assert creep.slope_mib_per_run is None


def test_no_runs_are_too_few_as_well() -> None:
    assert find_creep([]).finding is CreepFinding.FEW_RUNS


def test_memory_that_stays_is_steady() -> None:
    creep = find_creep(_readings([900, *[4000] * 20]))

    assert creep.finding is CreepFinding.STEADY
    assert creep.growth_mib == 0.0


def test_a_small_growth_counts_only_where_it_reaches_the_limit() -> None:
    slow = _readings([1000 + 5 * place for place in range(21)], peak_mib=22_400)

    assert find_creep(slow).finding is CreepFinding.STEADY
    near = find_creep(slow, limit_mib=22_528)
    assert near.finding is CreepFinding.GROWS
    assert near.runs_to_limit == pytest.approx(25.6)
    assert find_creep(slow, limit_mib=24_000).finding is CreepFinding.STEADY


def test_two_models_in_turn_leave_different_memory_and_do_not_creep() -> None:
    after = {"small": 2000, "large": 9000}
    order = ["small", "large"] * 12
    baselines = [500, *(after[held] for held in order[:-1])]

    assert find_creep(_readings(baselines, order)).finding is CreepFinding.STEADY


def test_small_models_first_and_large_ones_later_do_not_creep() -> None:
    order = ["small"] * 10 + ["middle"] * 10 + ["large"] * 10
    after = {"small": 2000, "middle": 5000, "large": 9000}
    baselines = [500, *(after[held] for held in order[:-1])]

    assert find_creep(_readings(baselines, order)).finding is CreepFinding.STEADY


def test_growth_is_seen_through_models_in_turn() -> None:
    after = {"small": 2000, "large": 9000}
    order = ["small", "large"] * 12
    baselines = [500, *(after[held] + 80 * at for at, held in enumerate(order[:-1]))]

    creep = find_creep(_readings(baselines, order))

    assert creep.finding is CreepFinding.GROWS
    assert creep.slope_mib_per_run == 80.0


def test_one_step_up_is_no_creep() -> None:
    stepped = [900, *[3000] * 10, *[4200] * 10]

    assert find_creep(_readings(stepped)).finding is CreepFinding.STEADY


def test_growth_is_seen_through_noise_and_one_odd_reading() -> None:
    draw = random.Random(3)
    baselines = [1000 + 90 * place + draw.randint(-120, 120) for place in range(21)]
    baselines[9] += 2500

    creep = find_creep(_readings(baselines))

    assert creep.finding is CreepFinding.GROWS
    assert creep.slope_mib_per_run == pytest.approx(90, abs=15)


def test_noise_alone_is_rarely_flagged() -> None:
    draw = random.Random(5)
    flagged = sum(
        find_creep(_readings([3000 + draw.randint(-200, 200) for _ in range(21)])).is_flagged
        for _ in range(200)
    )

    assert flagged <= 10  # at most p


def test_a_restart_begins_anew() -> None:
    grown = [1000 + 200 * place for place in range(15)]

    creep = find_creep(_readings([*grown, *[1000] * 3]))

    assert creep.finding is CreepFinding.FEW_RUNS
    assert creep.n_runs == 2


def test_a_model_that_is_loaded_again_tells_a_restart() -> None:
    readings = _readings([1000] * 5)
    readings += _readings([950], is_cold=True)

    assert len(since_fresh(readings)) == 1


def test_a_cold_run_of_another_model_is_no_restart() -> None:
    readings = [*_readings([1000] * 5), *_readings([1000], ("other",), is_cold=True)]

    assert len(since_fresh(readings)) == 6


def test_one_odd_reading_and_back_is_no_restart() -> None:
    assert len(since_fresh(_readings([1000, 1000, 1000, 2000, 1000]))) == 5


def test_runs_without_a_reading_keep_their_place() -> None:
    baselines = [None if place % 3 == 2 else 1000 + 100 * place for place in range(21)]

    creep = find_creep(_readings(baselines))

    assert creep.finding is CreepFinding.GROWS
    assert creep.slope_mib_per_run == 100.0
    assert "r2" not in creep.run_ids


def test_a_long_history_is_judged_by_its_newest_runs() -> None:
    readings = _readings([1000 + 10 * place for place in range(5000)])

    creep = find_creep(readings)

    assert creep.n_runs == MOST_RUNS - 1
