"""Nobody becomes somebody else: names as a provider may tell them, and tokens made by tokens."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from videogen import store
from videogen.bootstrap.people import People
from videogen.domain.access import Permission
from videogen.errors import InvalidInputError, NotAllowedError, SignInRequiredError
from videogen.settings import Settings
from videogen.store import Database

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANN = {"email": "ann@example.org", "roles": ["maker"]}
BOSS = {"email": "boss@example.org", "roles": ["admin"]}
PROVIDER = "http://127.0.0.1:1/.well-known/openid-configuration"


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        settings = Settings(data_dir=tmp_path, oidc_metadata_url=PROVIDER)
        yield People(database=database, settings=settings)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": ["ann@example.org"]},
        {"email": 7},
        {"email": {"ann@example.org": True}},
        {"email": "ann\u200b@example.org"},
        {"email": "ann@example.org\n"},
        {"email": " ann@example.org"},
        {"email": f"{'a' * 10_000}@example.org"},
        {"email": "cli"},
        {"email": "Guest"},
        {"email": "ann@example.org", "email_verified": "false"},
        {"email": "ann@example.org", "email_verified": 0},
    ],
)
def test_a_name_that_is_none_or_would_be_kept_otherwise_lets_nobody_in(
    people: People, claims: dict[str, object]
) -> None:
    with pytest.raises(SignInRequiredError):
        people.by_claims({**claims, "roles": ["admin"]}, NOW)

    assert store.known_people(people.database) == []


def test_other_capitals_are_the_same_person(people: People) -> None:
    people.by_claims(ANN, NOW)

    again = people.by_claims({**ANN, "email": "Ann@Example.ORG"}, NOW)

    assert again.name == "ann@example.org"
    assert len(store.known_people(people.database)) == 1


def test_other_capitals_do_not_open_a_closed_account(people: People) -> None:
    people.by_claims(ANN, NOW)
    people.disable(people.by_claims(BOSS, NOW), "Ann@Example.org", NOW, is_disabled=True)

    with pytest.raises(SignInRequiredError):
        people.by_claims({**ANN, "email": "ANN@example.org"}, NOW)


@pytest.mark.parametrize("look_alike", ["ａnn@example.org", "ann@ｅxample.org", "ann@example．org"])
def test_whoever_only_looks_like_somebody_known_is_not_let_in(
    people: People, look_alike: str
) -> None:
    people.by_claims(ANN, NOW)

    with pytest.raises(SignInRequiredError):
        people.by_claims({**ANN, "email": look_alike}, NOW)


def test_who_stands_in_the_role_file_comes_in_also_after_a_look_alike(people: People) -> None:
    people.by_claims({**ANN, "email": "ａnn@example.org"}, NOW)
    people.role_file_path.write_text('[people]\n"ann@example.org" = "maker"\n')

    assert people.by_claims(ANN, NOW).name == "ann@example.org"


def test_what_a_provider_calls_somebody_is_short_and_can_be_seen(people: People) -> None:
    people.by_claims({**ANN, "name": "\u202eAnn\x1b[31m\n" + "x" * 10_000}, NOW)

    (known,) = store.known_people(people.database)
    assert known.display_name is not None
    assert known.display_name.startswith("Ann [31m x")
    assert len(known.display_name) <= 120


def token(people: People, parent: str | None = None) -> tuple[str, str]:
    maker = people.by_token(parent, NOW) if parent else people.by_claims(ANN, NOW)
    made, text = people.issue(
        maker, label="nightly", scopes=[Permission.SEE_CLIPS], days=7, now=NOW
    )
    return made.token_id, text


def test_a_revoked_token_takes_all_along_that_were_made_by_it(people: People) -> None:
    stolen_id, stolen = token(people)
    _, child = token(people, stolen)
    _, grandchild = token(people, child)
    _, other = token(people)

    people.revoke(people.by_claims(ANN, NOW), stolen_id, NOW)

    for text in (stolen, child, grandchild):
        with pytest.raises(SignInRequiredError):
            people.by_token(text, NOW)
    assert people.by_token(other, NOW).name == "ann@example.org"


def test_an_administrators_token_makes_none_for_others_that_may_more_than_itself(
    people: People,
) -> None:
    people.role_file_path.write_text('[people]\n"bot" = "admin"\n"boss@example.org" = "admin"\n')
    boss = people.by_claims(BOSS, NOW)
    _, narrow = people.issue(boss, label="people", scopes=[Permission.ADMINISTER], days=7, now=NOW)

    for owner in ("bot", "BOSS@example.org"):
        with pytest.raises(NotAllowedError):
            people.issue(
                people.by_token(narrow, NOW),
                label="more",
                scopes=[Permission.SET_MONEY],
                days=7,
                now=NOW,
                owner=owner,
            )


def test_nobody_has_tokens_without_end(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("videogen.bootstrap.people.MOST_GOOD_TOKENS", 2)
    (first, _), _ = token(people), token(people)

    with pytest.raises(InvalidInputError) as refused:
        token(people)

    people.revoke(people.by_claims(ANN, NOW), first, NOW)
    assert refused.value.problem == "token_many"
    assert token(people)
