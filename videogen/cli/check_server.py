"""`check-server`: whether a ComfyUI server can make and hand over a clip, without any model."""

import argparse
import shutil
from pathlib import Path

from videogen import store
from videogen.backends import connect_comfy
from videogen.cli.answer import language, print_json, say
from videogen.cli.files import checked_out
from videogen.cli.office import refusal, throw_away_application, wait_for_run
from videogen.domain.run import RunStatus
from videogen.errors import ExecutionFailedError
from videogen.runs.context import utc_now
from videogen.runs.lights import takes_runs
from videogen.runs.plan import plan_run
from videogen.texts import t


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--comfy-url", required=True, metavar="URL")
    parser.add_argument("--out", type=Path, default=Path("server_check.mp4"), metavar="FILE")
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    out = checked_out(options.out)
    backend = connect_comfy(options.comfy_url)
    status = backend.status()
    if not takes_runs(status) or status.origin is None:
        backend.close()
        raise refusal(status, options.comfy_url)
    with throw_away_application() as opened:
        opened.worker.attach(backend)
        planned = plan_run(
            opened.database,
            condition=opened.manifests["server_check"].default_condition(),
            prompt_text="server check",
            seed=int(utc_now().timestamp()) % 2**24,  # a new colour: nothing comes from the cache
            owner="cli",
            origin=status.origin,
            now=utc_now(),
        )
        ended = wait_for_run(opened, planned.run_id)
        clip = store.clip_of_run(opened.database, ended.run_id)
        if ended.status is not RunStatus.SUCCEEDED or clip is None:
            raise ExecutionFailedError(status.name, detail=ended.failure_detail)
        shutil.copyfile(opened.clips_folder / clip.file, out)
    answer = {
        "ok": True,
        "version": status.version,
        "clip": out,
        "wall_time_s": ended.wall_time_s,
    }
    if options.json:
        print_json(answer)
    else:
        say(t("cli.check_server.ok", language(), version=status.version), as_json=False)
    return 0
