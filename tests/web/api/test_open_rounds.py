"""Who is in the middle of rating a campaign learns nothing of it by any address of the API."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.evidence.records import VEO, panel, run
from tests.web.api.served import Served, furnish, serving
from videogen import store
from videogen.domain.event import Event
from videogen.domain.rating import PanelSession, Rater, RaterKind
from videogen.store import save

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RATES = "operator"  # whose role would show everything
SEES = "admin"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir = tmp_path_factory.mktemp("open")
    furnish(data_dir)
    with serving(data_dir) as found:
        rater = Rater(
            rater_id="r1", name=f"{RATES}@example.org", kind=RaterKind.HUMAN, created_at=NOW
        )
        session = PanelSession(
            session_id="s1", campaign_id="c1", rater_id="r1", round=1, seed=1, started_at=NOW
        )
        save(found.application.database, rater, session)
        yield found


def run_of(served: Served) -> dict[str, Any]:
    found: dict[str, Any] = served.of[SEES].get("/runs", params={"limit": 1}).json()["items"][0]
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/campaigns/c1",
        "/campaigns/c1/evidence",
        "/campaigns/c1/decision",
        "/campaigns/c1/ratings",
        "/campaigns/c1/report",
        "/runs?campaign=c1",
        "/runs/{run_id}",
        "/runs/{run_id}/clip",
        "/runs/{run_id}/events",
    ],
)
def test_an_open_round_shuts_what_would_tell_of_it(served: Served, path: str) -> None:
    address = path.format(run_id=run_of(served)["run_id"])

    refused = served.of[RATES].get(address)

    assert (refused.status_code, refused.json()["code"]) == (403, "round_open")
    assert "wan" not in refused.text


@pytest.mark.parametrize("action", ["start", "pause", "resume", "cancel"])
def test_nor_is_it_steered_by_who_rates_it(served: Served, action: str) -> None:
    refused = served.of[RATES].post(f"/campaigns/c1/{action}")

    assert (refused.status_code, refused.json()["code"]) == (403, "round_open")


def test_lists_leave_it_out_for_that_person_alone(served: Served) -> None:
    runs = {who: served.of[who].get("/runs").json()["items"] for who in (RATES, SEES)}
    campaigns = {who: served.of[who].get("/campaigns").json()["items"] for who in (RATES, SEES)}

    assert (runs[RATES], campaigns[RATES]) == ([], [])
    assert {run["campaign_id"] for run in runs[SEES]} == {"c1"}
    assert [one["campaign_id"] for one in campaigns[SEES]] == ["c1"]


def test_the_routers_reasons_are_made_of_results_and_wait_too(served: Served) -> None:
    refused = served.of[RATES].post("/route", json={"prompt": "A paper boat"})
    told = served.of[SEES].post("/route", json={"prompt": "A paper boat"})

    assert (refused.status_code, refused.json()["code"]) == (403, "round_open")
    assert told.status_code != 403


def test_whoever_has_seen_results_by_the_api_takes_no_rating_back(served: Served) -> None:
    database = served.application.database
    stakeholder = Rater(
        rater_id="r2", name="stakeholder@example.org", kind=RaterKind.HUMAN, created_at=NOW
    )
    for made in (*panel({"r2": 4}), *panel({"r2": 4}, VEO)):
        save(database, replace(made, ended_at=NOW) if isinstance(made, PanelSession) else made)
    save(database, stakeholder)

    assert served.of["stakeholder"].get("/campaigns/c1/decision").status_code == 200

    assert [one.rater_id for one in store.round_exits(database, "c1")] == ["r2"]


def test_where_the_rules_sent_a_run_is_told_without_why_while_somebody_rates(
    served: Served,
) -> None:
    route = {"reason": "routing.reason.quality", "facts": {"condition": "wan-1.3b", "mos": 4.2}}
    made = run("routed-1", campaign_id=None, owner=f"{RATES}@example.org", route=route)
    event = Event(event_id="e-routed", at=NOW, kind="run.queued", subject_id="routed-1", data={})
    save(served.application.database, made, event)

    rating, seeing = (
        [
            served.of[who].get("/runs/routed-1").json()["route"],
            served.of[who].get("/runs").json()["items"][-1]["route"],
            "quality" in served.of[who].get("/runs/routed-1/events").text,
        ]
        for who in (RATES, SEES)
    )

    assert rating == [{}, {}, False]
    assert seeing[0] == route
    assert seeing[2] is True
