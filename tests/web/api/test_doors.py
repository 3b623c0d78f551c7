"""Every address of the app has its door in the table, and the table names no address in vain."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.routing import Mount, Route

from tests.web.api.served import Served, furnish, serving
from videogen.access import ROUTES
from videogen.domain.access import Permission, Role
from videogen.web.api import PREFIX
from videogen.web.api.app import guarded_routes
from videogen.web.api.door import Guarded
from videogen.web.late_api import LateApi
from videogen.web.routes import routes

BEHIND_A_DOOR = [route for route in guarded_routes() if not route.door().is_public]


def addresses() -> list[str]:
    """Of everything that the app serves besides Streamlit's own."""
    found = []
    for route in routes():
        if isinstance(route, Mount):
            assert (route.path, type(route.app)) == (PREFIX, LateApi)
            continue
        assert isinstance(route, Route)
        found += [f"{method} {route.path}" for method in (route.methods or ()) if method != "HEAD"]
    return found + [f"{one.method} {PREFIX}{one.path_format}" for one in guarded_routes()]


def named(route: Guarded) -> str:
    return f"{route.method} {route.path_format}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir = tmp_path_factory.mktemp("doors")
    furnish(data_dir)
    with serving(data_dir) as found:
        yield found


def asked(http: httpx.Client, route: Guarded, **sent: dict[str, str]) -> httpx.Response:
    path = route.path_format
    for name in route.param_convertors:
        path = path.replace(f"{{{name}}}", "none")
    return http.request(route.method, path, **sent)  # type: ignore[arg-type]


def test_every_address_stands_in_the_table_once_and_none_in_vain() -> None:
    found = addresses()

    assert len(found) == len(set(found))
    assert set(found) == set(ROUTES)


@pytest.mark.parametrize("route", BEHIND_A_DOOR, ids=named)
def test_nobody_gets_in_and_a_bad_token_is_no_token(served: Served, route: Guarded) -> None:
    basic = {"Authorization": "Basic Zm9vOmJhcg=="}
    bad = {"Authorization": "Bearer vgn_none"}

    answers = [asked(served.of["nobody"], route, headers=one) for one in ({}, bad, basic)]

    assert [one.status_code for one in answers] == [401] * 3
    assert {one.headers["www-authenticate"] for one in answers} == {"Bearer"}


def test_a_page_of_another_site_is_told_so_as_a_problem(served: Served) -> None:
    headers = {"Origin": "http://elsewhere.example", "Accept-Language": "th"}

    refused = served.of["admin"].post("/runs", json={}, headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (403, "origin_refused")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["content-language"] == "th"


@pytest.mark.parametrize("route", BEHIND_A_DOOR, ids=named)
def test_permission_of_each_role_decides_at_each_address(served: Served, route: Guarded) -> None:
    """Shut doors say 403 before anything of the request is looked at."""
    opens_for = route.door().opens_for
    shut = [role for role in Role if not opens_for & permissions(served, role)]

    answers = {role: asked(served.of[role.value], route) for role in shut}

    assert {one.status_code for one in answers.values()} <= {403}
    assert {one.json()["code"] for one in answers.values()} <= {"not_allowed"}
    assert Role.ADMIN not in shut


def permissions(served: Served, role: Role) -> frozenset[Permission]:
    told = served.of[role.value].get("/me").json()["permissions"]
    return frozenset(Permission(one) for one in told)
