"""What SQL counts is what the rules say of each row."""

import random
from decimal import Decimal

import numpy as np
import pytest

from tests.evidence.random_history import history, numbers, rated
from tests.evidence.records import clip, plan, run, stock
from videogen.analysis import decide, evidence_of
from videogen.domain.run import FailureClass, Origin, RunStatus
from videogen.evidence import load_evidence
from videogen.evidence.rows import load_rows
from videogen.store import Database, save


@pytest.mark.parametrize(
    ("seed", "origins"),
    [
        (1, (Origin.LIVE,)),
        (2, (Origin.LIVE, None)),
        (3, (Origin.LIVE, Origin.SANDBOX, None)),
        (4, (Origin.SANDBOX, None)),
    ],
)
def test_counted_by_sql_a_campaign_is_what_its_rows_are(
    database: Database, seed: int, origins: tuple[Origin | None, ...]
) -> None:
    dice = random.Random(seed)
    runs = history(dice, origins)
    plan(database)
    stock(database, *runs, *(clip(one.clip_id, one.run_id) for one in runs if one.clip_id))
    rated(database, dice, runs)

    found = load_evidence(database, "c1")
    by_rows = evidence_of(load_rows(database, found))

    for ours, theirs in zip(found.evidence.conditions, by_rows.conditions, strict=True):
        assert numbers(ours.tally) == numbers(theirs.tally)
        assert list(ours.tally.failures) == list(theirs.tally.failures)
        assert (ours.opinions is None) == (theirs.opinions is None)
        if ours.opinions is not None and theirs.opinions is not None:
            np.testing.assert_array_equal(ours.opinions.means, theirs.opinions.means)
            for field in ("prompt_ids", "rater_names", "n_clips", "n_rated"):
                assert getattr(ours.opinions, field) == getattr(theirs.opinions, field)
    assert decide(found.evidence).verdict is decide(by_rows).verdict


def test_a_requeue_of_requeues_that_were_no_tries_is_a_first_try(database: Database) -> None:
    plan(database)
    refused = {"failure_class": FailureClass.BUDGET, "cost_usd": Decimal(0)}
    save(
        database,
        run("r1", status=RunStatus.CANCELLED),
        run("r2", status=RunStatus.FAILED, requeued_from="r1", **refused),
        run("r3", requeued_from="r2"),
        run("r4", status=RunStatus.FAILED),
        run("r5", requeued_from="r4"),
    )

    tally = load_evidence(database, "c1").evidence.conditions[0].tally

    assert (tally.n_ended, tally.n_first, tally.n_first_ok, tally.n_cancelled) == (3, 2, 1, 2)


def test_a_cancelled_runs_hours_are_in_no_cost_and_make_up_for_no_unknown_time(
    database: Database,
) -> None:
    plan(database)
    save(
        database,
        run("r1", wall_time_s=100.0),
        run("r2", status=RunStatus.LOST, wall_time_s=None),
        run("r3", status=RunStatus.CANCELLED, wall_time_s=900.0),
    )

    tally = load_evidence(database, "c1").evidence.conditions[0].tally

    assert (tally.n_ended, tally.n_timed, tally.wall_time_s_total) == (2, 1, 100.0)
