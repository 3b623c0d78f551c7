import math

import pytest

from videogen.analysis.rating_table import RatingTable, table_from_csv, table_from_json
from videogen.errors import InvalidInputError

HEADER = "clip_id,prompt_id,condition,rater,dimension,score,rated_at"
FIRST = "c1,p1,wan,Nok,overall,4,2026-03-01T09:00:00Z"


def csv_of(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def refused(text: str, condition: str | None = None) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as told:
        table_from_csv(text, condition)
    return told.value


def test_votes_become_clips_by_raters_in_the_order_of_the_file() -> None:
    table = table_from_csv(
        csv_of(
            FIRST,
            "c2,p1,wan,Nok,overall,2,2026-03-01T09:01:00Z",
            "c2,p1,wan,Art,overall,3,2026-03-01T09:02:00Z",
        )
    )

    assert table == RatingTable(
        raw=((4.0, None), (2.0, 3.0)),
        clip_ids=("c1", "c2"),
        raters=("Nok", "Art"),
        prompt_ids=("p1", "p1"),
        conditions=("wan",),
    )


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + csv_of(FIRST),
        csv_of(FIRST).replace("\n", "\r\n"),
        csv_of(FIRST).replace("\n", "\r"),
        csv_of(FIRST).replace(",", ";"),
        csv_of(FIRST).replace(",", "\t"),
        csv_of("", FIRST, ",,,,,,", ""),
        csv_of(FIRST.replace(",", " , ")),
        csv_of(",".join(f'"{cell}"' for cell in FIRST.split(","))),
        csv_of(FIRST.replace("overall", "")),
        csv_of(FIRST.replace(",4,", ",4.0,")),
        csv_of(FIRST, header=HEADER.upper()),
        csv_of(f"x,{FIRST}", header=f"seed,{HEADER}"),
        "sep=;\r\n" + csv_of(FIRST).replace(",", ";").replace("\n", "\r\n"),
        "sep=\t\n" + csv_of(FIRST).replace(",", "\t"),
        csv_of(f"{FIRST},", header=f"{HEADER},kind"),
    ],
    ids=[
        "bom",
        "crlf",
        "cr",
        "semicolon",
        "tab",
        "blank",
        "spaces",
        "quoted",
        "no-dimension",
        "float",
        "upper",
        "more",
        "excel",
        "excel-tab",
        "no-kind",
    ],
)
def test_a_file_in_any_usual_dress_says_the_same(text: str) -> None:
    assert table_from_csv(text) == table_from_csv(csv_of(FIRST))


def test_only_overall_votes_on_test_clips_count() -> None:
    header = f"{HEADER},kind"
    rows = [
        f"{FIRST},test",
        "c1,p1,wan,Nok,motion,1,2026-03-01T09:00:05Z,test",
        "g1,,,Nok,overall,5,2026-03-01T09:01:00Z,gold",
        "c1,p1,wan,Nok,overall,2,2026-03-01T09:09:00Z,repeat",
    ]

    table = table_from_csv(csv_of(*rows, header=header))

    assert table.raw == ((4.0,),)


def test_a_name_that_was_guarded_against_spreadsheets_is_itself_again() -> None:
    table = table_from_csv(csv_of("c1,p1,wan,'=Nok,overall,4,", "c1,p1,wan,'Art,overall,3,"))

    assert table.raters == ("=Nok", "'Art")


def test_an_empty_score_is_a_missing_vote() -> None:
    table = table_from_csv(csv_of(FIRST, "c2,p2,wan,Nok,overall,,"))

    assert table.raw == ((4.0,), (None,))


def test_of_two_votes_the_newest_counts_wherever_it_stands() -> None:
    later = FIRST.replace(",4,", ",2,").replace("09:00:00Z", "09:30:00+00:00")

    assert table_from_csv(csv_of(FIRST, later)).raw == ((2.0,),)
    assert table_from_csv(csv_of(later, FIRST)).raw == ((2.0,),)


def test_the_same_row_twice_is_one_vote() -> None:
    assert table_from_csv(csv_of(FIRST, FIRST)).raw == ((4.0,),)


def test_one_condition_can_be_picked() -> None:
    text = csv_of(FIRST, "c9,p1,animatediff,Nok,overall,1,2026-03-01T09:05:00Z")

    assert table_from_csv(text).conditions == ("animatediff", "wan")
    assert table_from_csv(text, "wan").raw == ((4.0,),)
    assert refused(text, "veo").facts["known"] == "animatediff, wan"


def test_clips_without_a_prompt_stand_each_for_itself() -> None:
    table = table_from_csv(csv_of("c1,,wan,Nok,overall,4,", "c2,,wan,Nok,overall,3,"))

    assert table.prompt_ids is not None
    assert len(set(table.prompt_ids)) == 2


