"""The catalogue: search, filters in the page's address, and the lines that fit."""

from collections.abc import Mapping, Sequence

import streamlit as st

from videogen.bootstrap.model_list import NO_LICENCE, Asked, Sort, Tag, licence_of, listed
from videogen.bootstrap.models import ModelRow, Standing
from videogen.bootstrap.server_survey import ServerSurvey
from videogen.domain.condition import Purpose
from videogen.ui import (
    import_view,
    links,
    loaders,
    markup,
    models_loaders,
    models_selection,
    models_table,
    models_words,
    notices,
    parts,
)
from videogen.ui.language import t

SEARCH = "models_q"
LIST = "models_list"
PAGE_ROWS = 40
PARAMETERS = ("q", "purpose", "tag", "family", "licence", "sort", "pick", "rows")
SEPARATOR = ","
ANY = ""


@parts.fragment
def show() -> None:
    """A keystroke or a chip draws this part alone."""
    rows = models_loaders.rows()
    asked = _ask(rows)
    found = listed(rows, asked, models_loaders.title_of)
    _say_found(len(found), len(rows), is_filtered=asked != Asked(sort=asked.sort))
    if not found:
        notices.show_empty(t("models.none_match"), t("models.none_match_text"))
    else:
        _show_rows(found)
    models_selection.show(rows)


def address() -> dict[str, str | None]:
    """What a link keeps of this view; the language is the visitor's own."""
    return {name: st.query_params.get(name) for name in PARAMETERS}


def _ask(rows: Sequence[ModelRow]) -> Asked:
    with st.container(key="models_filters"):
        with st.grid(4, min_column_width=150):
            _search()
            family = _pick("family", _families(rows))
            licence = _pick("licence", _licences(rows))
            sort = _pick_sort()
        purposes = _chips("purpose", {one: t(f"models.purpose.{one.value}") for one in Purpose})
        tags = _chips("tag", {one: t(f"models.tag.{one.value}") for one in Tag})
    return Asked(
        words=st.session_state.get(SEARCH) or "",
        purposes=frozenset(Purpose(one) for one in purposes),
        tags=frozenset(Tag(one) for one in tags),
        family=family,
        licence=licence,
        sort=sort,
    )


def _search() -> None:
    # Set once only: what the server says later would replace what is being typed.
    st.session_state.setdefault(SEARCH, st.query_params.get("q", ""))
    st.text_input(
        t("models.search"),
        type="search",
        key=SEARCH,
        icon=":material/search:",
        placeholder=t("models.search_example"),
        live=True,
        on_change=lambda: _write("q", st.session_state[SEARCH] or ""),
    )


def _families(rows: Sequence[ModelRow]) -> dict[str, str]:
    return {one: models_words.family(one) for one in models_loaders.families(rows)}


def _licences(rows: Sequence[ModelRow]) -> dict[str, str]:
    known = sorted({licence_of(row) for row in rows} - {NO_LICENCE}, key=str.casefold)
    return {one: one for one in known} | {NO_LICENCE: t("models.licence_unknown")}


def _pick(name: str, options: Mapping[str, str]) -> str | None:
    words = {ANY: t("models.all"), **options}
    asked = st.query_params.get(name, ANY)
    chosen = asked if asked in words else ANY
    key = f"models_{name}"
    st.session_state[key] = chosen
    st.selectbox(
        t(f"models.{name}"),
        list(words),
        format_func=words.__getitem__,
        key=key,
        on_change=lambda: _write(name, st.session_state[key] or ANY),
    )
    return chosen or None


def _pick_sort() -> Sort:
    words = {one.value: t(f"models.sort.{one.value}") for one in Sort}
    asked = st.query_params.get("sort", "")
    st.session_state["models_sort"] = asked if asked in words else Sort.QUALITY.value
    chosen = st.selectbox(
        t("models.sort"),
        list(words),
        format_func=words.__getitem__,
        key="models_sort",
        on_change=lambda: _write("sort", st.session_state["models_sort"]),
    )
    return Sort(chosen)


