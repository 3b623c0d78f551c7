"""A process that owns a data folder and carries its runs until it is killed."""

import sys
import time
from pathlib import Path

from tests.runs.conftest import QUICK, attach
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.settings import Settings


def main(data_dir: str, comfy_url: str, google_url: str) -> None:
    application = Application.build(
        Settings(data_dir=Path(data_dir), comfy_urls=()), patience=QUICK
    )
    application.begin_work()
    sandbox = SandboxProcess(pid=0, comfy_url=comfy_url, google_url=google_url, time_scale=1.0)
    attach(application, sandbox)
    print("attached", flush=True)  # noqa: T201 the test waits for this line
    time.sleep(600)


if __name__ == "__main__":
    main(*sys.argv[1:])
