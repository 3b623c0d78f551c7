"""Who is left out of a campaign's evidence: by its own registered rules, and by nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tests.evidence.records import NOON, PROMPTS, VEO, WAN, grid, panel, plan, stock
from videogen.domain.rating import Presentation, RaterKind, Rating
from videogen.domain.run import Origin
from videogen.evidence import load_evidence
from videogen.evidence.panel_screening import screened_panel
from videogen.rating.screening import ScreeningReason
from videogen.store import Database, get_campaign

SIX = {"ann": 4, "dao": 5, "chai": 3, "malee": 4, "niran": 4, "somsak": 4}


def _watched(scores: Mapping[str, int], **how: Any) -> Iterator[Any]:
    """The panel of `records`, every clip played to its end."""
    for record in panel(scores, **how):
        is_shown = isinstance(record, Presentation)
        yield replace(record, ended_at=NOON) if is_shown else record


def _by_dice(records: Iterator[Any]) -> Iterator[Any]:
    dice = Random(1)
    for record in records:
        yield replace(record, score=dice.randint(1, 5)) if isinstance(record, Rating) else record


def _same_score(records: Iterator[Any]) -> Iterator[Any]:
    for record in records:
        yield replace(record, score=1) if isinstance(record, Rating) else record


@pytest.fixture
def rated(database: Database) -> Database:
    """Three raters, one of whom gives every clip the same score."""
    plan(database, screening_version=1)
    stock(database, *grid(WAN), *grid(VEO))
    stock(database, *_watched({"ann": 4, "ben": 4}), *_same_score(_watched({"zed": 1})))
    return database


def _quality_names(database: Database) -> tuple[str, ...] | None:
    cells = load_evidence(database, "c1").evidence.conditions[0].opinions
    return cells.rater_names if cells else None


def test_who_does_not_meet_the_registered_rules_is_left_out_and_named(rated: Database) -> None:
    found = load_evidence(rated, "c1")

    (left_out,) = found.raters_left_out
    assert left_out.name == "Zed"
    assert [one.reason for one in left_out.findings] == [ScreeningReason.STRAIGHT_LINING]
    assert found.n_raters == 2
    assert found.n_ratings_left_out == 0  # that counts the other origin alone
    assert _quality_names(rated) == ("Ann", "Ben")


def test_without_registered_rules_they_only_inform(rated: Database) -> None:
    plan(rated, screening_version=None)

    panel_found = screened_panel(rated, get_campaign(rated, "c1"), Origin.LIVE)

    assert load_evidence(rated, "c1").raters_left_out == ()
    assert _quality_names(rated) == ("Ann", "Ben", "Zed")
    zed = panel_found[2]
    assert zed.screening.is_excluded
    assert not zed.is_left_out


def test_a_rater_who_strays_among_six_is_inconsistent(database: Database) -> None:
    plan(database, screening_version=1)
    stock(database, *grid(WAN), *_watched(SIX), *_by_dice(_watched({"zed": 3})))

    left_out = load_evidence(database, "c1").raters_left_out

    assert [(one.name, one.findings[0].reason) for one in left_out] == [
        ("Zed", ScreeningReason.INCONSISTENT)
    ]
    assert left_out[0].inconsistency is not None
    assert left_out[0].findings[0].facts["ratio"] > 1.5


def test_among_five_nobodys_noise_is_asked(database: Database) -> None:
    plan(database, screening_version=1)
    four = {name: SIX[name] for name in list(SIX)[:4]}
    stock(database, *grid(WAN), *_watched(four), *_by_dice(_watched({"zed": 3})))

    found = screened_panel(database, get_campaign(database, "c1"), Origin.LIVE)

    assert len(found) == 5
    assert {one.inconsistency for one in found} == {None}


def test_simulated_raters_are_no_panel_of_measured_clips(database: Database) -> None:
    plan(database, screening_version=1)
    stock(database, *grid(WAN), *_watched({"ann": 4}))
    stock(database, *_same_score(_watched({"bot": 1}, kind=RaterKind.SIMULATED)))

    found = screened_panel(database, get_campaign(database, "c1"), Origin.LIVE)

    assert [one.name for one in found] == ["Ann"]
    assert load_evidence(database, "c1").raters_left_out == ()


def test_everybody_left_out_leaves_no_ratings_and_no_verdict_of_quality(
    database: Database,
) -> None:
    plan(database, screening_version=1)
    stock(database, *grid(WAN), *_same_score(_watched({"zed": 1})))

    found = load_evidence(database, "c1")

    assert found.n_raters == 0
    assert found.evidence.conditions[0].opinions is None
    assert len(found.raters_left_out) == 1
    assert found.raters_left_out[0].conduct.n_test == len(PROMPTS)


def test_an_import_of_straight_lines_changes_nobody_elses_noise(database: Database) -> None:
    plan(database, screening_version=1)
    stock(database, *grid(WAN), *_watched(SIX), *_by_dice(_watched({"zed": 3})))
    campaign = get_campaign(database, "c1")
    before = {
        one.name: one.inconsistency for one in screened_panel(database, campaign, Origin.LIVE)
    }

    for i in range(8):
        stock(database, *_same_score(_watched({f"flat{i}": 1})))

    after = {one.name: one.inconsistency for one in screened_panel(database, campaign, Origin.LIVE)}
    assert {name: after[name] for name in before} == before
    assert {after[f"Flat{i}"] for i in range(8)} == {None}
