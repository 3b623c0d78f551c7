import dataclasses
import json
from html import escape
from typing import Any

import pytest

from tests.ui.pages import visit, words
from tests.ui.stocked import ended_campaign
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.run import VramSample, VramTrace
from videogen.texts import LANGUAGES, t

WHOLE = VramTrace(
    source="nvml",
    device="NVIDIA GeForce RTX 5090 Laptop GPU",
    memory_total_mib=24576,
    baseline_vram_mib=1024,
    peak_vram_mib=20480,
    energy_wh=12.34,
    samples=(
        VramSample(t_s=0.0, memory_mib=1024, power_w=20.0, process_mib=512),
        VramSample(t_s=40.0, memory_mib=20480, power_w=150.0, process_mib=19456),
        VramSample(t_s=80.0, memory_mib=9216, power_w=None, process_mib=None),
    ),
    process_peak_mib=19456,
    mean_utilisation_pct=87.4,
    max_temperature_c=71.0,
)


def _shown(application: Application, trace: VramTrace, lang: str = "en") -> tuple[Any, str]:
    """The chart as the browser gets it, and all that the page says."""
    ended_campaign(application, n_prompts=1)
    run = store.find_runs(application.database, limit=1)[0]
    attempt = store.attempts_of_run(application.database, run.run_id)[-1]
    store.save_vram_trace(application.database, attempt.attempt_id, trace)
    app = visit("5_runs.py", lang=lang, run=run.run_id)
    charts = app.get("plotly_chart")
    return (charts[0].proto if charts else None), words(app)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_figures_of_a_trace_stand_beside_its_chart(lang: str, application: Application) -> None:
    _, said = _shown(application, WHOLE, lang)

    for figure in ("1.0 GB", "20.0 GB", "19.0 GB", "12.3 Wh", "87 %", "71 °C"):
        assert figure in said
    assert t("gpu.source.nvml", lang) in said
    assert "RTX 5090" in said


def test_memory_and_the_servers_own_are_curves_with_threshold_device_and_power(
    application: Application,
) -> None:
    chart, _ = _shown(application, WHOLE)

    drawn = json.loads(chart.spec)
    assert [curve["name"] for curve in drawn["data"]] == [
        t("gpu.trace.device", "en"),
        t("gpu.trace.own", "en"),
        t("gpu.trace.power", "en"),
    ]
    assert drawn["data"][1]["y"][2] is None  # a gap, not a zero
    lines = [note["text"] for note in drawn["layout"]["annotations"]]
    assert lines == ["threshold 22.0 GB", "device 24.0 GB"]
    titles = [drawn["layout"][axis]["title"]["text"] for axis in ("yaxis", "yaxis2", "xaxis2")]
    assert titles == ["GPU memory (GB)", "Power (W)", "Time (s)"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_cannot_see_the_chart_is_told_it(lang: str, application: Application) -> None:
    chart, _ = _shown(application, WHOLE, lang)

    for figure in ("1.0 GB", "20.0 GB", "24.0 GB", "19.0 GB"):
        assert figure in chart.alt


def test_what_a_device_does_not_tell_is_a_dash_and_no_curve(application: Application) -> None:
    bare = VramTrace(
        source="system_stats",
        peak_vram_mib=20480,
        is_lower_bound=True,
        samples=(VramSample(t_s=0.0, memory_mib=1024), VramSample(t_s=9.0, memory_mib=20480)),
    )

    chart, said = _shown(application, bare)

    drawn = json.loads(chart.spec)
    assert len(drawn["data"]) == 1
    assert "yaxis2" not in drawn["layout"]
    assert t("fact.lower_bound", "en") in said
    assert escape(t("gpu.source.system_stats", "en")) in said
    assert "0.0 Wh" not in said
    assert "0 %" not in said.split(t("gpu.trace.load", "en"))[1][:60]


def test_a_curve_that_broke_off_says_why(application: Application) -> None:
    broken = dataclasses.replace(WHOLE, peak_vram_mib=None, energy_wh=None, reason="gpu_lost")

    _, said = _shown(application, broken)

    assert t("gpu.reason.gpu_lost", "en") in said


def test_without_samples_there_is_a_reason_and_no_chart(application: Application) -> None:
    chart, said = _shown(application, VramTrace(source="none", reason="no_gpu"))

    assert chart is None
    assert t("gpu.reason.no_gpu", "en") in said
