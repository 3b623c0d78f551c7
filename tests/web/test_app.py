"""The whole process, started as `make run` starts it."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.web.app_process import ROOT, AppProcess, free_port, running_app, spawn


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app") / "data"


@pytest.fixture(scope="module")
def app(data_dir: Path) -> Iterator[AppProcess]:
    with running_app(data_dir) as started:
        yield started


def test_it_is_healthy_and_says_its_version(app: AppProcess) -> None:
    reply = httpx.get(f"{app.url}/health")

    assert reply.json()["ok"] is True
    assert reply.json()["version"]


def test_the_pages_are_served_by_the_same_process(app: AppProcess) -> None:
    page = httpx.get(f"{app.url}/rate")

    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]


def test_the_first_page_is_found_by_its_name_too(app: AppProcess) -> None:
    reply = httpx.get(f"{app.url}/decision?lang=th")

    assert (reply.status_code, reply.headers["location"]) == (307, "/?lang=th")


def test_no_foreign_page_frames_it_or_learns_a_sessions_address(app: AppProcess) -> None:
    for path in ("/", "/rate", "/health"):
        headers = httpx.get(app.url + path).headers

        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["referrer-policy"] == "same-origin"


def test_it_listens_on_this_machine_only(app: AppProcess) -> None:
    with socket.socket() as probe:
        probe.settimeout(2)
        # Any address of the loopback net but the one that was asked for is another interface.
        reached = probe.connect_ex(("127.0.0.2", app.port))

    assert reached != 0


def test_a_foreign_page_gets_no_streamlit_websocket(app: AppProcess) -> None:
    address = app.url.replace("http", "ws") + "/_stcore/stream"

    for origin in ("http://evil.example", "http://127.0.0.1:1", "null"):
        with pytest.raises(InvalidStatus) as refused:
            connect(address, additional_headers={"Origin": origin}, proxy=None)
        assert refused.value.response.status_code == 403
    with connect(address, additional_headers={"Origin": app.url}, proxy=None) as ours:
        assert ours.response is not None


def test_a_foreign_page_uploads_nothing(app: AppProcess) -> None:
    reply = httpx.put(
        f"{app.url}/_stcore/upload_file/s/f",
        content=b"x",
        headers={"Origin": "http://evil.example"},
    )

    assert reply.status_code == 403


def test_a_rebound_name_sees_nothing(app: AppProcess) -> None:
    for path in ("/", "/health", "/_stcore/health", "/clips/x"):
        reply = httpx.get(app.url + path, headers={"Host": "evil.example"})

        assert reply.status_code == 403


def test_a_second_app_on_the_same_data_ends_with_one_line_and_code_four(
    app: AppProcess, data_dir: Path, tmp_path: Path
) -> None:
    log = tmp_path / "second.log"

    second = spawn(data_dir, free_port(), log)

    assert second.wait(60) == 4
    assert len(log.read_text().strip().splitlines()) == 1
    assert httpx.get(f"{app.url}/health").status_code == 200


def test_a_setting_that_cannot_be_is_named_and_ends_it_with_code_two(tmp_path: Path) -> None:
    started = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={"VIDEOGEN_PORT": "many", "VIDEOGEN_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert started.returncode == 2
    assert "VIDEOGEN_PORT" in started.stderr
    assert "Traceback" not in started.stderr


def test_it_ends_in_order_when_it_is_asked_to(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with running_app(data_dir) as first:
        first.process.send_signal(signal.SIGTERM)
        first.process.wait(20)

    assert "Traceback" not in first.log.read_text()
    assert not list(data_dir.glob("*.wal"))
    with running_app(data_dir) as again:
        assert json.loads(httpx.get(f"{again.url}/health").text)["ok"] is True
