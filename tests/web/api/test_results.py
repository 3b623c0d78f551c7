"""Ratings, evidence, decision and report of a campaign, for who may see which of it."""

import io
import json
import zipfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.api.served import LIKED, Served, asking, furnish, serving, token_of
from videogen.analysis import decide
from videogen.analysis.exchange import decision_to_json, evidence_from_json
from videogen.cli import decide as decide_command
from videogen.domain.access import Role
from videogen.panel.rating_export import export_ratings
from videogen.panel.ratings_file import RatingsFormat, read_rows

NAMES = {name.title() for name in LIKED}
WAYS = ("ratings", "ratings?format=csv", "evidence", "decision", "report")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir = tmp_path_factory.mktemp("results")
    furnish(data_dir)
    with serving(data_dir) as found:
        yield found


def pages(served: Served, role: str, limit: int) -> list[dict[str, Any]]:
    rows, after = [], None
    while True:
        params = {"limit": limit} | ({} if after is None else {"after": after})
        page = served.of[role].get("/campaigns/c1/ratings", params=params).json()
        rows += page["items"]
        after = page["next"]
        if after is None:
            return rows


def test_pages_hold_every_rating_once_and_in_the_order_of_the_file(served: Served) -> None:
    paged = pages(served, "operator", 33)

    whole = export_ratings(served.application.database, "c1", RatingsFormat.JSON)
    assert paged == json.loads(whole)
    assert len(paged) == 140


def test_a_csv_is_the_exports_own_to_the_letter(served: Served) -> None:
    answer = served.of["operator"].get("/campaigns/c1/ratings?format=csv")

    whole = export_ratings(served.application.database, "c1", RatingsFormat.CSV)
    assert answer.content == whole
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]


def test_who_may_not_know_the_raters_gets_numbers_that_stay(served: Served) -> None:
    named = pages(served, "operator", 200)
    numbered = pages(served, "stakeholder", 50)
    in_csv = served.of["stakeholder"].get("/campaigns/c1/ratings?format=csv").content

    aliases = {(one["rater"], other["rater"]) for one, other in zip(named, numbered, strict=True)}
    assert aliases == {(name.title(), f"R{n}") for n, name in enumerate(sorted(LIKED), start=1)}
    assert {one["rating_id"] for one in numbered}.isdisjoint(one["rating_id"] for one in named)
    assert {row["rater"] for _, row in read_rows(in_csv, "x")} == {"R1", "R2", "R3", "R4", "R5"}


def test_evidence_given_to_decide_makes_the_same_decision(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = served.of["stakeholder"].get("/campaigns/c1/evidence")
    decision = served.of["stakeholder"].get("/campaigns/c1/decision").json()

    file = tmp_path / "evidence.json"
    file.write_bytes(evidence.content)
    code = decide_command.run(Namespace(evidence=str(file), json=True))

    again = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 0
    assert again["verdict"] == decision["verdict"]
    assert again["provisional_verdict"] == decision["provisional_verdict"]
    assert rounded(again["conditions"]) == rounded(decision["conditions"])


def rounded(value: Any) -> Any:
    """Sums of SQL and of Python differ in the last digit."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    return round(value, 9) if isinstance(value, float) else value


def test_evidence_of_both_kinds_of_readers_decides_alike(served: Served) -> None:
    named, numbered = (
        decision_to_json(
            decide(evidence_from_json(served.of[role].get("/campaigns/c1/evidence").json()))
        )
        for role in ("operator", "stakeholder")
    )

    assert named == numbered


@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_named_to_a_stakeholder(served: Served, way: str) -> None:
    answer = served.of["stakeholder"].get(f"/campaigns/c1/{way}")

    assert answer.status_code == 200
    assert [name for name in NAMES if name in answer.text] == []


@pytest.mark.parametrize("way", WAYS)
def test_who_still_rates_a_campaign_waits_for_its_results(served: Served, way: str) -> None:
    chalida = token_of(served.application, Role.ADMIN, name="Chalida")
    with asking(served.url, chalida) as http:
        answer = http.get(f"/campaigns/c1/{way}")

    assert (answer.status_code, answer.json()["code"]) == (403, "round_open")
    assert "wan" not in answer.text


@pytest.mark.parametrize("role", ["rater", "maker"])
def test_results_are_shut_to_who_has_no_business_with_them(served: Served, role: str) -> None:
    answers = [served.of[role].get(f"/campaigns/c1/{way}").status_code for way in WAYS]

    assert answers == [403] * len(WAYS)


@pytest.mark.parametrize(
    ("form", "starts"), [("html", b"<!DOCTYPE"), ("md", b"#"), ("bundle", b"PK")]
)
def test_a_report_comes_as_a_file_of_its_kind(served: Served, form: str, starts: bytes) -> None:
    answer = served.of["stakeholder"].get(f"/campaigns/c1/report?format={form}&lang=th")

    assert answer.content[: len(starts)].upper() == starts
    assert "attachment" in answer.headers["content-disposition"]
    if form == "bundle":
        assert "manifest.json" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    else:
        assert "ข้อมูล" in answer.text


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("ratings?after=x", "after"),
        ("ratings?after=99999999999999999999", "after"),
        ("ratings?format=xlsx", "format"),
        ("report?format=doc", "format"),
        ("ratings?limit=0", "limit"),
        ("ratings?limt=5", "limt"),
    ],
)
def test_a_question_that_cannot_be_is_refused_by_its_field(
    served: Served, path: str, field: str
) -> None:
    answer = served.of["operator"].get(f"/campaigns/c1/{path}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["field"] == field


def test_a_campaign_that_is_not_there_is_not_found(served: Served) -> None:
    answers = {served.of["operator"].get(f"/campaigns/zz/{way}").status_code for way in WAYS}

    assert answers == {404}
