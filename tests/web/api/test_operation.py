"""Health, readiness, metrics, audit, prices and tokens, as programs ask for them."""

import shutil
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.evidence.records import WAN, run
from tests.web.api.served import Served, asking, serving
from videogen import store
from videogen.access import tokens
from videogen.domain.access import Permission
from videogen.domain.run import FailureClass, RunStatus
from videogen.web.api.health import MIN_FREE_BYTES

RUN = "/api/v1/runs/{run_id}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("operation")) as found:
        yield found


def measured(served: Served) -> dict[tuple[str, ...], float]:
    """By name and the labels' values, these in the order of their own."""
    answer = served.of["operator"].get("/metrics")
    families = text_string_to_metric_families(answer.text)
    return {
        (one.name, *sorted(one.labels.values())): one.value
        for family in families
        for one in family.samples
    }


def test_health_says_that_it_lives_and_needs_no_token(served: Served) -> None:
    answer = served.of["nobody"].get("/health")

    assert (answer.status_code, answer.json()["ok"]) == (200, True)


def test_it_is_ready_while_database_worker_and_disk_are(served: Served) -> None:
    answer = served.of["nobody"].get("/readiness")

    assert (answer.status_code, answer.json()["ok"]) == (200, True)


def test_it_is_not_ready_without_room_and_names_every_reason(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 as shutil's own
    full = usage(10**12, 10**12, MIN_FREE_BYTES - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    worker = served.application.worker
    worker._stopped.set()
    try:
        answer = served.of["nobody"].get("/readiness?lang=th")
    finally:
        worker._stopped.clear()

    told = answer.json()
    assert (answer.status_code, told["status"]) == (503, 503)
    assert [one["code"] for one in told["errors"]] == ["worker_gone", "disk_nearly_full"]
    assert "511 MiB" in told["errors"][1]["detail"]


def test_metrics_count_runs_money_bytes_and_requests(served: Served) -> None:
    failed = run(
        "m1", campaign_id=None, status=RunStatus.FAILED, failure_class=FailureClass.OUT_OF_VRAM
    )
    waiting = replace(failed, run_id="m2", status=RunStatus.QUEUED, failure_class=None)
    store.save(served.application.database, WAN, failed, waiting)
    served.application.upkeep.back_up("somsri")
    served.of["maker"].get("/runs/no-such-run")

    found = measured(served)

    assert found["videogen_runs", "comfy", "failed", "live", "out_of_vram"] == 1
    assert found["videogen_queue_length", "comfy"] == 1
    assert found["videogen_spend_usd", "", "cap", "month"] == 50
    assert found["videogen_paid_calls_stopped",] == 0
    assert found["videogen_backup_timestamp_seconds",] > 10**9
    assert found["process_resident_memory_bytes",] > 10**7
    assert found["videogen_database_bytes",] > 0
    assert found["videogen_http_requests_total", *sorted(("GET", RUN, "404"))] == 1
    assert found["videogen_http_request_seconds_count", *sorted(("GET", RUN))] == 1


def test_metrics_name_nobody_and_no_address_that_somebody_made_up(served: Served) -> None:
    served.of["nobody"].get("/no/such/address")
    served.of["nobody"].request("BREW", "/health")

    text = served.of["operator"].get("/metrics").text

    assert 'route="none"' in text
    assert [word for word in ("such/address", "BREW", "example.org", "vgn_") if word in text] == []


def test_a_new_tokens_text_is_told_once_and_works_within_its_scopes(served: Served) -> None:
    order = {"label": "nightly", "scopes": ["see_clips"], "days": 7}

    made = served.of["maker"].post("/tokens", json=order)

    token = made.json()
    with asking(served.url, token["token"]) as http:
        me = http.get("/me").json()
        refused = http.post("/tokens", json=order | {"scopes": ["generate"]})
    listed = served.of["maker"].get("/tokens")
    assert made.status_code == 201
    assert (me["name"], me["permissions"]) == ("maker@example.org", ["see_clips"])
    assert me["token_id"] == token["token_id"]
    assert (refused.status_code, refused.json()["value"]) == (403, "generate")
    assert token["token"] not in listed.text
    assert tokens.HASH not in made.text + listed.text


def test_a_revoked_token_opens_nothing_and_another_persons_is_not_found(served: Served) -> None:
    order = {"label": "nightly", "scopes": ["see_clips"]}
    made = served.of["maker"].post("/tokens", json=order).json()
    path = f"/tokens/{made['token_id']}"

    by_another = served.of["stakeholder"].delete(path)
    by_owner = served.of["maker"].delete(path)
    with asking(served.url, made["token"]) as http:
        after = http.get("/me")

    assert by_another.status_code == 404
    assert by_owner.json()["revoked_at"] is not None
    assert (after.status_code, after.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["fly"]}, "scopes.0"),
        ({"days": 0}, "days"),
        ({"days": 10**30}, "days"),
        ({"label": " "}, "label"),
        ({"label": "x" * 90}, "label"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_token_that_cannot_be_is_refused_by_its_field(
    served: Served, change: dict[str, object], field: str
) -> None:
    order = {"label": "nightly", "scopes": ["see_clips"], "days": 7}

    answer = served.of["maker"].post("/tokens", json=order | change)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_the_audit_log_is_paged_newest_first_and_filtered(served: Served) -> None:
    admin = served.of["admin"]
    for n in range(3):
        admin.post("/tokens", json={"label": f"audited {n}", "scopes": ["rate"]})

    first = admin.get("/audit", params={"kind": "token.issued", "limit": 2}).json()
    second = admin.get(
        "/audit", params={"kind": "token", "limit": 1, "after": first["next"]}
    ).json()

    labels = [one["data"]["label"] for one in first["items"] + second["items"]]
    assert labels == ["audited 2", "audited 1", "audited 0"]
    assert admin.get("/audit?after=nothing").status_code == 422
    assert served.of["operator"].get("/audit").status_code == 403


def test_prices_are_paged_each_with_its_day_and_source(served: Served) -> None:
    every = served.of["maker"].get("/prices", params={"limit": 200}).json()["items"]

    page = served.of["maker"].get("/prices", params={"limit": 5}).json()
    after = served.of["maker"].get("/prices", params={"limit": 5, "after": page["next"]}).json()

    assert page["items"] + after["items"] == every[:10]
    assert all(one["as_of"] and one["source"] for one in every)


def test_an_expired_token_opens_nothing(served: Served) -> None:
    people, now = served.application.people, datetime.now(UTC)
    person = people.by_claims({"email": "late@example.org", "roles": ["maker"]}, now)
    scopes, before = [Permission.SEE_CLIPS], now - timedelta(days=2)
    _, text = people.issue(person, label="old", scopes=scopes, days=1, now=before)

    with asking(served.url, text) as http:
        assert http.get("/me").status_code == 401
