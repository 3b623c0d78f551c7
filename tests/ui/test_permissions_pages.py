"""Every page as nobody and as each role gets it, and what of it is kept from whom."""

import dataclasses
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.pages import words
from tests.ui.rating import begin, campaign_with_clips, rate_clips
from tests.ui.signed_in import SCREENS, come, go, mail, team_application
from videogen import bootstrap, store
from videogen.access import PAGES, ROLE_PERMISSIONS
from videogen.bootstrap import Application
from videogen.domain.access import Role
from videogen.domain.campaign import Campaign
from videogen.domain.run import RunStatus
from videogen.texts import t

RATERS = ("Anong Srisuk", "Boonmi Thongdee")
OWN = ("rate", "compare", "account")  # pages of whoever only rates
ASKERS: tuple[Role | None, ...] = (None, *Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    application: Application
    campaign: Campaign


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """One rated campaign; everybody has a browser of their own."""
    folder: Path = tmp_path_factory.mktemp("team")
    application = team_application(folder)
    campaign = campaign_with_clips(application)
    for place, name in enumerate(RATERS):
        session = begin(application, campaign, name)
        rate_clips(application, session, 6, score=3 + place)
    yield Team(application=application, campaign=campaign)
    bootstrap.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browsers(team: Team) -> dict[Role | None, AppTest]:
    return {role: come(role) for role in ASKERS}


def is_refused(app: AppTest, screen: str) -> bool:
    """Told that it is none of theirs, or asked to sign in, and nothing else."""
    said = words(app)
    shut = t("door.title", "en", page=t(f"nav.{screen}", "en"))
    return shut in said or t("sign_in.title", "en") in said


@pytest.mark.parametrize("screen", SCREENS)
def test_permission_of_nobody_and_of_each_role_at_a_page(
    browsers: dict[Role | None, AppTest], screen: str
) -> None:
    door = PAGES[screen]

    refused = {role: is_refused(go(app, screen), screen) for role, app in browsers.items()}

    assert refused == {
        role: role is None or not door.opens_for & ROLE_PERMISSIONS[role] for role in ASKERS
    }


def test_permission_table_of_pages_names_every_page_and_no_other() -> None:
    assert set(SCREENS) == set(PAGES)


def test_permission_to_see_raters_decides_whether_they_have_names(
    browsers: dict[Role | None, AppTest],
) -> None:
    of_operator = words(go(browsers[Role.OPERATOR], "compare", tab="quality"))
    of_stakeholder = words(go(browsers[Role.STAKEHOLDER], "compare", tab="quality"))

    assert [name in of_operator for name in RATERS] == [True, True]
    assert [name in of_stakeholder for name in RATERS] == [False, False]
    assert "Rater 1" in of_stakeholder
    assert "Rater 2" in of_stakeholder
    for screen in ("decision", "campaigns", "runs", "costs", "models", "account"):
        said = words(go(browsers[Role.STAKEHOLDER], screen))
        assert [name for name in RATERS if name in said] == [], screen


def test_who_may_only_rate_has_no_permission_to_learn_of_conditions(
    team: Team, browsers: dict[Role | None, AppTest]
) -> None:
    labels = [t(f"condition.{name}", "en") for name in ("wan-1.3b", "animatediff")]

    for screen in ("rate", "compare", "account"):
        app = go(browsers[Role.RATER], screen)
        said = words(app)
        assert [label for label in labels if label in said] == [], screen
        assert [one for one in PAGES if f'href="/{one}' in said and one not in OWN] == [], screen
        assert "$" not in said, screen
        offered = [option for one in app.multiselect for option in one.options]
        assert offered == [t("permission.rate", "en")][: screen == "account"]
    assert t("pairs.start", "en") in words(go(browsers[Role.RATER], "compare"))


def test_permission_to_plan_and_to_decide_draws_the_forms(
    team: Team, browsers: dict[Role | None, AppTest]
) -> None:
    campaign_id = team.campaign.campaign_id
    stakeholder, operator = browsers[Role.STAKEHOLDER], browsers[Role.OPERATOR]

    planned = go(stakeholder, "campaigns")
    assert "plan_name" not in [one.key for one in planned.text_input]
    assert t("role.operator", "en") in words(planned)
    assert "plan_name" in [one.key for one in go(operator, "campaigns").text_input]
    decided = go(operator, "decision", campaign=campaign_id)
    assert "freeze_who" not in [one.key for one in decided.text_input]
    decided = go(stakeholder, "decision", campaign=campaign_id)
    (signed,) = [one for one in decided.text_input if one.key == "freeze_who"]
    assert (signed.value, signed.disabled) == (mail(Role.STAKEHOLDER), True)
    costs = go(stakeholder, "costs", campaign=campaign_id)
    assert "price_amount" not in [one.key for one in costs.text_input]
    assert "price_amount" in [one.key for one in go(operator, "costs").text_input]
    system = go(operator, "system", tab="money")
    assert "thresholds_why" not in [one.key for one in system.text_input]


def test_permission_over_a_run_is_its_owners_and_the_operators(
    team: Team, browsers: dict[Role | None, AppTest]
) -> None:
    database = team.application.database
    (others, own, *_) = store.campaign_runs(database, team.campaign.campaign_id)
    mine = dataclasses.replace(own, owner=mail(Role.MAKER))
    store.save(database, mine)
    assert mine.status is RunStatus.SUCCEEDED

    def keys(role: Role, run_id: str) -> list[str | None]:
        return [one.key for one in go(browsers[role], "runs", run=run_id).button]

    assert "requeue" in keys(Role.MAKER, mine.run_id)
    assert "requeue" not in keys(Role.MAKER, others.run_id)
    assert "requeue" in keys(Role.OPERATOR, others.run_id)
    assert "requeue" not in keys(Role.STAKEHOLDER, others.run_id)


def test_permission_to_go_on_with_a_session_is_its_raters(team: Team) -> None:
    own = begin(team.application, team.campaign, mail(Role.RATER, "chalida"))

    opened = {
        name: go(come(Role.RATER, name), "rate", session=own.session_id).query_params.get("session")
        for name in ("chalida", "decha")
    }

    assert opened == {"chalida": own.session_id, "decha": None}
