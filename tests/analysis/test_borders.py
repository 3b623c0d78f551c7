"""Where a hair decides, or nothing does: each border through `decide`, as outsiders call it."""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from videogen.cli.program import main

Run = dict[str, Any]
OK: Run = {
    "ok": True,
    "failure_class": None,
    "cost_usd": 0.5,
    "peak_vram_mib": 9_000,
    "wall_time_s": 260.0,
    "worst_configuration": True,
}
BAD = OK | {"ok": False, "failure_class": "execution_error"}
CRITERIA = {
    "quality_min": 4.0,
    "cost_usd_max": 1.5,
    "peak_vram_mib_max": 22_528,
    "success_rate_min": 0.9,
}


def scores(n_clips: int, n_raters: int, mean: float = 4.5) -> list[list[int | None]]:
    drawn = random.Random(7)
    return [
        [max(1, min(5, round(drawn.gauss(mean, 0.7)))) for _ in range(n_raters)]
        for _ in range(n_clips)
    ]


def condition(
    runs: list[Run], raw: list[list[int | None]] | None, **changes: Any
) -> dict[str, Any]:
    ratings = None if raw is None else {"raw": raw, "prompt_ids": changes.pop("prompt_ids", None)}
    return {"location": "local", "origin": "live", "runs": runs, "ratings": ratings} | changes


class Decided:
    """The last line that `decide` prints."""

    def __init__(self, exit_code: int, answer: Mapping[str, Any]) -> None:
        self.exit_code = exit_code
        self.answer = answer

    @property
    def verdicts(self) -> tuple[str, str | None]:
        return self.answer["verdict"], self.answer["provisional_verdict"]

    def __getitem__(self, criterion: str) -> Mapping[str, Any]:
        """Of the first condition."""
        found: Mapping[str, Any] = next(iter(self.answer["conditions"].values()))
        result: Mapping[str, Any] = found["criteria"][criterion]
        return result


@pytest.fixture
def decide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def decide_evidence(
        *conditions: dict[str, Any], planned: Any = None, **criteria: Any
    ) -> Decided:
        names = ["wan-1.3b", "wan-14b"][: len(conditions)]
        evidence = {
            "candidates": names,
            "criteria": CRITERIA | criteria,
            "planned": planned,
            "conditions": dict(zip(names, conditions, strict=True)),
        }
        path = tmp_path / "evidence.json"
        path.write_text(json.dumps(evidence), encoding="utf-8")
        exit_code = main(["decide", str(path), "--json"])
        return Decided(exit_code, json.loads(capsys.readouterr().out.strip().splitlines()[-1]))

    return decide_evidence


@pytest.mark.parametrize("clips", [[4], [4, 4, 4, 5, 5], [3, 4, 4], [3, 3, 3, 4, 4, 4, 4, 4]])
def test_a_unanimous_mean_on_the_threshold_passes_whatever_its_rounding(
    decide: Any, clips: list[int]
) -> None:
    limit = sum(clips) / len(clips)
    raw: list[list[int | None]] = [[score] * 13 for _ in range(47) for score in clips]
    prompts = [f"p{i}" for i in range(47) for _ in clips]

    found = decide(condition([OK] * 40, raw, prompt_ids=prompts), quality_min=limit)

    assert (found["quality"]["verdict"], found.verdicts[0]) == ("pass", "go")


@pytest.mark.parametrize("usd", [0.22, 1.1, 1.5])
def test_a_flat_cost_on_the_limit_is_neither_passed_nor_failed(decide: Any, usd: float) -> None:
    found = decide(condition([OK | {"cost_usd": usd}] * 20, None), cost_usd_max=usd)

    assert found["cost"]["verdict"] == "not_yet"
    assert found["cost"]["needs"] is None


def test_a_success_rate_whose_bound_is_the_threshold_passes(decide: Any) -> None:
    found = decide(condition([OK] * 29, scores(40, 8)), success_rate_min=0.05 ** (1 / 29))

    assert found["success"]["low"] == pytest.approx(0.05 ** (1 / 29), abs=1e-12)
    assert found.verdicts == ("go", None)


def test_a_bound_a_hair_short_of_the_threshold_is_not_yet(decide: Any) -> None:
    found = decide(condition([OK] * 29, None), success_rate_min=0.05 ** (1 / 29) + 1e-6)

    assert (found["success"]["verdict"], found["success"]["needs"]["n_runs"]) == ("not_yet", 1)


def test_a_peak_on_the_limit_passes_and_a_part_of_a_mib_more_fails(decide: Any) -> None:
    on_it = decide(condition([OK | {"peak_vram_mib": 22_528}] * 29, None))
    over = decide(condition([*[OK] * 29, OK | {"peak_vram_mib": 22_528.5}], None))

    assert on_it["vram"]["verdict"] == "pass"
    assert over["vram"]["verdict"] == "fail"


