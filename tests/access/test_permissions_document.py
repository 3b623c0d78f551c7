from pathlib import Path

from videogen.access import PAGES, ROLE_PERMISSIONS, ROUTES
from videogen.access.document import PERMISSIONS, permissions_document
from videogen.domain.access import Permission, Role

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"


def test_the_document_of_permissions_says_what_is_enforced() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == permissions_document(), "make docs"


def test_every_page_route_and_permission_has_a_line_in_the_document() -> None:
    told = permissions_document()

    lines = [*(f"| /{name} |" for name in PAGES), *(f"| `{name}` |" for name in ROUTES)]
    assert [line for line in lines if told.count(line) != 1] == []
    assert set(PERMISSIONS) == set(Permission)


def test_a_permission_that_keeps_two_roles_apart_is_given_to_one_of_them() -> None:
    rater, stakeholder = ROLE_PERMISSIONS[Role.RATER], ROLE_PERMISSIONS[Role.STAKEHOLDER]

    assert rater == {Permission.RATE}
    assert Permission.SEE_RATERS not in stakeholder
    assert Permission.DECIDE not in ROLE_PERMISSIONS[Role.OPERATOR]
