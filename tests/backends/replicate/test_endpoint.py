"""Where calls go, and which of them carry the token."""

import pytest
from pydantic import SecretStr

from tests.backends.requests import wan_request
from videogen.backends import ReplicateBackend, connect_replicate
from videogen.backends.replicate.endpoint import Endpoint, replicate_endpoint
from videogen.domain.generation import BackendLight
from videogen.errors import InvalidInputError, SignInError

TOKEN = SecretStr("r8_very_secret")


def _live() -> Endpoint:
    return replicate_endpoint(base_url=None, token=TOKEN)


def test_without_an_address_it_is_replicates_own() -> None:
    where = _live()

    assert (where.base_url, where.is_vendor) == ("https://api.replicate.com", True)
    assert where.name == "replicate@api.replicate.com"
    assert where.headers() == {"Authorization": "Bearer r8_very_secret"}


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://api.replicate.com",
        "https://replicate.com.example.com",
        "https://evilreplicate.com",
        "https://user@api.replicate.com",
        "http://user:secret@127.0.0.1:1",
        "http://192.168.1.5:9000",
        "not a url",
        "http://[::1",
    ],
)
def test_an_address_that_is_neither_replicates_nor_this_machines_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        replicate_endpoint(base_url=url, token=TOKEN)

    assert caught.value.problem == "replicate_url_not_allowed"
    assert caught.value.field == "VIDEOGEN_REPLICATE_BASE_URL"
    assert "secret" not in str(caught.value)


def test_a_sandbox_gets_no_token() -> None:
    where = replicate_endpoint(base_url="http://127.0.0.1:8190/", token=TOKEN)

    assert "secret" not in str(where.headers())
    assert where.can_sign_in


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://replicate.delivery/xezq/abc/output.mp4", True),
        ("https://pbxt.replicate.delivery/abc/output.mp4", True),
        ("http://replicate.delivery/xezq/abc/output.mp4", False),
        ("https://replicate.delivery.example.com/output.mp4", False),
        ("https://user@replicate.delivery/output.mp4", False),
        ("https://api.replicate.com/v1/files/abc", False),
        ("http://127.0.0.1:80/output.mp4", False),
        ("file:///etc/passwd", False),
        ("https://[::1/x", False),
    ],
)
def test_a_clip_comes_from_the_delivery_hosts_alone_and_never_for_the_token(
    url: str, may: bool
) -> None:
    assert _live().may_be_asked(url) is may
    assert _live().key_headers(url) == {}


def test_the_token_is_in_no_text_of_the_endpoint() -> None:
    assert "secret" not in repr(_live())
    assert "secret" not in str(_live())


@pytest.mark.parametrize("token", [None, SecretStr("  "), SecretStr("r8_ไทย"), SecretStr("a\nb")])
def test_without_a_token_that_can_be_sent_there_is_no_back_end(token: SecretStr | None) -> None:
    assert connect_replicate(token=token) is None


def test_a_back_end_without_a_token_says_so_and_sends_nothing() -> None:
    backend = ReplicateBackend()

    status = backend.status()

    assert (status.light, status.reason) == (BackendLight.UNCONFIGURED, "sign_in")
    with pytest.raises(SignInError):
        backend.submit(wan_request(), "a")