def _chips(name: str, options: Mapping[Purpose, str] | Mapping[Tag, str]) -> list[str]:
    words = {key.value: word for key, word in options.items()}
    asked = [one for one in st.query_params.get(name, "").split(SEPARATOR) if one in words]
    key = f"models_{name}"
    st.session_state[key] = asked
    st.pills(
        t(f"models.{name}"),
        list(words),
        selection_mode="multi",
        format_func=words.__getitem__,
        key=key,
        label_visibility="collapsed",
        on_change=lambda: _write(name, SEPARATOR.join(st.session_state[key])),
    )
    return asked


def _say_found(n_found: int, n_rows: int, *, is_filtered: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.caption(t("models.found", n=n_found, total=n_rows))
        if is_filtered:
            st.button(
                t("models.clear"),
                type="tertiary",
                icon=":material/filter_alt_off:",
                on_click=_clear,
                key="models_clear",
            )


def _show_rows(found: Sequence[ModelRow]) -> None:
    asked = st.query_params.get("rows", "")
    n_rows = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else PAGE_ROWS
    html = models_table.draw(
        found[:n_rows], hidden=models_loaders.hidden_conditions(), address=address()
    )
    models_table.show(
        html,
        models_selection.picked(),
        epoch=models_selection.epoch(),
        key=LIST,
        on_change=lambda: models_selection.keep(st.session_state[LIST]["picked"]),
    )
    if len(found) > n_rows:
        st.button(
            t("models.more", n=min(PAGE_ROWS, len(found) - n_rows)),
            on_click=_write,
            args=("rows", str(n_rows + PAGE_ROWS)),
            key="models_more",
        )


def _write(name: str, chosen: str) -> None:
    if name != "rows":
        st.query_params.pop("rows", None)
    if chosen:
        st.query_params[name] = chosen
    else:
        st.query_params.pop(name, None)


def _clear() -> None:
    for name in ("q", "purpose", "tag", "family", "licence"):
        st.query_params.pop(name, None)
    st.session_state[SEARCH] = ""


def _show_answer() -> None:
    """The page's question in one sentence, and how old the servers' word is that it rests on."""
    models_loaders.keep_surveyed()
    asking = models_loaders.survey()
    is_asking = asking.is_asking  # before the rows: they may be drawn without an answer just given
    rows = models_loaders.rows()
    said = t(
        "models.answer",
        total=len(rows),
        ready=sum(row.standing is Standing.READY for row in rows),
        measured=sum(row.headline is not None for row in rows),
    )
    st.html(f'<p class="vg vg-lead">{markup.esc(said)}</p>')
    if is_asking:
        _follow()
    elif not asking.servers_now():
        link = links.link("system", t("models.connect"))
        no_server = markup.esc(t("models.no_server"))
        st.html(f'<p class="vg vg-small vg-soft vg-sure">{no_server} {link}</p>')
    else:
        _offer_to_ask(asking)


def show_head() -> None:
    """The answer, and beside it the place for a workflow of one's own: its steps take the width."""
    is_bringing = any(name in st.session_state for name in (import_view.DRAFT, import_view.SAVED))
    if is_bringing:
        _show_answer()
        import_view.show()
        return
    answer, own = st.columns([3, 2], gap="medium")
    with answer:
        _show_answer()
    with own:
        import_view.show()


def show_asking() -> None:
    """On a model's own page: only while its state is being asked for."""
    models_loaders.keep_surveyed()
    if models_loaders.survey().is_asking:
        _follow()


def _offer_to_ask(asking: ServerSurvey) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="models_asked"
    ):
        if asking.latest is not None:
            age_s = (loaders.now() - asking.latest.asked_at).total_seconds()
            st.caption(_asked(len(asking.latest.servers), int(age_s // 60)))
        if st.button(
            t("models.ask_again"), type="tertiary", icon=":material/refresh:", key="models_ask"
        ):
            asking.begin()
            st.rerun()


def _asked(n_servers: int, minutes: int) -> str:
    who = t("models.server_one") if n_servers == 1 else t("models.servers", n=n_servers)
    return (
        t("models.asked", who=who, minutes=minutes) if minutes else t("models.asked_now", who=who)
    )


@parts.fragment(run_every=1)
def _follow() -> None:
    """Only while servers are being asked; the page is drawn anew when they have answered."""
    if not models_loaders.survey().is_asking:
        st.rerun(scope="app")
    st.caption(t("models.asking"))
