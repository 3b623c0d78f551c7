import dataclasses
from decimal import Decimal

import pytest

from tests.evidence.records import PROMPTS, VEO, WAN, campaign, clip, grid, panel, plan, run, stock
from videogen.analysis import decide
from videogen.analysis.tally import tally_runs
from videogen.domain.condition import Location
from videogen.domain.decision import CriterionName, Verdict
from videogen.domain.rating import RaterKind
from videogen.domain.run import FailureClass, Origin, RunStatus
from videogen.errors import NotFoundError
from videogen.evidence import load_evidence
from videogen.evidence.origins import choose_origin
from videogen.evidence.rows import judged_runs, runs_of_origin
from videogen.store import Database, save

LIKED = {"anan": 5, "beam": 5, "chai": 5, "dao": 5}


def test_a_measured_and_rated_campaign_is_decided(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN), *panel(LIKED))

    loaded = load_evidence(database, "c1")

    decision = decide(loaded.evidence)
    wan = decision.conditions[0]
    assert decision.verdict is Verdict.GO
    assert {name: r.verdict.value for name, r in wan.criteria.items()} == dict.fromkeys(
        CriterionName, "pass"
    )
    assert wan.criteria[CriterionName.QUALITY].facts["n_prompts"] == 20
    assert wan.criteria[CriterionName.SUCCESS].n == 40
    assert loaded.origin is Origin.LIVE
    assert (loaded.n_raters, loaded.n_raters_simulated) == (4, 0)


def test_a_fresh_campaign_is_not_yet_and_invents_nothing(database: Database) -> None:
    plan(database)
    save(database, run("r1", status=RunStatus.QUEUED, origin=None))

    loaded = load_evidence(database, "c1")

    assert loaded.evidence.conditions[0].tally.n_ended == 0
    assert loaded.n_runs_in_progress == 1
    assert loaded.evidence.conditions[0].opinions is None
    assert loaded.evidence.conditions[1].location is Location.CLOUD
    assert decide(loaded.evidence).verdict is Verdict.NOT_YET


def test_an_unknown_campaign_is_said_to_be_unknown(database: Database) -> None:
    with pytest.raises(NotFoundError):
        load_evidence(database, "nowhere")


def test_live_runs_push_sandbox_runs_and_their_ratings_aside(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN, Origin.SANDBOX), *panel(LIKED, origin=Origin.SANDBOX))
    save(database, run("live", seed=2))

    live = load_evidence(database, "c1")
    sandbox = load_evidence(database, "c1", origin=Origin.SANDBOX)

    assert live.origin is Origin.LIVE
    assert live.evidence.conditions[0].tally.n_ended == 1
    assert live.n_runs_other_origin == 40
    assert live.n_ratings_left_out == 80
    assert live.evidence.conditions[0].opinions is None
    assert sandbox.evidence.conditions[0].tally.n_ended == 40
    assert sandbox.is_sandbox


def test_simulated_raters_count_for_sandbox_clips_only(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN), *panel(LIKED, kind=RaterKind.SIMULATED), *panel({"ek": 4}))

    live = load_evidence(database, "c1")

    ratings = live.evidence.conditions[0].opinions
    assert ratings is not None
    assert ratings.rater_names == ("Ek",)
    assert live.n_ratings_left_out == 80


def test_in_the_sandbox_people_and_simulated_raters_rate_together(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN, Origin.SANDBOX), *panel({"ek": 4}, origin=Origin.SANDBOX))
    stock(database, *panel(LIKED, origin=Origin.SANDBOX, kind=RaterKind.SIMULATED))

    loaded = load_evidence(database, "c1")

    assert (loaded.n_raters, loaded.n_raters_simulated) == (5, 4)


def test_clips_that_nobody_rated_count_against_a_raters_80_percent(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN), *panel(LIKED), *panel({"ek": 1}, n_clips=15))

    ratings = load_evidence(database, "c1").evidence.conditions[0].opinions

    assert ratings is not None
    assert ratings.n_clips == len(PROMPTS)
    quality = decide(load_evidence(database, "c1").evidence).conditions[0].criteria
    assert quality[CriterionName.QUALITY].facts["raters_left_out"] == "Ek"


def test_clips_of_seeds_that_are_not_rated_are_no_gate_clips(database: Database) -> None:
    plan(database)
    stock(database, *grid(WAN), *panel({"ek": 4}, n_clips=5))

    ratings = load_evidence(database, "c1").evidence.conditions[0].opinions

    assert ratings is not None
    assert ratings.n_clips == 20  # 40 clips, one of two seeds is rated
    assert ratings.n_rated == (5,)


