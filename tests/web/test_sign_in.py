"""Sign-in as a browser goes through it: our app, Streamlit's own routes, a provider with HTTP."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.starlette.starlette_app import create_streamlit_middleware
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_auth_routes import create_auth_routes

from tests.web.provider import (
    PUBLIC_URL,
    Provider,
    account,
    ask,
    running_provider,
    sign_in,
    state_of,
)
from videogen import bootstrap
from videogen.bootstrap import Application
from videogen.bootstrap.cookie_secret import cookie_secret
from videogen.errors import SignInRequiredError
from videogen.settings import Settings
from videogen.ui import sign_in as signed
from videogen.web.routes import middleware, routes
from videogen.web.sign_out import ending_sign_ins

COOKIE = "_streamlit_user"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's own library
# Too much for one cookie, also when it is packed.
MANY_GROUPS = [hashlib.sha256(bytes([number])).hexdigest() for number in range(200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The app with sign-in, and the provider beside it."""

    application: Application
    provider: Provider
    app: Starlette

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url=PUBLIC_URL)


def _tell(request: Request) -> JSONResponse:
    """Who the request's cookie says it is, as every address of ours asks it."""
    people = bootstrap.running().people
    claims = signed.claims_of(request)
    try:
        person = None if claims is None else people.by_claims(claims, datetime.now(UTC))
    except SignInRequiredError:
        return JSONResponse("shut out")
    return JSONResponse(person and [person.name, sorted(person.roles)])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    users = (
        account("ann", "maker"),
        account("ravi", "rater"),
        account("eve", "admin", email_verified=False),
        account("mary", "maker", groups=MANY_GROUPS),
    )
    with running_provider(*users) as provider:
        settings = Settings(
            data_dir=tmp_path_factory.mktemp("data"),
            comfy_urls=(),
            public_url=PUBLIC_URL,
            oidc_metadata_url=provider.metadata_url,
            oidc_client_id="videogen",
            oidc_client_secret=SecretStr("between-the-two-servers"),
        )
        application = bootstrap.start(settings)
        secrets_singleton.merge_programmatic_secrets(signed.secrets(settings) or {})
        whole = Starlette(
            routes=[
                Route("/told", _tell),
                *routes(claims_of=signed.claims_of),
                *create_auth_routes(""),
            ],
            middleware=[
                *middleware(),
                ending_sign_ins(signed.claims_of),
                *create_streamlit_middleware(),
            ],
        )
        try:
            yield Office(application=application, provider=provider, app=whole)
        finally:
            secrets_singleton._reset()  # the process is shared with other tests
            bootstrap.stop()


def told(browser: TestClient) -> object:
    return browser.get("/told").json()


def forged(office: Office, **changed: object) -> str:
    """A cookie with our signature, for somebody whose sign-in differs from a real one."""
    claims = {
        "is_logged_in": True,
        "origin": PUBLIC_URL,
        "email": "ann@example.org",
        "roles": ["maker"],
        "sub": "ann",
        "iat": datetime.now(UTC).timestamp(),
    }
    secret = cookie_secret(office.application.settings.data_dir)
    return create_signed_value(secret, COOKIE, json.dumps(claims | changed)).decode()


def with_cookie(office: Office, value: str) -> object:
    browser = office.browser()
    browser.cookies.set(COOKIE, value, domain="localhost.local")
    return told(browser)


def test_nobody_is_signed_in_before_the_provider_said_so(office: Office) -> None:
    with office.browser() as browser:
        assert told(browser) is None
        assert browser.get("/thumbs/any").status_code == 401
        assert browser.get("/health").status_code == 200


def test_the_provider_says_who_somebody_is_and_the_cookie_keeps_it(office: Office) -> None:
    browser = office.browser()

    set_by_us = sign_in(browser, office.provider, "ann")

    cookies = [one for one in set_by_us if one.startswith(COOKIE)]
    assert cookies
    assert all("HttpOnly" in one and "SameSite=lax" in one for one in cookies)
    assert told(browser) == ["ann@example.org", ["maker"]]
    assert browser.get("/thumbs/any").status_code == 403  # known, and the address is no clip's


def test_the_callback_asks_with_our_address_and_a_state_of_its_own(office: Office) -> None:
    asked = ask(office.browser())

    assert "redirect_uri=http%3A%2F%2Flocalhost%3A8501%2Foauth2callback" in asked
    assert state_of(asked) != state_of(ask(office.browser()))


