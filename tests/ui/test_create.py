"""The Create page with a real ComfyUI protocol behind it: the sandbox, as a process of its own."""

import dataclasses
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.evidence.records import clip
from tests.sandbox_servers import play_faults
from tests.ui.pages import checked, visit, words
from tests.ui.rating import begin, campaign_with_clips
from tests.ui.stocked import ended_campaign
from videogen import bootstrap, store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.condition import BackendKind
from videogen.domain.feedback import Thumb
from videogen.domain.run import Origin, RunStatus
from videogen.settings import Settings
from videogen.texts import t

PATIENCE_S = 30.0


@pytest.fixture(scope="module")
def sandbox(shared_servers: SandboxProcess) -> SandboxProcess:
    play_faults(shared_servers, [])
    return shared_servers


@pytest.fixture
def connected(
    sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Application]:
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VIDEOGEN_COMFY_URLS", sandbox.comfy_url)
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    st.cache_resource.clear()
    application = bootstrap.start(Settings())
    condition = application.conditions[0]
    deadline = time.monotonic() + PATIENCE_S
    while application.origin_for(condition) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    yield application
    bootstrap.stop()


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("lang", ["en", "th"])
def test_an_empty_prompt_gets_one_line_that_names_the_field(lang: str) -> None:
    app = visit("3_create.py", lang=lang)

    checked(app.button(key="go").click().run())

    assert app.error[0].proto.title.startswith(t("field.prompt", lang))
    assert app.error[0].value


@pytest.mark.usefixtures("connected")
def test_a_prompt_of_twenty_thousand_characters_is_refused_in_one_line() -> None:
    app = visit("3_create.py")

    app.text_area(key="create_prompt").set_value("a" * 20_000)
    checked(app.button(key="go").click().run())

    assert app.error[0].proto.title.startswith(t("field.prompt", "en"))
    assert len(app.error[0].proto.title) < 300


@pytest.mark.usefixtures("connected")
def test_what_cannot_run_now_is_named_with_its_reason_and_is_no_choice() -> None:
    app = choosing_myself()

    assert app.radio(key="create_condition").options == [
        "AnimateDiff",
        "AnimateDiff long",
        "WAN 1.3B",
        "WAN 14B",
        "WAN 14B distill",
        "WAN 14B 720p",
        "WAN 1.3B native",
        "WAN 14B native",
    ]
    assert t("create.reason.no_cloud", "en") in words(app)
    assert t("create.reason.retired", "en") in words(app)


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("lang", ["en", "th"])
def test_the_rules_choose_and_say_why_before_the_button(lang: str) -> None:
    app = visit("3_create.py", lang=lang)

    said = words(app)
    reason = t("routing.reason.simple", lang, condition=t("condition.animatediff", lang))
    assert reason in said
    assert "create_condition" not in {one.key for one in app.radio}


def test_a_clip_that_the_rules_sent_says_where_it_was_made(connected: Application) -> None:
    app = visit("3_create.py")
    app.text_area(key="create_prompt").set_value("A paper boat")
    checked(app.button(key="go").click().run())

    run_id = asked_run(app)
    _wait_until_ended(connected, run_id)

    run = store.get_run(connected.database, run_id)
    # The rules' choice unless its server was slow to answer: then the next of the chain made it.
    made_by = next(one for one in connected.conditions if one.condition_id == run.routed_to)
    assert made_by.backend is not BackendKind.ROUTED
    said = words(visit("5_runs.py", run=run_id))
    assert t(f"condition.{made_by.name}", "en") in said
    chosen = t(f"condition.{run.route['facts']['condition']}", "en")
    assert t(str(run.route["reason"]), "en", condition=chosen) in said


def test_a_clip_is_made_and_shown_with_its_figures(connected: Application) -> None:
    app = visit("3_create.py")
    app.text_area(key="create_prompt").set_value("A paper boat")
    assert app.button(key="go").label == t("create.go_free", "en")

    checked(app.button(key="go").click().run())

    run_id = asked_run(app)
    _wait_until_ended(connected, run_id)
    run = store.get_run(connected.database, run_id)
    assert (run.status, run.origin) == (RunStatus.SUCCEEDED, Origin.SANDBOX)
    said = words(checked(app.run()))
    assert f'src="{connected.clip_url(str(run.clip_id))}"' in said
    assert t("sandbox.short", "en") in said


def test_run_again_puts_prompt_condition_and_seed_back_into_the_form(
    connected: Application,
) -> None:
    app = choosing_myself()
    app.text_area(key="create_prompt").set_value("A paper boat")
    app.button(key="go").click().run()
    run_id = asked_run(app)
    _wait_until_ended(connected, run_id)
    app.run()
    app.text_area(key="create_prompt").set_value("Something else").run()

    checked(app.button(key=f"again_{run_id}").click().run())

    run = store.get_run(connected.database, run_id)
    assert app.text_area(key="create_prompt").value == "A paper boat"
    assert app.number_input(key="create_seed").value == run.seed
    assert app.radio(key="create_condition").value == run.condition_id


