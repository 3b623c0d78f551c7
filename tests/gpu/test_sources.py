import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from videogen.domain.run import Origin
from videogen.errors import BackendUnavailableError
from videogen.gpu import GpuMonitor, NothingToRead, ReadingSource, choose_source
from videogen.texts import LANGUAGES, keys

ROOT = Path(__file__).parents[2]
REASONS = {
    "cloud", "driver_error", "driver_not_loaded", "driver_version_mismatch", "gpu_lost",
    "memory_not_reported", "no_gpu", "no_permission", "no_such_device", "nvml_library_not_found",
    "server_gives_no_reading",
}  # fmt: skip

OPEN_AND_TELL = """
import json
from videogen.gpu import GpuMonitor, NvmlSource, choose_source
from videogen.gpu.nvml import GpuUnreadableError
with GpuMonitor().watch(NvmlSource(device_index={index})) as watching:
    trace = watching.trace()
chosen = choose_source("http://localhost:8188")
print(json.dumps([trace.peak_vram_mib, trace.reason, chosen.silence]))
"""


def _reason(script: Path, content: str, folder: Path, index: int | None = None) -> tuple[str, str]:
    script.write_text(content, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", OPEN_AND_TELL.format(index=index)],
        env={
            **os.environ,
            "NVML_STAND_IN_SCRIPT": str(script),
            "LD_LIBRARY_PATH": str(folder),
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    peak, reason, silence = json.loads(done.stdout)
    assert peak is None
    return reason, silence


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("init 9\n", "driver_not_loaded"),
        ("init 18\n", "driver_version_mismatch"),
        ("init 4\n", "no_permission"),
        ("init 999\n", "driver_error"),
        ("", "no_gpu"),
    ],
)
def test_a_driver_that_cannot_be_read_is_unknown_with_its_reason(
    nvml_folder: Path, tmp_path: Path, content: str, reason: str
) -> None:
    assert _reason(tmp_path / "script", content, nvml_folder) == (reason, reason)


def test_a_card_that_hides_its_memory_is_unknown_with_its_reason(
    nvml_folder: Path, tmp_path: Path
) -> None:
    content = "device A\npoint 0 100 1000\nno_memory\n"

    assert _reason(tmp_path / "script", content, nvml_folder)[0] == "memory_not_reported"


def test_a_configured_card_that_is_not_there_is_named(nvml_folder: Path, tmp_path: Path) -> None:
    content = "device A\npoint 0 100 1000\n"

    assert _reason(tmp_path / "script", content, nvml_folder, 3)[0] == "no_such_device"


def test_a_machine_without_the_library_says_so(tmp_path: Path) -> None:
    # A file that is no library, found first: also a machine with a driver is without one here.
    (tmp_path / "libnvidia-ml.so.1").write_bytes(b"\x7fELF" + b"\0" * 96)

    reasons = _reason(tmp_path / "script", "", tmp_path)

    assert reasons == ("nvml_library_not_found", "nvml_library_not_found")


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    for language in LANGUAGES:
        told = {key for key in keys(language) if key.startswith("gpu.reason.")}
        assert told == {f"gpu.reason.{reason}" for reason in REASONS}


@pytest.mark.parametrize(
    "server", ["http://10.0.0.7:8188", "comfy@gpu-box:8188", "https://[2001:db8::1]/"]
)
def test_another_machine_is_measured_by_its_own_word(server: str) -> None:
    source = choose_source(server, memory_reading=lambda: (1, 2))

    assert isinstance(source, ReadingSource)
    assert source.is_lower_bound


@pytest.mark.parametrize(
    "server", ["http://127.0.0.1:8188", "comfy@localhost:8188", "http://[::1]:1"]
)
def test_a_sandbox_on_this_machine_is_never_measured_with_our_card(server: str) -> None:
    source = choose_source(server, memory_reading=lambda: (1, 2), origin=Origin.SANDBOX)

    assert isinstance(source, ReadingSource)


def test_a_cloud_model_has_no_device() -> None:
    with GpuMonitor().watch(choose_source(None)) as watching:
        trace = watching.trace()

    assert trace.peak_vram_mib is None
    assert trace.reason == "cloud"


def test_a_server_that_tells_nothing_leaves_the_peak_unknown() -> None:
    source = choose_source("http://10.0.0.7:8188", memory_reading=lambda: None)

    with GpuMonitor().watch(source) as watching:
        trace = watching.trace()

    assert trace.peak_vram_mib is None
    assert trace.reason == "server_gives_no_reading"


def test_without_a_reading_a_remote_server_is_not_watched() -> None:
    assert isinstance(choose_source("http://10.0.0.7:8188"), NothingToRead)


def test_a_question_that_fails_once_does_not_end_the_watching() -> None:
    answers = iter([(4000, 8192), None, (6000, 8192)])

    def reading() -> tuple[int, int]:
        answer = next(answers, (5000, 8192))
        if answer is None:
            raise BackendUnavailableError("comfy")
        return answer

    source = ReadingSource(reading=reading, device="cuda:0 A", interval_s=0.01)
    with GpuMonitor().watch(source) as watching:
        while watching.n_readings < 4:
            pass
        trace = watching.trace()

    assert (trace.baseline_vram_mib, trace.peak_vram_mib) == (4000, 6000)
    assert trace.is_lower_bound
    assert trace.device == "cuda:0 A"
    assert trace.energy_wh is None
