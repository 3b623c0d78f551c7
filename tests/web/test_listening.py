"""Where the app may listen, under which names, and what it tells Streamlit of that."""

import stat
from pathlib import Path

import pytest

from videogen.bootstrap.cookie_secret import cookie_secret
from videogen.errors import DataFolderUnusableError, InvalidInputError
from videogen.settings import Settings
from videogen.web.listening import OPEN_SENTENCE, check, is_own_name, streamlit_options

SIGN_IN = {
    "oidc_metadata_url": "https://id.example.org/.well-known/openid-configuration",
    "oidc_client_id": "videogen",
    "oidc_client_secret": "between-the-two",
    "public_url": "https://videogen.example.org",
}


def settings(**given: object) -> Settings:
    return Settings.model_validate(given)


@pytest.mark.parametrize("listen", ["0.0.0.0", "192.168.1.5", "::", "", "videogen.example.org"])
def test_other_machines_are_let_in_only_with_sign_in_or_in_so_many_words(listen: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check(settings(listen=listen))

    assert refused.value.field == "VIDEOGEN_LISTEN"
    assert refused.value.exit_code == 2
    assert refused.value.facts["sentence"] == OPEN_SENTENCE
    check(settings(listen=listen, **SIGN_IN))
    check(settings(listen=listen, open_without_sign_in=OPEN_SENTENCE))


@pytest.mark.parametrize("sentence", ["yes", "true", OPEN_SENTENCE.upper(), f"{OPEN_SENTENCE}."])
def test_nearly_the_sentence_is_not_the_sentence(sentence: str) -> None:
    with pytest.raises(InvalidInputError):
        check(settings(listen="0.0.0.0", open_without_sign_in=sentence))


@pytest.mark.parametrize("listen", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_this_machine_alone_needs_no_sign_in(listen: str) -> None:
    check(settings(listen=listen))


@pytest.mark.parametrize("missing", list(SIGN_IN))
def test_sign_in_that_is_set_up_in_part_names_what_it_lacks(missing: str) -> None:
    given = {name: value for name, value in SIGN_IN.items() if name != missing}

    with pytest.raises(InvalidInputError) as refused:
        check(settings(**given))

    assert refused.value.field == f"VIDEOGEN_{missing.upper()}"


@pytest.mark.parametrize(
    "url",
    [
        "videogen.example.org",
        "ftp://videogen.example.org",
        "https://",
        "https://videogen.example.org/app",
        "https://videogen.example.org?x=1",
        "https://me@videogen.example.org",
        "https://videogen.example.org:99999",
    ],
)
def test_a_public_url_is_an_origin_and_nothing_else(url: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check(settings(public_url=url))

    assert refused.value.field == "VIDEOGEN_PUBLIC_URL"


def test_with_sign_in_the_public_name_and_this_machines_own_are_served() -> None:
    served = settings(listen="0.0.0.0", **SIGN_IN)

    assert is_own_name("videogen.example.org", served)
    assert is_own_name("127.0.0.1", served)
    assert not is_own_name("192.168.1.5", served)
    assert not is_own_name("evil.example", served)
    assert streamlit_options(served) == {
        "server.port": 8501,
        "server.address": "0.0.0.0",
        "server.allowedHosts": ["127.0.0.1", "localhost", "::1", "videogen.example.org"],
        "server.corsAllowedOrigins": ["https://videogen.example.org"],
        "browser.serverAddress": "videogen.example.org",
    }


def test_an_open_server_goes_by_its_numbers_and_not_by_a_rebound_name() -> None:
    served = settings(listen="0.0.0.0", open_without_sign_in=OPEN_SENTENCE)

    assert is_own_name("192.168.1.5", served)
    assert not is_own_name("evil.example", served)


def test_the_cookies_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new"

    first, second = cookie_secret(folder), cookie_secret(folder)

    (file,) = folder.iterdir()
    assert first == second
    assert len(first) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_folder_that_takes_no_secret_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")

    with pytest.raises(DataFolderUnusableError):
        cookie_secret(blocked)
