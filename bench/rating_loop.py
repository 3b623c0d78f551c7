"""From the key to the next clip playing: the Rate page, beside a bare page with two videos."""

import functools
import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.app_process import started
from bench.measurement import Measurement, compared
from videogen.clips import accept_clip
from videogen.domain.campaign import Campaign
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.domain.run import Origin, Run, RunStatus
from videogen.panel import prepare_renditions
from videogen.sandbox.clip_request import ClipRequest
from videogen.sandbox.renderer import render_clip
from videogen.store import Database, renditions, save

N_CLIPS = 45  # a first session has 40 presentations
ALLOWED_MS = 150.0
CLIP_S, FPS, WIDTH_PX, HEIGHT_PX = 0.5, 16, 832, 480
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# The key's own time stamp to the first `playing` of a video after it, both of one clock.
WATCH = """
    window.keyToPlaying = [];
    let pressedAt = null;
    addEventListener("keydown", (event) => { pressedAt ??= event.timeStamp; }, true);
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
        this.addEventListener("playing", () => {
            if (pressedAt !== null) window.keyToPlaying.push(performance.now() - pressedAt);
            pressedAt = null;
        }, { once: true });
        return play.call(this);
    };
"""
BARE = """<!doctype html><meta charset="utf-8">
<style>
  body { height: 100vh } .on { visibility: visible !important }
  video { position: absolute; visibility: hidden; width: 832px }
</style>
<video muted class="on"></video><video muted></video>
<script>
  const files = %s;
  let [shown, spare] = document.querySelectorAll("video"), place = 0;
  shown.src = files[0]; spare.src = files[1]; shown.play();
  const enter = (phase) => { document.body.dataset.phase = phase; };
  enter("playing");
  for (const video of [shown, spare]) video.onended = () => enter("open");
  addEventListener("keydown", () => {
    if (document.body.dataset.phase !== "open" || place + 1 >= files.length) return;
    [shown, spare] = [spare, shown];
    shown.className = "on"; spare.className = "";
    enter("playing");
    shown.play();
    place += 1;
    if (place + 1 < files.length) spare.src = files[place + 1];
  });
</script>"""


def key_to_next_clip() -> Measurement:
    """p95 in ms of a whole session's ratings, beside what a rater is promised."""
    ours_ms, _ = _both()
    return compared(ours_ms, ALLOWED_MS, limit=1.0)


def key_to_next_clip_over_bare_page() -> Measurement:
    """The same p95 beside a page that does nothing but swap two preloaded videos."""
    return compared(*_both(), limit=None)


@functools.cache
def _both() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        data_dir = Path(folder) / "data"
        files = _furnish(data_dir)
        with started(data_dir) as app:
            ours_ms = _session(browser, f"http://127.0.0.1:{app.port}/rate")
        bare = data_dir / "clips" / "bare.html"
        bare.write_text(BARE % files, encoding="utf-8")
        with _served(bare.parent) as address:
            bare_ms = _bare(browser, f"{address}/bare.html", len(files))
    return ours_ms, bare_ms


def _session(browser: Browser, address: str) -> float:
    page = _opened(browser, address)
    page.get_by_role("textbox", name="Your name").fill("Bench")
    page.get_by_role("button", name="Start rating").click()
    page.wait_for_selector(".player[data-phase=open]")
    total = int(page.locator(".player .progress").get_attribute("max") or 0)
    for place in range(total):
        page.wait_for_selector(".player[data-phase=open]")
        page.keyboard.press("12345"[place % 5])
    page.get_by_role("button", name="Next session").wait_for()
    return _p95_ms(page)


def _bare(browser: Browser, address: str, n_files: int) -> float:
    page = _opened(browser, address)
    for _ in range(n_files - 1):
        page.wait_for_selector("body[data-phase=open]")
        page.keyboard.press("1")
    page.wait_for_selector("body[data-phase=open]")
    return _p95_ms(page)


def _p95_ms(page: Page) -> float:
    times: list[float] = page.evaluate("window.keyToPlaying")
    page.context.close()
    return statistics.quantiles(times, n=20)[-1]


def _opened(browser: Browser, address: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    return page


@contextmanager
def chromium() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base class's name
        pass


def _furnish(data_dir: Path) -> list[str]:
    """A campaign of real clips, copied for raters; returns the copies, below the clips folder."""
    now = datetime.now(UTC)
    data_dir.mkdir(parents=True)
    condition = Condition(
        name="bench",
        backend=BackendKind.COMFY,
        model="bench",
        workflow="bench",
        width_px=WIDTH_PX,
        height_px=HEIGHT_PX,
        n_frames=round(CLIP_S * FPS),
        fps=float(FPS),
    )
    prompts = tuple(Prompt(prompt_id=f"p{n}", text=f"a red kite {n}") for n in range(N_CLIPS))
    suite = PromptSuite(suite_id="bench", name="bench", version="1", prompts=prompts)
    campaign = Campaign(
        campaign_id="bench",
        name="Rating loop",
        candidates=(condition.condition_id,),
        baselines=(),
        suite_id="bench",
        prompt_ids=tuple(one.prompt_id for one in prompts),
        seeds=(1,),
        rated_seeds=(1,),
        planned_n_raters=4,
        criteria_version=1,
        owner="bench",
        created_at=now,
    )
    with Database.open(data_dir / "videogen.duckdb") as database:
        save(database, condition, *prompts, suite, campaign)
        for prompt in prompts:
            _save_run(database, data_dir, condition, prompt, now)
        prepare_renditions(database, "bench", data_dir / "clips")
        copies = renditions(database, "bench").values()
    return [one.file for one in copies][:N_CLIPS]


def _save_run(
    database: Database, data_dir: Path, condition: Condition, prompt: Prompt, now: datetime
) -> None:
    source = data_dir / "source.mp4"
    asked = ClipRequest(
        width_px=WIDTH_PX,
        height_px=HEIGHT_PX,
        frames=round(CLIP_S * FPS),
        fps=Fraction(FPS),
        prompt=prompt.text,
    )
    render_clip(asked, source, comment=prompt.prompt_id)
    run_id = f"run-{prompt.prompt_id}"
    clip = accept_clip(
        source, clips_folder=data_dir / "clips", run_id=run_id, expected=None, now=now
    )
    run = Run(
        run_id=run_id,
        campaign_id="bench",
        condition_id=condition.condition_id,
        prompt_id=prompt.prompt_id,
        seed=1,
        status=RunStatus.SUCCEEDED,
        owner="bench",
        queued_at=now,
        started_at=now,
        ended_at=now,
        origin=Origin.SANDBOX,
        wall_time_s=1.0,
        clip_id=clip.clip_id,
    )
    save(database, clip, run)
