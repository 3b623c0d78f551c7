"""Ratings out to a file and in from one."""

import csv
import io
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.panel.campaigns import NOW, Panel, make_panel
from videogen.analysis.rating_table import COLUMNS as ANALYSED
from videogen.analysis.rating_table import table_from_csv
from videogen.domain.rating import RaterKind
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError, NotFoundError
from videogen.panel import simulate_raters, start
from videogen.panel.rating_export import export_ratings
from videogen.panel.rating_import import ImportedRatings, RatingsRefusedError, import_ratings
from videogen.panel.ratings_file import RatingsFormat
from videogen.store import (
    Database,
    campaign_runs,
    events_of,
    gate_ratings,
    get_prompt,
    panel_opinions,
    raters,
    save,
    sessions,
)

MINIMAL = "condition,prompt_id,rater,score\n"
HEADER = "condition,prompt_id,rater,score,dimension,rated_at,clip_id,kind,seed,rater_kind,origin\n"


def _import(
    panel: Panel, content: str | bytes, file_name: str = "votes.csv", *, later_s: float = 0
) -> ImportedRatings:
    return import_ratings(
        panel.database,
        "c1",
        content.encode() if isinstance(content, str) else content,
        file_name=file_name,
        who="somchai",
        now=NOW + timedelta(seconds=later_s),
    )


def _refused(panel: Panel, content: str) -> RatingsRefusedError:
    with pytest.raises(RatingsRefusedError) as refused:
        _import(panel, content)
    return refused.value


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _meaning(database: Database) -> set[tuple[object, ...]]:
    return {
        (
            one.rating_id,
            one.rater_name,
            one.clip_id,
            one.kind,
            one.dimension,
            one.score,
            one.rated_at,
            one.served_at,
            one.ended_at,
            one.position,
            one.replays,
        )
        for one in panel_opinions(database, "c1")
    }


def test_an_export_has_one_row_a_rating_with_all_that_is_known_of_it(panel: Panel) -> None:
    simulate_raters(panel.database, "c1", 2, 1, NOW)

    rows = _rows(export_ratings(panel.database, "c1", RatingsFormat.CSV))

    assert tuple(rows[0])[:7] == ANALYSED
    assert len(rows) == len(panel_opinions(panel.database, "c1"))
    first = rows[0]
    assert first["condition"] in {"animatediff", "wan-1.3b", "wan-14b"}
    assert first["prompt"].startswith("a red kite")
    assert (first["width_px"], first["fps"], first["seed"]) == ("512", "8.0", "1")
    assert first["rater_kind"] == "simulated"
    assert first["wall_time_s"] == "10.0"
    assert first["cost_usd"] == ""  # unknown, not zero
    assert datetime.fromisoformat(first["rated_at"]).utcoffset() == timedelta(0)


def test_what_is_exported_can_be_analysed(panel: Panel) -> None:
    simulate_raters(panel.database, "c1", 3, 1, NOW)

    table = table_from_csv(export_ratings(panel.database, "c1", RatingsFormat.CSV).decode())

    gate = gate_ratings(panel.database, "c1")
    assert len(table.raters or ()) == 3
    assert sum(score is not None for row in table.raw for score in row) == len(gate)


@pytest.mark.parametrize("form", list(RatingsFormat))
def test_an_export_comes_back_as_it_was_into_the_same_campaign_without_ratings(
    panel: Panel, tmp_path: Path, form: RatingsFormat
) -> None:
    _import(panel, MINIMAL + 'wan-14b,p0,"มะลิ ""แม่"" ใจดี",5\nanimatediff,p1,=SUM(A1),2\n')
    exported = export_ratings(panel.database, "c1", form)

    with Database.open(tmp_path / "other" / "videogen.duckdb") as database:
        other = make_panel(database)
        came = _import(other, exported, f"votes.{form.value}")

        assert (came.n_added, came.n_new_raters) == (2, 2)
        assert _meaning(database) == _meaning(panel.database)
        assert {one.name for one in raters(database)} == {'มะลิ "แม่" ใจดี', "=SUM(A1)"}


