"""Runs and campaigns asked for through the API are made, once, by the sandbox behind a real app."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.sandbox_servers import play_faults, submits
from tests.soak.told_live import LiveVertex
from tests.web.api.aside import run_aside
from tests.web.api.served import Served, furnish, serving, token_of
from videogen import store
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.access import Role
from videogen.domain.condition import BackendKind
from videogen.domain.money import CapScope
from videogen.domain.run import FailureClass, RunStatus
from videogen.runs.caps import set_cap
from videogen.runs.context import utc_now

ENDED = {status.value for status in RunStatus if status.is_final}
PATIENCE_S = 30.0
N_AT_ONCE = 200
KEY = "Idempotency-Key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    served: Served
    sandbox: SandboxProcess


@pytest.fixture(scope="module")
def workshop(
    tmp_path_factory: pytest.TempPathFactory, shared_servers: SandboxProcess
) -> Iterator[Workshop]:
    play_faults(shared_servers, [])
    folder = tmp_path_factory.mktemp("workshop")
    furnish(folder / "data")
    with serving(folder / "data") as served:
        for backend in shared_servers.backends():
            served.application.worker.attach(backend)
        _wait_until(served.application.worker.statuses)
        yield Workshop(served=served, sandbox=shared_servers)


def _wait_until(found: Any) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while not (answer := found()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
    return answer


def order(http: httpx.Client, key: str, **changes: Any) -> httpx.Response:
    body = {"condition": "animatediff", "prompt": f"a kite over a bay, {key}", **changes}
    return http.post("/runs", json=body, headers={KEY: key.replace(" ", "-")})


def ended(http: httpx.Client, run_id: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        run: dict[str, Any] = http.get(f"/runs/{run_id}").json()
        return run if run["status"] in ENDED else None

    told: dict[str, Any] = _wait_until(look)
    return told


def test_a_run_that_is_asked_for_is_made_and_its_clip_is_served_in_parts(
    workshop: Workshop,
) -> None:
    http = workshop.served.of["maker"]

    made = order(http, "first", seed=7, settings={"steps": 4})
    run = ended(http, made.json()["run_id"])
    whole = http.get(f"/runs/{run['run_id']}/clip")
    part = http.get(f"/runs/{run['run_id']}/clip", headers={"Range": "bytes=4-7"})

    assert (made.status_code, made.json()["status"]) == (201, "queued")
    assert (run["status"], run["seed"], run["origin"]) == ("succeeded", 7, "sandbox")
    assert run["owner"] == "maker@example.org"
    assert [attempt["ordinal"] for attempt in run["attempts"]] == [1]
    assert run["clip"]["clip_id"] == run["clip_id"]
    assert {"run.queued", "run.succeeded"} <= {event["kind"] for event in run["events"]}
    assert (whole.headers["content-type"], whole.content[4:8]) == ("video/mp4", b"ftyp")
    assert (part.status_code, part.content) == (206, b"ftyp")


async def _all_at_once(url: str, token: str, body: dict[str, Any]) -> Sequence[httpx.Response]:
    limits = httpx.Limits(max_connections=N_AT_ONCE)
    headers = {"Authorization": f"Bearer {token}", KEY: "one-for-all"}
    async with httpx.AsyncClient(
        base_url=f"{url}/api/v1", headers=headers, limits=limits, timeout=PATIENCE_S
    ) as http:
        return await asyncio.gather(*(http.post("/runs", json=body) for _ in range(N_AT_ONCE)))


def test_two_hundred_requests_at_once_with_one_key_make_one_run(workshop: Workshop) -> None:
    served = workshop.served
    token = token_of(served.application, Role.MAKER, "crowd@example.org")
    body = {"condition": "animatediff", "prompt": "one boat, asked for two hundred times"}

    answers = run_aside(_all_at_once(served.url, token, body))

    runs = store.find_runs(served.application.database, owner="crowd@example.org")
    assert [run.run_id for run in runs] == list({one.json()["run_id"] for one in answers})
    assert sorted(one.status_code for one in answers) == [200] * (N_AT_ONCE - 1) + [201]
    replayed = [one for one in answers if one.headers.get("Idempotent-Replayed") == "true"]
    assert len(replayed) == N_AT_ONCE - 1
    assert len({one.content for one in answers}) == 1


def test_a_key_stands_for_one_request_of_one_person(workshop: Workshop) -> None:
    maker, operator = workshop.served.of["maker"], workshop.served.of["operator"]
    first = order(maker, "mine", seed=1)

    other = order(maker, "mine", seed=2)
    somebody_elses = order(operator, "mine", seed=2)

    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert other.json()["field"] == KEY
    assert somebody_elses.status_code == 201
    assert somebody_elses.json()["run_id"] != first.json()["run_id"]


def test_what_was_refused_leaves_its_key_free(workshop: Workshop) -> None:
    maker = workshop.served.of["maker"]
    refused = order(maker, "mistyped", condition="wan-9.9b")

    mended = order(maker, "mistyped")

    assert (refused.status_code, refused.json()["field"]) == (422, "condition")
    assert mended.status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"settings": {"steps": "many"}}, "steps"),
        ({"settings": {"colour": 3}}, "colour"),
        ({"settings": {"width_px": -8}}, "width_px"),
        ({"inputs": {"image": "0" * 64}}, "input_id"),
        ({"needs": {"purpose": "t2v"}}, "needs"),
        ({"condition": "veo-3.1-fast", "settings": {"steps": 4}}, "set"),
    ],
)
def test_what_the_workflow_does_not_take_is_named(
    workshop: Workshop, changes: dict[str, Any], field: str
) -> None:
    answer = order(workshop.served.of["maker"], f"refused {field}", **changes)

    assert answer.status_code in (404, 422)
    assert answer.json()["field"] == field
    assert answer.json()["hint"]


def test_a_run_with_needs_is_kept_with_what_the_rules_were_asked(workshop: Workshop) -> None:
    http, needs = workshop.served.of["maker"], {"local_only": True, "min_height_px": 400}

    routed = http.post("/route", json=needs).json()
    made = order(http, "by the rules", condition="hybrid", needs=needs).json()
    http.post(f"/runs/{made['run_id']}/cancel")

    assert routed["chosen"] == routed["ranked"][0]["condition"]
    assert {one["condition"] for one in routed["rejected"]} >= {"veo-3.1", "veo-3.1-fast"}
    assert made["condition_id"].startswith("hybrid@")
    assert made["needs"] == {"purpose": "t2v", **needs}


def test_only_its_owner_or_who_runs_the_place_ends_or_repeats_a_run(workshop: Workshop) -> None:
    operator, maker = workshop.served.of["operator"], workshop.served.of["maker"]
    foreign, own = (order(one, "whose").json()["run_id"] for one in (operator, maker))

    refused = maker.post(f"/runs/{foreign}/cancel")
    allowed = [one.post(f"/runs/{own}/cancel") for one in (maker, operator)]
    run = ended(maker, own)
    again = [operator.post(f"/runs/{own}/requeue", headers={KEY: "again"}) for _ in range(2)]
    twice = operator.post(f"/runs/{own}/requeue", headers={KEY: "and-again"})
    for one in (foreign, again[0].json()["run_id"]):
        operator.post(f"/runs/{one}/cancel")

    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert [one.status_code for one in allowed] == [200, 200]
    assert run["cancel_requested"]
    assert [one.status_code for one in again] == [201, 200]
    assert again[0].json()["requeued_from"] == own
    assert again[1].json()["run_id"] == again[0].json()["run_id"]
    assert (twice.status_code, twice.json()["field"]) == (422, "run_id")


def test_pages_show_every_run_once_newest_first(workshop: Workshop) -> None:
    http = workshop.served.of["operator"]

    seen, after = [], None
    while True:
        page = http.get("/runs", params={"limit": 33} | ({"after": after} if after else {})).json()
        seen += page["items"]
        after = page["next"]
        if after is None:
            break

    every = store.find_runs(workshop.served.application.database, limit=10_000)
    assert [run["run_id"] for run in seen] == [run.run_id for run in every]
    assert [run["queued_at"] for run in seen] == sorted(
        (run["queued_at"] for run in seen), reverse=True
    )
    filters: dict[str, str | int] = {
        "campaign": "c1",
        "status": "succeeded",
        "condition": "wan-1.3b",
        "limit": 5,
    }
    found = http.get("/runs", params=filters).json()
    assert {run["campaign_id"] for run in found["items"]} == {"c1"}
    assert {run["condition_id"].split("@")[0] for run in found["items"]} == {"wan-1.3b"}


def test_a_campaign_is_planned_once_started_held_and_ended(workshop: Workshop) -> None:
    http = workshop.served.of["operator"]
    plan = {"name": "Kites", "candidates": ["wan-1.3b"], "n_prompts": 2, "cap_usd": 2.5}

    tried = http.post("/campaigns", json={**plan, "dry_run": True}, headers={KEY: "kites"})
    made = [http.post("/campaigns", json=plan, headers={KEY: "kites"}) for _ in range(2)]
    where = f"/campaigns/{made[0].json()['campaign_id']}"
    early = http.post(f"{where}/pause")
    started = [http.post(f"{where}/start").json() for _ in range(2)]
    held = http.post(f"{where}/pause").json()
    let_go = http.post(f"{where}/resume").json()
    rest = http.post(f"{where}/cancel").json()
    shown = http.get(where).json()

    assert (tried.status_code, tried.json()["forecast"]["n_runs"]) == (200, 2)
    assert [one.status_code for one in made] == [201, 200]
    assert made[0].json()["cap_usd"] == 2.5
    assert made[0].json()["owner"] == "operator@example.org"
    assert (early.status_code, early.json()["field"]) == (422, "campaign_id")
    assert [one["n_queued"] for one in started] == [2, 0]
    assert held["paused_at"] is not None
    assert let_go["paused_at"] is None
    assert {run["campaign_id"] for run in rest["runs"]} <= {shown["campaign_id"]}
    assert sum(shown["conditions"]["wan-1.3b"].values()) == shown["n_runs"] == 2
    assert "campaign.started" in {event["kind"] for event in shown["events"]}


def test_conditions_tell_who_would_take_them_and_what_a_run_would_need(workshop: Workshop) -> None:
    http = workshop.served.of["maker"]

    listed = http.get("/conditions", params={"limit": 5}).json()
    following = http.get("/conditions", params={"limit": 5, "after": listed["next"]}).json()
    one = http.get("/conditions/wan-1.3b").json()
    need = http.post("/estimate", json={"condition": "wan-1.3b", "settings": {"steps": 9}}).json()

    names = [row["name"] for row in (*listed["items"], *following["items"])]
    assert names == [row.name for row in workshop.served.application.conditions][:10]
    assert (one["location"], one["able_origin"], one["is_retired"]) == ("local", "sandbox", False)
    assert need["condition_id"] != one["condition_id"]
    assert need["wall_time_low_s"] > 0


def test_a_paid_run_stops_at_the_months_cap_before_anything_leaves(workshop: Workshop) -> None:
    application, sandbox = workshop.served.application, workshop.sandbox
    for backend in application.worker.backends():
        if backend.kind is BackendKind.VERTEX:
            application.worker.detach(backend.name)
    set_cap(
        application.database,
        CapScope.MONTH,
        None,
        Decimal("0.05"),
        usual_cap_usd=application.settings.monthly_cap_usd,
        who="boss",
        why="a test",
        now=utc_now(),
    )
    application.worker.attach(LiveVertex(base_url=sandbox.google_url))
    http = workshop.served.of["maker"]
    _wait_until(lambda: http.get("/conditions/veo-3.1-fast").json()["able_origin"] == "live")

    run = ended(http, order(http, "dear", condition="veo-3.1-fast").json()["run_id"])

    assert (run["status"], run["failure_class"]) == ("failed", FailureClass.BUDGET.value)
    assert not run["cost_usd"]
    assert not [one for one in submits(sandbox) if "dear" in (one["prompt"] or "")]