@pytest.mark.parametrize("score", ["0", "6", "3.5", "good", "nan", "-1", "1e0", "٣", "4,0"])
def test_a_score_off_the_scale_is_refused_with_its_row(score: str) -> None:
    error = refused(csv_of(FIRST, FIRST.replace(",4,", f',"{score}",')))

    assert (error.problem, error.field, error.value) == ("ratings_score", "score", score)
    assert error.facts["row"] == 3


def test_a_wrong_header_is_told_with_what_was_found() -> None:
    error = refused(
        "clip,prompt_id,condition,rater,dimension,rating,rated_at\nc1,p1,w,N,overall,4,\n"
    )

    assert error.problem == "ratings_columns"
    assert error.facts["missing"] == "clip_id, score"
    assert "rating" in str(error.value)


def test_a_column_that_stands_twice_is_refused() -> None:
    error = refused(csv_of(f"{FIRST},Art", header=f"{HEADER},rater"))

    assert (error.problem, error.value) == ("ratings_column_twice", "rater")


@pytest.mark.parametrize("text", ["", "\ufeff", "  \n \r\n"])
def test_an_empty_file_is_called_empty(text: str) -> None:
    assert refused(text).problem == "ratings_empty"


@pytest.mark.parametrize("rows", [(), ("c1,p1,wan,Nok,motion,4,",), ("c1,p1,wan,Nok,overall,,",)])
def test_a_file_without_a_vote_that_counts_is_refused(rows: tuple[str, ...]) -> None:
    assert refused(csv_of(*rows)).problem == "ratings_none"


@pytest.mark.parametrize(
    ("row", "problem", "field"),
    [
        ("c2,p1,wan,Nok,overall,4", "ratings_row_ragged", "row"),
        ("c2,p1,wan,Nok,overall,4,,", "ratings_row_ragged", "row"),
        (",p1,wan,Nok,overall,4,", "ratings_cell_empty", "clip_id"),
        ("c2,p1,wan, ,overall,4,", "ratings_cell_empty", "rater"),
        ("c1,p2,wan,Art,overall,4,", "ratings_clip_differs", "prompt_id"),
        ("c1,p1,veo,Art,overall,4,", "ratings_clip_differs", "condition"),
        ("c1,p1,wan,Nok,overall,3,yesterday", "ratings_time", "rated_at"),
        ("c1,p1,wan,Nok,overall,3,2026-03-01T09:00:00", "ratings_twice", "rater"),
        ('c2,p1,wan,"Nok,overall,4,', "ratings_row_broken", "row"),
        ("c2,p1,wan,Nok,overal,4,", "ratings_row_word", "dimension"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_its_number(
    row: str, problem: str, field: str
) -> None:
    error = refused(csv_of(FIRST, row))

    assert (error.problem, error.field) == (problem, field)
    assert 3 in {error.value, error.facts.get("row")}


def test_an_unknown_dimension_is_told_with_the_known_ones() -> None:
    error = refused(csv_of("c1,p1,wan,Nok,sharpness,4,"))

    assert (error.value, error.facts["row"]) == ("sharpness", 2)
    assert error.facts["known"] == "overall, visual_quality, motion, prompt_match"


def test_below_excels_first_line_the_header_is_row_one_still() -> None:
    error = refused("sep=;\n" + csv_of("c1,p1,wan,Nok,overall,9,").replace(",", ";"))

    assert error.facts["row"] == 2


def test_raw_scores_may_lie_between_the_categories() -> None:
    table = table_from_json({"raw": [[1, 4.25, None], [5, 3.0, 2]], "content_ids": [7, 7]})

    assert table.raw == ((1.0, 4.25, None), (5.0, 3.0, 2.0))
    assert table.prompt_ids is None


@pytest.mark.parametrize("score", [0, 6, 5.01, math.nan, math.inf, 10**400, True, "4", [4]])
def test_a_raw_score_off_the_scale_is_refused_with_its_place(score: object) -> None:
    with pytest.raises(InvalidInputError) as told:
        table_from_json({"raw": [[4, 4], [4, score]]})

    assert (told.value.problem, told.value.field) == ("ratings_raw_score", "raw[1][1]")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([[4]], "ratings_no_raw"),
        ({}, "ratings_no_raw"),
        ({"raw": None}, "ratings_raw_shape"),
        ({"raw": [4, 5]}, "ratings_raw_shape"),
        ({"raw": []}, "ratings_none"),
        ({"raw": [[], []]}, "ratings_none"),
        ({"raw": [[None, None], [None, None]]}, "ratings_none"),
        ({"raw": [[4, 5], [4]]}, "ratings_raw_ragged"),
    ],
)
def test_json_of_another_shape_is_refused(data: object, problem: str) -> None:
    with pytest.raises(InvalidInputError) as told:
        table_from_json(data)

    assert told.value.problem == problem