def test_whoever_opened_a_link_comes_back_to_it_signed_in(office: Office) -> None:
    browser = office.browser()
    link = "/decision?campaign=c1"
    browser.headers["referer"] = f"{PUBLIC_URL}{link}"

    answered = browser.get(office.provider.agree(ask(browser), "ann"), follow_redirects=False)

    assert answered.headers["location"] == link
    assert told(browser) == ["ann@example.org", ["maker"]]


def test_an_answer_to_a_question_that_this_browser_never_asked_signs_nobody_in(
    office: Office,
) -> None:
    theirs, ours = office.browser(), office.browser()
    back = office.provider.agree(ask(theirs), "ann")
    ask(ours)

    reply = ours.get(back, follow_redirects=False)

    assert reply.headers["location"] == "/"
    assert told(ours) is None


def test_a_cookie_in_several_parts_is_put_together(office: Office) -> None:
    browser = office.browser()

    sign_in(browser, office.provider, "mary")

    assert f"{COOKIE}_2" in browser.cookies
    assert told(browser) == ["mary@example.org", ["maker"]]


def test_an_address_that_was_never_confirmed_opens_nothing(office: Office) -> None:
    browser = office.browser()

    sign_in(browser, office.provider, "eve")

    assert told(browser) == "shut out"
    assert browser.get("/thumbs/any").status_code == 401


def test_signing_out_ends_the_sign_in_wherever_its_cookie_lies(office: Office) -> None:
    browser = office.browser()
    sign_in(browser, office.provider, "ann")
    copied = office.browser()
    copied.cookies.update(browser.cookies)
    assert told(copied) == ["ann@example.org", ["maker"]]

    reply = browser.get("/auth/logout", follow_redirects=False)

    assert reply.headers["location"].startswith(f"{office.provider.url}/oauth2/end_session")
    assert told(browser) is None
    assert told(copied) is None


def test_a_foreign_page_signs_nobody_out(office: Office) -> None:
    browser = office.browser()
    sign_in(browser, office.provider, "ann")

    reply = browser.get("/auth/logout", headers={"Sec-Fetch-Site": "cross-site"})

    assert reply.status_code == 403
    assert told(browser) == ["ann@example.org", ["maker"]]


def test_the_role_file_goes_before_the_providers_word_and_counts_at_once(office: Office) -> None:
    browser, file = office.browser(), office.application.people.role_file_path
    sign_in(browser, office.provider, "ravi")
    assert told(browser) == ["ravi@example.org", ["rater"]]

    file.write_text('[people]\n"ravi@example.org" = ["operator"]\n', encoding="utf-8")
    try:
        assert told(browser) == ["ravi@example.org", ["operator"]]
    finally:
        file.unlink()


def test_whoever_is_shut_out_stays_out_with_a_good_cookie(office: Office) -> None:
    browser, people = office.browser(), office.application.people
    sign_in(browser, office.provider, "ravi")
    told(browser)
    boss = people.by_claims({"email": "boss@example.org", "roles": ["admin"]}, datetime.now(UTC))

    people.disable(boss, "ravi@example.org", datetime.now(UTC), is_disabled=True)
    try:
        assert told(browser) == "shut out"
        assert browser.get("/clips/any").status_code == 401
    finally:
        people.disable(boss, "ravi@example.org", datetime.now(UTC), is_disabled=False)


def test_a_sign_in_is_worth_nothing_after_its_hours(office: Office) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=12, seconds=1)

    assert with_cookie(office, forged(office)) == ["ann@example.org", ["maker"]]
    assert with_cookie(office, forged(office, iat=long_ago.timestamp())) is None


@pytest.mark.parametrize(
    "changed", [{"iat": None}, {"is_logged_in": False}, {"origin": "http://localhost:9999"}]
)
def test_a_cookie_that_is_not_for_here_and_now_is_none(
    office: Office, changed: dict[str, object]
) -> None:
    assert with_cookie(office, forged(office, **changed)) is None


def test_a_changed_cookie_and_one_of_another_secret_are_none(
    office: Office, tmp_path: Path
) -> None:
    good = forged(office)
    foreign = create_signed_value(cookie_secret(tmp_path), COOKIE, good.split(".", maxsplit=1)[0])

    assert with_cookie(office, good[:5] + ("A" if good[5] != "A" else "B") + good[6:]) is None
    assert with_cookie(office, good[:-2]) is None
    assert with_cookie(office, foreign.decode()) is None
    assert with_cookie(office, "chunks-2") is None
