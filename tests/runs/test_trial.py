"""The sandbox trial survives whatever stops the app in the middle of it."""

import json
from pathlib import Path

from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import recorded_sandbox
from videogen.settings import Settings


def test_a_note_that_was_cut_short_does_not_stop_the_app(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "sandbox"
    folder.mkdir(parents=True)
    (folder / "process.json").write_text("", encoding="utf-8")
    (folder / "trial.json").write_text("{", encoding="utf-8")

    application = Application.build(Settings(data_dir=tmp_path / "data", comfy_urls=()))
    application.begin_work()
    application.close()

    assert recorded_sandbox(folder) is None


def test_a_process_that_is_no_sandbox_is_left_alone(tmp_path: Path) -> None:
    """The number in the note may belong to anybody by now."""
    import subprocess

    bystander = subprocess.Popen(["sleep", "60"])
    folder = tmp_path / "data" / "sandbox"
    folder.mkdir(parents=True)
    note = {
        "pid": bystander.pid,
        "comfy_url": "http://127.0.0.1:9",
        "google_url": "http://127.0.0.1:9",
        "time_scale": 1.0,
    }
    (folder / "process.json").write_text(json.dumps(note), encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", comfy_urls=("http://127.0.0.1:9",))

    application = Application.build(settings)
    application.begin_work()
    application.close()

    assert bystander.poll() is None
    bystander.terminate()
    bystander.wait()
