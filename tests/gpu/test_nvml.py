"""The monitor on the real pynvml, which loads a stand-in for the driver's library."""

from pathlib import Path

import pytest

from tests.gpu.watching import watch

CURVE = """
device NVIDIA_GeForce_RTX_4090
point 0 600 20000
point 0.3 600 20000
point 0.5 9000 400000
point 0.7 9000 400000
point 0.8 7000 400000
"""
IDLE = "device NVIDIA_T400\npoint 0 300 5000\n"


@pytest.fixture(name="script")
def fixture_script(tmp_path: Path) -> Path:
    return tmp_path / "script"


def test_baseline_and_peak_are_those_of_the_curve(nvml_folder: Path, script: Path) -> None:
    trace = watch(nvml_folder, script, CURVE, 1.2)

    assert trace["source"] == "nvml"
    assert trace["device"] == "NVIDIA GeForce RTX 4090"
    assert trace["memory_total_mib"] == 24564
    assert trace["baseline_vram_mib"] == 600
    assert trace["peak_vram_mib"] == 9000
    assert trace["is_lower_bound"] is False
    assert trace["reason"] is None


def test_at_least_ten_readings_a_second_are_taken(nvml_folder: Path, script: Path) -> None:
    trace = watch(nvml_folder, script, CURVE, 1.0)

    assert trace["n_readings"] >= 10
    assert len(trace["samples"]) == trace["n_readings"]  # few enough to keep all


def test_energy_is_the_area_under_the_power(nvml_folder: Path, script: Path) -> None:
    trace = watch(nvml_folder, script, "device A\npoint 0 100 360000\n", 1.0)

    seconds = trace["samples"][-1]["t_s"] - trace["samples"][0]["t_s"]
    assert seconds > 0.2  # a busy machine takes its time between readings
    assert trace["energy_wh"] == pytest.approx(360 * seconds / 3600, rel=0.01)


def test_a_card_that_reports_no_power_has_an_unknown_energy(
    nvml_folder: Path, script: Path
) -> None:
    trace = watch(nvml_folder, script, CURVE + "no_power\n", 0.9)

    assert trace["energy_wh"] is None
    assert trace["samples"][0]["power_w"] is None
    assert trace["peak_vram_mib"] == 9000


def test_of_two_cards_the_one_whose_memory_rose_is_recorded(
    nvml_folder: Path, script: Path
) -> None:
    trace = watch(nvml_folder, script, IDLE + CURVE, 0.9)

    assert trace["device"] == "NVIDIA GeForce RTX 4090"
    assert trace["peak_vram_mib"] == 9000


def test_a_gpu_lost_in_the_middle_leaves_the_peak_unknown(nvml_folder: Path, script: Path) -> None:
    trace = watch(nvml_folder, script, CURVE + "lost 0.6\n", 1.0)

    assert trace["reason"] == "gpu_lost"
    assert trace["peak_vram_mib"] is None
    assert trace["energy_wh"] is None
    assert trace["baseline_vram_mib"] == 600


def test_a_tunnel_to_another_machines_card_is_not_measured_with_ours(
    nvml_folder: Path, script: Path
) -> None:
    trace = watch(nvml_folder, script, CURVE, 0.1, "cuda:0 NVIDIA A100-SXM4-80GB : native")

    assert trace["source"] == "system_stats"
    assert trace["peak_vram_mib"] == 5000
    assert trace["is_lower_bound"] is True


def test_the_servers_own_name_of_our_card_is_recognised(nvml_folder: Path, script: Path) -> None:
    name = "cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync"

    assert watch(nvml_folder, script, CURVE, 0.1, name)["source"] == "nvml"


def test_a_driver_that_does_not_answer_leaves_the_servers_word(
    nvml_folder: Path, script: Path
) -> None:
    trace = watch(nvml_folder, script, "init 9\n", 0.05)

    assert trace["source"] == "system_stats"
    assert trace["peak_vram_mib"] == 5000
    assert trace["is_lower_bound"] is True
