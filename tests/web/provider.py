"""A sign-in provider on this machine, and the way through it that a browser takes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
from oidc_provider_mock import User, run_server_in_thread
from starlette.testclient import TestClient
from streamlit.user_info import generate_login_redirect_url

PUBLIC_URL = "http://localhost:8501"


def account(name: str, *roles: str, **claims: object) -> User:
    """Somebody with a confirmed address; `claims` go over the usual ones."""
    known: dict[str, object] = {
        "email": f"{name}@example.org",
        "email_verified": True,
        "name": name.title(),
        "roles": list(roles),
    }
    return User(sub=name, claims=known | claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    url: str

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/.well-known/openid-configuration"

    def agree(self, asked: str, name: str) -> str:
        """Choose the account on the provider's own page; the address that it sends back to."""
        reply = httpx.post(asked, data={"sub": name}, follow_redirects=False)
        assert reply.status_code == 302, reply.text
        return reply.headers["location"]


@contextmanager
def running_provider(*users: User) -> Iterator[Provider]:
    before = os.environ.get("AUTHLIB_INSECURE_TRANSPORT")
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # it speaks HTTP, on this machine alone
    try:
        with run_server_in_thread(user_claims=users) as server:
            yield Provider(url=f"http://localhost:{server.server_port}")
    finally:
        os.environ.pop("AUTHLIB_INSECURE_TRANSPORT")
        if before is not None:
            os.environ["AUTHLIB_INSECURE_TRANSPORT"] = before


def ask(browser: TestClient) -> str:
    """Where the app sends somebody who wants to sign in."""
    reply = browser.get(generate_login_redirect_url("default"), follow_redirects=False)
    assert reply.status_code == 302, reply.text
    return reply.headers["location"]


def sign_in(browser: TestClient, provider: Provider, name: str) -> list[str]:
    """The whole way; the cookies that it sets at its end."""
    back = provider.agree(ask(browser), name)
    assert back.startswith(f"{PUBLIC_URL}/oauth2callback?")
    return browser.get(back, follow_redirects=False).headers.get_list("set-cookie")


def state_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["state"][0]
