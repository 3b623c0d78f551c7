"""docs/api.md is what the routes are."""

from tests.architecture.sources import ROOT
from videogen.access import ROUTES
from videogen.web.api import PREFIX
from videogen.web.api.app import guarded_routes
from videogen.web.api.reference import reference_document


def test_the_page_is_generated_from_the_routes() -> None:
    written = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")

    assert written == reference_document(), "run `make docs`"


def test_every_door_of_the_api_has_its_route_and_every_route_its_door() -> None:
    doors = {one for one in ROUTES if f" {PREFIX}/" in one}

    assert {f"{one.method} {PREFIX}{one.path_format}" for one in guarded_routes()} == doors
