import pytest
from starlette.websockets import WebSocketDisconnect

from tests.web.conftest import Studio

OURS = "http://127.0.0.1:8501"


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501", "localhost"])
def test_this_machines_own_names_are_served(studio: Studio, host: str) -> None:
    reply = studio.http.get("/health", headers={"Host": host})

    assert reply.status_code == 200
    assert reply.json()["ok"] is True


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "user@localhost", "0.0.0.0:1"],
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(studio: Studio, host: str) -> None:
    reply = studio.http.get("/health", headers={"Host": host})

    assert reply.status_code == 403
    assert reply.json()["error"]["code"] == "host_refused"


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "http://127.0.0.1:9999", "http://localhost:8501", "null", "https://x"],
)
def test_a_page_of_another_origin_changes_nothing(studio: Studio, origin: str) -> None:
    reply = studio.http.post("/rate/any/undo", headers={"Origin": origin})

    assert reply.status_code == 403
    assert reply.json()["error"]["code"] == "origin_refused"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_method_that_changes_state_is_guarded(studio: Studio, method: str) -> None:
    reply = studio.http.request(method, "/anything", headers={"Origin": "http://evil.example"})

    assert reply.status_code == 403


def test_our_own_page_and_a_program_without_origin_come_through(studio: Studio) -> None:
    page = studio.http.post("/rate/nowhere/undo", headers={"Origin": OURS})
    program = studio.http.post("/rate/nowhere/undo")

    assert page.status_code == 404
    assert program.status_code == 404


def test_a_cross_site_request_without_origin_is_refused(studio: Studio) -> None:
    reply = studio.http.post("/rate/any/undo", headers={"Sec-Fetch-Site": "cross-site"})

    assert reply.status_code == 403


def test_a_foreign_page_makes_the_api_do_nothing_and_a_link_leads_there(studio: Studio) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}

    picture = studio.http.get("/api/v1/conditions", headers=foreign)
    link = studio.http.get("/api/v1/conditions", headers=foreign | {"Sec-Fetch-Mode": "navigate"})

    assert (picture.status_code, link.status_code) == (403, 200)


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/"])
def test_the_servers_own_figures_are_for_nobody(studio: Studio, path: str) -> None:
    reply = studio.http.get(path)

    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "address_unknown")


def test_a_foreign_page_gets_no_websocket(studio: Studio) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        studio.http.websocket_connect("/any", headers={"Origin": "http://evil.example"}),
    ):
        pass


def test_no_answer_lets_other_origins_read_it(studio: Studio) -> None:
    for path in ("/health", "/fonts/NotoSansThai.ttf", "/clips/forged"):
        reply = studio.http.get(path, headers={"Origin": "http://evil.example"})

        assert "access-control-allow-origin" not in reply.headers
