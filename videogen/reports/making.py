"""From content to a file: said in one language, then drawn in one format."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from videogen import __version__
from videogen.domain.campaign import Campaign
from videogen.reports.content import ReportContent
from videogen.reports.document import Document
from videogen.reports.html import render_html
from videogen.reports.markdown import render_markdown
from videogen.reports.parts import claims, cost, decision, method, performance, quality, summary
from videogen.reports.pdf import render_pdf
from videogen.reports.voice import Voice


class ReportFormat(StrEnum):
    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "md"


_NAME_CHARACTERS = 60
PARTS = (performance.part, cost.part, quality.part, decision.part, claims.part, method.part)
RENDERERS: Mapping[ReportFormat, Callable[[Document], bytes]] = {
    ReportFormat.HTML: render_html,
    ReportFormat.PDF: render_pdf,
    ReportFormat.MARKDOWN: render_markdown,
}


def make_report(content: ReportContent, language: str, form: ReportFormat) -> bytes:
    """The same content and language give the same bytes, but for what typst writes into a PDF."""
    return RENDERERS[form](report_document(content, language))


def report_name(campaign: Campaign, made_at: datetime, ending: str) -> str:
    """A file's name that every disk and mail program takes, whatever script the campaign's is in.

    Args: ending: such as "th.pdf", or "zip".
    """
    letters = unicodedata.normalize("NFKD", campaign.name)
    words = "-".join(re.findall(r"[A-Za-z0-9]+", letters))
    named = words[:_NAME_CHARACTERS].strip("-")
    # Two names that differ in what is left out must not become one file.
    if named != words or any(one.isalnum() and not one.isascii() for one in letters):
        named = f"{named}-{campaign.campaign_id[:8]}".strip("-")
    return f"{named or campaign.campaign_id[:8]}-{made_at.date().isoformat()}.{ending}"


def report_document(content: ReportContent, language: str) -> Document:
    voice = Voice(language)
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
