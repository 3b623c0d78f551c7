"""The app's memory while ratings come in."""

import time
from pathlib import Path

import pytest

from tests.soak.rating_crowd import all_rating, faults_of_ratings, seat
from tests.web.app_process import running_app

# After the first ratings every thread has its cursor and every page of code is loaded; what grows
# from there on would grow for ever.
MARGIN_MIB = 32.0
# In a few seconds it is not warm yet: only a leak of half a megabyte a rating shows.
WARMING_MARGIN_MIB = 96.0
SETTLING_LIMIT_S = 60.0
QUIET_S = 3
QUIET_MIB = 4.0


def test_memory_stays_flat_while_ratings_come_in(tmp_path: Path) -> None:
    grown_mib = growth_mib(tmp_path, n_raters=8, n_before=20, n_all=40)

    assert grown_mib < WARMING_MARGIN_MIB


@pytest.mark.soak
def test_memory_is_as_large_after_two_thousand_ratings_as_after_five_hundred(
    tmp_path: Path,
) -> None:
    grown_mib = growth_mib(tmp_path, n_raters=50, n_before=10, n_all=40)

    assert grown_mib < MARGIN_MIB


def growth_mib(folder: Path, *, n_raters: int, n_before: int, n_all: int) -> float:
    """Resident memory after `n_all` ratings of each rater, less that after `n_before`."""
    data_dir = folder / "data"
    players = seat(data_dir, n_raters)
    with running_app(data_dir) as app:
        for thread in all_rating(players, app.url, n_votes=n_before):
            thread.join(120)
        before_mib = _settled_mib(app.process.pid)
        for thread in all_rating(players, app.url, n_votes=n_all - n_before):
            thread.join(240)
        grown_mib = _settled_mib(app.process.pid) - before_mib
    assert faults_of_ratings(data_dir, players) == []
    assert {len(player.answered) for player in players} == {n_all}
    return grown_mib


def _settled_mib(pid: int) -> float:
    """Resident memory once nothing is loaded in the background any more.

    On a busy machine the app still imports its charts while the first ratings come in.
    """
    deadline = time.monotonic() + SETTLING_LIMIT_S
    seen_mib = [_resident_mib(pid)]
    while time.monotonic() < deadline:
        time.sleep(1.0)
        seen_mib.append(_resident_mib(pid))
        if len(seen_mib) > QUIET_S and seen_mib[-1] - seen_mib[-1 - QUIET_S] < QUIET_MIB:
            break
    return seen_mib[-1]


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
