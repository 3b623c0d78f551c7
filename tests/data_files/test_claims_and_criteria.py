"""What others say, and the thresholds of the decision."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from videogen.domain.decision import Criteria

DATA_FOLDER = Path(__file__).parents[2] / "data"


def _rows(file_name: str, table: str) -> list[dict[str, Any]]:
    rows = tomllib.loads((DATA_FOLDER / file_name).read_text(encoding="utf-8"))[table]
    assert isinstance(rows, list)
    return rows


@pytest.fixture(scope="module")
def claims() -> list[dict[str, Any]]:
    return _rows("claims.toml", "claim")


def test_every_claim_says_who_says_it_and_since_when(claims: list[dict[str, Any]]) -> None:
    for claim in claims:
        assert claim["kind"] in {"claimed", "published"}
        assert claim["source"]
        assert isinstance(claim["as_of"], date)


def test_every_claim_has_a_bound_a_word_or_a_day_and_the_bounds_are_in_order(
    claims: list[dict[str, Any]],
) -> None:
    for claim in claims:
        low, high = claim.get("low"), claim.get("high")

        assert low is not None or high is not None or claim.get("word") or claim.get("day"), claim
        if low is not None and high is not None:
            assert Decimal(low) <= Decimal(high), claim


def test_money_is_written_as_text_so_that_no_float_touches_it(
    claims: list[dict[str, Any]],
) -> None:
    for claim in claims:
        if claim["measure"].startswith("cost_usd"):
            assert all(isinstance(claim[side], str) for side in ("low", "high")), claim


def test_a_published_figure_names_the_configuration_it_was_measured_in(
    claims: list[dict[str, Any]],
) -> None:
    for claim in claims:
        if claim["kind"] == "published":
            assert claim["note"], claim


def test_the_first_criteria_are_those_of_the_paper() -> None:
    (first,) = _rows("criteria.toml", "criteria")

    defaults = Criteria(version=1)
    assert first["version"] == defaults.version
    assert first["quality_min"] == defaults.quality_min
    assert first["cost_usd_max"] == defaults.cost_usd_max
    assert first["peak_vram_mib_max"] == defaults.peak_vram_mib_max == 22 * 1024
    assert first["success_rate_min"] == defaults.success_rate_min
    assert first["why"]
