"""Where calls go, and which of them carry the key."""

import pytest
from pydantic import SecretStr

from videogen.backends import connect_interactions
from videogen.backends.google.endpoint import (
    Endpoint,
    interactions_endpoint,
    vertex_endpoint,
)
from videogen.errors import InvalidInputError

KEY = SecretStr("very-secret")


def _vertex(url: str | None, project: str | None = None) -> Endpoint:
    return vertex_endpoint(base_url=url, project=project, location="us-central1", api_key=KEY)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://us-central1-aiplatform.googleapis.com",
        "https://googleapis.com.example.com",
        "https://evilgoogleapis.com",
        "https://user@aiplatform.googleapis.com",
        "http://user:secret@127.0.0.1:1",
        "http://:secret@127.0.0.1:1",
        "http://192.168.1.5:9000",
        "not a url",
        "http://[::1",
    ],
)
def test_an_address_that_is_neither_googles_nor_this_machines_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError) as of_vertex:
        _vertex(url)
    with pytest.raises(InvalidInputError) as of_interactions:
        interactions_endpoint(base_url=url, api_key=KEY)

    for caught in (of_vertex, of_interactions):
        assert caught.value.problem == "google_url_not_allowed"
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "is_sent"),
    [
        ("https://generativelanguage.googleapis.com/v1/files/abc:download?alt=media", True),
        ("https://storage.googleapis.com/bucket/clip.mp4", True),
        ("http://generativelanguage.googleapis.com/v1/files/abc:download", False),
        ("https://googleapis.com.example.com/v1/files/abc:download", False),
        ("https://user@generativelanguage.googleapis.com/v1/files/abc", False),
        ("https://lh3.googleusercontent.com/clip.mp4", False),
        ("http://127.0.0.1:8189/v1/files/abc:download", False),
    ],
)
def test_the_key_goes_to_googles_own_hosts_under_tls_alone(url: str, is_sent: bool) -> None:
    where = interactions_endpoint(base_url=None, api_key=KEY)

    assert where.key_headers(url) == ({"x-goog-api-key": "very-secret"} if is_sent else {})
    assert "very-secret" not in repr(where)


def test_the_sandbox_is_given_no_key_and_no_other_host_even_that() -> None:
    where = interactions_endpoint(base_url="http://127.0.0.1:8189", api_key=KEY)

    assert where.api_key is None
    assert where.key_headers("http://127.0.0.1:8189/v1/x") == {"x-goog-api-key": "sandbox"}
    assert where.key_headers("http://127.0.0.1:8190/v1/x") == {}
    assert where.key_headers("https://generativelanguage.googleapis.com/v1/x") == {}


def test_a_project_signs_in_by_itself_and_never_with_the_key() -> None:
    where = _vertex(None, project="some-project")

    assert where.can_sign_in
    assert where.api_key is None
    assert where.name == "vertex@us-central1-aiplatform.googleapis.com"


def test_a_blank_key_is_no_key() -> None:
    where = interactions_endpoint(base_url=None, api_key=SecretStr("  "))

    assert not where.can_sign_in


def test_an_address_of_googles_other_api_is_not_used_for_this_one() -> None:
    vertex, gemini = (
        "https://europe-west4-aiplatform.googleapis.com",
        "https://generativelanguage.googleapis.com",
    )

    assert interactions_endpoint(base_url=vertex, api_key=KEY).base_url == gemini
    assert _vertex(gemini).base_url == "https://aiplatform.googleapis.com"
    assert _vertex(vertex).base_url == vertex


def test_without_a_key_a_live_address_makes_no_omni_back_end() -> None:
    live = "https://us-central1-aiplatform.googleapis.com"

    assert connect_interactions(base_url=live) is None
    assert connect_interactions(base_url="http://127.0.0.1:8189") is not None
