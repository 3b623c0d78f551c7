"""Pages as somebody gets them who has signed in with a role."""

import time
from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.ui.pages import PAGES, ROOT, SHELL, checked
from videogen import bootstrap
from videogen.bootstrap import Application
from videogen.domain.access import Role
from videogen.settings import Settings

SCREENS = {file.removesuffix(".py").split("_", 1)[1]: file for file in PAGES}  # by its name
OUTSIDE = "https://sign-in.example/metadata"


def team_application(data_dir: Path) -> Application:
    """A real application into which people sign in; `bootstrap.stop` ends it."""
    st.cache_resource.clear()
    return bootstrap.start(
        Settings(
            data_dir=data_dir,
            comfy_urls=(),
            oidc_metadata_url=OUTSIDE,
            oidc_client_id="videogen",
            oidc_client_secret="between-the-two-servers",  # type: ignore[arg-type]
            public_url="http://localhost:8501",
        )
    )


def mail(role: Role | None, name: str | None = None) -> str:
    return f"{name or (role.value if role else 'nobody')}@example.org"


def come(role: Role | None, name: str | None = None) -> AppTest:
    """A visitor's first page; None: nobody has signed in."""
    app = AppTest.from_file(str(SHELL), default_timeout=30)
    if role is not None:
        app.user = {
            "is_logged_in": True,
            "email": mail(role, name),
            "roles": [role.value],
            "iat": int(time.time()),
        }
    app.query_params["lang"] = "en"
    return checked(app.run())


def go(app: AppTest, screen: str, **query: str) -> AppTest:
    """On to another page."""
    app.query_params = {"lang": "en", **query}
    return checked(app.switch_page(str(ROOT / "pages" / SCREENS[screen])).run())
