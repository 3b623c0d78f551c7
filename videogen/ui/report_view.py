"""Take it with you: the report in the reader's language, and the bundle that recomputes it."""

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from videogen.evidence.case import Case
from videogen.reports.bundle import make_bundle
from videogen.reports.content import report_content
from videogen.reports.making import ReportFormat, make_report, report_name
from videogen.store import Database
from videogen.ui import language, loaders
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t

TYPES = {
    ReportFormat.PDF: "application/pdf",
    ReportFormat.HTML: "text/html",
    ReportFormat.MARKDOWN: "text/markdown",
}


def show(judged: Judged) -> None:
    """Each file is made when it is asked for: a page draw must not set type."""
    campaign, spoken = judged.found.campaign, language.current()
    st.header(t("report.take.title"))
    note = t("report.take.note")
    st.caption(f"{note} {t('report.take.sandbox')}" if judged.found.is_sandbox else note)
    database, day = loaders.application().database, loaders.now()
    with st.container(horizontal=True, key="report_take"):
        for form, mime in TYPES.items():
            st.download_button(
                t(f"report.take.{form.value}"),
                partial(report_file, database, judged.case, spoken, form),
                file_name=report_name(campaign, day, f"{spoken}.{form.value}"),
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"report_{form.value}",
            )
        st.download_button(
            t("report.take.bundle"),
            partial(bundle_file, database, judged.case),
            file_name=report_name(campaign, day, "zip"),
            mime="application/zip",
            on_click="ignore",
            icon=":material/inventory_2:",
            help=t("report.take.bundle_help"),
            key="report_bundle",
        )


def report_file(database: Database, case: Case, spoken: str, form: ReportFormat) -> bytes:
    content = report_content(database, case, made_at=loaders.now())
    return make_report(content, spoken, form)


def bundle_file(database: Database, case: Case) -> bytes:
    with tempfile.TemporaryDirectory(prefix="videogen-bundle-") as folder:
        target = Path(folder) / "bundle.zip"
        make_bundle(
            database,
            case.found.campaign.campaign_id,
            target,
            claims=case.claims,
            prices=case.prices,
            assumptions=case.assumptions,
            now=loaders.now(),
            origin=case.found.origin,
        )
        return target.read_bytes()
