"""Who comes in by the pages: the real shell script, for people whom a provider knows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.ui.pages import ROOT, SHELL, checked, words
from videogen import bootstrap, store
from videogen.bootstrap import Application
from videogen.settings import Settings
from videogen.texts import t


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    st.cache_resource.clear()
    yield bootstrap.start(
        Settings(
            data_dir=tmp_path_factory.mktemp("data"),
            comfy_urls=(),
            public_url="http://localhost:8501",
            oidc_metadata_url="http://127.0.0.1:1/.well-known/openid-configuration",
        )
    )
    bootstrap.stop()


def came(*roles: str, name: str = "ann", page: str | None = None, **claims: object) -> AppTest:
    """Signed in as the provider says; `page` is gone to after the first one."""
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    app.query_params["lang"] = "en"
    app.user = {
        "is_logged_in": True,
        "email": f"{name}@example.org",
        "email_verified": True,
        "name": f"{name.title()} Srisuk",
        "roles": list(roles),
        "iat": datetime.now(UTC).timestamp(),
    } | claims
    checked(app.run())
    if page is not None:
        checked(app.switch_page(str(ROOT / "pages" / page)).run())
    return app


def keys(app: AppTest) -> set[str | None]:
    return {button.key for button in app.button}


@pytest.mark.usefixtures("office")
def test_whoever_is_not_signed_in_gets_one_button_and_no_data() -> None:
    app = came(is_logged_in=False)

    assert t("sign_in.title", "en") in words(app)
    assert keys(app) == {"sign_in"}
    assert "vg-strip" not in words(app)


def test_a_sign_in_that_is_over_is_asked_for_again(office: Application) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=office.settings.sign_in_hours)

    app = came("admin", iat=long_ago.timestamp())

    assert t("sign_in.ended", "en") in words(app)
    assert keys(app) == {"sign_in"}


def test_whoever_has_no_role_is_told_by_which_name_an_administrator_finds_them(
    office: Application,
) -> None:
    app = came(name="nid")

    assert t("no_entry.no_role.title", "en") in words(app)
    assert "nid@example.org" in words(app)
    assert keys(app) == {"sign_out"}
    assert store.known_person(office.database, "nid@example.org") is not None


def test_an_account_that_does_not_say_who_it_is_comes_no_further(office: Application) -> None:
    app = came("admin", name="eve", email_verified=False)

    assert t("no_entry.unknown.title", "en") in words(app)
    assert store.known_person(office.database, "eve@example.org") is None


@pytest.mark.parametrize(
    ("role", "empty"),
    [("rater", "rate.empty_title"), ("maker", "create.nothing"), ("stakeholder", "welcome.title")],
)
@pytest.mark.usefixtures("office")
def test_everybody_lands_where_their_work_is(role: str, empty: str) -> None:
    app = came(role, name=role)

    assert t(empty, "en") in words(app)
    assert f"{role}@example.org" in words(app)


@pytest.mark.usefixtures("office")
def test_a_page_that_does_not_open_says_which_roles_open_it() -> None:
    app = came("rater", name="ravi", page="7_costs.py")

    assert t("door.title", "en", page=t("nav.costs", "en")) in words(app)
    assert "Operator, Stakeholder, Administrator" in words(app)
    assert not app.title


def test_a_role_that_was_taken_away_counts_at_the_next_click(office: Application) -> None:
    app = came("admin", name="som", page="11_account.py")
    assert t("people.title", "en") in [one.value for one in app.header]

    office.people.role_file_path.write_text(
        '[people]\n"som@example.org" = "maker"\n', encoding="utf-8"
    )
    checked(app.run())

    office.people.role_file_path.unlink()
    assert t("people.title", "en") not in [one.value for one in app.header]


def test_a_token_is_shown_once(office: Application) -> None:
    app = came("maker", name="mali", page="11_account.py")

    app.text_input(key="token_0_label").set_value("nightly")
    app.multiselect(key="token_0_scopes").set_value([t("permission.generate", "en")])
    made = next(one for one in app.button if one.label == t("tokens.make", "en"))
    checked(made.click().run())

    (text,) = (one.value for one in app.code)
    token = office.people.by_token(text, datetime.now(UTC))
    assert token.name == "mali@example.org"
    assert [one.value for one in token.permissions] == ["generate"]
    assert len(app.multiselect(key="token_1_scopes").options) == 2  # a maker's own permissions

    checked(app.button(key="token_noted").click().run())

    assert not app.code
    assert "nightly" in words(app)
    checked(app.button(key="token_revoke").click().run())
    assert t("tokens.revoked", "en") in words(app)


def test_an_administrator_closes_an_account_and_its_open_page_ends(office: Application) -> None:
    theirs = came("maker", name="zoe")
    boss = came("admin", name="boss", page="11_account.py")

    boss.selectbox(key="person_chosen").set_value("zoe@example.org").run()
    checked(boss.button(key="person_turn").click().run())

    assert t("people.is_closed", "en") in words(boss)
    assert t("no_entry.closed.title", "en") in words(checked(theirs.run()))


def test_a_role_file_that_cannot_be_read_lets_nobody_in(office: Application) -> None:
    file: Path = office.people.role_file_path
    file.write_text("[people\n", encoding="utf-8")

    app = came("admin", name="late")

    file.unlink()
    assert "access.toml" in words(app)
    assert not app.title
