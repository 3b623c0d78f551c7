"""What each role may do, and the one check that everything asks."""

from collections.abc import Iterable, Mapping

from videogen.domain.access import Permission, Person, Role
from videogen.errors import NotAllowedError

# A rater sees nothing that could tell a condition; whoever decides sees no rater's name; whoever
# runs the campaigns does not decide on them, nor on the thresholds and the money.
ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.RATER: frozenset({Permission.RATE}),
    Role.MAKER: frozenset({Permission.SEE_CLIPS, Permission.GENERATE}),
    Role.OPERATOR: frozenset(
        {
            Permission.SEE_RESULTS,
            Permission.SEE_CLIPS,
            Permission.SEE_RATERS,
            Permission.GENERATE,
            Permission.PLAN,
            Permission.OPERATE,
        }
    ),
    Role.STAKEHOLDER: frozenset({Permission.SEE_RESULTS, Permission.SEE_CLIPS, Permission.DECIDE}),
    Role.ADMIN: frozenset(Permission),
}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """All that any of the roles may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


def require_for_run(person: Person, owner: str) -> None:
    """Ending or repeating a run: one's own takes less than another's. Raises: NotAllowedError."""
    is_own = owner == person.name and person.may(Permission.GENERATE)
    require(person, Permission.GENERATE if is_own else Permission.OPERATE)


def require(person: Person, permission: Permission) -> None:
    """Raises: NotAllowedError: names the permission and the roles that have it."""
    if person.may(permission):
        return
    raise NotAllowedError(
        field="permission",
        value=permission.value,
        roles=", ".join(role.value for role in Role if permission in ROLE_PERMISSIONS[role]),
    )