def test_two_settings_of_one_name_keep_their_whole_ids(database: Database) -> None:
    other = type(WAN)(
        **{f: getattr(WAN, f) for f in WAN.__dataclass_fields__ if f != "fps"}, fps=24.0
    )
    plan(database)
    save(database, other, campaign(candidates=(WAN.condition_id, other.condition_id)))

    evidence = load_evidence(database, "c1").evidence

    assert evidence.candidates == (WAN.condition_id, other.condition_id)
    assert evidence.conditions[2].name == VEO.name


def test_a_run_that_no_back_end_took_counts_where_there_is_one_origin() -> None:
    failed = run("r1", origin=None, status=RunStatus.FAILED, failure_class=FailureClass.SERVER_DOWN)
    sandbox = run("r2", origin=Origin.SANDBOX)
    live = run("r3")

    assert choose_origin({failed.origin, sandbox.origin}) is Origin.SANDBOX
    assert failed in runs_of_origin([failed, sandbox], Origin.SANDBOX)
    assert runs_of_origin([failed, sandbox, live], Origin.LIVE) == [live]


def test_a_requeue_of_a_cancelled_run_is_its_cells_first_real_try() -> None:
    cancelled = run("r1", status=RunStatus.CANCELLED, cost_usd=None)
    second = run("r2", requeued_from="r1")
    failed = run("r3", status=RunStatus.FAILED)
    third = run("r4", requeued_from="r3")

    judged = judged_runs([cancelled, second, failed, third])

    assert [r.requeued_from for r in judged] == [None, None, None, "r3"]


def test_a_requeue_of_a_run_that_a_cap_refused_counts_in_its_place() -> None:
    refused = run(
        "r1", status=RunStatus.FAILED, failure_class=FailureClass.BUDGET, cost_usd=Decimal(0)
    )
    second = run("r2", requeued_from="r1")
    not_asked_again = dataclasses.replace(refused, run_id="r3", seed=2)

    judged = judged_runs([refused, second, not_asked_again])

    assert [(r.status, r.requeued_from) for r in judged] == [
        ("cancelled", None),
        ("succeeded", None),
        ("failed", None),
    ]
    tally = tally_runs(judged, 1)
    assert (tally.n_first, tally.n_first_ok, tally.n_cancelled) == (2, 1, 1)


def test_an_unknown_cost_stays_unknown() -> None:
    known, unknown = judged_runs(
        [run("r1", cost_usd=Decimal("1.25")), run("r2", cost_usd=None, peak_vram_mib=None)]
    )

    assert known.cost_usd == 1.25
    assert unknown.cost_usd is None
    assert unknown.peak_vram_mib is None


def test_ten_thousand_runs_are_judged_each() -> None:
    runs = [run(f"r{i}", seed=i, cost_usd=Decimal("0.5")) for i in range(10_000)]

    judged = judged_runs(runs_of_origin(runs, Origin.LIVE))

    assert len(judged) == 10_000
    assert all(one.ok for one in judged)


def test_a_clip_rated_outside_the_rated_seeds_still_counts(database: Database) -> None:
    plan(database, rated_seeds=())
    stock(database, *grid(WAN), *panel(LIKED))
    save(database, run("extra", seed=2, clip_id="clip-extra"), clip("clip-extra", "extra"))

    ratings = load_evidence(database, "c1").evidence.conditions[0].opinions

    assert ratings is not None
    assert ratings.n_clips == 20


def test_a_degraded_run_counts_as_out_of_memory_whatever_clip_it_made(database: Database) -> None:
    plan(database)
    made = run("r1", is_degraded=True, peak_vram_mib=24_564, peak_is_lower_bound=True)
    save(database, made)

    loaded = load_evidence(database, "c1")

    tally = loaded.evidence.conditions[0].tally
    assert (tally.n_ok, tally.failures) == (0, {FailureClass.OUT_OF_VRAM: 1})
    assert (tally.peak_mib_max, tally.n_peaks, tally.n_lower_bounds) == (24_564, 0, 1)
    vram = decide(loaded.evidence).conditions[0].criteria[CriterionName.VRAM]
    assert vram.verdict.value == "fail"


def test_a_routed_run_that_a_cloud_made_says_nothing_of_a_cards_worst_configuration() -> None:
    local, cloud = judged_runs(
        [run("r1", routed_to=WAN.condition_id), run("r2", routed_to=VEO.condition_id)],
        {VEO.condition_id},
    )

    assert local.worst_configuration
    assert not cloud.worst_configuration
