"""The team's money over the API: who sees what, who sets caps, who stops and who lets go on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.store.records import make_reservation
from tests.web.api.served import Served, furnish, serving
from videogen import store

PERSON = {"scope": "person", "subject": "nok", "cap_usd": 1.0, "why": "trial"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served") / "data"
    furnish(folder)
    with serving(folder) as found:
        asked = replace(
            make_reservation("a1", "0.90"),
            month=f"{datetime.now(UTC):%Y-%m}",
            owner="nok",
            provider="vertex",
        )
        store.reserve(found.application.database, asked, Decimal(50))
        yield found


def spend(served: Served, role: str) -> dict[str, Any]:
    told: dict[str, Any] = served.of[role].get("/spend").json()
    return told


def test_a_cap_that_is_set_limits_and_warns_at_once(served: Served) -> None:
    made = served.of["admin"].post("/money/caps", json=PERSON)

    limits = {(one["scope"], one["subject"]): one for one in spend(served, "admin")["limits"]}
    assert made.status_code == 201, made.json()
    assert limits["person", "nok"]["left_usd"] == pytest.approx(0.1)
    assert limits["person", "nok"]["is_warned"]
    assert limits["provider", "vertex"]["held_usd"] == pytest.approx(0.9)
    assert limits["month", None]["cap_usd"] == 50


def test_what_others_spend_is_for_those_who_run_the_place(served: Served) -> None:
    people = {
        role: {one["subject"] for one in spend(served, role)["limits"] if one["scope"] == "person"}
        for role in ("operator", "maker", "stakeholder")
    }

    assert "nok" in people["operator"]
    assert "nok" not in people["maker"] | people["stakeholder"]


def test_an_operator_stops_paid_calls_and_only_an_administrator_lets_them_go_on(
    served: Served,
) -> None:
    operator, admin = served.of["operator"], served.of["admin"]

    stopped = operator.post("/money/stop", json={"why": "odd bill"})
    told = spend(served, "maker")["stopped"]
    refused = operator.post("/money/resume", json={"why": "fine"})
    resumed = admin.post("/money/resume", json={"why": "fine"})
    again = admin.post("/money/resume", json={"why": "fine"})

    assert stopped.status_code == resumed.status_code == 200
    assert told["why"] == "odd bill"
    assert refused.status_code == 403
    assert again.status_code == 422
    assert spend(served, "maker")["stopped"] is None


@pytest.mark.parametrize(
    "wrong", [{"why": ""}, {"cap_usd": -1}, {"scope": "campaign"}, {"cap_usd": "1"}]
)
def test_a_cap_that_cannot_be_is_refused_by_its_field(
    served: Served, wrong: dict[str, object]
) -> None:
    answer = served.of["admin"].post("/money/caps", json={**PERSON, **wrong})

    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.text


def test_nobody_but_an_administrator_sets_a_cap(served: Served) -> None:
    answers = [served.of[role].post("/money/caps", json=PERSON) for role in ("operator", "maker")]

    assert [one.status_code for one in answers] == [403, 403]
