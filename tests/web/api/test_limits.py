"""One person may send so much in a while, and learns when to go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from videogen import bootstrap
from videogen.settings import Settings
from videogen.web.api.app import api
from videogen.web.api.limits import MAX_BUCKETS, RateLimit, TooManyRequestsError


class Clock:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def test_a_bucket_empties_and_fills_again_for_each_asker_alone() -> None:
    clock = Clock()
    limit = RateLimit(burst=2, per_s=0.5, now_s=clock)

    left = [limit.take("ann"), limit.take("ann"), limit.take("ben")]
    with pytest.raises(TooManyRequestsError) as refused:
        limit.take("ann")
    clock.s += 2

    assert left == [1, 0, 1]
    assert refused.value.facts["retry_after_s"] == 2
    assert limit.take("ann") == 0


def test_ten_thousand_askers_who_went_are_forgotten() -> None:
    clock = Clock()
    limit = RateLimit(burst=1, per_s=1.0, now_s=clock)
    for number in range(MAX_BUCKETS):
        limit.take(str(number))
    clock.s += 10

    limit.take("one more")

    assert len(limit._buckets) == 1


@pytest.fixture
def http(tmp_path: Path) -> Iterator[TestClient]:
    bootstrap.start(Settings(data_dir=tmp_path / "data", comfy_urls=()))
    app = api(rate=RateLimit(burst=2, per_s=0.001))
    try:
        yield TestClient(Starlette(routes=[Mount("/api/v1", app)]))
    finally:
        bootstrap.stop()


def test_who_sends_too_much_is_told_when_to_go_on(http: TestClient) -> None:
    answers = [http.get("/api/v1/runs") for _ in range(3)]
    stranger = http.get("/api/v1/health")

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert [one.headers.get("ratelimit") for one in answers[:2]] == ['"person";r=1', '"person";r=0']
    assert answers[2].json()["code"] == "too_many_requests"
    assert answers[2].headers["retry-after"] == "1000"
    assert stranger.status_code == 200


def test_without_an_application_the_api_says_that_it_is_not_ready() -> None:
    app = Starlette(routes=[Mount("/api/v1", api())])

    answer = TestClient(app).get("/api/v1/runs")

    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
