"""The files themselves: whole, self-contained, and safe whatever a name or a prompt holds."""

import dataclasses
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from tests.reports.cases import HOSTILE, content
from videogen.domain.run import Origin
from videogen.reports.content import ReportContent
from videogen.reports.making import ReportFormat, make_report
from videogen.store import Database
from videogen.texts import LANGUAGES, t

A4_PT = (595.276, 841.89)
VOID = {"meta", "link", "br", "img", "input", "hr"}
FETCHING = {"src", "href", "srcset", "data", "action", "poster", "xlink:href", "background"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportContent]:
    with Database.open(tmp_path_factory.mktemp("report") / "videogen.duckdb") as database:
        yield content(database, origin=Origin.SANDBOX)


class _Page(HTMLParser):
    """Tags that are opened and closed in order, what they name, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.anchors |= {named["id"] or ""} if "id" in named else set()
        self.fetched += [value or "" for name, value in attrs if name in FETCHING]
        assert not [name for name in named if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_web_page_is_whole_and_asks_nothing_of_any_server(
    made: ReportContent, language: str
) -> None:
    file = make_report(made, language, ReportFormat.HTML)

    page = _Page(file.decode())
    assert page.open == []
    assert len(file) < 1_500_000
    assert not {"script", "link", "iframe", "object", "img", "base", "form"} & set(page.tags)
    assert {address[1:] for address in page.fetched} <= page.anchors
    assert not re.search(r"@import|url\(", file.decode())
    assert page.tags.count("svg") == page.tags.count("desc") == 4
    assert f'lang="{language}"' in file.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_web_page_shows_what_a_person_wrote_as_text(made: ReportContent, language: str) -> None:
    page = _Page(make_report(made, language, ReportFormat.HTML).decode())

    assert HOSTILE in page.text
    assert page.text.count(t("sandbox.marker", language)) > len(page.anchors)


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_tables_have_as_many_cells_in_each_row_as_heads(
    made: ReportContent, language: str
) -> None:
    lines = make_report(made, language, ReportFormat.MARKDOWN).decode().splitlines()

    tables = _tables(lines)
    assert len(tables) > 8
    for rows in tables:
        assert set(re.findall(r"[^|]+", rows[1])) <= {" --- ", " ---: "}
        assert len({_n_cells(row) for row in rows}) == 1


def _tables(lines: list[str]) -> list[list[str]]:
    tables: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("|"):
            tables[-1].append(line)
        elif tables[-1]:
            tables.append([])
    return [rows for rows in tables if rows]


def _n_cells(row: str) -> int:
    return len(re.findall(r"(?<!\\)\|", row)) - 1


def test_markdown_keeps_what_a_person_wrote_from_being_markup(made: ReportContent) -> None:
    text = make_report(made, "en", ReportFormat.MARKDOWN).decode()

    wanted = r"&lt;script&gt;alert(1)&lt;/script&gt; \| \[x\](https&#58;//example.org) \*WAN\*"
    assert wanted in text.splitlines()[0]
    assert "<script" not in text
    assert text.count(t("sandbox.marker", "en")) > 6


@pytest.mark.parametrize("form", [ReportFormat.HTML, ReportFormat.MARKDOWN])
def test_what_cannot_be_seen_of_a_name_is_left_out(made: ReportContent, form: ReportFormat) -> None:
    campaign = dataclasses.replace(made.campaign, name="W\x00A\x1b[31mN \u202eกำ\u200d")
    found = dataclasses.replace(made.case.found, campaign=campaign)
    renamed = dataclasses.replace(made, case=dataclasses.replace(made.case, found=found))

    text = make_report(renamed, "en", form).decode()

    assert re.search(r"WA\\?\[31mN กำ\u200d", text)
    assert not re.search("[\x00\x1b\u202e]", text)


@pytest.mark.parametrize("form", [ReportFormat.HTML, ReportFormat.MARKDOWN])
def test_the_same_content_is_the_same_file(made: ReportContent, form: ReportFormat) -> None:
    assert make_report(made, "th", form) == make_report(made, "th", form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_a4_and_brings_its_letters(made: ReportContent, language: str) -> None:
    file = make_report(made, language, ReportFormat.PDF)

    assert file.startswith(b"%PDF-1.")
    boxes = re.findall(rb"/MediaBox\s*\[([^\]]*)\]", file)
    sizes = {tuple(round(float(one), 2) for one in box.split()) for box in boxes}
    assert {size[2:] for size in sizes} == {tuple(round(side, 2) for side in A4_PT)}
    fonts = re.findall(rb"/BaseFont\s*/(\S+)", file)
    assert fonts
    assert all(re.match(rb"[A-Z]{6}\+", font) for font in fonts)  # each a subset that is inside
    assert any(b"NotoSansThai" in font for font in fonts)
    assert file.count(b"/FontFile") >= 2
    assert language.encode() in b"".join(re.findall(rb"/Lang\s*\((\w+)\)", file))
    assert b"/StructTreeRoot" in file  # tagged, so that a screen reader can follow it
