"""What every format tells: each figure of the case, and nobody's name."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.records import PROMPTS, WAN, grid, panel, plan, run
from tests.reports.cases import MADE_AT, VEO_SCORES, WAN_SCORES, content, suite
from videogen.domain.run import FailureClass, Origin, Run, RunStatus
from videogen.evidence.case import load_case
from videogen.evidence.unnamed import unnamed
from videogen.reports.content import ReportContent, report_content
from videogen.reports.document import (
    Bullets,
    Cell,
    Chart,
    Document,
    Facts,
    Heading,
    Paragraph,
    Table,
)
from videogen.reports.making import report_document, report_name
from videogen.store import Database, save
from videogen.texts import LANGUAGES, formats


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportContent]:
    with Database.open(tmp_path_factory.mktemp("report") / "videogen.duckdb") as database:
        yield content(database)


def _texts(document: Document) -> list[str]:
    said = [document.headline.word, document.headline.sentence, document.made, document.mark]
    said += itertools.chain.from_iterable(document.facts.pairs)
    for part in document.parts:
        said += [part.title, part.question]
    for block in document.blocks:
        said += _said(block)
    return said


def _said(block: object) -> list[str]:
    match block:
        case Table():
            cells: list[Cell] = list(itertools.chain.from_iterable(block.rows))
            told = [text for cell in cells for text in (cell.text, *cell.notes)]
            return [block.title, block.note, *block.heads, *told]
        case Facts():
            return list(itertools.chain.from_iterable(block.pairs))
        case Bullets():
            return list(block.items)
        case Chart():
            return [block.title, block.description, block.note]
        case Heading() | Paragraph():
            return [block.text]
        case _:
            return []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_case_is_told_with_its_n(made: ReportContent, language: str) -> None:
    told = set(_texts(report_document(made, language)))

    for row in made.case.rows:
        assert formats.score(row.quality.estimate) in told
        assert formats.usd(row.cost_usd.estimate) in told
        assert formats.percent(row.success_rate.estimate, 1) in told
        assert formats.seconds(row.wall_time_s_median, language) in told
    assert formats.memory(made.case.rows[0].peak_vram_mib_max) in told
    criteria = made.case.found.evidence.criteria
    assert any(formats.score(criteria.quality_min) in text for text in told)


def test_what_clips_were_made_from_is_told_by_its_content(made: ReportContent) -> None:
    inputs = {"image": {"*": "a" * 64, PROMPTS[0]: "b" * 64}}
    campaign = dataclasses.replace(made.campaign, inputs=inputs)
    found = dataclasses.replace(made.case.found, campaign=campaign)
    case = dataclasses.replace(made.case, found=found)

    told = _texts(report_document(dataclasses.replace(made, case=case), "en"))

    place = told.index("Start image of every other prompt, SHA-256")
    other = told.index(f"Start image of {PROMPTS[0]}, SHA-256")
    assert (told[place + 1], told[other + 1]) == ("a" * 64, "b" * 64)


def test_a_report_has_the_four_deliverables_then_claims_and_method(made: ReportContent) -> None:
    document = report_document(made, "en")

    anchors = [part.anchor for part in document.parts]
    assert anchors == ["performance", "cost", "quality", "decision", "claims", "method"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_rater_is_named(made: ReportContent, language: str) -> None:
    told = " ".join(_texts(report_document(made, language))).lower()

    assert [name for name in WAN_SCORES | VEO_SCORES if name in told] == []


def test_a_rater_left_out_of_a_criterion_has_a_number_instead(made: ReportContent) -> None:
    result = next(iter(made.case.decision.conditions[0].criteria.values()))
    facts = {**result.facts, "raters_left_out": "Mali, Nok", "n_raters_left_out": 2}
    numbers = made.case.found.rater_numbers

    told = unnamed(dataclasses.replace(result, facts=facts), numbers, "Rater")

    known = sorted((numbers["Mali"], numbers["Nok"]))
    assert told.facts["raters_left_out"] == ", ".join(f"Rater {number}" for number in known)


def test_failures_stand_by_class_and_frozen_decisions_with_their_reason(
    made: ReportContent,
) -> None:
    told = _texts(report_document(made, "en"))

    assert "Out of GPU memory" in told
    assert "The meeting of week 3" in told


def test_live_data_bear_no_mark(made: ReportContent) -> None:
    assert report_document(made, "en").mark == ""


def test_the_same_content_is_said_the_same_way_again(made: ReportContent) -> None:
    assert report_document(made, "th") == report_document(made, "th")


def test_a_campaign_without_runs_says_so_in_both_languages(tmp_path: Path) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        empty = content(database, has_runs=False)

    for language, said in (("en", "No run of this campaign"), ("th", "ยังไม่มีการรันใดเสร็จ")):
        assert any(said in text for text in _texts(report_document(empty, language)))


def test_raters_who_all_agree_have_a_reliability_without_bounds(tmp_path: Path) -> None:
    alike = dict.fromkeys(("ann", "ben", "cat", "dan"), 5)
    with Database.open(tmp_path / "videogen.duckdb") as database:
        plan(database)
        save(database, suite(), *suite().prompts, *grid(WAN), *panel(alike))
        case = load_case(database, "c1", claims=[], prices=[])
        found = report_content(database, case, made_at=MADE_AT)

    said = _texts(report_document(found, "en"))

    assert found.opinions is not None
    icc = found.opinions.agreement.icc
    assert icc is not None
    assert icc.low is None
    assert said[said.index("Reliability of the panel's mean, ICC(2,k)") + 1] == "1.00"


def test_sandbox_data_are_marked(tmp_path: Path) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        simulated = content(database, origin=Origin.SANDBOX)

    assert report_document(simulated, "en").mark == "Sandbox data: simulated, not measured"
    assert report_document(simulated, "th").mark.startswith("ข้อมูลจากแซนด์บ็อกซ์")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("WAN or not? 2026/11", "WAN-or-not-2026-11-2026-11-22.th.pdf"),
        ("ทดลอง WAN", "WAN-c1-2026-11-22.th.pdf"),
        ("W" * 300, f"{'W' * 60}-c1-2026-11-22.th.pdf"),
        ("?!", "c1-2026-11-22.th.pdf"),
        ("ทดสอบวิดีโอ", "c1-2026-11-22.th.pdf"),
        ("../../etc/passwd", "etc-passwd-2026-11-22.th.pdf"),
    ],
)
def test_a_file_has_a_name_that_every_disk_takes(made: ReportContent, name: str, file: str) -> None:
    campaign = dataclasses.replace(made.campaign, name=name)

    assert report_name(campaign, made.made_at, "th.pdf") == file


def _all_failed() -> list[Run]:
    cause = FailureClass.TIMED_OUT
    unknown: dict[str, Any] = {"wall_time_s": None, "peak_vram_mib": None, "cost_usd": None}
    return [
        run(f"r{n}", prompt_id=one, status=RunStatus.FAILED, failure_class=cause, **unknown)
        for n, one in enumerate(PROMPTS)
    ]


def _one_rater() -> list[Any]:
    return [*grid(WAN), *panel({"nok": 5}, WAN)]


@pytest.mark.parametrize("rows", [_all_failed, _one_rater])
def test_what_is_unknown_is_a_dash_and_never_zero(
    rows: Callable[[], list[Any]], tmp_path: Path
) -> None:
    with Database.open(tmp_path / "videogen.duckdb") as database:
        plan(database)
        save(database, suite(), *suite().prompts, *rows())
        case = load_case(database, "c1", claims=(), prices=())
        told = _texts(report_document(report_content(database, case, made_at=MADE_AT), "en"))

    assert formats.UNKNOWN in told
    assert told.count("$0.00") == 1  # the assumed fixed cost a month
    assert "0.00" not in told
    assert any("Timed out" in text or "1 raters" in text for text in told)
