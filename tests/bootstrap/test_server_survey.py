"""What a real server is asked for the Models page, in the background."""

import time
from pathlib import Path

from tests.sandbox_servers import sandbox_servers
from videogen.backends import connect_comfy
from videogen.bootstrap import Application
from videogen.bootstrap.models import Known, Standing, model_rows
from videogen.bootstrap.reach import attached
from videogen.bootstrap.server_survey import DiskWhere, ServerSurvey
from videogen.domain.run import Origin
from videogen.settings import Settings

PATIENCE_S = 30.0


def test_a_servers_parts_are_asked_in_the_background_and_make_its_models_ready(
    tmp_path: Path,
) -> None:
    application = Application.build(Settings(data_dir=tmp_path / "data", comfy_urls=()))
    try:
        with sandbox_servers(tmp_path) as sandbox:
            application.worker.attach(connect_comfy(sandbox.comfy_url))
            survey = ServerSurvey(application)
            give_up_at_s = time.monotonic() + PATIENCE_S
            while survey.latest is None or not survey.latest.servers:
                assert time.monotonic() < give_up_at_s
                survey.begin()
                time.sleep(0.05)
            reached = attached(application.worker)
    finally:
        application.close()

    (stock,) = survey.latest.servers
    rows = model_rows(
        Known(
            entries=application.entries,
            conditions=application.shipped_conditions,
            manifests={},
            own=frozenset(),
            survey=survey.latest,
            reached=reached,
            measured={},
        )
    )
    known = {row.row_id: row for row in rows}
    assert stock.error is None
    assert stock.origin is Origin.SANDBOX
    assert "Wan2_1_VAE_bf16.safetensors" in (stock.files or ())
    assert stock.disk.where is DiskWhere.APP_DISK
    assert known["wan-2.1-t2v-1.3b"].standing is Standing.READY
    assert known["wan-2.1-t2v-1.3b"].origin is Origin.SANDBOX
