"""What the ticked lines need: disk, files, and the commands that fetch what lacks."""

from collections.abc import Sequence

import streamlit as st

from videogen.bootstrap.model_list import Needed, needed
from videogen.bootstrap.models import ModelRow
from videogen.bootstrap.server_survey import DiskWhere, ServerStock
from videogen.ui import formats, markup, models_loaders
from videogen.ui.language import t

PARAMETER = "pick"
SEPARATOR = ","
EPOCH = "models_epoch"
MOST = 500  # an address is no place for more


def picked() -> list[str]:
    asked = st.query_params.get(PARAMETER, "").split(SEPARATOR)
    return [one for one in dict.fromkeys(asked) if one][:MOST]


def keep(row_ids: Sequence[str]) -> None:
    if row_ids:
        st.query_params[PARAMETER] = SEPARATOR.join(row_ids)
    else:
        st.query_params.pop(PARAMETER, None)


def epoch() -> int:
    number: int = st.session_state.get(EPOCH, 0)
    return number


def show(rows: Sequence[ModelRow]) -> None:
    """At the foot of the window while anything is ticked."""
    asked = set(picked())
    chosen = [row for row in rows if row.row_id in asked]
    if not chosen:
        return
    survey = models_loaders.latest_survey()
    stocks = survey.servers if survey is not None else ()
    with st.container(key="models_foot", horizontal=True, vertical_alignment="center", gap="small"):
        stock = _ask_server(stocks)
        found = needed(chosen, stock.backend if stock else None)
        with st.container(width="stretch"):
            st.html(_summary(len(chosen), found, stock))
        with st.popover(t("models.pick.commands"), icon=":material/download:", type="primary"):
            show_commands(found)
        st.button(
            t("models.pick.clear"),
            type="tertiary",
            icon=":material/close:",
            on_click=_clear,
            key="models_pick_clear",
        )


def _ask_server(stocks: Sequence[ServerStock]) -> ServerStock | None:
    """Which one it is for, where there are several."""
    if len(stocks) < 2:
        return stocks[0] if stocks else None
    by_name = {one.backend: one for one in stocks}
    names = {one: one for one in by_name}
    chosen = st.selectbox(
        t("models.pick.server"),
        list(names),
        format_func=names.__getitem__,
        key="models_pick_server",
        label_visibility="collapsed",
        width=220,
    )
    return by_name[chosen]


def _summary(n_rows: int, found: Needed, stock: ServerStock | None) -> str:
    need = _sized(found.known_bytes, found.n_unsized)
    said = [t("models.pick.total", n=n_rows, files=len(found.files), size=need)]
    if found.missing_bytes is not None:
        said.append(_to_fetch(found.missing_bytes, found.n_missing_unsized))
    free, tone = _free(found, stock)
    lines = " · ".join(markup.esc(one) for one in said)
    return (
        f'<p class="vg"><b>{lines}</b></p><p class="vg vg-small vg-{tone}">{markup.esc(free)}</p>'
    )


def _to_fetch(missing_bytes: int, n_unsized: int) -> str:
    if not missing_bytes and not n_unsized:
        return t("models.pick.all_there")
    return t("models.pick.missing", size=_sized(missing_bytes, n_unsized))


def _free(found: Needed, stock: ServerStock | None) -> tuple[str, str]:
    """The sentence, and whether it is one of trouble."""
    if stock is None:
        return t("models.pick.no_server"), "soft"
    free = stock.disk.free_bytes
    if free is None:
        return t("models.pick.free_not_told", server=stock.backend), "soft"
    asked = found.known_bytes if found.missing_bytes is None else found.missing_bytes
    where = "folder" if stock.disk.where is DiskWhere.MODEL_FOLDER else "app"
    said = t(f"models.pick.free_{where}", size=formats.file_size(free), server=stock.backend)
    if asked > free:
        return f"{said} {t('models.pick.too_much')}", "fail"
    return said, "soft"


def _sized(known_bytes: int, n_unsized: int) -> str:
    shown = formats.file_size(known_bytes)
    if n_unsized == 1:
        return t("models.pick.and_one_unsized", size=shown)
    return t("models.pick.and_unsized", size=shown, n=n_unsized) if n_unsized else shown


def show_commands(found: Needed) -> None:
    """To copy at once; what nobody has established stands beside, not left out."""
    if found.commands:
        st.caption(t("models.commands"))
        st.code("\n".join(found.commands), language="bash", wrap_lines=True)
    if found.without_command:
        names = ", ".join(found.without_command)
        st.caption(markup.as_text(t("models.no_command", files=names)))
    if not (found.commands or found.without_command):
        st.success(t("models.nothing_missing"), icon=":material/check_circle:")


def _clear() -> None:
    st.query_params.pop(PARAMETER, None)
    st.session_state[EPOCH] = epoch() + 1
