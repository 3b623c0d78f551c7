"""`sessions` and `simulate-raters` from a terminal."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.cli.conftest import Command
from tests.panel.campaigns import make_panel
from tests.web.studio import furnish
from videogen.cli.program import main
from videogen.domain.rating import Dimension, Rating
from videogen.domain.run import Origin
from videogen.store import (
    Database,
    gate_ratings,
    presentations_of,
    raters,
    ratings_of,
    save,
)

Told = Callable[..., dict[str, Any]]


@pytest.fixture
def told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Told:
    """What a command answers, in this process: quicker than a new one for each."""
    monkeypatch.setenv("VIDEOGEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VIDEOGEN_LANGUAGE", "en")

    def answer(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        exit_code = main((*words, "--json"))
        said: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
        return said | ({"exit_code": exit_code} if exit_code else {})

    return answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a campaign of six clips and their blind copies."""
    furnish(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A data folder with a campaign of twelve clips that have no files."""
    return _stocked(tmp_path / "data", Origin.SANDBOX)


def _stocked(data_dir: Path, origin: Origin) -> Path:
    data_dir.mkdir()
    with Database.open(data_dir / "videogen.duckdb") as database:
        make_panel(database, origin=origin)
    return data_dir


def _begun(told: Told, *more: str) -> dict[str, Any]:
    return told("sessions", "start", "--campaign", "c1", "--rater", "Malee", *more)


def test_the_program_starts_a_session_and_tells_it_by_its_records_names(
    command: Command, folder: Path
) -> None:
    words = ("sessions", "start", "--campaign", "c1", "--rater", "Malee", "--json")

    session = command(*words, "--seed", "7", "--details").answer
    again = command(*words).answer

    assert again == session
    assert (session["campaign_id"], session["seed"], session["round"]) == ("c1", 7, 1)
    assert (session["asks_details"], session["ended_at"], session["source"]) == (True, None, None)


def test_a_whole_session_is_rated_blind(told: Told, folder: Path) -> None:
    session_id = _begun(told)["session_id"]
    entries = []
    while (entry := told("sessions", "next", session_id))["clip"]:
        entries.append(entry)
        presentation = ("--presentation", entry["presentation_id"])
        rated = told("sessions", "rate", session_id, *presentation, "--score", "4")
        assert set(rated) == {"rating_id", "presentation_id", "dimension", "score", "rated_at"}

    with Database.open(folder / "videogen.duckdb") as database:
        shown = [one.presentation_id for one in presentations_of(database, session_id)]
    assert [one["presentation_id"] for one in entries] == shown
    assert all(set(one) == {"presentation_id", "clip"} for one in entries)
    assert entry == {"presentation_id": None, "clip": None}


def test_a_session_from_the_terminal_is_screened_as_one_from_the_page(
    told: Told, tmp_path: Path
) -> None:
    furnish(tmp_path / "data", n_prompts=14, renditions=False, draws_references=True)

    session_id = _begun(told)["session_id"]

    with Database.open(tmp_path / "data" / "videogen.duckdb") as database:
        kinds = Counter(one.kind.value for one in presentations_of(database, session_id))
    assert kinds == {"training": 4, "gold": 4, "repeat": 3, "trap": 1, "test": 28}


def test_that_copies_are_being_made_is_said_once_and_not_to_programs(
    told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    furnish(tmp_path / "data", renditions=False)
    words = ("sessions", "start", "--campaign", "c1", "--rater", "Malee", "--json")

    main(words)
    first = capsys.readouterr()
    main(words)
    second = capsys.readouterr()

    assert first.err.count("Making blind copies (6 clips)") == 1
    assert "copies" not in second.err
    assert first.out == second.out


def test_after_half_an_hour_nothing_is_shown_until_the_rater_has_rested(
    told: Told, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session_id = _begun(told)["session_id"]
    _seated(folder, session_id, since_min=32)

    capsys.readouterr()
    exit_code = main(("sessions", "next", session_id, "--json"))

    said = capsys.readouterr()
    assert exit_code == 0
    assert json.loads(said.out) == {"presentation_id": None, "clip": None}
    assert "rest" in said.err


def _seated(folder: Path, session_id: str, *, since_min: int) -> None:
    """The first presentation, rated every four minutes up to now."""
    now = datetime.now(UTC)
    with Database.open(folder / "videogen.duckdb") as database:
        shown = presentations_of(database, session_id)[0]
        for ago in range(since_min, -1, -4):
            rating = Rating(
                rating_id=str(uuid4()),
                presentation_id=shown.presentation_id,
                dimension=Dimension.OVERALL,
                score=4,
                rated_at=now - timedelta(minutes=ago),
            )
            save(database, rating)


def test_the_same_key_again_is_the_same_rating(told: Told, folder: Path) -> None:
    session_id = _begun(told)["session_id"]
    entry = told("sessions", "next", session_id)
    words = ("sessions", "rate", session_id, "--presentation", entry["presentation_id"])
    key = ("--rating-id", str(uuid4()), "--score", "2")

    first, second = told(*words, *key), told(*words, *key)
    other = told(*words, "--score", "3")

    assert first == second
    assert (other["exit_code"], other["error"]["code"]) == (2, "already_rated")
    with Database.open(folder / "videogen.duckdb") as database:
        assert [one.score for one in ratings_of(database, session_id)] == [2]


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (("start", "--campaign", "c9", "--rater", "Malee"), "campaign_id", "c9"),
        (("start", "--campaign", "c1", "--rater", "  "), "name", ""),
        (("start", "--campaign", "c1", "--rater", "Malee", "--seed", "x"), "seed", "x"),
        (("start", "--campaign", "c1", "--rater", "M", "--seed", str(2**70)), "seed", 2**70),
        (("next", "s9"), "session_id", "s9"),
        (("rate", "s9", "--presentation", "p", "--score", "4"), "session_id", "s9"),
        (("rate", "s9", "--presentation", "p", "--score", "6"), "score", "6"),
        (("rate", "s9", "--presentation", "p", "--score", "\u0663"), "score", "\u0663"),
        (("rate", "s9", "--presentation", "p", "--score", "4.0"), "score", "4.0"),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_field(
    told: Told, rows: Path, words: tuple[str, ...], field: str, value: object
) -> None:
    said = told("sessions", *words)

    assert said["exit_code"] == 2
    assert (said["error"]["field"], said["error"]["value"]) == (field, value)
    assert said["error"]["hint"]


def test_simulated_raters_rate_every_clip_once_however_often_they_are_asked(
    told: Told, rows: Path
) -> None:
    words = ("simulate-raters", "--campaign", "c1", "--raters", "3", "--seed", "5")

    first, second = told(*words), told(*words)

    assert first == second
    assert first["raters"] == ["Simulated 5-1", "Simulated 5-2", "Simulated 5-3"]
    assert (first["n_raters"], first["n_sessions"], first["n_ratings"]) == (3, 3, 36)
    with Database.open(rows / "videogen.duckdb") as database:
        assert len(raters(database)) == 3
        assert len(gate_ratings(database, "c1")) == 36


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--campaign", "c9", "--raters", "3"), "campaign_id"),
        (("--campaign", "c1", "--raters", "0"), "raters"),
        (("--campaign", "c1", "--raters", "some"), "raters"),
        (("--campaign", "c1", "--raters", "3", "--seed", "-1"), "seed"),
    ],
)
def test_raters_that_cannot_be_simulated_are_refused(
    told: Told, rows: Path, words: tuple[str, ...], field: str
) -> None:
    said = told("simulate-raters", *words)

    assert said["exit_code"] == 2
    assert said["error"]["field"] == field


def test_measured_clips_take_no_simulated_rating(told: Told, tmp_path: Path) -> None:
    _stocked(tmp_path / "data", Origin.LIVE)

    said = told("simulate-raters", "--campaign", "c1", "--raters", "3")

    assert said["exit_code"] == 2
    assert (said["error"]["field"], said["error"]["value"]) == ("campaign", "First light")