@pytest.mark.parametrize("form", list(RatingsFormat))
def test_a_campaigns_own_export_adds_nothing_to_it(panel: Panel, form: RatingsFormat) -> None:
    simulate_raters(panel.database, "c1", 2, 1, NOW)
    before = _meaning(panel.database)

    came = _import(panel, export_ratings(panel.database, "c1", form))

    assert (came.n_added, came.n_sessions) == (0, 0)
    assert came.n_known == came.n_rows == len(before)
    assert _meaning(panel.database) == before


def test_no_cell_of_an_export_is_a_formula_to_a_spreadsheet(panel: Panel) -> None:
    prompt = get_prompt(panel.database, "p0")
    save(panel.database, replace(prompt, prompt_id="p0", tags=("@risk", "+1")))
    _import(panel, MINIMAL + "wan-14b,p0,=1+1,5\nwan-14b,p1,-x,4\nwan-14b,p2,''=y,3\n")

    exported = export_ratings(panel.database, "c1", RatingsFormat.CSV)

    rows = _rows(exported)
    assert {row["rater"] for row in rows} == {"'=1+1", "'-x", "''=y"}
    assert rows[0]["category"] == "'@risk"
    assert not any((cell or " ")[0] in "=+-@\t\r" for row in rows for cell in row.values())


def test_a_minimal_file_reaches_the_gate_like_any_other_rating(panel: Panel) -> None:
    came = _import(panel, MINIMAL + "wan-14b,p0,Malee,5\nwan-14b,p1,Malee,4\nwan-14b,p0,Anan,3\n")

    gate = gate_ratings(panel.database, "c1")
    assert sorted(one.score for one in gate) == [3, 4, 5]
    assert {one.rater_kind for one in gate} == {RaterKind.HUMAN}
    assert (came.n_added, came.n_new_raters, came.n_sessions) == (3, 2, 2)
    opinion = panel_opinions(panel.database, "c1")[0]
    assert opinion.source == "votes.csv"
    assert opinion.ended_at == opinion.rated_at == NOW
    assert opinion.served_at is None  # nobody knows


def test_the_same_file_again_under_any_name_adds_nothing(panel: Panel) -> None:
    content = MINIMAL + "wan-14b,p0,Malee,5\nwan-14b,p0,Malee,5\n"
    first = _import(panel, content)

    again = _import(panel, content, "renamed.csv", later_s=60)

    assert (first.n_added, first.n_known) == (1, 1)
    assert (again.n_added, again.n_known, again.n_sessions) == (0, 2, 0)
    assert len(sessions(panel.database, "c1")) == 1


def test_a_larger_file_adds_what_is_new_and_goes_by_its_own_name(panel: Panel) -> None:
    _import(panel, MINIMAL + "wan-14b,p0,Malee,5\n")

    _import(panel, MINIMAL + "wan-14b,p0,Malee,5\nwan-14b,p1,Malee,2\n", "more.csv")

    sources = {(one.score, one.source) for one in panel_opinions(panel.database, "c1")}
    assert sources == {(5, "votes.csv"), (2, "more.csv")}


def test_an_imported_session_is_never_gone_on_with_and_its_clips_are_not_shown_again(
    panel: Panel,
) -> None:
    _import(panel, MINIMAL + "wan-14b,p0,Malee,5\n")
    (imported,) = sessions(panel.database, "c1")

    opened = start(panel.database, "c1", "Malee", seed=1, now=NOW)

    assert imported.ended_at is not None
    assert opened.session_id != imported.session_id
    assert (opened.rater_id, opened.round) == (imported.rater_id, 2)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.upper().replace("WAN-14B,P0,MALEE", "wan-14b,p0,Malee"),
        lambda text: text + "\n\n",
    ],
    ids=["byte order mark", "windows lines", "semicolons", "tabs", "capitals", "blank rows"],
)
def test_what_spreadsheets_do_to_a_csv_is_taken(panel: Panel, change: Callable[[str], str]) -> None:
    _import(panel, change(MINIMAL + "wan-14b,p0,Malee,5\n"))

    assert [one.score for one in gate_ratings(panel.database, "c1")] == [5]


def test_details_of_one_showing_belong_to_one_presentation(panel: Panel) -> None:
    _import(
        panel,
        "condition,prompt_id,rater,score,dimension\n"
        "wan-14b,p0,Malee,5,overall\nwan-14b,p0,Malee,3,motion\n",
    )

    opinions = panel_opinions(panel.database, "c1")
    assert len({one.presentation_id for one in opinions}) == 1
    assert len(gate_ratings(panel.database, "c1")) == 1


