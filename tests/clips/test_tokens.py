import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from videogen.clips import ClipTokenError, ClipTokenExpiredError, ClipTokens, load_secret
from videogen.errors import InvalidInputError
from videogen.texts import LANGUAGES, error_hint, error_message

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TOKENS = ClipTokens(b"s" * 32)


def test_a_token_gives_back_its_kind_and_id() -> None:
    token = TOKENS.make("presentation", "p-1", LATER)

    assert TOKENS.check(token, now=NOW) == ("presentation", "p-1")


def test_a_token_fits_a_url_and_is_the_same_each_time() -> None:
    token = TOKENS.make("clip", "คลิป/1", LATER)

    assert token.replace("-", "").replace("_", "").isalnum()
    assert token == TOKENS.make("clip", "คลิป/1", LATER)
    assert TOKENS.check(token, now=NOW) == ("clip", "คลิป/1")


def test_a_token_ends_with_its_time() -> None:
    token = TOKENS.make("clip", "c-1", NOW)

    with pytest.raises(ClipTokenExpiredError):
        TOKENS.check(token, now=NOW)


def test_any_changed_character_is_refused() -> None:
    token = TOKENS.make("clip", "c-1", LATER)

    for index, letter in enumerate(token[:-1]):
        changed = token[:index] + ("B" if letter == "A" else "A") + token[index + 1 :]
        with pytest.raises(ClipTokenError):
            TOKENS.check(changed, now=NOW)


@pytest.mark.parametrize("token", ["", "a", "====", "../../etc/passwd", "ก" * 60, "A" * 500])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(ClipTokenError) as caught:
        TOKENS.check(token, now=NOW)

    assert type(caught.value) is ClipTokenError


def test_another_installations_token_is_refused() -> None:
    token = ClipTokens(b"t" * 32).make("clip", "c-1", LATER)

    with pytest.raises(ClipTokenError):
        TOKENS.check(token, now=NOW)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        ClipTokens(b"short")


@pytest.mark.parametrize("error", [ClipTokenError(), ClipTokenExpiredError()])
def test_a_refused_token_says_what_to_do(error: ClipTokenError) -> None:
    for language in LANGUAGES:
        assert error_message(error, language)
        assert error_hint(error, language)


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    secret = load_secret(tmp_path / "data")

    assert len(secret) == 32
    assert load_secret(tmp_path / "data") == secret
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600


def test_a_secret_that_others_could_read_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.write_bytes(b"x" * 32)
    path.chmod(0o644)

    load_secret(tmp_path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_secret_is_named_but_not_told(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"half")

    with pytest.raises(InvalidInputError) as caught:
        load_secret(tmp_path)

    assert "half" not in str(caught.value)


def test_threads_that_start_together_share_one_secret(tmp_path: Path) -> None:
    secrets: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: secrets.append(load_secret(tmp_path))) for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(secrets)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
