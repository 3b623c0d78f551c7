"""`access.toml`: roles by name and by claim, and errors that name the entry."""

from pathlib import Path

import pytest

from videogen.access import RoleFile, load_role_file
from videogen.domain.access import Role
from videogen.errors import InvalidInputError


def written(folder: Path, content: str) -> Path:
    path = folder / "access.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_an_absent_file_names_nobody(tmp_path: Path) -> None:
    assert load_role_file(tmp_path / "access.toml") == RoleFile()


def test_a_person_whom_the_file_names_has_those_roles_alone(tmp_path: Path) -> None:
    path = written(tmp_path, '[people]\n"Ann@Example.org" = ["rater", "maker"]\n')

    roles = load_role_file(path).roles_of("ann@example.org", ("admin",))

    assert roles == {Role.RATER, Role.MAKER}


@pytest.mark.parametrize(
    "look_alike", ["ſam@example.org", "ｓam@example.org", "sam@example.org.", "saṃ@example.org"]
)
def test_whoever_only_looks_like_a_person_of_the_file_has_none_of_their_roles(
    tmp_path: Path, look_alike: str
) -> None:
    file = load_role_file(written(tmp_path, '[people]\n" sam@example.org" = "admin"\n'))

    assert file.roles_of("SAM@example.org", ()) == {Role.ADMIN}
    assert file.roles_of(look_alike, ()) == frozenset()


def test_claims_are_translated_where_the_file_says_how(tmp_path: Path) -> None:
    file = load_role_file(written(tmp_path, '[claims]\n"vg-ops" = "operator"\n'))

    assert file.roles_of("bo", ("vg-ops", "admin")) == {Role.OPERATOR}


def test_a_claim_that_is_a_roles_own_name_counts_without_a_file() -> None:
    assert RoleFile().roles_of("bo", ("maker", "everyone")) == {Role.MAKER}


@pytest.mark.parametrize(
    ("content", "problem", "names"),
    [
        ("[people\n", "role_file", "access.toml"),
        ('[persons]\nann = "rater"\n', "role_file_section", "persons"),
        ('[people]\nann = "boss"\n', "role_file_entry", "ann"),
        ("[people]\nann = 3\n", "role_file_entry", "ann"),
        ('people = "ann"\n', "role_file_entry", "ann"),
        ('[people]\nann = "rater"\nAnn = "admin"\n', "role_file_twice", "Ann"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(
    tmp_path: Path, content: str, problem: str, names: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        load_role_file(written(tmp_path, content))

    assert refused.value.problem == problem
    assert names in f"{refused.value.field} {refused.value.value}"
