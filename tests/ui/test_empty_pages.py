import pytest

from tests.ui.pages import PAGES, checked, labelled, read, visit, words
from videogen import store
from videogen.bootstrap import Application
from videogen.texts import LANGUAGES, t


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_an_empty_machine(page: str, lang: str) -> None:
    app = visit(page, lang=lang)

    assert t("header.no_backends", lang) in words(app)


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_fresh_machine_offers_the_sandbox_and_the_real_thing(lang: str) -> None:
    said = words(visit(lang=lang))

    assert t("welcome.try", lang) in said
    assert t("welcome.connect", lang) in said


@pytest.mark.usefixtures("application")
def test_empty_pages_say_what_to_do_next() -> None:
    assert t("create.nothing_text", "en") in words(visit("3_create.py"))
    assert t("campaigns.empty", "en") in words(visit("4_campaigns.py"))
    assert t("runs.empty_text", "en") in words(visit("5_runs.py"))
    assert t("rate.empty_title", "en") in words(visit("2_rate.py"))


@pytest.mark.usefixtures("application")
def test_the_language_switch_changes_every_text() -> None:
    app = visit("9_system.py", lang="en")

    app.session_state["language"] = "th"
    checked(app.run())

    assert app.title[0].value == t("system.title", "th")


@pytest.mark.usefixtures("application")
def test_an_address_that_is_none_gets_one_line_that_names_the_field() -> None:
    app = visit("9_system.py")

    app.text_input(key="server_url").set_value("not an address")
    checked(labelled(app, "system.test").click().run())

    assert app.error[0].proto.title.startswith(t("field.url", "en"))


@pytest.mark.usefixtures("application")
def test_a_server_that_does_not_answer_is_called_down_with_a_hint() -> None:
    app = visit("9_system.py")

    app.text_input(key="server_url").set_value("http://127.0.0.1:9")
    checked(labelled(app, "system.test").click().run())

    assert "127.0.0.1:9" in read(app.error[0].proto.title)
    assert app.error[0].value


def test_nothing_can_start_while_no_back_end_is_connected(application: Application) -> None:
    app = visit("4_campaigns.py")

    assert t("campaigns.n_runs", "en") in words(app)
    assert "plan_start" not in {button.key for button in app.button}
    assert store.campaigns(application.database) == []


@pytest.mark.usefixtures("application")
def test_the_address_opens_a_tab_of_system_and_only_that_one_is_worked_out() -> None:
    app = visit("9_system.py", tab="data")

    heads = [one.value for one in app.header]

    assert heads == [t(key, "en") for key in ("upkeep.title", "system.disk", "system.versions")]
