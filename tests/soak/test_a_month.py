"""A month of a team, compressed: runs, ratings, restarts and a full disk, and nothing is lost."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.soak.month import FULL, SAMPLE
from tests.soak.month_disk import LimitedFiles, SmallDisk
from tests.soak.month_life import Told, lived
from tests.soak.month_office import WHOLE_APP

SLOWEST = 2.0  # times an empty app's rerun
GROWTH_MIB = 96.0  # of one process, once it is warm
WARM_S = 60  # of a process's life; a shorter one tells nothing


def test_a_small_month_with_a_kill_and_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    told = lived(tmp_path, SAMPLE, LimitedFiles())

    assert told.wrong == []
    assert told.n_ratings >= 60
    assert told.n_refused_votes > 0
    assert told.n_refused_requests > 0


@pytest.mark.soak
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a file system needs root")
def test_a_small_month_on_a_small_disk_loses_nothing(tmp_path: Path) -> None:
    with SmallDisk(tmp_path / "data", size_mib=400) as disk:
        told = lived(tmp_path, SAMPLE, disk)

    assert told.wrong == []
    assert told.n_refused_votes > 0
    assert told.n_refused_requests > 0


@pytest.mark.soak
def test_a_month_of_thirty_people_loses_nothing_and_stays_quick(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = lived(tmp_path, FULL, LimitedFiles())

    with capsys.disabled():
        print(json.dumps(asdict(told)))  # noqa: T201 the soak's measurements
    assert told.wrong == []
    assert told.n_ratings >= 20_000
    assert max(growth_mib(told)) < GROWTH_MIB
    # Page by page an empty app says a sentence where a full one draws what was measured.
    assert told.p95_full_s[WHOLE_APP] < SLOWEST * told.p95_empty_s[WHOLE_APP]


def growth_mib(told: Told) -> list[float]:
    """Of each process that lived long enough, from a third of its life to its end."""
    return [one[-1] - one[len(one) // 3] for one in told.memory_mib if len(one) > WARM_S]
