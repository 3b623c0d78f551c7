"""Results wait for those who still rate: what has been seen cannot be rated blind any more."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import streamlit as st

from videogen import store
from videogen.errors import NotFoundError
from videogen.panel import pairs, sessions
from videogen.panel.open_round import rated_all_and_not_left, rating_in_progress
from videogen.ui import loaders, markup, who
from videogen.ui.language import t
from videogen.ui.loaders import Snapshot

PAGES = Path(__file__).resolve().parents[2] / "pages"
RATE_PAGE, COMPARE_PAGE = PAGES / "2_rate.py", PAGES / "6_compare.py"
SESSION_KEY = "session"  # what the Rate page keeps in this visitor's state


def stop_if_rating(campaign_id: str | None, *, with_pairs: bool = True) -> None:
    """Called before anything that shows a campaign's results, or which condition made a clip.

    A visitor whose round is open gets the reason and two ways on, and the page ends there.
    `with_pairs` is False on Compare, where pairs are voted on.
    """
    if campaign_id is None:
        return
    waiting = rater_ids_in_round(campaign_id)
    if waiting:
        _show_notice("blinding", RATE_PAGE, partial(_leave, campaign_id, waiting))
        st.stop()
    comparing = _open_pair_rounds(campaign_id) if with_pairs else ()
    if comparing:
        _show_notice("blinding.pairs", COMPARE_PAGE, partial(_leave_pairs, comparing))
        st.stop()


def is_rating(campaign_id: str | None) -> bool:
    """For lists: a row may stay, its picture and its link may not."""
    if campaign_id is None:
        return False
    return bool(rater_ids_in_round(campaign_id) or _open_pair_rounds(campaign_id))


def rates_any() -> bool:
    """For what is drawn from all campaigns at once: the router's reasons, the what-if."""
    return any(is_rating(campaign.campaign_id) for campaign in loaders.campaigns())


def rater_ids_in_round(campaign_id: str) -> tuple[str, ...]:
    """Whom this visitor rates this campaign as, by name or by the session in the page's state.

    Nobody: what is hidden will now be seen. So a rater who is done can take no rating back from
    here on: a second one would not be blind.
    """
    key = loaders.snapshot()
    names = set(_names(key))
    waiting = {_in_round(key, campaign_id, name) for name in names} - {None}
    if not waiting:
        done = {_done_with_round(key, campaign_id, name) for name in names} - {None}
        _leave(campaign_id, done)
    return tuple(sorted(one for one in waiting if one is not None))


def _names(key: Snapshot) -> Iterator[str]:
    name = who.typed()
    if name:
        yield name
    session_id = st.session_state.get(SESSION_KEY)
    rater = _rater_of_session(key, session_id) if isinstance(session_id, str) else None
    if rater is not None:
        yield rater


def _open_pair_rounds(campaign_id: str) -> tuple[str, ...]:
    key = loaders.snapshot()
    found = {_in_pairs(key, campaign_id, name) for name in set(_names(key))}
    return tuple(sorted(one for one in found if one is not None))


def _show_notice(room: str, go_on: Path, leave: Callable[[], None]) -> None:
    """`room` is the key under which the round's own sentences stand."""
    title, why = t(f"{room}.title"), t("blinding.why")
    st.html(
        f'<div class="vg vg-empty">{markup.icon("not_yet")}'
        f"<h1>{markup.esc(title)}</h1><p>{markup.esc(why)}</p></div>"
    )
    with st.container(horizontal=True, horizontal_alignment="center"):
        if st.button(
            t(f"{room}.go_on"), type="primary", icon=":material/play_arrow:", key="blinding_go_on"
        ):
            st.switch_page(go_on)
        with st.popover(t(f"{room}.leave"), icon=":material/logout:", type="tertiary"):
            st.write(t(f"{room}.leave_sure"))
            if st.button(t("blinding.leave_yes"), key="blinding_leave_yes"):
                leave()
                st.rerun()


def _leave_pairs(pair_round_ids: Iterable[str]) -> None:
    for pair_round_id in pair_round_ids:
        pairs.leave_pairs(loaders.application().database, pair_round_id, loaders.now())


def _leave(campaign_id: str, rater_ids: Iterable[str | None]) -> None:
    database = loaders.application().database
    for rater_id in filter(None, rater_ids):
        sessions.leave_round(database, campaign_id, rater_id, loaders.now())


@st.cache_resource(max_entries=256, show_spinner=False)
def _done_with_round(key: Snapshot, campaign_id: str, name: str) -> str | None:  # noqa: ARG001 the cache's key
    database = loaders.application().database
    try:
        campaign = store.get_campaign(database, campaign_id)
    except NotFoundError:
        return None
    return rated_all_and_not_left(database, campaign, name)


@st.cache_resource(max_entries=256, show_spinner=False)
def _in_round(key: Snapshot, campaign_id: str, name: str) -> str | None:  # noqa: ARG001 the cache's key
    database = loaders.application().database
    try:
        campaign = store.get_campaign(database, campaign_id)
    except NotFoundError:
        return None
    return rating_in_progress(database, campaign, name)


@st.cache_resource(max_entries=256, show_spinner=False)
def _in_pairs(key: Snapshot, campaign_id: str, name: str) -> str | None:  # noqa: ARG001 the cache's key
    found = pairs.open_round(loaders.application().database, campaign_id, name)
    return found.pair_round_id if found else None


@st.cache_resource(max_entries=256, show_spinner=False)
def _rater_of_session(key: Snapshot, session_id: str) -> str | None:  # noqa: ARG001 the cache's key
    database = loaders.application().database
    try:
        rater_id = store.get_session(database, session_id).rater_id
    except NotFoundError:
        return None
    names = {one.rater_id: one.name for one in store.raters(database)}
    return names.get(rater_id)
