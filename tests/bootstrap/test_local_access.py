"""The key that a running app leaves for commands of whoever may read its data folder."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from videogen import bootstrap
from videogen.bootstrap.local_access import FILE, found_key
from videogen.domain.access import Permission
from videogen.errors import SignInRequiredError
from videogen.settings import Settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_running_app_leaves_a_key_that_its_owner_alone_can_read_and_takes_it_along(
    tmp_path: Path,
) -> None:
    settings = Settings(
        data_dir=tmp_path, port=8765, oidc_metadata_url="http://127.0.0.1:1/discovery"
    )
    application = bootstrap.start(settings)
    try:
        mode = stat.S_IMODE((tmp_path / FILE).stat().st_mode)
        key = found_key(tmp_path)
        assert key is not None
        person = application.people.by_token(key.token, NOW)
    finally:
        bootstrap.stop()

    assert mode == 0o600
    assert key.url == "http://127.0.0.1:8765"
    assert person.permissions == frozenset(Permission)
    assert key.token not in repr(key)
    assert found_key(tmp_path) is None


def test_a_key_of_yesterday_opens_nothing_today(tmp_path: Path) -> None:
    bootstrap.start(Settings(data_dir=tmp_path))
    yesterday = found_key(tmp_path)
    bootstrap.stop()
    assert yesterday is not None

    application = bootstrap.start(Settings(data_dir=tmp_path))
    try:
        with pytest.raises(SignInRequiredError):
            application.people.by_token(yesterday.token, NOW)
    finally:
        bootstrap.stop()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"url": "http://127.0.0.1:1"}', "\xff"])
def test_what_cannot_be_read_as_a_key_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="latin-1")

    assert found_key(tmp_path) is None
