"""A paid call in a person's hands: what became of it, or its clip once more."""

from decimal import Decimal

import streamlit as st

from videogen.domain.run import Run, RunStatus
from videogen.errors import VideogenError
from videogen.runs.uncertain import Resolution
from videogen.ui import formats, markup, notices, run_loaders
from videogen.ui.language import t

HOW, BILLED, EXTERNAL_ID, WHY = "resolve_how", "resolve_billed", "resolve_id", "resolve_why"


def ask(run: Run) -> None:
    """The question, the three answers and what each needs; a press closes or reopens the run."""
    with st.container(border=True, key="resolution"):
        st.html(f'<p class="vg"><b>{markup.esc(t("resolve.title"))}</b></p>')
        st.caption(t("resolve.text"))
        held_usd = run_loaders.held_usd(run.run_id)
        if held_usd is not None:
            st.caption(markup.as_text(t("resolve.held", amount=formats.usd(held_usd))))
        how = st.radio(
            t("resolve.how"),
            _answers(run),
            format_func=lambda one: t(f"resolve.{one.value}"),
            key=HOW,
            index=None,
        )
        billed_usd = external_id = None
        if how is Resolution.BILLED:
            asked = st.number_input(
                t("resolve.billed_usd"),
                min_value=0.0,
                value=float(held_usd or 0),
                step=0.01,
                key=BILLED,
            )
            billed_usd = Decimal(str(asked))
        elif how is Resolution.FETCH:
            external_id = st.text_input(
                t("resolve.external_id"), key=EXTERNAL_ID, help=t("resolve.external_id_help")
            )
        why = st.text_input(
            t("resolve.why"), key=WHY, placeholder=t("resolve.why_placeholder"), max_chars=300
        )
        if st.button(t("resolve.save"), type="primary", key="resolve_go", disabled=how is None):
            _save(run, how, billed_usd, external_id, why)


def _answers(run: Run) -> list[Resolution]:
    """What has ended otherwise stays ended: only its bill is open. A lost one may be found."""
    if run.status in (RunStatus.UNCERTAIN, RunStatus.LOST):
        return list(Resolution)
    return [Resolution.NOT_MADE, Resolution.BILLED]


def offer_fetch(run: Run) -> None:
    """For a paid clip whose download failed: no new call, no new bill."""
    st.caption(t("run.fetch_again_note"))
    if st.button(
        t("run.fetch_again"), icon=":material/download:", type="primary", key="fetch_again"
    ):
        _save(run, Resolution.FETCH, None, None, t("run.fetch_again"))


def _save(
    run: Run,
    how: Resolution | None,
    billed_usd: Decimal | None,
    external_id: str | None,
    why: str,
) -> None:
    if how is None:
        return
    try:
        run_loaders.resolve(
            run.run_id, how, billed_usd=billed_usd, external_id=external_id, why=why
        )
    except VideogenError as error:
        notices.show_error(error)
        return
    st.rerun()
