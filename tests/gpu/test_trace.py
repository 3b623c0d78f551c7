import dataclasses

import pytest

from videogen.domain.run import VramSample, VramTrace
from videogen.gpu import GpuMonitor, NothingToRead, compacted
from videogen.gpu.trace import MAX_SAMPLES, GpuReading, TraceRecorder


def _reading(used_mib: int, power_w: float | None = None) -> GpuReading:
    return GpuReading(memory_used_mib=used_mib, memory_total_mib=24564, power_w=power_w)


@pytest.mark.parametrize("n_readings", [1, 299, 300, 301, 5000])
@pytest.mark.parametrize("peak_at", [0.0, 0.37, 1.0])
def test_a_long_trace_keeps_few_samples_and_its_peak(n_readings: int, peak_at: float) -> None:
    recorder = TraceRecorder()
    peak_index = round(peak_at * (n_readings - 1))

    for index in range(n_readings):
        recorder.add(index * 0.05, _reading(9000 if index == peak_index else 4000 + index % 7))

    samples = recorder.samples
    assert len(samples) <= MAX_SAMPLES
    assert max(sample.memory_mib for sample in samples) == recorder.peak_mib == 9000
    times = [sample.t_s for sample in samples]
    assert times == sorted(times)
    assert len(samples) >= min(n_readings, MAX_SAMPLES // 2)


def test_energy_of_a_rising_power_is_the_trapezoid() -> None:
    recorder = TraceRecorder()

    recorder.add(0.0, _reading(1, 0.0))
    recorder.add(3600.0, _reading(1, 200.0))
    recorder.add(7200.0, _reading(1, 200.0))

    assert recorder.energy_wh == pytest.approx(300.0)  # 100 + 200


def test_one_missing_power_reading_makes_the_energy_unknown() -> None:
    recorder = TraceRecorder()

    for at, power_w in enumerate((100.0, None, 100.0)):
        recorder.add(float(at), _reading(1, power_w))

    assert recorder.energy_wh is None


def test_a_single_reading_has_no_energy() -> None:
    recorder = TraceRecorder()

    recorder.add(0.0, _reading(1, 100.0))

    assert recorder.energy_wh is None


def test_a_trace_that_the_server_recorded_goes_first_and_is_shortened() -> None:
    samples = tuple(VramSample(t_s=float(at), memory_mib=at % 1000) for at in range(1500))
    recorded = VramTrace(source="sandbox", peak_vram_mib=999, samples=samples)

    with GpuMonitor().watch(NothingToRead(silence="cloud")) as watching:
        trace = watching.trace(recorded)

    assert trace.source == "sandbox"
    assert trace.peak_vram_mib == 999
    assert len(trace.samples) <= MAX_SAMPLES
    assert max(sample.memory_mib for sample in trace.samples) == 999


def test_a_short_trace_stays_as_it_is() -> None:
    trace = VramTrace(source="sandbox", samples=(VramSample(t_s=0.0, memory_mib=1),))

    assert compacted(trace) is trace


@pytest.mark.parametrize("n_readings", [299, 5000])
def test_the_servers_own_peak_is_kept_beside_the_devices(n_readings: int) -> None:
    recorder = TraceRecorder()

    for index in range(n_readings):
        used_mib = 9000 if index == n_readings // 3 else 6000
        held_mib = 5000 if index == n_readings // 2 else 2000
        recorder.add(
            index * 0.05,
            GpuReading(memory_used_mib=used_mib, memory_total_mib=24564, process_mib=held_mib),
        )

    samples = recorder.samples
    held = [sample.process_mib for sample in samples if sample.process_mib is not None]
    assert max(held) == recorder.process_peak_mib == 5000
    assert max(sample.memory_mib for sample in samples) == 9000
    assert all((sample.process_mib or 0) <= sample.memory_mib for sample in samples)


def test_readings_that_never_came_are_unknown() -> None:
    recorder = TraceRecorder()

    recorder.add(0.0, _reading(1))

    assert recorder.process_peak_mib is None
    assert recorder.mean_utilisation_pct is None
    assert recorder.max_temperature_c is None


def test_utilisation_is_the_mean_and_temperature_the_highest() -> None:
    recorder = TraceRecorder()

    for at, (load_pct, celsius) in enumerate(((10.0, 40.0), (90.0, 71.0), (None, 60.0))):
        reading = dataclasses.replace(_reading(1), utilisation_pct=load_pct, temperature_c=celsius)
        recorder.add(float(at), reading)

    assert recorder.mean_utilisation_pct == 50.0
    assert recorder.max_temperature_c == 71.0
