"""A decision is frozen with its bundle: the file first, then the row that names its hash."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.reports.bundle_files import NOW, fill
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.decisions import MAX_CHARACTERS, bundle_of, check_frozen, freeze_decision
from videogen.domain.event import FrozenDecision
from videogen.errors import (
    DataFolderUnusableError,
    InvalidInputError,
    NotFoundError,
    VideogenError,
)
from videogen.evidence.assumptions import Assumptions
from videogen.settings import Settings
from videogen.store.poc import live_decisions


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    opened = Application.build(Settings(data_dir=tmp_path_factory.mktemp("data"), comfy_urls=()))
    fill(opened.database)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def frozen(application: Application) -> FrozenDecision:
    return freeze(application, why="  Go/No-Go meeting  ")


def freeze(application: Application, **changes: str) -> FrozenDecision:
    words = {"who": "Anan", "why": "Meeting", "campaign_id": "c1", **changes}
    return freeze_decision(
        application,
        words["campaign_id"],
        who=words["who"],
        why=words["why"],
        assumptions=Assumptions(n_videos_month=300),
        now=NOW,
    )


def test_it_keeps_who_why_the_figures_and_the_hash_of_its_bundle(
    application: Application, frozen: FrozenDecision
) -> None:
    stored = store.frozen_decisions(application.database, "c1")[-1]

    content = bundle_of(application, frozen).read_bytes()

    assert stored == frozen
    assert (frozen.who, frozen.why, frozen.criteria_version) == ("Anan", "Go/No-Go meeting", 1)
    assert frozen.bundle_sha256 == hashlib.sha256(content).hexdigest()
    assert frozen.bundle_file == f"decisions/{frozen.decision_id}.zip"
    assert frozen.evidence["decision.verdict"] == frozen.verdict
    assert frozen.assumptions["n"] == "300"
    event = store.events_of(application.database, "c1")[-1]
    assert (event.kind, event.data["bundle_sha256"]) == ("decision.frozen", frozen.bundle_sha256)


def test_its_bundle_can_be_checked_and_another_file_in_its_place_is_told(
    application: Application, frozen: FrozenDecision
) -> None:
    untouched = check_frozen(application, frozen)
    later = freeze_decision(
        application,
        "c1",
        who="Anan",
        why="Again",
        assumptions=Assumptions(),
        now=NOW + timedelta(days=1),
    )
    file = bundle_of(application, frozen)
    kept = file.read_bytes()
    file.write_bytes(bundle_of(application, later).read_bytes())
    replaced = check_frozen(application, frozen)
    file.write_bytes(kept)

    assert (untouched[0].is_ok, untouched[1]) == (True, True)
    assert (replaced[0].is_ok, replaced[1]) == (True, False)


def test_a_frozen_decision_of_real_servers_ticks_the_plans_decision(
    application: Application, frozen: FrozenDecision
) -> None:
    assert frozen.decision_id in {one.decision_id for one in live_decisions(application.database)}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"who": " "}, "frozen_who_empty"),
        ({"why": ""}, "frozen_why_empty"),
        ({"why": "x" * (MAX_CHARACTERS + 1)}, "frozen_too_long"),
        ({"who": "An\nan"}, "frozen_invisible"),
        ({"why": "half \ud83d"}, "frozen_invisible"),
    ],
)
def test_without_who_and_why_nothing_is_frozen(
    application: Application, changes: dict[str, str], problem: str
) -> None:
    before = _kept(application)

    with pytest.raises(InvalidInputError) as refused:
        freeze(application, **changes)

    assert refused.value.problem == problem
    assert _kept(application) == before


def test_an_unknown_campaign_is_refused(application: Application) -> None:
    with pytest.raises(NotFoundError):
        freeze(application, campaign_id="c9")


def test_when_the_file_cannot_be_written_no_row_is_there(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _kept(application)
    monkeypatch.setattr("videogen.bootstrap.decisions.DECISIONS_FOLDER", "videogen.lock/x")

    with pytest.raises(VideogenError) as refused:
        freeze(application)

    assert isinstance(refused.value, DataFolderUnusableError)
    assert _kept(application) == before


def test_a_bundle_that_is_gone_is_called_gone(
    application: Application, frozen: FrozenDecision, tmp_path: Path
) -> None:
    file = bundle_of(application, frozen)
    away = file.rename(tmp_path / "away.zip")

    with pytest.raises(NotFoundError):
        bundle_of(application, frozen)

    away.rename(file)


def _kept(application: Application) -> tuple[int, int]:
    """Rows and files."""
    folder = application.settings.data_dir / "decisions"
    files = list(folder.iterdir()) if folder.exists() else []
    return len(store.frozen_decisions(application.database, "c1")), len(files)
