"""Whatever is sent, the API answers with a problem that names the field, and never fails itself."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.clips.given_files import picture
from tests.web.api.served import Served, furnish, serving

BASE: dict[str, Any] = {"condition": "animatediff", "prompt": "a kite"}
PLAN: dict[str, Any] = {"name": "Kites", "candidates": ["wan-1.3b"], "n_prompts": 2}
JSON = {"Content-Type": "application/json", "Idempotency-Key": "k"}
HUGE = int("9" * 400)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir = tmp_path_factory.mktemp("refusals")
    furnish(data_dir)
    with serving(data_dir) as found:
        yield found


@pytest.fixture
def http(served: Served) -> httpx.Client:
    return served.of["admin"]


def problem(answer: httpx.Response) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json", told
    assert 400 <= answer.status_code < 500, told
    assert told["status"] == answer.status_code
    assert told["detail"]
    assert told["hint"]
    return told


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/runs", {**BASE, "seed": "1"}, "seed"),
        ("/runs", {**BASE, "seed": True}, "seed"),
        ("/runs", {**BASE, "seed": 1.5}, "seed"),
        ("/runs", {**BASE, "seed": -1}, "seed"),
        ("/runs", {**BASE, "seed": HUGE}, "seed"),
        ("/runs", {**BASE, "sed": 1}, "sed"),
        ("/runs", {"condition": "animatediff"}, "prompt"),
        ("/runs", {**BASE, "prompt": ""}, "prompt"),
        ("/runs", {**BASE, "prompt": "   "}, "prompt"),
        ("/runs", {**BASE, "prompt": 7}, "prompt"),
        ("/runs", {**BASE, "prompt": None}, "prompt"),
        ("/runs", {**BASE, "prompt": "a\x00b"}, "prompt"),
        ("/runs", {**BASE, "prompt": "a\x1b[2Jb"}, "prompt"),
        ("/runs", {**BASE, "prompt": "x" * 5000}, "prompt"),
        ("/runs", {**BASE, "condition": ["animatediff"]}, "condition"),
        ("/runs", {**BASE, "condition": "no such"}, "condition"),
        ("/runs", {**BASE, "inputs": {"image": 7}}, "inputs.image"),
        ("/runs", {**BASE, "inputs": ["image"]}, "inputs"),
        ("/runs", {**BASE, "settings": {"steps": {"a": [1]}}}, "settings.steps"),
        ("/runs", {**BASE, "needs": {"duration_s": "4"}}, "needs.duration_s"),
        ("/runs", {**BASE, "needs": {"purpose": "art"}}, "needs.purpose"),
        ("/runs", [BASE], "body"),
        ("/runs", "animatediff", "body"),
        ("/runs", None, "body"),
        ("/route", {"max_cost_usd": -1}, "max_cost_usd"),
        ("/route", {"quality_min": 6}, "quality_min"),
        ("/route", {"local_only": "yes"}, "local_only"),
        ("/estimate", {"condition": "animatediff", "settings": {"steps": HUGE}}, "steps"),
        ("/campaigns", {**PLAN, "candidates": []}, "candidates"),
        ("/campaigns", {**PLAN, "candidates": ["wan-1.3b", "wan-1.3b"]}, "candidates"),
        ("/campaigns", {**PLAN, "seeds": [1, 1]}, "seeds"),
        ("/campaigns", {**PLAN, "seeds": ["1"]}, "seeds.0"),
        ("/campaigns", {**PLAN, "rated_seeds": [9]}, "rated_seeds"),
        ("/campaigns", {**PLAN, "cap_usd": -1}, "cap_usd"),
        ("/campaigns", {**PLAN, "cap_usd": 1e300}, "cap_usd"),
        ("/campaigns", {**PLAN, "suite": "no such"}, "suite"),
        ("/campaigns", {**PLAN, "n_prompts": 0}, "n_prompts"),
        ("/campaigns", {**PLAN, "inputs": {"image": {"*": "00"}}}, "image"),
    ],
)
def test_a_wrong_field_is_named(http: httpx.Client, path: str, body: object, field: str) -> None:
    answer = http.post(path, content=json.dumps(body), headers=JSON)

    told = problem(answer)
    assert (answer.status_code, told["field"]) == (422, field)
    assert told["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"condition": "animatediff", "prompt": "x", "seed": NaN}', 422),
        (b'{"condition": "animatediff", "prompt": "x", "seed": 1e999}', 422),
        (b'{"condition": "animatediff", "prompt": "\\ud800"}', 422),
        (b'{"condition": "animatediff", "prompt": "\xff\xfe"}', 422),
        (b'{"prompt": "x", "prompt": "y"}', 422),
        (b'{"seed": ' + b"9" * 5000 + b"}", 422),
        (b"[" * 100_000, 422),
        (b'{"needs": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}", 422),
        (b"{", 422),
        (b"", 422),
        (b'{"prompt": "' + b"x" * 2**20 + b'"}', 413),
    ],
)
def test_what_is_no_sound_json_is_refused(http: httpx.Client, content: bytes, status: int) -> None:
    answer = http.post("/runs", content=content, headers=JSON)

    assert problem(answer)["status"] == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_a_body_of_another_kind_is_refused(http: httpx.Client, kind: str) -> None:
    headers = {**JSON, "Content-Type": kind}

    answer = http.post("/runs", content=json.dumps(BASE), headers=headers)

    assert (problem(answer)["code"], answer.status_code) == ("media_type", 415)


@pytest.mark.parametrize("key", [None, "", "x" * 201, "two words"])
def test_a_key_is_visible_ascii_or_the_request_is_refused(
    http: httpx.Client, key: str | None
) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}

    answer = http.post("/runs", json=BASE, headers=headers)

    assert problem(answer)["field"] == "Idempotency-Key"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/runs?statsu=failed", "statsu"),
        ("/runs?status=done", "status"),
        ("/runs?limit=0", "limit"),
        ("/runs?limit=201", "limit"),
        ("/runs?limit=" + "9" * 5000, "limit"),
        ("/runs?after=nobody", "run_id"),
        ("/runs?campaign=nobody", "campaign_id"),
        ("/runs?condition=nobody", "condition"),
        ("/conditions?after=nobody", "after"),
        ("/runs/%00", "run_id"),
        ("/runs/" + "x" * 101, "run_id"),
        ("/runs/..%2f..%2fetc", "path"),
        ("/campaigns/%F0%9F%AA%81", "campaign_id"),
        ("/conditions/nobody", "name"),
    ],
)
def test_an_address_that_leads_nowhere_is_named(http: httpx.Client, path: str, field: str) -> None:
    answer = http.get(path)

    assert answer.status_code in (404, 422)
    assert problem(answer)["field"] == field


def test_several_wrong_fields_are_told_at_once(http: httpx.Client) -> None:
    body = {"condition": 7, "prompt": "x", "seed": -1, "sed": 1}

    told = problem(http.post("/runs", json=body, headers=JSON))

    assert [error["field"] for error in told["errors"]] == ["condition", "seed", "sed"]


def test_problems_speak_the_readers_language(http: httpx.Client) -> None:
    by_header = http.get("/runs/none", headers={"Accept-Language": "th-TH, en;q=0.5"})
    by_address = http.get("/runs/none?lang=th", headers={"Accept-Language": "en"})
    english = http.get("/runs/none")

    assert problem(by_header)["detail"] == problem(by_address)["detail"]
    assert by_header.headers["content-language"] == "th"
    assert problem(english)["detail"] != problem(by_header)["detail"]


def test_head_tells_what_get_would_and_options_what_there_is(http: httpx.Client) -> None:
    got, head = http.get("/runs"), http.head("/runs")
    options, refused = http.request("OPTIONS", "/runs"), http.delete("/runs")
    endless = http.head("/events")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]
    assert (endless.status_code, endless.content) == (200, b"")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert problem(refused)["code"] == "method_refused"
    assert problem(http.get("/nowhere"))["code"] == "address_unknown"
    assert problem(http.get("/runs/"))["status"] == 404


def test_a_file_is_known_by_its_bytes_and_not_kept_when_it_is_none(
    served: Served, http: httpx.Client
) -> None:
    empty = http.post("/inputs", content=b"")
    script = http.post("/inputs?name=../../boat.png", content=b"#!/bin/sh\nrm -rf /\n")
    wrong = http.post("/inputs?kind=melody", content=b"x")

    assert problem(empty)["field"] == "body"
    assert problem(script)["status"] == 422
    assert problem(wrong)["field"] == "kind"
    assert list(served.application.inputs_folder.iterdir()) == []


def test_a_picture_is_kept_once_and_named_by_its_content(
    served: Served, http: httpx.Client
) -> None:
    content = picture()

    kept = [http.post("/inputs?name=../boat.png&kind=image", content=content) for _ in range(2)]

    told = kept[0].json()
    assert [one.status_code for one in kept] == [201, 201]
    assert kept[1].json() == told
    assert told["input_id"] == hashlib.sha256(content).hexdigest()
    assert (told["name"], told["kind"], told["added_by"]) == (
        "boat.png",
        "image",
        "admin@example.org",
    )
    assert (served.application.inputs_folder / told["file"]).read_bytes() == content


def test_an_order_that_nothing_attached_can_make_is_refused(http: httpx.Client) -> None:
    told = problem(http.post("/runs", json=BASE, headers=JSON))

    assert (told["field"], told["value"]) == ("condition", "animatediff")
