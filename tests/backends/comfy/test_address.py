import pytest

from videogen.backends import ComfyBackend
from videogen.backends.comfy.address import comfy_address
from videogen.errors import InvalidInputError


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("127.0.0.1:8188", "url_not_http"),
        ("ftp://box:8188", "url_not_http"),
        ("", "url_empty"),
        (" ", "url_empty"),
        ("http://", "url_without_host"),
        ("http://box:notaport", "url_unreadable"),
        ("http://box:99999", "url_unreadable"),
        ("http://[::1", "url_unreadable"),
        ("http://box:8188/?x=1", "url_with_query"),
        ("http://a b:8188", "url_without_host"),
        ("http://" + "a" * 300, "url_unreadable"),
        ("http://xn--.com", "url_unreadable"),
        ("http://256.1.1.1", "url_unreadable"),
        ("http://a..b", "url_unreadable"),
    ],
)
def test_an_address_that_is_none_is_refused_with_its_field(url: str, problem: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        ComfyBackend(url)

    assert caught.value.problem == problem
    assert caught.value.field == "comfy_url"


def test_credentials_are_used_but_never_shown() -> None:
    address = comfy_address("https://bob:secret@box.example:8443/comfy/")

    assert address.name == "comfy@box.example:8443/comfy"
    assert address.credentials == ("bob", "secret")
    assert "secret" not in repr(address)
    assert address.socket_url("id") == "wss://box.example:8443/comfy/ws?clientId=id"


@pytest.mark.parametrize("url", ["ftp://bob:secret@box", "bob:secret@box", "/bob:secret@box"])
def test_credentials_stay_out_of_a_refusal(url: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        ComfyBackend(url)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("typed", ["not an address", "127.0.0.1:8188", "localhost:8188"])
def test_a_refusal_repeats_what_was_typed(typed: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        ComfyBackend(typed)

    assert caught.value.value == typed


def test_an_ipv6_address_keeps_its_brackets() -> None:
    assert comfy_address("http://[::1]:8188").base_url == "http://[::1]:8188"
