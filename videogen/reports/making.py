"""From content to a file: said in one language, then drawn in one format."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from videogen import __version__
from videogen.reports.content import ReportContent
from videogen.reports.document import Document
from videogen.reports.html import render_html
from videogen.reports.markdown import render_markdown
from videogen.reports.parts import cost, decision, method, performance, quality, summary
from videogen.reports.pdf import render_pdf
from videogen.reports.voice import Voice


class ReportFormat(StrEnum):
    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "md"


PARTS = (performance.part, cost.part, quality.part, decision.part, method.part)
RENDERERS: Mapping[ReportFormat, Callable[[Document], bytes]] = {
    ReportFormat.HTML: render_html,
    ReportFormat.PDF: render_pdf,
    ReportFormat.MARKDOWN: render_markdown,
}


def make_report(content: ReportContent, language: str, form: ReportFormat) -> bytes:
    """The same content and language give the same bytes, but for what typst writes into a PDF."""
    return RENDERERS[form](report_document(content, language))


def report_document(content: ReportContent, language: str) -> Document:
    voice = Voice(language, content.case.found.conditions)
    return Document(
        language=language,
        title=voice.t("report.title"),
        campaign=content.campaign.name,
        made_at=content.made_at,
        made=voice.t("report.made", moment=voice.moment(content.made_at), version=__version__),
        headline=summary.headline(content, voice),
        facts=summary.facts(content, voice),
        summary=summary.blocks(content, voice),
        parts=tuple(part(content, voice) for part in PARTS),
        contents=voice.t("report.contents"),
        mark=voice.t("sandbox.marker") if content.is_sandbox else "",
    )
