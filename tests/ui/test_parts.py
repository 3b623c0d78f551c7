"""Parts that are drawn again by themselves ask who is there, as the shell does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from videogen import bootstrap
from videogen.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PARTS = ROOT / "videogen" / "ui" / "parts.py"


@pytest.fixture(scope="module")
def _application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    st.cache_resource.clear()
    bootstrap.start(Settings(data_dir=tmp_path_factory.mktemp("data"), comfy_urls=()))
    yield
    bootstrap.stop()


def page() -> None:
    import streamlit as st

    from videogen.ui import parts, who

    n_runs = st.session_state.get("n_runs", 0)
    st.session_state["n_runs"] = n_runs + 1
    parts.came_in(who.person())
    if n_runs == 0:
        # As if a role had been lost since the shell looked.
        st.session_state[parts.CAME_IN_WITH] = frozenset({"rate"})

    def draw() -> None:
        st.text("figures")

    parts.fragment(draw)()
    st.text(f"drawn in run {n_runs}")


@pytest.mark.usefixtures("_application")
def test_a_part_whose_visitor_lost_a_role_is_not_drawn_before_the_shell_has_looked_again() -> None:
    app = AppTest.from_function(page).run()

    assert [one.value for one in app.text] == ["figures", "drawn in run 1"]


def test_every_part_that_is_drawn_by_itself_asks_who_is_there() -> None:
    sources = [*(ROOT / "videogen" / "ui").glob("*.py"), *(ROOT / "pages").glob("*.py")]

    without = [one.name for one in sources if "st.fragment" in one.read_text(encoding="utf-8")]

    assert without == [PARTS.name]
