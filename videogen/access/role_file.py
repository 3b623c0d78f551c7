"""`access.toml`: who has which role, by name or by what the sign-in provider says of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from videogen.access.names import account_key
from videogen.domain.access import Role
from videogen.errors import InvalidInputError

SECTIONS = ("people", "claims")
ROLES = ", ".join(role.value for role in Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleFile:
    """`people`: name by `account_key` -> roles. `claims`: a word of the provider -> roles."""

    people: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    claims: Mapping[str, frozenset[Role]] = field(default_factory=dict)

    def roles_of(self, name: str, claimed: tuple[str, ...]) -> frozenset[Role]:
        """A person whom the file names has those roles alone; else what the claims give.

        A claim that the file does not translate counts where it is a role's own name, as long as
        the file translates none.
        """
        named = self.roles_by_name(name)
        if named is not None:
            return named
        if self.claims:
            found = [self.claims[value] for value in claimed if value in self.claims]
            return frozenset().union(*found)
        return frozenset(Role(value) for value in claimed if value in set(Role))

    def roles_by_name(self, name: str) -> frozenset[Role] | None:
        """None: the file does not name this person."""
        return self.people.get(account_key(name))


def load_role_file(path: Path) -> RoleFile:
    """An absent file names nobody.

    Raises: InvalidInputError: names the file, the entry and what it may be.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return RoleFile()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInputError("role_file", field=path.name, detail=error) from None
    unknown = set(content) - set(SECTIONS)
    if unknown:
        raise InvalidInputError(
            "role_file_section", field=path.name, value=min(unknown), known=SECTIONS
        )
    people = _entries(path, content.get("people", {}))
    return RoleFile(
        people=_by_account(path, people),
        claims=_entries(path, content.get("claims", {})),
    )


def _by_account(path: Path, people: Mapping[str, frozenset[Role]]) -> Mapping[str, frozenset[Role]]:
    """Raises: InvalidInputError: one person stands there twice, and only one could count."""
    found: dict[str, frozenset[Role]] = {}
    for name, roles in people.items():
        if account_key(name) in found:
            raise InvalidInputError("role_file_twice", field=path.name, value=name)
        found[account_key(name)] = roles
    return found


def _entries(path: Path, section: Any) -> dict[str, frozenset[Role]]:
    if not isinstance(section, dict):
        raise InvalidInputError("role_file_entry", field=path.name, value=section, known=ROLES)
    return {name: _roles(path, name, value) for name, value in section.items()}


def _roles(path: Path, name: str, value: Any) -> frozenset[Role]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) and one in set(Role) for one in values):
        raise InvalidInputError(
            "role_file_entry", field=f"{path.name}: {name}", value=value, known=ROLES
        )
    return frozenset(Role(one) for one in values)
