"""Every route asked over real HTTP by nobody and by each role: it answers as the table says."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.routing import Mount, Route

from tests.web.api.served import Served, furnish, serving
from videogen.access import ROLE_PERMISSIONS, ROUTES, Door
from videogen.domain.access import Role
from videogen.web.api import PREFIX
from videogen.web.api.app import guarded_routes
from videogen.web.routes import routes

NOBODY = "nobody"
ASKERS = (NOBODY, *(role.value for role in Role))
# A field that nobody knows ends what would be done, behind the door.
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
REFUSALS = {401: "sign_in_required", 403: "not_allowed"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir = tmp_path_factory.mktemp("permissions")
    furnish(data_dir)
    with serving(data_dir) as found:
        yield found


def real_routes() -> list[str]:
    """What the app answers at, besides Streamlit's own."""
    own = [one for one in routes() if isinstance(one, Route)]
    assert {one.path for one in routes() if isinstance(one, Mount)} <= {PREFIX}
    found = [f"{method} {one.path}" for one in own for method in one.methods or ()]
    found += [f"{one.method} {PREFIX}{one.path_format}" for one in guarded_routes()]
    return sorted(one for one in found if not one.startswith("HEAD "))


def status_by_table(door: Door, asker: str) -> int | None:
    """None: the door is open, and what stands behind it answers."""
    if door.is_public:
        return None
    if asker == NOBODY:
        return 401
    return None if door.opens_for & ROLE_PERMISSIONS[Role(asker)] else 403


def refusal(served: Served, asker: str, route: str) -> int | None:
    """The status that a door refuses with; None: it was passed."""
    method, path = route.split(" ")
    for part in [one for one in path.split("/") if one.startswith("{")]:
        path = path.replace(part, "none")
    body = {"unheard_of": 1} if method in WRITING else None
    with served.of[asker].stream(method, f"{served.url}{path}", json=body) as answer:
        if answer.status_code not in REFUSALS:
            assert answer.status_code < 500, route
            return None
        told = httpx.Response(200, content=answer.read()).json()
        code = told.get("error", told)["code"]
    return answer.status_code if code == REFUSALS[answer.status_code] else None


@pytest.mark.parametrize("route", real_routes())
def test_permission_of_nobody_and_of_each_role_at_a_route(served: Served, route: str) -> None:
    door = ROUTES[route]

    found = {asker: refusal(served, asker, route) for asker in ASKERS}

    assert found == {asker: status_by_table(door, asker) for asker in ASKERS}
