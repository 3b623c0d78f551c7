import pytest

from tests.ui.pages import PAGES, checked, read, visit, words
from tests.ui.stocked import NOW, ended_campaign
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.run import Origin, RunStatus
from videogen.runs.plan import plan_run
from videogen.texts import LANGUAGES, t


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_a_machine_with_data(
    page: str, lang: str, application: Application
) -> None:
    ended_campaign(application)

    visit(page, lang=lang)


def test_the_decision_marks_simulated_data_and_names_its_candidate(
    application: Application,
) -> None:
    ended_campaign(application)

    said = words(visit())

    assert t("sandbox.marker", "en") in said
    assert t("verdict.not_yet", "en") in said
    assert "WAN 1.3B" in said


def test_the_cards_hold_value_threshold_n_and_verdict(application: Application) -> None:
    ended_campaign(application, n_prompts=30)

    said = words(visit())

    assert "$0.035" in said
    assert "at most $1.50" in said
    assert "8.2 GB" in said
    assert "at most 22.0 GB" in said
    assert t("decision.n.success", "en", n=30) in said
    assert t("criterion_verdict.pass", "en") in said


def test_the_matrix_shows_claims_beside_what_was_measured(application: Application) -> None:
    campaign = ended_campaign(application)

    said = words(visit())

    assert t("matrix.claimed", "en", value="8.0 GB – 12.0 GB") in said
    assert f"campaign={campaign.campaign_id}" in said


def test_a_campaigns_name_is_text_and_never_markup(application: Application) -> None:
    ended_campaign(application)

    said = words(visit("4_campaigns.py"))

    assert "WAN &lt;or&gt; not" in said
    assert "WAN <or> not" not in said


def test_an_address_filters_the_runs(application: Application) -> None:
    ended_campaign(application, n_failed=2)

    said = words(visit("5_runs.py", status="failed"))

    assert said.count("vg-chip-fail") == 4
    assert t("failure.out_of_vram", "en") in said


def test_a_filter_that_no_run_meets_says_so(application: Application) -> None:
    ended_campaign(application)

    assert t("runs.none_match", "en") in words(visit("5_runs.py", status="lost"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_failed_run_says_what_happened_and_what_to_do(
    lang: str, application: Application
) -> None:
    ended_campaign(application, n_failed=1)
    failed = store.find_runs(application.database, status=RunStatus.FAILED)[0]

    app = visit("5_runs.py", lang=lang, run=failed.run_id)

    assert t("failure.out_of_vram", lang) in app.error[0].proto.title
    assert app.error[0].value
    assert "{" not in app.error[0].proto.title + app.error[0].value


def test_requeueing_makes_a_new_run_and_keeps_the_old(application: Application) -> None:
    ended_campaign(application, n_failed=1)
    failed = store.find_runs(application.database, status=RunStatus.FAILED)[0]
    app = visit("5_runs.py", run=failed.run_id)

    checked(app.button(key="requeue").click().run())

    new = store.find_runs(application.database, status=RunStatus.QUEUED)
    assert [run.requeued_from for run in new] == [failed.run_id]
    assert store.get_run(application.database, failed.run_id).status is RunStatus.FAILED


def test_a_run_shows_its_cost_memory_and_attempt(application: Application) -> None:
    ended_campaign(application)
    run = store.find_runs(application.database, status=RunStatus.SUCCEEDED)[0]

    app = visit("5_runs.py", run=run.run_id)

    assert "4 min 21 s" in words(app)
    assert t("run.attempt", "en", ordinal=1, backend="comfy@127.0.0.1:8188") in {
        read(one.label).split(" · ")[0] for one in app.expander
    }


def test_a_run_that_waits_is_cancelled_by_its_button(application: Application) -> None:
    run = plan_run(
        application.database,
        condition=application.conditions[0],
        prompt_text="A paper boat",
        seed=7,
        owner="Nok",
        origin=Origin.SANDBOX,
        now=NOW,
    )
    app = visit("5_runs.py", run=run.run_id)
    assert t("create.position", "en", position=1) in words(app)

    checked(app.button(key=f"cancel_{run.run_id}").click().run())

    assert store.get_run(application.database, run.run_id).status is RunStatus.CANCELLED


def test_an_unknown_run_is_no_crash(application: Application) -> None:
    ended_campaign(application)

    assert visit("5_runs.py", run="nothing").warning[0].value == t("run.not_found", "en")
