"""Kept inputs by their addresses."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.clips.given_files import picture, voice, written
from tests.web.conftest import Studio
from videogen.domain.input_file import InputFile
from videogen.runs.inputs import keep_input
from videogen.store import campaign_runs

LATER = datetime.now(UTC) + timedelta(hours=1)


def _keep(studio: Studio, folder: Path, content: bytes) -> InputFile:
    return keep_input(
        studio.application.database,
        studio.application.inputs_folder,
        content=written(folder, content),
        name="<script>.html",
        kind=None,
        who="Nok",
        now=datetime.now(UTC),
    )


@pytest.mark.parametrize(("content", "kind"), [(picture(), "image/png"), (voice(), "audio/wav")])
def test_an_input_is_served_as_what_it_is(
    studio: Studio, tmp_path: Path, content: bytes, kind: str
) -> None:
    address = studio.application.input_url(_keep(studio, tmp_path, content).input_id)

    whole = studio.http.get(address)
    part = studio.http.get(address, headers={"Range": "bytes=10-19"})

    assert whole.status_code == 200
    assert whole.content == content
    assert whole.headers["content-type"] == kind
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert "script" not in whole.headers["content-disposition"]
    assert (part.status_code, part.content) == (206, content[10:20])


def test_an_address_of_a_clip_opens_no_input_and_the_other_way(
    studio: Studio, tmp_path: Path
) -> None:
    tokens = studio.application.tokens
    kept = _keep(studio, tmp_path, picture())
    clip_id = campaign_runs(studio.application.database, "c1")[0].clip_id
    assert clip_id is not None
    bad = [
        f"/inputs/{tokens.make('clip', clip_id, LATER)}",
        f"/inputs/{tokens.make('clip', kept.input_id, LATER)}",
        f"/inputs/{tokens.make('presentation', kept.input_id, LATER)}",
        f"/inputs/{tokens.make('input', 'none', LATER)}",
        f"/clips/{tokens.make('input', kept.input_id, LATER)}",
        "/inputs/forged",
    ]

    replies = [studio.http.get(address) for address in bad]

    assert {reply.status_code for reply in replies} == {403}
    assert len({reply.text for reply in replies}) == 1
