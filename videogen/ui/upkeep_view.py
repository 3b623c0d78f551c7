"""System, Data: is there a good backup, do rows and files agree, and how much old clips take."""

from datetime import datetime

import streamlit as st

from videogen.bootstrap.upkeep import UpkeepStatus
from videogen.domain.access import Permission
from videogen.errors import VideogenError
from videogen.ui import allowed, formats, language, loaders, markup, notices, upkeep_loaders
from videogen.ui.language import t
from videogen.upkeep import MENDABLE, CheckReport, RetentionPlan, Share

USUAL_DAYS = 180
MOST_FINDINGS = 50


def show() -> None:
    status = upkeep_loaders.status()
    st.html(f'<p class="vg vg-lead">{markup.esc(_lead(status))}</p>')
    if status.failure is not None:
        notices.show_error(status.failure.error)
    st.html(markup.facts(_facts(status)))
    if allowed.offers(Permission.ADMINISTER):
        _offer_backup(status)
    st.subheader(t("upkeep.check_title"))
    _show_check(status.checked)
    st.subheader(t("upkeep.retention_title"))
    _show_retention()


def _lead(status: UpkeepStatus) -> str:
    """The answer: whether the data would survive this disk's user."""
    if status.newest is None:
        return t("upkeep.none")
    age = loaders.now() - status.newest.manifest.made_at
    spoken = formats.seconds(age.total_seconds(), language.current())
    lacks = len(status.newest.manifest.missing) + len(status.newest.manifest.damaged)
    said = t("upkeep.newest", age=spoken)
    return f"{said} {t('upkeep.lacks', n=lacks)}" if lacks else said


def _facts(status: UpkeepStatus) -> list[tuple[str, str, str | None]]:
    spoken = language.current()
    newest = status.newest.manifest if status.newest else None
    due = _when(status.next_at) if status.next_at else t("upkeep.by_hand")
    return [
        (
            t("upkeep.made"),
            _when(newest.made_at if newest else None),
            t("upkeep.took", took=formats.seconds(newest.took_s, spoken)) if newest else None,
        ),
        (
            t("upkeep.size"),
            formats.file_size(newest.size_bytes if newest else None),
            t("upkeep.n_files", n=len(newest.files)) if newest else None,
        ),
        (t("upkeep.kept"), str(status.n_backups), str(status.backup_dir)),
        (t("upkeep.next"), due, None),
    ]


def _when(moment: datetime | None) -> str:
    return formats.moment(moment, language.current(), language.zone())


def _offer_backup(status: UpkeepStatus) -> None:
    if not st.button(
        t("upkeep.back_up"), icon=":material/save:", key="back_up", disabled=status.is_running
    ):
        return
    try:
        with st.spinner(t("upkeep.backing_up")):
            upkeep_loaders.back_up()
    except VideogenError as error:
        notices.show_error(error)
        return
    st.rerun()


def _show_check(report: CheckReport | None) -> None:
    if allowed.offers(Permission.ADMINISTER) and st.button(
        t("upkeep.check"), icon=":material/fact_check:", key="check_data"
    ):
        with st.spinner(t("upkeep.checking")):
            report = upkeep_loaders.check()
    if report is None:
        st.caption(t("upkeep.unchecked"))
        return
    when = _when(report.checked_at)
    if not report.findings:
        st.success(t("upkeep.clean", n=report.n_files, when=when), icon=":material/check:")
        return
    st.warning(t("upkeep.findings", n=len(report.findings), when=when), icon=":material/warning:")
    heads = [t(f"upkeep.column.{name}") for name in ("what", "where", "detail")]
    rows = [
        (
            markup.esc(t(f"check.finding.{one.kind.value}")),
            f'<span class="vg-source">{markup.esc(one.subject)}</span>',
            f'<span class="vg-source">{markup.esc(one.detail or formats.UNKNOWN)}</span>',
        )
        for one in report.findings[:MOST_FINDINGS]
    ]
    st.html(markup.table(heads, rows))
    if any(one.kind in MENDABLE for one in report.findings):
        st.caption(t("upkeep.mend_note"))


def _show_retention() -> None:
    days = st.number_input(
        t("upkeep.days"),
        min_value=1,
        max_value=3650,
        value=USUAL_DAYS,
        width=220,
        key="retention_days",
    )
    plan = upkeep_loaders.retention(int(days))
    day = formats.day(plan.before, language.current())
    share = plan.removable
    size = formats.file_size(share.size_bytes)
    st.html(
        f'<p class="vg">{markup.esc(t("upkeep.could_go", n=share.n_clips, size=size, day=day))}</p>'
    )
    if plan.kept:
        st.html(_kept(plan))
    st.caption(t("upkeep.retention_note", days=int(days)))


def _kept(plan: RetentionPlan) -> str:
    heads = [t(f"upkeep.column.{name}") for name in ("reason", "clips", "size")]
    rows = [
        (markup.esc(t(f"retention.reason.{reason.value}")), *_figures(share))
        for reason, share in plan.kept.items()
    ]
    return markup.table(heads, rows, numeric=(1, 2))


def _figures(share: Share) -> tuple[str, str]:
    return formats.count(share.n_clips), formats.file_size(share.size_bytes)
