"""How an operator's settings become a Replicate back end, and when its models count as gone."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.backends.requests import CONDITIONS
from videogen.bootstrap import Application
from videogen.bootstrap.reach import is_retired, retirement_warning
from videogen.bootstrap.sandbox_process import recorded_sandbox
from videogen.domain.condition import BackendKind
from videogen.errors import InvalidInputError
from videogen.settings import Settings, load_settings

TOKEN = "r8_very_secret_token"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_token_in_the_environment_is_a_back_end_and_is_shown_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REPLICATE_API_TOKEN", TOKEN)
    settings = load_settings()

    application = Application.build(settings)
    found = [b for b in application.configured_backends() if b.kind is BackendKind.REPLICATE]
    application.close()

    assert [backend.name for backend in found] == ["replicate@api.replicate.com"]
    assert TOKEN not in repr(settings) + repr(application) + repr(found)
    assert TOKEN.encode() not in (tmp_path / "videogen.duckdb").read_bytes()


def test_an_address_of_somebody_elses_stops_the_start_and_names_the_setting(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path, replicate_base_url="https://example.com")
    application = Application.build(settings)

    with pytest.raises(InvalidInputError) as refused:
        application.configured_backends()
    application.close()

    assert refused.value.field == "VIDEOGEN_REPLICATE_BASE_URL"


def test_a_sandbox_that_an_older_program_started_has_no_replicate(tmp_path: Path) -> None:
    url = "http://127.0.0.1:9"
    note = {"pid": 1, "comfy_url": url, "google_url": url, "time_scale": 1.0}
    (tmp_path / "process.json").write_text(json.dumps(note), encoding="utf-8")

    recorded = recorded_sandbox(tmp_path)

    assert recorded is not None
    assert BackendKind.REPLICATE not in {side.kind for side in recorded.backends()}
    newer = replace(recorded, replicate_url="http://127.0.0.1:8")
    assert BackendKind.REPLICATE in {side.kind for side in newer.backends()}


def test_no_model_of_replicates_is_known_to_end() -> None:
    wan = [one for one in CONDITIONS.values() if one.backend is BackendKind.REPLICATE]

    assert len(wan) == 5
    assert not any(is_retired(one, NOW) for one in wan)
    assert {retirement_warning(one, NOW) for one in wan} == {None}
