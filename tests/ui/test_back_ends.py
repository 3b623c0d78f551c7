"""Servers are added, paused and removed on the System page, against a real sandbox server."""

import time
from pathlib import Path

import pytest

from tests.backends.odd_server import Answer, odd_server
from tests.sandbox_servers import play_faults
from tests.ui.pages import checked, labelled, read, visit, words
from videogen import store
from videogen.backends import connect_comfy
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.run import Attempt, AttemptState, Origin, RunStatus
from videogen.domain.server import HoldKind
from videogen.errors import InvalidInputError
from videogen.runs import holds
from videogen.runs.context import utc_now
from videogen.runs.plan import plan_run
from videogen.settings import Settings
from videogen.texts import t


@pytest.fixture(scope="module")
def server(shared_servers: SandboxProcess) -> SandboxProcess:
    play_faults(shared_servers, [])
    return shared_servers


def name_of(server: SandboxProcess) -> str:
    backend = connect_comfy(server.comfy_url)
    backend.close()
    return backend.name


def test_an_added_server_takes_runs_and_is_there_after_a_restart(
    application: Application, server: SandboxProcess
) -> None:
    page = visit("9_system.py")
    page.text_input(key="server_url").set_value(server.comfy_url)

    checked(labelled(page, "backends.add").click().run())

    assert t("backends.added", "en", name=name_of(server)) in words(page)
    assert [one.name for one in application.worker.backends()] == [name_of(server)]
    assert [one.name for one in application.servers.backends()] == [name_of(server)]


def test_the_same_server_is_not_added_twice(
    application: Application, server: SandboxProcess
) -> None:
    application.servers.add(server.comfy_url, "nok")

    with pytest.raises(InvalidInputError) as refused:
        application.servers.add(f"{server.comfy_url}/", "nok")

    assert refused.value.message_key == "error.invalid_input.server_known.message"


def test_an_address_with_a_password_is_refused_and_never_stored(
    application: Application, server: SandboxProcess
) -> None:
    with_password = server.comfy_url.replace("http://", "http://nok:hunter2@")

    with pytest.raises(InvalidInputError) as refused:
        application.servers.add(with_password, "nok")

    assert "hunter2" not in str(refused.value)
    assert store.servers(application.database) == []


def test_a_server_that_does_not_answer_is_not_kept(application: Application) -> None:
    page = visit("9_system.py")
    page.text_input(key="server_url").set_value("http://127.0.0.1:9")

    checked(labelled(page, "backends.add").click().run())

    assert page.error
    assert store.servers(application.database) == []


def test_a_paused_server_says_who_and_why_until_it_is_resumed(
    application: Application, server: SandboxProcess
) -> None:
    application.servers.add(server.comfy_url, "nok")
    wait_for_light(application)
    name = name_of(server)
    page = visit("9_system.py")

    page.text_input(key=f"pause_why_{name}").set_value("new driver")
    checked(page.button(key=f"pause_{name}").click().run())

    (hold,) = store.holds(application.database)
    assert (hold.backend, hold.kind, hold.reason) == (name, HoldKind.PAUSED, "new driver")
    assert "new driver" in words(page)
    assert '<span class="vg-soft">paused</span>' in words(page)
    assert "vg-dot-held" in words(page)

    checked(page.button(key=f"resume_{name}").click().run())

    assert store.holds(application.database) == []


def test_what_may_be_done_keeps_its_place_when_a_server_is_paused(
    application: Application, server: SandboxProcess
) -> None:
    application.servers.add(server.comfy_url, "nok")
    wait_for_light(application)
    name = name_of(server)
    page = visit("9_system.py")
    before = [button.key for button in page.button]

    checked(page.button(key=f"pause_{name}").click().run())

    after = [button.key for button in page.button]
    assert before.index(f"pause_{name}") == after.index(f"resume_{name}")
    assert before.index(f"free_{name}") == after.index(f"free_{name}")