def test_what_goes_on_from_a_clip_keeps_its_prompt_and_says_what_stands_in_the_form(
    connected: Application,
) -> None:
    app = visit("3_create.py")
    app.text_area(key="create_prompt").set_value("A paper boat")
    app.button(key="go").click().run()
    run_id = asked_run(app)
    _wait_until_ended(connected, run_id)
    app.run()
    app.text_area(key="create_prompt").set_value("").run()

    checked(app.button(key=f"continue_{run_id}").click().run())

    assert app.text_area(key="create_prompt").value == "A paper boat"
    assert "last_frame_" in words(app)
    assert [one.value for one in app.toast] == [t("create.continued", "en")]
    assert not app.run().toast


def test_a_routed_clip_names_what_made_it(connected: Application) -> None:
    campaign = ended_campaign(connected, n_prompts=1)
    made = store.campaign_runs(connected.database, campaign.campaign_id)[0]
    hybrid = next(one for one in connected.conditions if one.backend is BackendKind.ROUTED)
    routed = dataclasses.replace(
        made,
        run_id="routed",
        campaign_id=None,
        condition_id=hybrid.condition_id,
        routed_to=made.condition_id,
    )
    store.save(connected.database, hybrid, routed)

    shown = words(visit("3_create.py", run="routed"))

    assert re.search("(WAN 1.3B|AnimateDiff), chosen by the rules", shown)


def test_a_maker_says_of_his_clip_whether_he_likes_it_and_would_use_it(
    connected: Application,
) -> None:
    campaign = ended_campaign(connected, n_prompts=1)
    rated = store.campaign_runs(connected.database, campaign.campaign_id)[0]
    own = dataclasses.replace(rated, run_id="own", campaign_id=None, clip_id="own")
    store.save(connected.database, own, clip("own", "own"), clip("panels", rated.run_id))
    app = visit("3_create.py", run="own")

    checked(app.segmented_control(key="thumb_own_guest").set_value("down").run())
    checked(app.segmented_control(key="would_use_own_guest").set_value("no").run())

    (said,) = store.feedback_of_clip(connected.database, "own")
    assert (said.who, said.thumb, said.would_use) == ("guest", Thumb.DOWN, False)
    assert t("feedback.saved", "en", who="guest") in words(app)
    again = visit("5_runs.py", run="own")
    assert again.segmented_control(key="thumb_own_guest").value == "down"
    keys = {str(one.key) for one in visit("3_create.py", run=rated.run_id).segmented_control}
    assert not {key for key in keys if key.startswith("thumb")}


def choosing_myself() -> AppTest:
    app = visit("3_create.py")
    app.session_state["create_how"] = "own"
    return checked(app.run())


def asked_run(app: AppTest) -> str:
    """The run in the page's address."""
    asked = app.query_params["run"]
    return asked if isinstance(asked, str) else asked[0]


def _wait_until_ended(application: Application, run_id: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if store.get_run(application.database, run_id).status.is_final:
            return
        time.sleep(0.05)
    raise TimeoutError(run_id)


def test_an_address_chooses_a_condition_and_its_slot_comes_with_it(connected: Application) -> None:
    wan = next(one for one in connected.conditions if one.name == "wan-i2v-14b")

    app = visit("3_create.py", condition=wan.condition_id)

    assert app.radio(key="create_condition").value == wan.condition_id
    assert t("slot.image", "en") in words(app)
    assert app.button(key="go").disabled
    assert t("create.condition_unknown", "en", condition="none") in words(
        visit("3_create.py", condition="none")
    )


@pytest.mark.usefixtures("connected")
def test_what_cannot_meet_a_limit_says_why_and_is_not_chosen() -> None:
    app = visit("3_create.py")

    checked(app.number_input(key="needs_duration_s").set_value(60.0).run())

    said = words(app)
    assert t("routing.reason.nothing_serves", "en") in said
    assert t("auto.ruled_out", "en") in said
    assert app.button(key="go").disabled
    assert any(t("needs.title_set", "en", n=1) == one.label for one in app.expander)


def test_who_still_rates_learns_what_makes_a_clip_but_not_why(connected: Application) -> None:
    begin(connected, campaign_with_clips(connected), "Nok")
    app = visit("3_create.py")
    others = words(app)
    app.session_state["who"] = "Nok"

    rating = words(checked(app.run()))

    assert t("auto.blind", "en") in rating
    assert t("auto.in_line", "en") not in rating
    assert t("auto.blind", "en") not in others
    assert t("auto.in_line", "en") in others
