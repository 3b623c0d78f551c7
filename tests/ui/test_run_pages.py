"""What a run's page and the Create page say of how a clip came about."""

import dataclasses
import re

from tests.ui.pages import visit, words
from tests.ui.stocked import NOW, ended_campaign
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.event import Event
from videogen.domain.run import Attempt, AttemptState, FailureClass, Run, VramSample, VramTrace
from videogen.texts import t


def test_a_second_try_says_that_its_curve_is_its_own_and_what_was_made_smaller(
    application: Application,
) -> None:
    run = degraded_run(application)

    shown = words(visit("5_runs.py", run=run.run_id))

    assert t("run.attempt_smaller", "en", ordinal=2) in shown
    assert "<th>block_swap</th><td>20 → 40</td>" in shown
    assert "<th>steps</th>" not in shown


def test_the_log_of_events_says_in_words_why_a_run_failed(application: Application) -> None:
    run = degraded_run(application)
    event = Event(
        event_id="e",
        at=NOW,
        kind="run.failed",
        subject_id=run.run_id,
        data={"failure_class": FailureClass.OUT_OF_VRAM.value},
    )
    store.save(application.database, event)

    shown = words(visit("5_runs.py", lang="th", run=run.run_id))

    assert f"{t('fact.failure_class', 'th')}: {t('failure.out_of_vram', 'th')}" in shown
    assert "out_of_vram" not in shown


def test_runs_older_than_the_page_are_a_link_away_and_keep_the_filters(
    application: Application,
) -> None:
    campaign = ended_campaign(application, n_prompts=30)
    more = store.campaign_runs(application.database, campaign.campaign_id)
    store.save(
        application.database,
        *(dataclasses.replace(run, run_id=f"more{n:02}") for n, run in enumerate(more[:10])),
    )

    newest = words(visit("5_runs.py", status="succeeded"))
    asked = re.search(r"\?status=succeeded&amp;before=([\w-]+)", newest)
    assert asked
    older = words(visit("5_runs.py", status="succeeded", before=asked.group(1)))

    assert t("runs.newest", "en") not in newest
    assert t("runs.older", "en") not in older
    assert newest.count("<tr><td>") == 60
    assert older.count("<tr><td>") == 10
    assert t("runs.newest", "en") in older


def first_run(application: Application) -> Run:
    campaign = ended_campaign(application, n_prompts=1)
    runs = store.campaign_runs(application.database, campaign.campaign_id)
    return next(run for run in runs if run.condition_id.startswith("wan-1.3b"))


def degraded_run(application: Application) -> Run:
    """Out of memory once, then made with more block swap."""
    run = dataclasses.replace(first_run(application), run_id="smaller", is_degraded=True)
    first = Attempt(
        attempt_id="a1",
        run_id=run.run_id,
        ordinal=1,
        state=AttemptState.FAILED,
        backend="comfy@127.0.0.1:8188",
        intended_at=NOW,
        fingerprint={"settings": {"steps": 30, "block_swap": 20}},
    )
    second = dataclasses.replace(
        first,
        attempt_id="a2",
        ordinal=2,
        state=AttemptState.SUCCEEDED,
        degraded=True,
        fingerprint={"settings": {"steps": 30, "block_swap": 40}},
    )
    store.save(application.database, run, first, second)
    trace = VramTrace(
        source="sandbox",
        device="RTX 5090",
        peak_vram_mib=8397,
        samples=(VramSample(t_s=0.0, memory_mib=900), VramSample(t_s=9.0, memory_mib=8397)),
    )
    store.save_vram_trace(application.database, second.attempt_id, trace)
    return run
