"""Ratings as a file, out and in: all rows of it or none, and every row that is wrong by number."""

import re
from functools import partial

import streamlit as st

from videogen.domain.access import Permission
from videogen.domain.campaign import Campaign
from videogen.errors import VideogenError
from videogen.panel.rating_export import export_ratings
from videogen.panel.rating_import import ImportedRatings, RatingsRefusedError, import_ratings
from videogen.panel.ratings_file import RatingsFormat
from videogen.texts import error_hint, error_message
from videogen.ui import formats, language, loaders, markup, notices, who
from videogen.ui.language import t

DONE = "panel_imported"
NAME_CHARACTERS = 60
TYPES = {
    RatingsFormat.CSV: "text/csv",
    RatingsFormat.PARQUET: "application/vnd.apache.parquet",
    RatingsFormat.JSON: "application/json",
}


def show(campaign: Campaign) -> None:
    campaign_id = campaign.campaign_id
    st.header(t("panel.exchange"))
    st.caption(t("panel.exchange_note"))
    with st.container(horizontal=True, key="panel_export"):
        for form, mime in TYPES.items():
            st.download_button(
                t("panel.export", form=form.value.upper()),
                # Made when it is asked for: a page draw must not write a million rows.
                partial(export_ratings, loaders.application().database, campaign_id, form),
                file_name=export_name(campaign, form),
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"panel_export_{form.value}",
            )
    _tell_done()
    if who.may(Permission.OPERATE):
        with st.expander(t("panel.import"), icon=":material/upload:"):
            _ask_file(campaign_id)


def export_name(campaign: Campaign, form: RatingsFormat) -> str:
    """Two campaigns' files side by side are told apart; no disk refuses these characters."""
    name = re.sub(r"[^\w.-]+", "-", campaign.name).strip("-.")[:NAME_CHARACTERS]
    day = loaders.now().astimezone(language.zone()).date().isoformat()
    return f"ratings-{name or campaign.campaign_id}-{day}.{form.value}"


def _ask_file(campaign_id: str) -> None:
    with st.form("panel_import", border=False, clear_on_submit=True):
        given = st.file_uploader(
            t("panel.import_file"),
            type=[form.value for form in TYPES],
            help=t("panel.import_help"),
        )
        is_asked = st.form_submit_button(t("panel.import_go"))
    if not is_asked:
        return
    if given is None:
        st.caption(t("panel.import_none"))
        return
    try:
        st.session_state[DONE] = import_ratings(
            loaders.application().database,
            campaign_id,
            given.getvalue(),
            file_name=given.name,
            who=who.acting(Permission.OPERATE),
            now=loaders.now(),
        )
    except RatingsRefusedError as error:
        _show_refused(error)
    except VideogenError as error:
        notices.show_error(error)
    else:
        st.rerun()


def _show_refused(error: RatingsRefusedError) -> None:
    """Which rows, what is wrong with each and what to write instead."""
    notices.show_error(error)
    spoken = language.current()
    items = "".join(
        f"<li><b>{markup.esc(error_message(one, spoken))}</b> "
        f"{markup.esc(error_hint(one, spoken))}</li>"
        for one in error.problems
    )
    st.html(f'<ul class="vg vg-small vg-plainlist">{items}</ul>')
    if error.n_more:
        st.caption(t("panel.import_more", n=formats.count(error.n_more)))


def _tell_done() -> None:
    done = st.session_state.pop(DONE, None)
    if isinstance(done, ImportedRatings) and not done.n_added:
        st.info(t("panel.imported_nothing", n_known=formats.count(done.n_known)))
    elif isinstance(done, ImportedRatings):
        said = t(
            "panel.imported",
            n_added=formats.count(done.n_added),
            n_known=formats.count(done.n_known),
            n_raters=formats.count(done.n_raters),
        )
        st.success(said, icon=":material/task_alt:")
