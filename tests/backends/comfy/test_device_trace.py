import pytest

from videogen.backends.comfy.device_trace import read_trace

WHOLE = {
    "device": "NVIDIA GeForce RTX 5090 Laptop GPU",
    "memory_total_mib": 24463,
    "baseline_mib": 700,
    "peak_mib": 9000,
    "samples": [
        [0.0, 700, 20.0, 0, 0.0, 41.0],
        [3600.0, 9000, 180.0, 8300, 100.0, 71.5],
        [7200.0, 8000, 180.0, 7300, 98.0, 70.0],
    ],
}


def test_six_columns_tell_the_servers_own_memory_its_load_and_its_heat() -> None:
    trace = read_trace(WHOLE)

    assert trace is not None
    assert trace.process_peak_mib == 8300
    assert trace.mean_utilisation_pct == pytest.approx(66.0)
    assert trace.max_temperature_c == 71.5
    assert trace.energy_wh == pytest.approx(280.0)  # 100 + 180
    assert trace.samples[1].process_mib == 8300
    assert trace.samples[0].utilisation_pct == 0.0  # told as none, which is not unknown


def test_three_columns_leave_the_rest_unknown() -> None:
    trace = read_trace({**WHOLE, "samples": [row[:3] for row in _rows()]})

    assert trace is not None
    assert trace.peak_vram_mib == 9000
    assert trace.energy_wh == pytest.approx(280.0)
    assert trace.process_peak_mib is None
    assert trace.mean_utilisation_pct is None
    assert trace.max_temperature_c is None
    assert trace.samples[0].process_mib is None


def test_a_column_that_a_device_does_not_report_is_unknown() -> None:
    rows = [[t_s, mib, None, None, None, None] for t_s, mib, *_ in _rows()]

    trace = read_trace({**WHOLE, "samples": rows})

    assert trace is not None
    assert trace.energy_wh is None
    assert trace.process_peak_mib is None


@pytest.mark.parametrize("samples", [[[1.0]], [["x", 1, 2]], 7, None])
def test_a_record_that_is_none_is_left_out(samples: object) -> None:
    assert read_trace({**WHOLE, "samples": samples}) is None


def _rows() -> list[list[float]]:
    rows = WHOLE["samples"]
    assert isinstance(rows, list)
    return rows
