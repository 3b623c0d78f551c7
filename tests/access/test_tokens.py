"""A token is told once and kept as a hash; what cannot be one of ours is told apart at once."""

import pytest

from videogen.access import new_token, parse_token
from videogen.access.tokens import is_secret


def test_a_token_is_known_again_by_its_hash_alone() -> None:
    made = new_token()

    token_id, secret = parse_token(made.text) or ("", "")

    assert token_id == made.token_id
    assert is_secret(secret, made.secret_sha256)
    assert not is_secret(secret[:-1] + ("A" if secret[-1] != "A" else "B"), made.secret_sha256)


def test_no_two_tokens_are_alike() -> None:
    assert len({new_token().text for _ in range(50)}) == 50


def test_a_token_does_not_show_in_a_traceback() -> None:
    made = new_token()

    assert made.text not in repr(made)


@pytest.mark.parametrize("text", ["", "vgn_", "vgn_0123456789ab_short", "Bearer x", "๑" * 60])
def test_what_cannot_be_a_token_is_none(text: str) -> None:
    assert parse_token(text) is None