def test_noisy_costs_without_a_failure_are_bounded_by_both_rules(decide: Any) -> None:
    drawn = random.Random(3)
    costs = [drawn.lognormvariate(-0.5, 1.0) for _ in range(60)]

    found = decide(condition([OK | {"cost_usd": usd} for usd in costs], None))["cost"]

    mean = sum(costs) / 60
    assert found["estimate"] == pytest.approx(mean)
    assert found["high"] > mean / 0.05 ** (1 / 60) > mean > found["low"] > 0


@pytest.mark.parametrize("n_raters", [1, 2, 3])
def test_fewer_than_four_raters_never_decide(decide: Any, n_raters: int) -> None:
    quality = decide(condition([OK] * 40, scores(40, n_raters)))["quality"]

    assert (quality["verdict"], quality["n"]) == ("not_yet", n_raters)
    assert (quality["low"] is None) == (n_raters == 1)
    assert quality["needs"]["n_raters"] >= 4 - n_raters


def test_runs_that_all_failed_are_no_go_with_a_cost_that_nobody_can_give(decide: Any) -> None:
    found = decide(condition([BAD] * 40, None))

    assert found.verdicts == ("no_go", None)
    assert (found["success"]["estimate"], found["cost"]["estimate"]) == (0.0, None)
    assert found["cost"]["verdict"] == "not_yet"


def test_ratings_of_nobody_are_no_ratings(decide: Any) -> None:
    empty: list[list[int | None]] = [[None] * 8] * 40
    found = decide(condition([OK] * 40, empty))["quality"]

    assert (found["estimate"], found["n"], found["needs"]["n_raters"]) == (None, 0, 4)


def test_missing_ratings_turn_to_the_clustered_rule_and_leave_out_who_saw_too_little(
    decide: Any,
) -> None:
    raw = scores(40, 8)
    raw[0][1] = None
    for clip in raw[:9]:
        clip[0] = None  # saw 31 of 40

    quality = decide(condition([OK] * 40, raw))["quality"]

    assert quality["n"] == 7
    assert quality["rule"].startswith("two_way_clustered_cgm")
    assert "#1" in quality["reason"]


def test_a_thousand_raters_are_decided(decide: Any) -> None:
    found = decide(condition([OK] * 40, scores(40, 1_000)))

    assert (found["quality"]["n"], found.verdicts[0]) == (1_000, "go")


def test_cloud_only_is_judged_without_memory(decide: Any) -> None:
    runs = [OK | {"peak_vram_mib": None, "worst_configuration": False}] * 40

    found = decide(condition(runs, scores(40, 8), location="cloud"))

    assert (found["vram"]["verdict"], found["vram"]["n"]) == ("not_applicable", 0)
    assert found.verdicts == ("go", None)


def test_two_candidates_share_the_chance_of_a_false_go(decide: Any) -> None:
    raw = scores(40, 8)

    both_30 = decide(condition([OK] * 30, raw), condition([OK] * 30, raw))
    one_36 = decide(condition([OK] * 30, raw), condition([OK] * 36, raw))

    assert both_30.verdicts == ("not_yet", None)  # 0.042 each, 0.025 is asked of the first
    assert {one["verdict"] for one in both_30.answer["conditions"].values()} == {"go"}
    assert one_36.verdicts == ("go", None)


def test_an_empty_campaign_is_not_yet_and_says_what_everything_needs(decide: Any) -> None:
    found = decide(condition([], None), planned={"n_runs": 30, "n_raters": 4})

    assert found.verdicts == ("not_yet", "not_yet")
    needs = {name: found[name]["needs"] for name in ("quality", "cost", "vram", "success")}
    assert [need["n_raters"] or need["n_runs"] for need in needs.values()] == [4, 20, 29, 29]


def test_a_sandbox_candidate_decides_nothing_beside_a_live_one(decide: Any) -> None:
    raw = scores(40, 8)
    played = condition([OK] * 60, raw, origin="sandbox")

    found = decide(played, condition([OK] * 5, raw))

    assert found["success"]["verdict"] == "pass"
    assert found.verdicts == ("not_yet", None)


def test_no_success_yet_is_open_while_it_may_be_bad_luck(decide: Any) -> None:
    found = decide(condition([BAD], None))["success"]

    assert (found["verdict"], found["estimate"], found["high"]) == ("not_yet", 0.0, 0.95)


def test_one_unknown_cost_leaves_the_cost_open_and_no_number_helps(decide: Any) -> None:
    cost = decide(condition([*[OK] * 60, OK | {"cost_usd": None}], scores(40, 8)))["cost"]

    assert (cost["verdict"], cost["estimate"], cost["needs"]) == ("not_yet", None, None)


@pytest.mark.parametrize(
    ("criterion", "value"),
    [("quality_min", 0.9), ("quality_min", 5.1), ("cost_usd_max", 0), ("success_rate_min", 90)],
)
def test_a_threshold_out_of_range_is_refused_by_name(
    decide: Any, criterion: str, value: float
) -> None:
    found = decide(condition([OK] * 40, None), **{criterion: value})

    assert found.exit_code == 2
    error = found.answer["error"]
    assert (error["field"], error["value"]) == (f"criteria.{criterion}", value)
    assert error["hint"]
