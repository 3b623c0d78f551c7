"""Who asks: by what the provider says, by a token, or whoever sits at this machine."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from videogen import store
from videogen.bootstrap.people import People
from videogen.domain.access import Permission, Role
from videogen.errors import InvalidInputError, NotAllowedError, NotFoundError, SignInRequiredError
from videogen.settings import Settings
from videogen.store import Database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANN = {"email": "ann@example.org", "email_verified": True, "roles": ["maker"], "name": "Ann"}
BOSS = {"email": "boss@example.org", "roles": ["admin"]}
PROVIDER = "http://127.0.0.1:1/.well-known/openid-configuration"


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        settings = Settings(data_dir=tmp_path, oidc_metadata_url=PROVIDER)
        yield People(database=database, settings=settings)


def token_of(people: People, days: int = 7) -> tuple[str, str]:
    ann = people.by_claims(ANN, NOW)
    token, text = people.issue(
        ann, label="nightly", scopes=[Permission.SEE_CLIPS], days=days, now=NOW
    )
    return token.token_id, text


def test_without_sign_in_whoever_sits_here_may_do_everything(tmp_path: Path) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        people = People(database=database, settings=Settings(data_dir=tmp_path))

        person = people.local("  มะลิ ")

    assert person.name == "มะลิ"
    assert person.permissions == frozenset(Permission)
    assert not person.is_signed_in


def test_with_sign_in_nobody_is_local(people: People) -> None:
    with pytest.raises(SignInRequiredError):
        people.local("ann")


def test_a_person_is_known_by_the_claim_that_the_settings_name(people: People) -> None:
    ann = people.by_claims(ANN, NOW)

    assert ann.name == "ann@example.org"
    assert ann.roles == {Role.MAKER}
    assert store.known_people(people.database)[0].display_name == "Ann"


@pytest.mark.parametrize(
    "claims", [{}, {"email": " "}, {"email": "ann@example.org", "email_verified": False}]
)
def test_claims_that_name_nobody_for_certain_let_nobody_in(
    people: People, claims: dict[str, object]
) -> None:
    with pytest.raises(SignInRequiredError):
        people.by_claims(claims, NOW)


def test_a_changed_role_counts_at_once_and_is_written_down(people: People) -> None:
    people.by_claims(ANN, NOW)
    people.role_file_path.write_text('[people]\n"ann@example.org" = "rater"\n')

    ann = people.by_claims(ANN, NOW)

    assert ann.permissions == {Permission.RATE}
    changes = [one.data for one in store.events_of(people.database, "ann@example.org")]
    assert [(one["before"], one["after"]) for one in changes] == [
        ([], ["maker"]),
        (["maker"], ["rater"]),
    ]


def test_whoever_comes_without_a_role_is_known_and_no_change_is_written_down(
    people: People,
) -> None:
    people.by_claims({**ANN, "roles": []}, NOW)

    assert store.known_people(people.database)[0].roles == ()
    assert store.audit_events(people.database, kinds=["role"], limit=9) == []


def test_a_token_may_no_more_than_its_scopes(people: People) -> None:
    _, text = token_of(people)

    program = people.by_token(text, NOW)

    assert program.name == "ann@example.org"
    assert program.permissions == {Permission.SEE_CLIPS}


def test_a_token_may_no_more_than_its_owner_may_now(people: People) -> None:
    _, text = token_of(people)

    people.by_claims({**ANN, "roles": ["rater"]}, NOW)

    assert people.by_token(text, NOW).permissions == frozenset()


def test_a_token_cannot_be_given_what_its_owner_lacks(people: People) -> None:
    ann = people.by_claims(ANN, NOW)

    with pytest.raises(NotAllowedError):
        people.issue(ann, label="x", scopes=[Permission.DECIDE], days=1, now=NOW)


def test_a_token_ends_with_its_day(people: People) -> None:
    _, text = token_of(people, days=1)

    with pytest.raises(SignInRequiredError):
        people.by_token(text, NOW + timedelta(days=1))


def test_a_revoked_token_opens_nothing(people: People) -> None:
    token_id, text = token_of(people)
    people.revoke(people.by_claims(ANN, NOW), token_id, NOW)

    with pytest.raises(SignInRequiredError):
        people.by_token(text, NOW)


def test_nobody_else_learns_that_a_token_exists(people: People) -> None:
    token_id, _ = token_of(people)
    bo = people.by_claims({"email": "bo@example.org", "roles": ["maker"]}, NOW)

    with pytest.raises(NotFoundError):
        people.revoke(bo, token_id, NOW)

    assert people.tokens(bo) == []


def test_an_administrator_may_revoke_anybodys_token(people: People) -> None:
    token_id, _ = token_of(people)

    revoked = people.revoke(people.by_claims(BOSS, NOW), token_id, NOW)

    assert revoked.revoked_at == NOW


def test_whoever_is_shut_out_is_shut_out_by_every_door(people: People) -> None:
    _, text = token_of(people)
    boss = people.by_claims(BOSS, NOW)

    people.disable(boss, "ann@example.org", NOW, is_disabled=True)

    with pytest.raises(SignInRequiredError):
        people.by_claims(ANN, NOW)
    with pytest.raises(SignInRequiredError):
        people.by_token(text, NOW)


def test_a_program_that_the_role_file_names_may_have_a_token_from_an_administrator(
    people: People,
) -> None:
    people.role_file_path.write_text('[people]\n"nightly-bot" = "operator"\n')

    _, text = people.issue(
        people.command_line(),
        label="cron",
        scopes=[Permission.SEE_RESULTS],
        days=7,
        now=NOW,
        owner="nightly-bot",
    )

    assert people.by_token(text, NOW).name == "nightly-bot"


def test_nobody_has_a_token_whom_nothing_gives_a_role(people: People) -> None:
    with pytest.raises(InvalidInputError) as refused:
        people.issue(people.command_line(), label="x", scopes=[Permission.RATE], days=1, now=NOW)

    assert refused.value.field == "owner"


def test_only_an_administrator_makes_tokens_for_others(people: People) -> None:
    ann = people.by_claims(ANN, NOW)
    people.by_claims(BOSS, NOW)

    with pytest.raises(NotAllowedError):
        people.issue(
            ann,
            label="x",
            scopes=[Permission.SEE_CLIPS],
            days=1,
            now=NOW,
            owner="boss@example.org",
        )


def test_a_token_made_by_a_token_ends_with_it(people: People) -> None:
    _, text = token_of(people, days=2)

    child, _ = people.issue(
        people.by_token(text, NOW), label="x", scopes=[Permission.SEE_CLIPS], days=300, now=NOW
    )

    assert child.expires_at == NOW + timedelta(days=2)


def test_no_secret_is_stored(people: People) -> None:
    _, text = token_of(people)
    people.database.checkpoint()

    secret = text.rsplit("_", 1)[-1].encode()

    assert secret not in people.database.path.read_bytes()


@pytest.mark.parametrize(
    ("label", "scopes", "days", "field"),
    [
        (" ", [Permission.SEE_CLIPS], 7, "label"),
        ("x" * 81, [Permission.SEE_CLIPS], 7, "label"),
        ("x", [], 7, "scopes"),
        ("x", [Permission.SEE_CLIPS], 0, "days"),
        ("x", [Permission.SEE_CLIPS], 367, "days"),
    ],
)
def test_a_token_that_cannot_be_is_refused_by_field(
    people: People, label: str, scopes: list[Permission], days: int, field: str
) -> None:
    ann = people.by_claims(ANN, NOW)

    with pytest.raises(InvalidInputError) as refused:
        people.issue(ann, label=label, scopes=scopes, days=days, now=NOW)

    assert refused.value.field == field


def test_a_sign_in_ends_after_its_hours_or_when_somebody_signs_out_of_it(people: People) -> None:
    sign_in = {**ANN, "sub": "1", "iat": NOW.timestamp(), "nonce": "n1"}
    another = {**sign_in, "nonce": "n2"}

    people.end_sign_in(sign_in, NOW)

    assert not people.is_current(sign_in, NOW)
    assert people.is_current(another, NOW + timedelta(hours=11.9))
    assert not people.is_current(another, NOW + timedelta(hours=12))


@pytest.mark.parametrize("issued", [None, "soon", 1e300, True])
def test_a_sign_in_of_no_known_beginning_is_none(people: People, issued: object) -> None:
    assert not people.is_current({**ANN, "iat": issued}, NOW)
