"""What each role may do, and that a door that nobody wrote down stays shut."""

import pytest

from videogen.access import PAGES, ROUTES, page_door, permissions_of, require, route_door
from videogen.domain.access import Permission, Person, Role
from videogen.errors import NotAllowedError


def person(*roles: Role) -> Person:
    return Person(
        name="somchai",
        roles=frozenset(roles),
        permissions=permissions_of(roles),
        is_signed_in=True,
    )


def test_an_administrator_may_do_everything() -> None:
    assert permissions_of([Role.ADMIN]) == frozenset(Permission)


def test_nobody_without_a_role_may_do_anything() -> None:
    assert permissions_of([]) == frozenset()


def test_two_roles_may_what_either_may() -> None:
    both = permissions_of([Role.RATER, Role.STAKEHOLDER])

    assert both == permissions_of([Role.RATER]) | permissions_of([Role.STAKEHOLDER])


def test_a_rater_may_rate_and_nothing_else() -> None:
    assert permissions_of([Role.RATER]) == {Permission.RATE}


def test_a_stakeholder_never_sees_raters() -> None:
    assert Permission.SEE_RATERS not in permissions_of([Role.STAKEHOLDER])


def test_a_refusal_names_what_was_asked_and_who_may() -> None:
    with pytest.raises(NotAllowedError) as refused:
        require(person(Role.RATER), Permission.GENERATE)

    assert refused.value.value == "generate"
    assert refused.value.facts["roles"] == "maker, operator, admin"


def test_a_door_that_nobody_wrote_down_stays_shut_even_for_an_administrator() -> None:
    admin = person(Role.ADMIN)

    assert not page_door("secrets").is_open_to(admin)
    assert not route_door("DELETE", "/api/v1/runs").is_open_to(admin)


def test_every_door_opens_for_an_administrator() -> None:
    admin = person(Role.ADMIN)

    assert all(door.is_open_to(admin) for door in (*PAGES.values(), *ROUTES.values()))


def test_head_goes_through_the_door_of_get() -> None:
    assert route_door("HEAD", "/clips/{token}") is route_door("GET", "/clips/{token}")
