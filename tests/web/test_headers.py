"""What a browser is told that it may do with our answers."""

import base64
import hashlib
import re

import pytest

from tests.web.conftest import Studio
from videogen.settings import Settings
from videogen.ui.inline_scripts import inline_scripts
from videogen.ui.remembered import SCRIPT
from videogen.web.headers import safe_headers

HERE = Settings.model_construct()


def policy(path: str, settings: Settings = HERE, scripts: tuple[str, ...] = ()) -> dict[str, str]:
    said = safe_headers(path, settings, scripts)["Content-Security-Policy"]
    return {part.split(" ", 1)[0]: part.split(" ", 1)[1] for part in said.split("; ")}


def test_a_page_loads_and_sends_to_this_server_alone() -> None:
    allowed = policy("/compare")

    assert allowed["default-src"] == "'self'"
    assert allowed["connect-src"] == "'self'"
    assert allowed["frame-ancestors"] == "'self'"
    assert allowed["object-src"] == "'none'"
    assert allowed["base-uri"] == "'self'"
    assert not [value for value in allowed.values() if "*" in value or "http" in value]


def test_only_known_inline_scripts_run_and_nothing_is_evaluated() -> None:
    scripts = policy("/", scripts=("let a = 1",))["script-src"]

    digest = base64.b64encode(hashlib.sha256(b"let a = 1").digest()).decode()
    assert scripts == f"'self' blob: 'sha256-{digest}'"


def test_streamlits_page_and_our_cookie_writer_are_the_known_ones() -> None:
    known = inline_scripts()

    assert known[-1] == SCRIPT
    assert len(known) >= 2


def test_an_answer_for_programs_may_do_nothing_in_a_browser() -> None:
    assert policy("/api/v1/runs")["default-src"] == "'none'"


def test_forms_may_lead_to_the_sign_in_provider() -> None:
    signed = Settings.model_construct(oidc_metadata_url="https://id.example/x/.well-known/oidc")

    assert policy("/", signed)["form-action"] == "'self' https://id.example"


@pytest.mark.parametrize(("url", "is_told"), [("https://v.example", True), ("http://v", False)])
def test_tls_is_insisted_on_only_where_it_is(url: str, *, is_told: bool) -> None:
    headers = safe_headers("/", Settings.model_construct(public_url=url))

    assert ("Strict-Transport-Security" in headers) is is_told


def test_every_answer_carries_them_a_refusal_too(studio: Studio) -> None:
    served = studio.http.get("/health").headers
    refused = studio.http.get("/health", headers={"Host": "evil.example"}).headers

    for headers in (served, refused):
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert re.search("camera=\\(\\)", headers["permissions-policy"])
        assert headers["content-security-policy"].startswith("default-src 'self'")
