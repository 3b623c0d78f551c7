"""The Models page with 500 entries over the same page with 10."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.app_process import started
from bench.evidence_rows import fill_with_evidence
from bench.measurement import Measurement, compared
from bench.page_rerun import median_rerun_s

N_MANY = 500
N_FEW = 10
PAGE = "models"
LIMIT = 1.3
APP = """
from pathlib import Path
import streamlit as st
from videogen.bootstrap import application
from videogen.web import serve
application.CATALOGUE = Path({catalogue!r})
app = st.App({shell!r}, lifespan=serve.lifespan)
serve.run(app)
"""
SHELL = Path(__file__).resolve().parent.parent / "videogen" / "ui" / "shell.py"
WORDS = ("portrait", "camera", "landscape", "draft", "motion")


def models_page_500_over_10() -> Measurement:
    """Median seconds of a rerun, websocket to last message; no filter, so that most is drawn."""
    with tempfile.TemporaryDirectory() as folder:
        value = _rerun_s(Path(folder) / "many", N_MANY)
        baseline = _rerun_s(Path(folder) / "few", N_FEW)
    return compared(value, baseline, limit=LIMIT)


def _rerun_s(folder: Path, n_entries: int) -> float:
    data_dir, catalogue = folder / "data", folder / "models.toml"
    fill_with_evidence(data_dir)
    catalogue.write_text("\n".join(_catalogue(n_entries)), encoding="utf-8")
    app = folder / "models_app.py"
    app.write_text(APP.format(catalogue=str(catalogue), shell=str(SHELL)), encoding="utf-8")
    with started(data_dir, app=app) as process:
        return median_rerun_s(process.port, PAGE)


def _catalogue(n_entries: int) -> Iterator[str]:
    for number in range(n_entries):
        yield f"""
[[file]]
file = "generated_{number}.safetensors"
folder = "models/diffusion_models"
repository = "https://example.org/generated"
path = "generated_{number}.safetensors"
size_bytes = {1_000_000_000 + number}

[[entry]]
id = "generated-{number}"
title = "Generated {number}"
kind = "fine_tune"
family = "family-{number % 7}"
purposes = ["t2v"]
licence = "Apache-2.0"
files = ["generated_{number}.safetensors"]
source = "https://example.org/generated"
checked_on = 2026-11-23
summary_en = "A generated line about {WORDS[number % len(WORDS)]}, long enough to look real."
summary_th = "รายการที่สร้างขึ้น {number} ยาวพอให้เหมือนของจริง"
"""
