"""The app is killed with SIGKILL while raters vote: nothing lost, nothing twice, nobody astray."""

import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.soak.rating_crowd import Player, all_rating, faults_of_ratings, seat
from tests.web.app_process import free_port, spawn


def test_kills_in_the_middle_of_votes_lose_and_double_no_rating(tmp_path: Path) -> None:
    assert faults_after_kills(tmp_path, n_raters=3, n_kills=1, seed=1) == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
def test_many_kills_in_a_row_lose_and_double_no_rating(tmp_path: Path, seed: int) -> None:
    assert faults_after_kills(tmp_path, n_raters=12, n_kills=10, seed=seed) == []


def faults_after_kills(folder: Path, *, n_raters: int, n_kills: int, seed: int) -> list[str]:
    luck = random.Random(seed)
    data_dir, port = folder / "data", free_port()
    players = seat(data_dir, n_raters)
    app = spawn(data_dir, port, folder / "app-0.log")
    threads = all_rating(players, f"http://127.0.0.1:{port}")
    n_in_the_middle = 0
    try:
        for number in range(1, n_kills + 1):
            _until_votes_flow(players, app)
            time.sleep(luck.uniform(0.0, 0.6))
            n_in_the_middle += any(not player.done for player in players)
            app.kill()
            app.wait()
            app = spawn(data_dir, port, folder / f"app-{number}.log")
        for thread in threads:
            thread.join(120)
    finally:
        app.terminate()
        app.wait(30)
    wrong = faults_of_ratings(data_dir, players)
    if not all(player.done for player in players):
        wrong.append("not everybody came to the end")
    if n_in_the_middle < min(2, n_kills):
        wrong.append("the raters were done before the kills")
    return wrong


def _until_votes_flow(players: list[Player], app: subprocess.Popen[bytes]) -> None:
    """A few votes with the present process, so that the next kill meets some on their way."""
    before = sum(len(player.answered) for player in players)
    deadline = time.monotonic() + 60
    while sum(len(player.answered) for player in players) < before + len(players):
        if all(player.done for player in players):
            return
        assert app.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