def test_the_header_and_the_choices_say_that_a_server_is_paused(
    application: Application, server: SandboxProcess
) -> None:
    application.servers.add(server.comfy_url, "nok")
    wait_for_light(application)
    holds.pause(application.database, name_of(server), "nok", "new driver", utc_now())

    automatic = visit("3_create.py")
    own = visit("3_create.py")
    own.session_state["create_how"] = "own"
    checked(own.run())

    assert t("auto.gpu_paused", "en", reason="new driver") in words(automatic)
    assert 'title="paused by nok (new driver)"' in words(automatic)
    captions = own.radio(key="create_condition").proto.captions
    assert captions
    assert all("waits: paused by nok (new driver)" in read(one) for one in captions)


def test_the_sandbox_of_the_app_itself_is_not_said_to_stand_in_the_settings(
    application: Application, server: SandboxProcess
) -> None:
    application.worker.attach(connect_comfy(server.comfy_url))
    wait_for_light(application)

    assert t("backends.own_sandbox", "en") in words(visit("9_system.py"))


def test_a_server_is_removed_and_its_row_with_it(
    application: Application, server: SandboxProcess
) -> None:
    application.servers.add(server.comfy_url, "nok")
    wait_for_light(application)
    page = visit("9_system.py")

    checked(page.button(key=f"remove_{name_of(server)}").click().run())

    assert store.servers(application.database) == []
    assert list(application.worker.backends()) == []


def test_a_server_with_an_open_run_stays(application: Application, server: SandboxProcess) -> None:
    application.servers.add(server.comfy_url, "nok")
    name = name_of(server)
    condition = next(one for one in application.conditions if one.name == "wan-1.3b")
    run = plan_run(
        application.database,
        condition=condition,
        prompt_text="a cat",
        seed=1,
        owner="nok",
        origin=Origin.LIVE,  # the sandbox leaves it alone
        now=utc_now(),
    )
    attempt = Attempt(
        attempt_id="a",
        run_id=run.run_id,
        ordinal=1,
        state=AttemptState.RUNNING,
        backend=name,
        intended_at=utc_now(),
    )
    with application.database.write():
        claimed = store.claim_next_run(application.database, [condition.condition_id], utc_now())
        store.save(application.database, attempt)

    with pytest.raises(InvalidInputError) as refused:
        application.servers.remove(name, "nok")

    assert refused.value.message_key == "error.invalid_input.server_working.message"
    assert claimed is not None
    assert claimed.status is RunStatus.RUNNING
    assert [one.name for one in application.worker.backends()] == [name]


def test_a_server_of_the_settings_is_not_removed_here(
    tmp_path: Path, server: SandboxProcess
) -> None:
    settings = Settings(data_dir=tmp_path / "data", comfy_urls=(server.comfy_url,))
    application = Application.build(settings)
    try:
        application.begin_work()
        with pytest.raises(InvalidInputError) as refused:
            application.servers.remove(name_of(server), "nok")
        assert refused.value.message_key == "error.invalid_input.server_not_added.message"
    finally:
        application.close()


def wait_for_light(application: Application) -> None:
    for _ in range(200):
        if application.worker.statuses():
            return
        application.worker.wake()
        time.sleep(0.02)
    raise AssertionError("no light came on")


def test_the_check_names_what_a_server_lacks_and_how_to_get_it(
    application: Application, server: SandboxProcess
) -> None:
    application.servers.add(server.comfy_url, "nok")
    play_faults(server, [])
    page = visit("9_system.py", lang="th")

    checked(page.button(key="preflight_go").click().run())

    assert t("parts.complete", "th") in words(page)


def test_a_bare_server_gets_every_missing_part_with_its_command(application: Application) -> None:
    with odd_server() as bare:
        bare.answers = {
            "/system_stats": Answer({"system": {"comfyui_version": "0.25.0"}, "devices": []}),
            "/queue": Answer({"queue_running": [], "queue_pending": []}),
            "/object_info/": Answer({}),
            "/models": Answer([]),
        }
        application.servers.add(bare.url, "nok")
        page = visit("9_system.py")

        checked(page.button(key="preflight_go").click().run())

        assert "ComfyUI-WanVideoWrapper" in words(page)
        assert "git clone" in page.code[0].value
        assert not any(one.value == t("parts.complete", "en") for one in page.success)
