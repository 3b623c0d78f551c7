"""The Decision page over a million runs and a million ratings, in Chromium and by its websocket."""

import functools
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page

from bench.app_process import AppProcess, started
from bench.evidence import N_MANY, folder_with
from bench.measurement import Measurement, compared
from bench.page_rerun import empty_app, median_rerun_s
from bench.rating_loop import chromium
from bench.streamlit_client import PageVisit

N_FEW = 10_000
N_DRAWS = 5
ALLOWED_MIB = 500.0
SETTLING_S = 10.0  # what an app does once after its start: attention checks, blind copies
# The browser's own clock, from the navigation on.
CARDS_SHOWN = """() => {
    const shown = [...document.querySelectorAll(".vg-card")].filter((one) => one.offsetHeight);
    return shown.length >= 4 && performance.now();
}"""
EMPTY_PAGE = 'import streamlit as st\nst.html("<p class=\\"vg-card\\">empty</p>" * 4)\n'


def cards_over_empty_page() -> Measurement:
    """Seconds of a new visit to its sentence and four cards, beside four words on a bare page.

    The evidence is known already: what it takes when it is not is another figure.
    """
    return compared(_at_a_million()[0], _empty_page_s(), limit=1.5)


def warm_10k_to_1m() -> Measurement:
    """Seconds of a rerun of the whole page, nothing committed since the last."""
    with started(folder_with(N_FEW)) as app:
        baseline = median_rerun_s(app.port)
    return compared(_at_a_million()[1], baseline, limit=2.0)


def app_mib() -> Measurement:
    """MiB, proportional set size, once the page has been worked out and drawn many times."""
    return compared(_at_a_million()[2], ALLOWED_MIB, limit=1.0)


@functools.cache
def _at_a_million() -> tuple[float, float, float]:
    """Seconds to the cards, seconds of a rerun, MiB."""
    with started(folder_with(N_MANY)) as app:
        with closing(PageVisit(app.port)) as first:
            first.rerun_s()
            time.sleep(SETTLING_S)
            first.rerun_s()
        cards_s = _cards_s(app)
        return cards_s, median_rerun_s(app.port), app.memory_mib()


def _empty_page_s() -> float:
    with tempfile.TemporaryDirectory() as folder:
        app = empty_app(Path(folder), script=EMPTY_PAGE)
        with started(Path(folder) / "data", app=app) as running:
            return _cards_s(running)


def _cards_s(app: AppProcess) -> float:
    """Median of new visitors' seconds, from asking for the address to the fourth card on screen."""
    with chromium() as browser:
        visits = [_visit_s(browser.new_page(), app.port) for _ in range(N_DRAWS)]
    return statistics.median(visits)


def _visit_s(page: Page, port: int) -> float:
    page.goto(f"http://127.0.0.1:{port}")
    shown_ms = float(page.wait_for_function(CARDS_SHOWN, polling="raf").json_value())
    page.close()
    return shown_ms / 1000
