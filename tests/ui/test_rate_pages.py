"""The Rate page around its player: the way in, and what comes after a session."""

from datetime import UTC, datetime

import pytest

from tests.panel.campaigns import make_panel
from tests.panel.sitting_down import rate_all
from tests.ui.pages import checked, labelled, visit, words
from videogen.bootstrap import Application
from videogen.domain.rating import PanelSession
from videogen.panel import start
from videogen.store import get_session, round_exits
from videogen.texts import LANGUAGES, t

N_PROMPTS, N_CONDITIONS = 16, 3  # 48 clips: more than one session


@pytest.fixture
def session(application: Application) -> PanelSession:
    """A first session that has been rated to its end."""
    now = datetime.now(UTC)
    panel = make_panel(
        application.database, n_prompts=N_PROMPTS, n_conditions=N_CONDITIONS, seeds=(1,)
    )
    begun = start(application.database, "c1", "Malee", seed=3, now=now)
    rate_all(panel, begun, now)
    return begun


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_entry_says_what_awaits_and_how_to_rate(application: Application, lang: str) -> None:
    make_panel(application.database, n_prompts=N_PROMPTS, n_conditions=N_CONDITIONS, seeds=(1,))

    said = words(visit("2_rate.py", lang=lang))

    assert t("rate.waiting_long", lang, n_left=48, n_sessions=2, minutes=9) in said
    assert t("rate.rule_overall", lang) in said


@pytest.mark.usefixtures("application")
def test_after_a_session_with_clips_left_the_next_one_is_offered(session: PanelSession) -> None:
    said = words(visit("2_rate.py", session=session.session_id))

    assert t("rate.thanks_session_title", "en") in said
    assert t("rate.next_session", "en") in said
    assert t("rate.to_decision", "en") not in said


def test_who_is_done_leaves_the_round_and_may_see_the_results(
    application: Application, session: PanelSession
) -> None:
    app = visit("2_rate.py", session=session.session_id)

    checked(labelled(app, "rate.done_yes").click().run())

    assert [one.rater_id for one in round_exits(application.database, "c1")] == [session.rater_id]
    assert get_session(application.database, session.session_id).ended_at is not None
    assert t("rate.thanks_left", "en") in words(app)
    assert t("rate.to_decision", "en") in words(app)
