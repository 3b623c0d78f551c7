import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from videogen.analysis.drift import (
    DriftFinding,
    DriftMeasure,
    FingerprintedRun,
    VersionChange,
    find_drift,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OLD = {"comfyui": "0.25.0", "pytorch": "2.9.0", "device": "RTX 5090", "memory_total_mib": 24463}
NEW = {**OLD, "comfyui": "0.26.1"}


def _runs(*eras: tuple[Mapping[str, Any], Sequence[float | None]]) -> list[FingerprintedRun]:
    made = [(fingerprint, seconds) for fingerprint, times in eras for seconds in times]
    return [
        FingerprintedRun(
            run_id=f"r{place}",
            at=NOON + timedelta(minutes=place),
            fingerprint=fingerprint,
            wall_time_s=seconds,
            peak_vram_mib=8000.0,
        )
        for place, (fingerprint, seconds) in enumerate(made)
    ]


def test_a_slower_version_is_flagged_and_named() -> None:
    time, memory = find_drift(
        _runs((OLD, [100, 101, 102, 103, 104]), (NEW, [125, 126, 127, 128, 129]))
    )

    assert time.measure is DriftMeasure.WALL_TIME_S
    assert time.finding is DriftFinding.CHANGED
    assert time.changes == (VersionChange(part="comfyui", before="0.25.0", after="0.26.1"),)
    assert (time.median_before, time.median_after) == (102, 127)
    assert time.ratio == pytest.approx(1.245, abs=0.002)
    assert time.ratio_low is not None
    assert time.ratio_low > 1.2
    assert time.p_value == pytest.approx(2 / 252)
    assert time.changed_at == NOON + timedelta(minutes=5)
    assert time.run_ids_after == ("r5", "r6", "r7", "r8", "r9")
    assert memory.measure is DriftMeasure.PEAK_VRAM_MIB
    assert memory.finding is DriftFinding.NOT_SEEN


def test_a_faster_version_is_flagged_too() -> None:
    time, _ = find_drift(_runs((OLD, [100, 101, 102, 103, 104]), (NEW, [80, 81, 82, 83, 84])))

    assert time.is_flagged
    assert time.ratio is not None
    assert time.ratio < 0.9


def test_five_percent_is_no_drift_however_sure() -> None:
    times = [100 + 0.1 * place for place in range(20)]

    time, _ = find_drift(_runs((OLD, times), (NEW, [1.05 * value for value in times])))

    assert time.finding is DriftFinding.NOT_SEEN
    assert time.p_value is not None
    assert time.p_value < 0.001


def test_a_large_difference_that_chance_explains_is_no_drift() -> None:
    time, _ = find_drift(_runs((OLD, [50, 90, 130, 170, 210]), (NEW, [60, 110, 150, 190, 230])))

    assert time.ratio is not None
    assert time.ratio > 1.1
    assert time.finding is DriftFinding.NOT_SEEN


@pytest.mark.parametrize(("n_before", "n_after"), [(4, 20), (20, 4), (1, 1)])
def test_fewer_than_five_runs_on_a_side_cannot_tell(n_before: int, n_after: int) -> None:
    time, _ = find_drift(_runs((OLD, [100.0] * n_before), (NEW, [200.0] * n_after)))

    assert time.finding is DriftFinding.FEW_RUNS
    assert (time.n_before, time.n_after) == (n_before, n_after)
    assert time.median_after == 200
    assert time.ratio is None


def test_runs_without_a_figure_do_not_count() -> None:
    time, _ = find_drift(_runs((OLD, [100.0] * 5), (NEW, [200.0, 200, 200, 200, None])))

    assert time.finding is DriftFinding.FEW_RUNS
    assert time.n_after == 4


def test_one_fingerprint_has_no_drift() -> None:
    assert find_drift(_runs((OLD, [100, 200, 300]))) == ()
    assert find_drift([]) == ()


def test_what_a_fingerprint_does_not_tell_has_not_changed() -> None:
    silent: dict[str, Any] = {"comfyui": None}

    assert find_drift(_runs((OLD, [1.0]), ({}, [1.0]), (silent, [1.0]), (OLD, [1.0]))) == ()


def test_a_change_is_seen_across_runs_that_tell_nothing() -> None:
    found = find_drift(_runs((OLD, [1.0] * 5), ({}, [1.0]), (NEW, [2.0] * 5)))

    assert found[0].changes[0].before == "0.25.0"
    assert found[0].is_flagged


def test_each_pack_is_a_part_of_its_own() -> None:
    old = {"packs": {"WanVideoWrapper": "1.3.0", "VideoHelperSuite": "1.7"}}
    new = {"packs": {"WanVideoWrapper": "1.4.0", "VideoHelperSuite": "1.7", "KJNodes": "1.0"}}

    (time, _) = find_drift(_runs((old, [1.0]), (new, [1.0])))

    assert time.changes == (
        VersionChange(part="packs.WanVideoWrapper", before="1.3.0", after="1.4.0"),
    )


def test_a_hash_is_named_by_its_beginning() -> None:
    (time, _) = find_drift(
        _runs(({"workflow_sha256": "ab" * 32}, [1.0]), ({"workflow_sha256": "cd" * 32}, [1.0]))
    )

    assert (time.changes[0].before, time.changes[0].after) == ("abababab", "cdcdcdcd")


def test_the_newest_change_comes_first() -> None:
    newest = {**NEW, "pytorch": "2.10.0"}

    found = find_drift(_runs((OLD, [1.0]), (NEW, [1.0]), (newest, [1.0])))

    assert [drift.changes[0].part for drift in found] == ["pytorch", "pytorch"] + ["comfyui"] * 2


def test_noise_is_rarely_flagged() -> None:
    draw = random.Random(2)
    n_flagged = 0
    for _ in range(200):
        times = [draw.gauss(100, 15) for _ in range(20)]
        n_flagged += find_drift(_runs((OLD, times[:10]), (NEW, times[10:])))[0].is_flagged

    assert n_flagged <= 10
