"""The published cases once more, decided whole as `decide` answers."""

import math
from typing import Any

import pytest

from tests.analysis.oracles import oracle
from videogen.analysis import decide, decision_to_json, evidence_from_json
from videogen.analysis.panel_mean import panel_mean

CASES = oracle("decision_cases")
WORDS = {"PASS": "pass", "FAIL": "fail", "NOT_ENOUGH_EVIDENCE": "not_yet"}
RUN = {"ok": True, "cost_usd": 0.5, "peak_vram_mib": 9_000, "worst_configuration": True}
CRITERIA = {
    "quality_min": 4.0,
    "cost_usd_max": 1.5,
    "peak_vram_mib_max": 22_528,
    "success_rate_min": 0.9,
}


def decided(runs: list[dict[str, Any]], raw: Any = None) -> dict[str, Any]:
    """The one condition's criteria, as `decide` answers."""
    condition = {
        "location": "local",
        "origin": "live",
        "runs": runs,
        "ratings": None if raw is None else {"raw": raw},
    }
    evidence = {"candidates": ["a"], "criteria": CRITERIA, "conditions": {"a": condition}}
    answer = decision_to_json(decide(evidence_from_json(evidence)))
    criteria: dict[str, Any] = answer["conditions"]["a"]["criteria"]
    return criteria


@pytest.mark.parametrize("case", CASES["success_rate"], ids=lambda c: f"{c['successes']}/{c['n']}")
def test_a_success_rate_is_decided_with_its_bounds(case: dict[str, Any]) -> None:
    n_ok = case["successes"]

    found = decided([RUN] * n_ok + [RUN | {"ok": False}] * (case["n"] - n_ok))["success"]

    assert found["verdict"] == WORDS[case["verdict_clopper_pearson"]]
    assert found["low"] == pytest.approx(case["clopper_pearson_lower95"], abs=1e-9)
    assert found["high"] == pytest.approx(case["clopper_pearson_upper95"], abs=1e-9)


@pytest.mark.parametrize("row", CASES["min_n"], ids=lambda row: row["failures"])
def test_the_least_number_of_runs_passes_and_one_fewer_asks_for_one_more(
    row: dict[str, int],
) -> None:
    failed = [RUN | {"ok": False}] * row["failures"]
    n_ok = row["min_n_clopper_pearson"] - row["failures"]

    enough, short = decided([RUN] * n_ok + failed), decided([RUN] * (n_ok - 1) + failed)

    assert enough["success"]["verdict"] == "pass"
    assert short["success"]["needs"] == {"n_runs": 1, "n_raters": None}


@pytest.mark.parametrize("zone", CASES["zones"], ids=lambda zone: zone["n"])
def test_failures_lead_from_pass_over_not_yet_to_fail(zone: dict[str, int | None]) -> None:
    n, most, least = zone["n"] or 0, zone["max_failures_for_PASS"], zone["min_failures_for_FAIL"]

    def verdict(n_failed: int) -> str:
        runs = [RUN] * (n - n_failed) + [RUN | {"ok": False}] * n_failed
        return str(decided(runs)["success"]["verdict"])

    assert least is not None
    assert (verdict(least), verdict(least - 1)) == ("fail", "not_yet")
    assert verdict(0 if most is None else most) == ("not_yet" if most is None else "pass")
    assert most is None or verdict(most + 1) == "not_yet"


def test_costs_and_their_failures_are_decided_with_fiellers_bounds() -> None:
    case = CASES["cost_per_successful_video"]
    pairs = zip(case["cost_per_attempt"], case["ok"], strict=True)

    found = decided([RUN | {"cost_usd": usd, "ok": bool(ok)} for usd, ok in pairs])["cost"]

    assert found["verdict"] == WORDS[case["verdict"]]
    assert (found["low"], found["high"]) == pytest.approx(case["fieller90"], abs=1e-9)


@pytest.mark.parametrize("case", CASES["cost_rule_cases"], ids=lambda case: case["name"])
def test_flat_fees_are_decided_as_published(case: dict[str, Any]) -> None:
    n, n_ok, usd = case["n"], case["successes"], case["total"] / case["n"]
    fee = RUN | {"cost_usd": usd}

    found = decided([fee] * n_ok + [fee | {"ok": False}] * (n - n_ok))["cost"]

    assert found["verdict"] == WORDS[case["verdict"]]
    assert found["low"] == pytest.approx(case["lower95"], abs=1e-9)
    assert found["high"] == pytest.approx(max(case["upper95"], usd / 0.05 ** (1 / n)), abs=1e-9)


@pytest.mark.parametrize("case", CASES["vram_exceedance"], ids=lambda c: next(iter(c.values())))
def test_memory_passes_once_fewer_than_one_run_in_ten_can_be_over(case: dict[str, Any]) -> None:
    n = case["n_runs_all_below_limit"]

    found = decided([RUN] * n)["vram"]

    assert found["verdict"] == ("pass" if case["exceedance_upper95"] < 0.1 else "not_yet")
    assert found["n"] == n


@pytest.mark.parametrize(("key", "share"), [("90", 0.1), ("95", 0.05), ("99", 0.01)])
def test_so_many_runs_bound_the_share_over_the_limit(key: str, share: float) -> None:
    n = CASES["vram_n"][f"n_for_95_{key}"]

    assert 1 - 0.05 ** (1 / n) <= share < 1 - 0.05 ** (1 / (n - 1))


def test_the_worked_panel_is_decided_with_its_published_interval() -> None:
    case = CASES["mos_crossed_example"]

    found = decided([], case["raw_clips_x_raters"])["quality"]

    assert found["verdict"] == WORDS[case["verdict"]]
    assert found["estimate"] == pytest.approx(case["mos"], abs=1e-9)
    assert found["low"] == pytest.approx(case["lower95_one_sided"], abs=1e-9)
    assert found["high"] == pytest.approx(case["upper95_one_sided"], abs=1e-9)


def test_the_netflix_panel_has_the_published_variance_components() -> None:
    case, raw = CASES["variance_components_nflx"], oracle("nflx_public")["raw"]

    panel = panel_mean(raw)

    assert panel is not None
    assert panel.var_fixed is not None
    assert panel.var_per_rater is not None
    n_clips = len(raw)
    assert math.sqrt(panel.var_fixed * n_clips) == pytest.approx(case["sd_clip"], abs=1e-9)
    per_rater = case["sd_rater"] ** 2 + case["sd_residual"] ** 2 / n_clips
    assert panel.var_per_rater == pytest.approx(per_rater, abs=1e-9)