@pytest.mark.parametrize(
    ("row", "problem", "field"),
    [
        ("wan-14b,p0,Malee,6,,,,,,,", "ratings_row_score", "score"),
        ("wan-14b,p0,Malee,,,,,,,,", "ratings_row_score", "score"),
        ("wan-14b,p0,Malee,4.5,,,,,,,", "ratings_row_score", "score"),
        ("wan-15b,p0,Malee,4,,,,,,,", "ratings_row_condition", "condition"),
        ("wan-14b,p9,Malee,4,,,,,,,", "ratings_row_prompt", "prompt_id"),
        ("wan-14b,p0,Malee,4,,,,,77,,", "ratings_row_no_clip", "prompt_id"),
        (",,Malee,4,,,nowhere,,,,", "ratings_row_clip", "clip_id"),
        ("wan-14b,p0, ,4,,,,,,,", "ratings_cell_empty", "rater"),
        (f"wan-14b,p0,{'x' * 61},4,,,,,,,", "ratings_row_name_long", "rater"),
        ("wan-14b,p0,Malee,4,beauty,,,,,,", "ratings_row_word", "dimension"),
        ("wan-14b,p0,Malee,4,,yesterday,,,,,", "ratings_row_time", "rated_at"),
        ("wan-14b,p0,Malee,4,,,,gold,,,", "ratings_row_reference", "clip_id"),
        ("wan-14b,p0,Malee,4,,,,,-1,,", "ratings_row_count", "seed"),
        ("wan-14b,p0,Malee,4,,,,,,,live", "ratings_row_origin", "origin"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_field_and_value(
    panel: Panel, row: str, problem: str, field: str
) -> None:
    refused = _refused(panel, f"{HEADER}wan-14b,p1,Anan,3,,,,,,,\n{row}\n")

    (wrong,) = refused.problems
    assert (wrong.problem, wrong.field, wrong.facts["row"]) == (problem, field, 3)
    assert panel_opinions(panel.database, "c1") == []
    assert raters(panel.database) == []


def test_two_scores_of_one_moment_are_refused_as_analyse_refuses_them(panel: Panel) -> None:
    row = "wan-14b,p0,Malee,{},,2026-03-01T09:00:00Z,,,,,\n"

    refused = _refused(panel, HEADER + row.format(4) + row.format(4) + row.format(2))

    (problem,) = refused.problems
    assert (problem.problem, problem.field, problem.value) == ("ratings_twice", "rater", "Malee")
    assert (problem.facts["row"], problem.facts["other_row"]) == (4, 2)
    assert gate_ratings(panel.database, "c1") == []


@pytest.mark.parametrize("field", ["rated_at", "served_at", "ended_at"])
def test_a_time_to_come_is_refused_and_a_clock_ahead_is_not(panel: Panel, field: str) -> None:
    header = f"condition,prompt_id,rater,score,{field}\n"
    tomorrow, later = (NOW + timedelta(hours=hours) for hours in (23, 25))

    refused = _refused(panel, f"{header}wan-14b,p0,Malee,4,{later.isoformat()}\n")
    came = _import(panel, f"{header}wan-14b,p0,Malee,4,{tomorrow.isoformat()}\n")

    (problem,) = refused.problems
    assert (problem.problem, problem.field) == ("ratings_row_future", field)
    assert problem.facts["row"] == 2
    assert came.n_added == 1


def test_a_clip_that_another_condition_made_is_refused(panel: Panel) -> None:
    clip_id = next(r.clip_id for r in campaign_runs(panel.database, "c1") if r.seed == 1)

    refused = _refused(panel, f"clip_id,condition,rater,score\n{clip_id},veo-3.1,Malee,4\n")

    assert refused.problems[0].problem == "ratings_row_clip_of_another"


def test_the_first_twenty_wrong_rows_are_shown_and_the_others_counted(panel: Panel) -> None:
    refused = _refused(panel, MINIMAL + "wan-14b,p0,Malee,9\n" * 50)

    assert [one.facts["row"] for one in refused.problems] == list(range(2, 22))
    assert refused.n_more == 30
    assert refused.facts == {"n_wrong": 50, "n_rows": 50}


def test_two_seeds_of_one_prompt_ask_for_the_seed(panel: Panel) -> None:
    save(panel.database, replace(panel.campaign, rated_seeds=(1, 2)))

    refused = _refused(panel, MINIMAL + "wan-14b,p0,Malee,4\n")
    came = _import(panel, "condition,prompt_id,seed,rater,score\nwan-14b,p0,2,Malee,4\n")

    assert refused.problems[0].problem == "ratings_row_seed"
    assert came.n_added == 1


def test_a_stored_rating_is_not_rewritten_by_a_changed_file(panel: Panel) -> None:
    _import(panel, MINIMAL + "wan-14b,p0,Malee,4\n")
    exported = export_ratings(panel.database, "c1", RatingsFormat.JSON).decode()

    refused = _refused(panel, exported.replace('"score": 4', '"score": 5'))

    assert refused.problems[0].problem == "ratings_row_id_used"
    assert [one.score for one in gate_ratings(panel.database, "c1")] == [4]


def test_invented_opinions_never_reach_a_measured_campaign(tmp_path: Path) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        panel = make_panel(database, origin=Origin.LIVE)

        refused = _refused(panel, HEADER + "wan-14b,p0,Simulated 1-1,4,,,,,,simulated,\n")

        assert refused.problems[0].problem == "ratings_row_simulated"


def test_a_persons_rating_under_a_simulated_name_is_refused(panel: Panel) -> None:
    (simulated,) = simulate_raters(panel.database, "c1", 1, 1, NOW)

    refused = _refused(panel, HEADER + f"wan-14b,p0,{simulated.name},4,,,,,,human,\n")

    assert refused.problems[0].problem == "ratings_row_rater_kind"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "ratings_empty"),
        (b"rater,score\n", "ratings_import_none"),
        (b"rater,score\nMalee,4\n", "ratings_import_columns"),
        (b"clip;prompt;score\nx;y;4\n", "ratings_import_columns"),
        (b"condition,prompt_id,rater,score\nwan-14b,p0,Malee\n", "ratings_row_ragged"),
        (b'condition,prompt_id,rater,score\nwan-14b,p0,"Malee,4\n', "ratings_row_broken"),
        (b"\xff\xfe\x00x", "file_not_text"),
        (b"[1, 2]", "ratings_json_shape"),
        (b'{"raw": [[1]]}', "ratings_json_shape"),
        (b"[{]", "file_not_json"),
        (b"PAR1 cut off", "ratings_parquet"),
    ],
)
def test_a_file_that_is_none_is_told_why(panel: Panel, content: bytes, problem: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        _import(panel, content)

    assert error.value.problem == problem


def test_a_campaign_that_does_not_exist_is_not_found(database: Database) -> None:
    with pytest.raises(NotFoundError):
        export_ratings(database, "nowhere", RatingsFormat.CSV)


def test_an_import_is_told_in_the_campaigns_events(panel: Panel) -> None:
    _import(panel, MINIMAL + "wan-14b,p0,Malee,4\n", "C:\\votes\\มะลิ.csv")

    (event,) = [e for e in events_of(panel.database, "c1") if e.kind == "ratings.imported"]
    assert event.data == {"file": "มะลิ.csv", "who": "somchai", "n_added": 1}


def test_ten_thousand_ratings_go_out_and_come_in_within_seconds(tmp_path: Path) -> None:
    rows = [
        {
            "condition": name,
            "prompt_id": f"p{prompt}",
            "rater": f"ผู้ให้คะแนน {rater}",
            "score": 1 + (prompt + rater) % 5,
            "rated_at": datetime(2026, 11, 1, 8, prompt, tzinfo=UTC).isoformat(),
        }
        for name in ("animatediff", "wan-1.3b", "wan-14b", "veo-3.1", "veo-3.1-fast")
        for prompt in range(40)
        for rater in range(50)
    ]
    with Database.open(tmp_path / "videogen.duckdb") as database:
        panel = make_panel(database, n_prompts=40, n_conditions=5, seeds=(1,))
        began = time.monotonic()

        came = _import(panel, json.dumps(rows), "votes.json")
        exported = export_ratings(database, "c1", RatingsFormat.CSV)
        again = _import(panel, exported)

        took_s = time.monotonic() - began

    assert (came.n_added, came.n_sessions, again.n_added) == (10_000, 50, 0)
    assert len(_rows(exported)) == 10_000
    assert took_s < 120  # some 8 s on a quiet machine
