"""Replicate's side of the sandbox, against what was recorded from Replicate's own client."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.running import running_sandbox

FILE = Path(__file__).parent / "recorded" / "replicate" / "client.json"
RECORDED = json.loads(FILE.read_text())
REQUEST = RECORDED["request"]
NO_FAILURES = {"kind": "no_failures"}


@pytest.fixture(scope="module")
def server() -> Iterator[httpx.Client]:
    ports = ("--replicate-port", "0", "--time-scale", "600")
    with (
        running_sandbox(*ports, "--no-failures") as sandbox,
        httpx.Client(
            base_url=sandbox.first_line["replicate_url"], headers=REQUEST["headers"], timeout=20
        ) as http,
    ):
        yield http


def _created(server: httpx.Client, **values: Any) -> httpx.Response:
    body = {**REQUEST["body"], "input": {"prompt": "ok", **values}}
    return server.post(REQUEST["path"], json=body)


def _ended(server: httpx.Client, prediction: dict[str, Any]) -> dict[str, Any]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        seen: dict[str, Any] = server.get(prediction["urls"]["get"]).json()
        if seen["status"] not in ("starting", "processing"):
            return seen
        time.sleep(0.02)
    raise TimeoutError(prediction["id"])


def test_a_recorded_start_is_answered_with_a_prediction_of_that_shape(server: httpx.Client) -> None:
    server.post("/_sandbox/faults", json=[{"kind": "bad_video"}])

    answer = server.post(REQUEST["path"], json=REQUEST["body"])
    prediction = answer.json()
    ended = _ended(server, prediction)

    assert answer.status_code == 201
    assert set(RECORDED["created"]) <= set(prediction)
    assert (prediction["status"], prediction["output"]) == ("starting", None)
    assert (prediction["version"], prediction["logs"], prediction["error"]) == ("hidden", "", None)
    assert prediction["urls"]["get"].startswith(str(server.base_url))
    assert ended["status"] == "succeeded"
    assert list(ended["metrics"]) == RECORDED["metrics"]
    assert ended["created_at"] < ended["started_at"] < ended["completed_at"]
    assert httpx.get(ended["output"]).status_code == 200


def test_an_answer_may_be_held_back_until_the_clip_is_made(server: httpx.Client) -> None:
    server.post("/_sandbox/faults", json=[{"kind": "bad_video"}])
    path, body = REQUEST["path"], REQUEST["body"]

    at_once = server.post(path, json=body, headers={"Prefer": "respond-async"}).json()
    waited = server.post(path, json=body, headers={"Prefer": "wait=20"}).json()

    assert at_once["status"] in ("starting", "processing")
    assert (waited["status"], waited["output"] is None) == ("succeeded", False)


def test_a_clip_is_delivered_to_whoever_knows_its_address_and_no_token_belongs_there(
    server: httpx.Client,
) -> None:
    server.post("/_sandbox/faults", json=[{"kind": "bad_video"}])
    ended = _ended(server, _created(server).json())

    assert server.get(ended["output"]).status_code == 400  # this client sends its token along
    assert httpx.get(ended["output"]).headers["content-type"] == "video/mp4"
    assert httpx.get(ended["output"].replace("/xezq/", "/xezq/0")).status_code == 404


@pytest.mark.parametrize("problem", RECORDED["refusals"], ids=lambda row: row["status"])
def test_a_refusal_has_the_recorded_words(server: httpx.Client, problem: dict[str, Any]) -> None:
    status = problem["status"]
    server.post("/_sandbox/faults", json=[{"kind": "http_status", "status": status, "times": 1}])
    if status == 401:
        answer = httpx.post(server.base_url.join(REQUEST["path"]), json=REQUEST["body"])
    elif status == 422:
        server.post("/_sandbox/faults", json=[])
        answer = _created(server, num_frames=120)
    else:
        answer = _created(server)

    told = answer.json()
    assert answer.status_code == status
    assert {name: told[name] for name in problem} == problem


def test_every_wrong_field_is_named_at_once(server: httpx.Client) -> None:
    server.post("/_sandbox/faults", json=[])

    answer = _created(server, num_frames=12, fast_mode="Faster", aspect_ratio="4:3", seed="one")

    fields = {row["field"]: row["description"] for row in answer.json()["invalid_fields"]}
    assert fields == {
        "input.num_frames": "Must be >= 81",
        "input.fast_mode": "Must be one of: Off, Balanced, Fast",
        "input.aspect_ratio": "Must be one of: 16:9, 9:16",
        "input.seed": "Invalid type. Expected: integer",
    }
    assert server.post(REQUEST["path"], json={"input": {}}).status_code == 422
    assert server.post("/v1/predictions", json={"input": {"prompt": "a"}}).status_code == 422


def test_an_unknown_model_prediction_or_file_is_not_found(server: httpx.Client) -> None:
    body = REQUEST["body"]

    assert server.post("/v1/models/nobody/nothing/predictions", json=body).status_code == 404
    assert server.post("/v1/models/google/veo-3.1/predictions", json=body).status_code == 404
    assert server.get("/v1/predictions/none").status_code == 404
    assert server.get("/v1/files/none").status_code == 404


def test_the_first_clip_of_a_model_pays_its_cold_start(server: httpx.Client) -> None:
    server.post("/_sandbox/faults", json=[{"kind": "bad_video"}])
    path = "/v1/models/wavespeedai/wan-2.1-t2v-720p/predictions"

    cold, warm = (_ended(server, server.post(path, json=REQUEST["body"]).json()) for _ in "12")

    started = {one["id"]: one["started_at"] > one["created_at"] for one in (cold, warm)}
    assert started == {cold["id"]: True, warm["id"]: False}


def test_the_log_lists_its_submits_with_their_bills(server: httpx.Client) -> None:
    server.post("/_sandbox/faults", json=[{"kind": "aborted", "match": {"prompt_contains": "b"}}])
    ids = [_ended(server, _created(server, prompt=word).json())["id"] for word in ("a", "b")]

    logged = {row["id"]: row for row in server.get("/_sandbox/log").json()["submits"]}

    assert [logged[one]["kind"] for one in ids] == ["replicate", "replicate"]
    assert [logged[one]["billed_usd"] for one in ids] == [pytest.approx(0.455625), 0.0]
