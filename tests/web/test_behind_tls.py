"""The app behind a proxy that ends TLS: its names, its origin, its cookies."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from videogen import bootstrap
from videogen.settings import Settings
from videogen.web.routes import middleware

PUBLIC = "https://videogen.example.org"
HOST = {"Host": "videogen.example.org"}


def _answer(request: Request) -> Response:
    reply = Response("done")
    reply.set_cookie("_streamlit_user", "signed", httponly=True)
    reply.set_cookie("other", "1", secure=True)
    return reply


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starlette]:
    bootstrap.start(
        Settings(
            data_dir=tmp_path_factory.mktemp("data"),
            comfy_urls=(),
            listen="0.0.0.0",
            public_url=PUBLIC,
            oidc_metadata_url="https://id.example.org/.well-known/openid-configuration",
        )
    )
    yield Starlette(routes=[Route("/x", _answer, methods=["GET", "POST"])], middleware=middleware())
    bootstrap.stop()


def visit(served: Starlette, *, scheme: str = "http", client: str = "10.0.0.9") -> TestClient:
    return TestClient(served, base_url=f"{scheme}://127.0.0.1:8501", client=(client, 50000))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_our_own_page_may_change_things_whether_the_proxy_says_https_or_not(
    served: Starlette, scheme: str
) -> None:
    http = visit(served, scheme=scheme)

    assert http.post("/x", headers=HOST | {"Origin": PUBLIC}).status_code == 200
    assert http.post("/x", headers=HOST).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://videogen.example.org:8443", "null", "https://example.org"],
)
def test_another_page_may_not(served: Starlette, origin: str) -> None:
    reply = visit(served).post("/x", headers=HOST | {"Origin": origin})

    assert reply.status_code == 403
    assert reply.json()["error"]["code"] == "origin_refused"


def test_our_public_page_does_not_speak_for_another_name_of_this_server(served: Starlette) -> None:
    reply = visit(served).post("/x", headers={"Host": "127.0.0.1:8501", "Origin": PUBLIC})

    assert reply.status_code == 403


def test_a_health_check_by_loopback_comes_through_and_a_strangers_name_does_not(
    served: Starlette,
) -> None:
    http = visit(served)

    assert http.get("/x", headers={"Host": "127.0.0.1:8501"}).status_code == 200
    assert http.get("/x", headers={"Host": "10.0.0.5"}).status_code == 403


def test_every_cookie_travels_by_tls_alone(served: Starlette) -> None:
    cookies = visit(served).get("/x", headers=HOST).headers.get_list("set-cookie")

    assert [one.count("Secure") for one in cookies] == [1, 1]


def test_without_sign_in_another_machine_gets_nothing_whatever_it_calls_us(
    tmp_path: Path, served: Starlette
) -> None:
    bootstrap.stop()
    bootstrap.start(Settings(data_dir=tmp_path, comfy_urls=()))

    stranger = visit(served).get("/x", headers={"Host": "127.0.0.1:8501"})
    here = visit(served, client="127.0.0.1").get("/x", headers={"Host": "127.0.0.1:8501"})

    assert stranger.status_code == 403
    assert stranger.json()["error"]["code"] == "stranger_refused"
    assert here.status_code == 200
    assert not any("Secure" in one for one in here.headers.get_list("set-cookie")[:1])
