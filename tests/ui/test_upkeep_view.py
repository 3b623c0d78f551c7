"""System, Data: the newest backup first; what is made and checked there is told there."""

import dataclasses
from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from tests.store.records import make_clip
from tests.ui.pages import checked, labelled, visit, words
from videogen.bootstrap import Application
from videogen.texts import t
from videogen.ui import media


def test_a_backup_is_made_and_a_check_is_shown(application: Application) -> None:
    app = visit("9_system.py", tab="data")
    assert t("upkeep.none", "en") in words(app)

    checked(labelled(app, "upkeep.back_up").click().run())
    assert application.upkeep.status().newest is not None
    assert t("upkeep.none", "en") not in words(app)

    checked(labelled(app, "upkeep.check").click().run())
    assert "0 files and all rows agree" in words(app)
    assert "that nothing needs: 0 (0 B)" in words(app)


def test_a_removed_clip_shows_its_thumbnail_and_the_day(application: Application) -> None:
    del application

    def page() -> None:
        import streamlit as st

        from tests.ui.test_upkeep_view import removed_clip

        st.html(removed_clip())

    said = words(checked(AppTest.from_function(page).run()))

    assert "was removed on 2 Mar 2026" in said
    assert "<video" not in said
    assert "/thumbs/" in said


def removed_clip() -> str:
    gone = datetime(2026, 3, 2, tzinfo=UTC)
    clip = dataclasses.replace(make_clip("c1", "r1"), file_removed_at=gone)
    return media.clip_player(clip, alt="a boat")
