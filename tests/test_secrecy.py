"""Known secrets and what looks like one: gone from texts, errors, tracebacks and last words."""

import sys
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from videogen.errors import BackendUnavailableError, InvalidInputError, VideogenError
from videogen.secrecy import HIDDEN, hide_in_last_words, keep_secret, redacted
from videogen.settings import Settings

OWN_TOKEN = f"vgn_0123456789ab_{'s' * 43}"
CLIP = "QUJD" * 20


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (OWN_TOKEN, f"vgn_0123456789ab_{HIDDEN}"),
        ("Authorization: Bearer abcdefgh12345678", f"Authorization: Bearer {HIDDEN}"),
        ("https://v.example/x?alt=1&key=abcdef123", f"https://v.example/x?alt=1&key={HIDDEN}"),
        ("AIzaSyA1234567890abcdefghijklmnopqrstu", HIDDEN),
        ("token r8_0123456789abcdefABCD.", f"token {HIDDEN}."),
        ("Set-Cookie: a=1; b=2", f"Set-Cookie: {HIDDEN}"),
        (f"GET /clips/{CLIP} 200", f"GET /clips/{HIDDEN} 200"),
        ("http://nok:pass@gpu:8188/", f"http://{HIDDEN}@gpu:8188/"),
        ("{'x-goog-api-key': 'abcdef123'}", f"{{'x-goog-api-key': '{HIDDEN}'}}"),
        ("client_secret=abcdef123&x=1", f"client_secret={HIDDEN}&x=1"),
        ("eyJhbGciOiJIUzI1.eyJzdWIi.c2ln is the id", f"{HIDDEN} is the id"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_and_its_name_stays(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "oidc_client_secret: Field required",
        "the key 1 to 5 posts a vote",
        "/clips/2f9c0b1e.mp4 is missing",
        "http://127.0.0.1:8188/prompt at 10:30",
        "The cookie is eaten",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert redacted(text) == text


def test_a_secret_of_the_settings_is_known_however_it_is_written() -> None:
    secret = 'p4ss "w/ord+'
    Settings(gemini_api_key=SecretStr(secret))

    told = redacted(f"plain {secret}, in an address {quote(secret, safe='')}, quoted {secret!r}")

    assert "p4ss" not in told


def test_what_is_too_short_to_be_a_secret_tears_no_words_apart() -> None:
    keep_secret(["a", "run"])

    assert redacted("a run of an app") == "a run of an app"


def test_an_error_carries_no_secret_in_any_of_its_facts() -> None:
    keep_secret(["open-sesame"])

    errors: list[VideogenError] = [
        InvalidInputError(
            "x", field="f", value="is open-sesame?", detail=ValueError("open-sesame")
        ),
        BackendUnavailableError("comfy@a", detail=f"{OWN_TOKEN} refused", value="open-sesame"),
    ]

    for error in errors:
        told = f"{error} {error.value} {error.facts} {getattr(error, 'detail', '')}"
        assert "sesame" not in told
        assert "sss" not in told


def test_pythons_last_words_hide_secrets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr("threading.excepthook", sys.excepthook)
    hide_in_last_words()

    error = RuntimeError(f"sent {OWN_TOKEN}")
    sys.excepthook(type(error), error, None)

    said = capsys.readouterr().err
    assert f"RuntimeError: sent vgn_0123456789ab_{HIDDEN}" in said
    assert "sss" not in said
