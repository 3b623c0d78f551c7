"""The server's own memory on a device that others use too; real sockets, real processes."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gpu.watching import watch
from videogen.gpu.server_process import ServerProcesses, listening_pids, port_of

CURVE = "device A\npoint 0 9000 200000\nload 97 71\n"
ONLY_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


@pytest.fixture(name="port")
def fixture_port() -> Iterator[str]:
    """This test's own process listens there, as a server would."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield str(listening.getsockname()[1])


@pytest.fixture(name="child_pid")
def fixture_child_pid() -> Iterator[int]:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield child.pid
    child.kill()
    child.communicate()


@pytest.fixture(name="script")
def fixture_script(tmp_path: Path) -> Path:
    return tmp_path / "script"


@ONLY_LINUX
def test_the_servers_memory_is_its_own_and_its_childrens(
    nvml_folder: Path, script: Path, port: str, child_pid: int
) -> None:
    processes = (
        f"process {os.getpid()} 3000\ndrawing {os.getpid()} 3000\n"
        f"process {child_pid} 500\nprocess {os.getppid()} 2000\n"
    )

    trace = watch(nvml_folder, script, CURVE + processes, 0.3, "-", port)

    assert trace["process_peak_mib"] == 3500
    assert {sample["process_mib"] for sample in trace["samples"]} == {3500}
    assert trace["peak_vram_mib"] == 9000


@ONLY_LINUX
@pytest.mark.parametrize("processes", ["", "process {other} 2000\n", "process {own} -1\n"])
def test_a_server_whose_memory_the_driver_does_not_tell_is_unknown_not_zero(
    nvml_folder: Path, script: Path, port: str, processes: str
) -> None:
    named = processes.format(own=os.getpid(), other=os.getppid())

    trace = watch(nvml_folder, script, CURVE + named, 0.1, "-", port)

    assert trace["process_peak_mib"] is None
    assert trace["samples"][0]["process_mib"] is None
    assert trace["peak_vram_mib"] == 9000
    assert trace["reason"] is None


@ONLY_LINUX
def test_a_part_of_the_servers_memory_is_not_taken_for_the_whole(
    nvml_folder: Path, script: Path, port: str, child_pid: int
) -> None:
    processes = f"process {os.getpid()} 3000\nprocess {child_pid} -1\n"

    trace = watch(nvml_folder, script, CURVE + processes, 0.1, "-", port)

    assert trace["process_peak_mib"] is None


def test_load_and_temperature_are_told(nvml_folder: Path, script: Path) -> None:
    trace = watch(nvml_folder, script, CURVE, 0.2)

    assert trace["mean_utilisation_pct"] == 97.0
    assert trace["max_temperature_c"] == 71.0
    assert trace["samples"][0]["utilisation_pct"] == 97.0
    assert trace["samples"][0]["temperature_c"] == 71.0


def test_a_card_that_reports_neither_load_nor_temperature_leaves_them_unknown(
    nvml_folder: Path, script: Path
) -> None:
    trace = watch(nvml_folder, script, "device A\npoint 0 9000 200000\n", 0.1)

    assert trace["mean_utilisation_pct"] is None
    assert trace["max_temperature_c"] is None


@ONLY_LINUX
def test_whoever_listens_on_a_port_is_found(port: str) -> None:
    assert os.getpid() in listening_pids(int(port))


def test_nobody_is_found_where_there_is_no_proc(tmp_path: Path) -> None:
    assert listening_pids(8188, tmp_path) == frozenset()


def test_a_name_with_blanks_and_brackets_does_not_hide_the_parent(tmp_path: Path) -> None:
    for pid, line in ((20, "20 (python) S 1 20"), (30, "30 (a) b (c) S 20 30")):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(line, encoding="utf-8")

    own = ServerProcesses(frozenset({20}), tmp_path).own(frozenset({20, 30, 40}))

    assert own == frozenset({20, 30})


@pytest.mark.parametrize(
    ("server", "port"),
    [
        ("comfy@127.0.0.1:8188", 8188),
        ("http://localhost:81/", 81),
        ("http://[::1]:8188/base", 8188),
        ("http://localhost", None),
    ],
)
def test_the_port_is_read_from_an_address_or_a_name(server: str, port: int | None) -> None:
    assert port_of(server) == port
