"""Only a page of our own is come back to."""

import pytest
from starlette.datastructures import Headers

from videogen.web.come_back import own_page, own_path


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "//evil.example/x",
        "/\\evil.example",
        "https://evil.example/",
        "/auth/logout",
        "/oauth2callback?code=1",
        "/runs\r\nSet-Cookie: a=b",
        "/รัน",
        "/" + "x" * 1000,
    ],
)
def test_what_could_lead_elsewhere_is_never_kept(path: str) -> None:
    assert own_path(path) is None


def test_a_page_is_kept_with_what_its_address_chooses() -> None:
    headers = Headers({"host": "vg.example", "referer": "https://vg.example/runs?run=r1&tab=a#b"})

    assert own_page(headers) == "/runs?run=r1&tab=a"


@pytest.mark.parametrize(
    "referer", ["", "https://evil.example/runs", "http://[::1", "https://vg.example.evil.example/x"]
)
def test_another_sites_page_is_none_of_ours(referer: str) -> None:
    assert own_page(Headers({"host": "vg.example", "referer": referer})) is None
