"""The sandbox as a program: ports, signals, folders, repetition."""

import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.running import check_graph, running_sandbox, wan_graph
from videogen.errors import InvalidInputError
from videogen.sandbox.profiles import Draw, Work, load_profiles
from videogen.sandbox.program import SandboxOptions, add_arguments, options_from


def test_the_first_line_says_where_the_servers_are() -> None:
    with running_sandbox("--time-scale", "50", "--seed", "9") as sandbox:
        line = sandbox.first_line

        assert set(line) == {"comfy_url", "google_url", "time_scale", "seed"}
        assert (line["time_scale"], line["seed"]) == (50.0, 9)
        assert sandbox.google.get("/_sandbox/info").json()["seed"] == 9


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_even_while_a_job_runs(number: signal.Signals) -> None:
    with running_sandbox("--time-scale", "1") as sandbox:
        sandbox.submit(wan_graph())
        sandbox.process.send_signal(number)

        assert sandbox.process.wait(10) == 0


def test_files_stay_in_the_folder_that_was_named_and_replicate_has_a_port_of_its_own(
    tmp_path: Path,
) -> None:
    out = str(tmp_path / "kept")
    with running_sandbox("--out", out, "--replicate-port", "0", "--seed", "4") as sandbox:
        url = sandbox.first_line["replicate_url"]
        info = httpx.get(f"{url}/_sandbox/info").json()

    assert (info["sandbox"], info["seed"]) == (True, 4)
    assert (tmp_path / "kept" / "output").is_dir()


def test_the_log_survives_the_program_and_knows_what_was_lost(tmp_path: Path) -> None:
    log = ("--log", str(tmp_path / "submits.jsonl"), "--no-failures")
    with running_sandbox("--time-scale", "1000", *log) as first:
        done = first.submit(check_graph())
        first.history(done)
    with running_sandbox("--time-scale", "1", *log) as second:
        open_one = second.submit(wan_graph())
    with running_sandbox("--time-scale", "1000", *log) as third:
        submits = third.comfy.get("/_sandbox/log").json()["submits"]

    outcomes = {submit["id"]: submit["outcome"] for submit in submits}
    assert outcomes == {done: "succeeded", open_one: "lost"}
    assert [submit["entry"] for submit in submits] == [1, 2]


def _campaign(seed: str) -> list[tuple[str, int]]:
    """Outcome and peak memory of the same five jobs."""
    with running_sandbox("--time-scale", "8000", "--seed", seed) as sandbox:
        found = []
        for number in range(5):
            prompt_id = sandbox.submit(wan_graph(prompt=f"scene {number}", seed=number))
            entry = sandbox.history(prompt_id)
            trace = sandbox.comfy.get(f"/_sandbox/gpu/{prompt_id}").json()
            found.append((entry["status"]["status_str"], trace["peak_mib"]))
        return found


def test_the_same_campaign_and_seed_repeat() -> None:
    assert _campaign("1") == _campaign("1")


def test_another_sandbox_seed_or_job_seed_draws_other_luck() -> None:
    profile = load_profiles().profiles["wan-1.3b"]

    draws = {
        Draw.of(sandbox_seed=sandbox_seed, prompt="x", job_seed=job_seed, profile=profile)
        for sandbox_seed in (1, 2)
        for job_seed in (1, 2)
    }

    assert len(draws) == 4


def test_options_come_from_the_command_line() -> None:
    parser = ArgumentParser()
    add_arguments(parser)

    options = options_from(parser.parse_args(["--comfy-port", "8188", "--no-failures"]))

    assert options == SandboxOptions(comfy_port=8188, has_failures=False)


@pytest.mark.parametrize(("port", "opened"), [([], None), (["--replicate-port", "0"], 0)])
def test_replicate_is_played_only_where_it_is_asked_for(
    port: list[str], opened: int | None
) -> None:
    parser = ArgumentParser()
    add_arguments(parser)

    assert options_from(parser.parse_args(port)).replicate_port == opened
    with pytest.raises(InvalidInputError) as refused:
        options_from(parser.parse_args(["--replicate-port", "70000"]))
    assert refused.value.field == "replicate_port"


def _draws(name: str) -> list[Draw]:
    profile = load_profiles().profiles[name]
    return [
        Draw.of(sandbox_seed=1, prompt="x", job_seed=seed, profile=profile) for seed in range(3000)
    ]


@pytest.mark.parametrize("name", list(load_profiles().profiles))
def test_a_profile_fails_as_often_as_it_says(name: str) -> None:
    profile = load_profiles().profiles[name]

    failures = [draw.failure for draw in _draws(name)]

    for kind, rate in profile.failures.items():
        assert failures.count(kind) / len(failures) == pytest.approx(rate, abs=0.012)
    assert sum(profile.failures.values()) < 0.1


def test_wan_14b_stays_under_22_gib_most_of_the_time() -> None:
    profile = load_profiles().profiles["wan-14b"]

    peaks = [profile.peak_mib * draw.memory_factor for draw in _draws("wan-14b")]

    assert sum(peak < 22 * 1024 for peak in peaks) / len(peaks) > 0.9


def _work(**changes: Any) -> Work:
    return Work(**({"width_px": 832, "height_px": 480, "frames": 81, "steps": 30} | changes))


def test_played_seconds_are_the_published_ones_at_the_published_size() -> None:
    book = load_profiles()

    assert book.profiles["wan-1.3b"].played_s(_work()) == pytest.approx(261.4)
    assert book.profiles["wan-1.3b"].played_s(_work(frames=33)) < 261.4
    assert book.profiles["server_check"].played_s(_work()) == 2.0
    assert book.profiles["wan-14b"].played_s(_work(steps=6)) < 700
    short = book.profiles["default"].played_s(_work(steps=10))
    assert book.profiles["default"].played_s(_work(steps=20)) == pytest.approx(2 * short)
